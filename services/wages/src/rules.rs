//! What decides: pure functions over plain data, without IO, clock or wire types.

pub(crate) mod ceiling;
pub(crate) mod minimum_wage;
pub(crate) mod table;
pub(crate) mod table_fault;
pub(crate) mod wage;
pub(crate) mod wage_rule;

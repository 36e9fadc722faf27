//! What decides: pure, without async, IO, clock or proto.

pub(crate) mod fault;
pub(crate) mod file;
pub(crate) mod import;
pub(crate) mod known;
pub(crate) mod row;
pub(crate) mod scan;
pub(crate) mod seen;

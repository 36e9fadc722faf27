//! What is decided here, purely: no IO, no clock, no wire, no table.

pub(crate) mod directory;
pub(crate) mod freshness;
pub(crate) mod name;
pub(crate) mod verdict;

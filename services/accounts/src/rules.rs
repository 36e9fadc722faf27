//! What is decided here, purely: no IO, no clock, no wire, no table.

pub(crate) mod name;

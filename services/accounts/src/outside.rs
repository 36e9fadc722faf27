//! The world outside: banks.

pub(crate) mod bank;

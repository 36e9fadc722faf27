//! The life of a process, from its settings to its end.

#![expect(clippy::unwrap_used, reason = "in tests an unwrap is an assertion, also outside of test functions")]

mod admin;
mod balance;
mod gate;
mod layers;
mod metrics;
mod process;
mod replica;
mod retry;
mod settings;
mod transport;

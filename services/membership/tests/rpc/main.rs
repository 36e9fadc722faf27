//! The service through its own client, in one process, on every store.
#![expect(clippy::unwrap_used, reason = "in tests an unwrap is an assertion")]

#[macro_use]
mod world;

mod chunks;
mod contradictions;
mod faults;
mod imports;
mod resume;
mod rights;
mod versions;

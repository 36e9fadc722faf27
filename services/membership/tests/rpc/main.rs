//! The service through its own client, in one process.
#![expect(clippy::unwrap_used, reason = "in tests an unwrap is an assertion")]

mod chunks;
mod contradictions;
mod faults;
mod imports;
mod resume;
mod versions;
mod world;

//! The service through its own client, in one process.

mod chunks;
mod faults;
mod imports;
mod resume;
mod versions;
mod world;

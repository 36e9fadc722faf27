//! Connect, migrate, and the functions that differ by backend; beside them the replay of answers.
//!
//! Everything else that a service does with its database is one code for every backend: SQL with
//! `$1` placeholders, integers for days (YYYYMMDD), months (YYYYMM), times (microseconds UTC) and
//! NIK, and constraints that protect money in the schema itself.
//!
//! What differs by backend, and only that: [`append`], [`lease`], [`lock`] and how a [`Store`] is
//! opened. SQLite has one writer at a time, so a [`Tx`] holds the store's only write permit there.

mod append;
mod fault;
mod lease;
mod lock;
mod open;
mod replay;
mod settings;

pub use append::append;
pub use fault::{Conflict, StoreFault};
pub use lease::{Lease, Queue, finish, lease, renew};
pub use lock::lock;
pub use open::{Store, Tx};
pub use replay::{Replay, ReplayFault, create_replay_table};
pub use sea_orm::{QueryResult, Value};
pub use settings::StoreSettings;

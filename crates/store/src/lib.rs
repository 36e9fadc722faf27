//! Connect, migrate, and the functions that differ by backend; beside them the replay of answers.
//!
//! Everything else that a service does with its database is one code for SQLite and PostgreSQL: SQL
//! with `$1` placeholders, integers for days (YYYYMMDD), months (YYYYMM), times (microseconds UTC) and
//! NIK, and constraints that protect money in the schema itself.
//!
//! What differs by backend, and only that: how rows by the thousand go in ([`append`]) and come out in order
//! ([`scan`]), how work is shared ([`lease`]) and held ([`lock`]); and the words of [`Backend`] and [`create`].

mod again;
mod append;
mod backend;
mod fault;
mod grant;
mod lease;
mod lock;
mod open;
mod replay;
mod scan;
mod settings;
mod stores;
#[cfg(feature = "testing")]
pub mod testing;
mod tx;

pub use again::Again;
pub use append::{Rows, append};
pub use backend::{Backend, create};
pub use fault::{Conflict, StoreFault};
pub use grant::{create_schema, grant};
pub use lease::{Lease, Queue, finish, lease, renew};
pub use lock::{hold, lock};
pub use open::Store;
pub use replay::{Replay, ReplayFault, create_replay_table};
pub use scan::{Column, Row, Select, scan};
pub use sea_orm::{QueryResult, Value};
pub use settings::StoreSettings;
pub use stores::{Kept, Stores};
pub use tx::Tx;

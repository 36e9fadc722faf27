//! The tables and every statement that touches them.
//!
//! Rows of the roster are appended with the version of their import and never changed. What a key
//! says at version v is its newest row with version <= v, so every finder here is given a version
//! and no row can be read without one.

pub(crate) mod bounds;
pub(crate) mod frame;
pub(crate) mod import;
pub(crate) mod known;
mod migration;
mod packed;
pub(crate) mod page;
pub(crate) mod range;
pub(crate) mod roster;

pub use migration::Migrator;

use std::fmt::Display;

use tepat_store::{QueryResult, StoreFault, Value};

/// A row's columns as a tuple.
fn columns<T: sea_orm::TryGetableMany>(row: &QueryResult) -> Result<T, StoreFault> {
    Ok(row.try_get_many_by_index()?)
}

/// A stored word or number that none of the service's own writes can have put there.
pub(crate) fn damaged(what: &'static str) -> StoreFault {
    StoreFault::Other(sea_orm::DbErr::Custom(format!("the stored {what} is none that this version writes")))
}

/// The condition that a statement's `$2`, made by [`keys`], names the column's value.
///
/// Thousands of keys travel as one value: with a place of its own for each, SQLite takes longer to
/// read the statement than to run it. This is how SQLite spells it; PostgreSQL spells it otherwise.
fn among(column: &str) -> String {
    format!("{column} IN (SELECT value FROM json_each($2))")
}

/// The version and the keys, as the values `$1` and `$2`.
fn keys<K: Display>(version: i64, keys: &[K]) -> [Value; 2] {
    let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
    [version.into(), format!("[{}]", keys.join(",")).into()]
}

/// A text key in JSON. Keys are letters, digits and slashes, so nothing needs an escape.
fn quoted(key: &str) -> String {
    debug_assert!(key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'/'));
    format!("\"{key}\"")
}

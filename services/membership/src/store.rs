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
pub(crate) mod page;
pub(crate) mod range;
pub(crate) mod roster;

pub use migration::Migrator;

use tepat_store::{QueryResult, StoreFault, Value};

/// Most keys that one statement names; both backends take more values than this.
const KEYS_A_STATEMENT: usize = 5_000;

/// A row's columns as a tuple.
fn columns<T: sea_orm::TryGetableMany>(row: &QueryResult) -> Result<T, StoreFault> {
    Ok(row.try_get_many_by_index()?)
}

/// A stored word or number that none of the service's own writes can have put there.
pub(crate) fn damaged(what: &'static str) -> StoreFault {
    StoreFault::Other(sea_orm::DbErr::Custom(format!("the stored {what} is none that this version writes")))
}

/// `$2, $3, …`: places for `count` values after the version in `$1`.
fn places(count: usize) -> String {
    let numbered: Vec<String> = (2..count + 2).map(|number| format!("${number}")).collect();
    numbered.join(", ")
}

/// The version and the keys as values, in the order of [`places`].
fn with_version<K: Clone + Into<Value>>(version: i64, keys: &[K]) -> Vec<Value> {
    std::iter::once(version.into()).chain(keys.iter().cloned().map(Into::into)).collect()
}

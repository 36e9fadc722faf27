//! The tables and every statement that touches them.
//!
//! Rows of the roster are appended with the version of their import and never changed. What a key
//! says at version v is its newest row with version <= v, so every finder here is given a version
//! and no row can be read without one.

pub(crate) mod aside;
pub(crate) mod bounds;
pub(crate) mod frame;
pub(crate) mod import;
pub(crate) mod known;
mod migration;
pub(crate) mod page;
pub(crate) mod partition;
pub(crate) mod range;
pub(crate) mod roster;

pub use migration::Migrator;

use tepat_store::{Backend, QueryResult, Row, Store, StoreFault};

/// A row's columns as a tuple.
fn columns<T: sea_orm::TryGetableMany>(row: &QueryResult) -> Result<T, StoreFault> {
    Ok(row.try_get_many_by_index()?)
}

/// The next field of a scanned row, a number of a narrower type.
fn narrow<T: TryFrom<i64>>(row: &mut Row<'_>) -> Option<T> {
    row.number()?.try_into().ok()
}

/// The rows of these keys up to the version `$1`, as what follows FROM.
///
/// The keys stand in the text, because a scan takes no parameters but a few numbers. On PostgreSQL each
/// is looked up by itself, by the index: given the choice, it reads a large table through.
fn rows_of_keys(store: &Store, table: &str, column: &str, keys: &[i64]) -> String {
    let keys = keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    match store.backend() {
        Backend::Sqlite => {
            format!("{table} WHERE {column} IN (SELECT value FROM json_each('[{keys}]')) AND version <= $1")
        }
        Backend::Postgres => format!(
            "(SELECT of_key.* FROM unnest(CAST('{{{keys}}}' AS BIGINT[])) AS keys (key) CROSS JOIN LATERAL
                  (SELECT * FROM {table} WHERE {column} = keys.key AND version <= $1 OFFSET 0) AS of_key) AS found"
        ),
    }
}

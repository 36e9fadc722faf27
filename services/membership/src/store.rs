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
pub(crate) mod partition;
pub(crate) mod range;
pub(crate) mod roster;

pub use migration::Migrator;

use tepat_store::{QueryResult, Row, Store, StoreFault, Value};

/// A row's columns as a tuple.
fn columns<T: sea_orm::TryGetableMany>(row: &QueryResult) -> Result<T, StoreFault> {
    Ok(row.try_get_many_by_index()?)
}

/// The next field of a scanned row, a number of a narrower type.
fn narrow<T: TryFrom<i64>>(row: &mut Row<'_>) -> Option<T> {
    row.number()?.try_into().ok()
}

/// The condition that a column has one of these values, which stand in the text: a scan takes no
/// parameters but a few numbers.
fn among(store: &Store, column: &str, numbers: &[i64]) -> String {
    let backend = store.backend();
    let Value::String(Some(list)) = backend.numbers(numbers) else { return "FALSE".to_owned() };
    backend.among_numbers(column, &format!("'{list}'"))
}

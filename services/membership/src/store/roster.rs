//! Sealed roster versions, and how an unsealed one goes away.

use tepat_store::{QueryResult, Store, StoreFault, Tx};

use super::page::StoredFault;
use super::{aside, columns, partition};
use crate::rules::file::File;

/// A sealed roster version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Roster {
    /// 1, 2, 3, …
    pub(crate) version: i64,
    /// The import that it was.
    pub(crate) import_id: String,
    /// Persons known at it.
    pub(crate) members: i64,
    /// Microseconds UTC.
    pub(crate) sealed_at_us: i64,
}

const ROSTER: &str = "SELECT r.version, i.import_id, r.members, r.sealed_at_us
    FROM roster_version r JOIN import i ON i.number = r.import_number";

fn roster_of(row: &QueryResult) -> Result<Roster, StoreFault> {
    let (version, import_id, members, sealed_at_us) = columns(row)?;
    Ok(Roster { version, import_id, members, sealed_at_us })
}

/// Seals the rows of a version. The roster counts every person up to it, because it is the newest.
pub(crate) async fn seal(tx: &Tx, version: i64, number: i64, sealed_at_us: i64) -> Result<(), StoreFault> {
    let sql = "INSERT INTO roster_version (version, import_number, members, sealed_at_us)
               SELECT $1, $2, count(*), $3 FROM (SELECT DISTINCT nik FROM member WHERE version <= $1) AS known";
    tx.execute(sql, [version.into(), number.into(), sealed_at_us.into()]).await?;
    forget_restated(tx).await
}

/// The roster version that an import was sealed as.
pub(crate) async fn of_import(tx: &Tx, number: i64) -> Result<Roster, StoreFault> {
    let row = tx.row(&format!("{ROSTER} WHERE r.import_number = $1"), [number.into()]).await?;
    roster_of(&row.ok_or(StoreFault::Damaged)?)
}

/// Deletes the rows of a version that is not sealed, and what its import put aside.
pub(crate) async fn discard(tx: &Tx, version: i64, number: i64) -> Result<(), StoreFault> {
    partition::forget(tx, version).await?;
    aside::clear(tx, number).await?;
    for table in ["employer", "list_snapshot"] {
        tx.execute(&format!("DELETE FROM {table} WHERE version = $1"), [version.into()]).await?;
    }
    forget_restated(tx).await
}

/// Only the open import says things again, so nothing of another is lost.
async fn forget_restated(tx: &Tx) -> Result<(), StoreFault> {
    tx.execute("DELETE FROM restated", []).await.map(|_| ())
}

/// The newest sealed version; none before the first.
pub(crate) async fn newest(store: &Store) -> Result<Option<i64>, StoreFault> {
    let row = store.row("SELECT max(version) FROM roster_version", []).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?.flatten())
}

/// Whether that version is sealed.
pub(crate) async fn is_sealed(store: &Store, version: i64) -> Result<bool, StoreFault> {
    Ok(store.row("SELECT 1 FROM roster_version WHERE version = $1", [version.into()]).await?.is_some())
}

/// At most `limit` versions below `before`, newest first.
pub(crate) async fn list(store: &Store, before: i64, limit: usize) -> Result<Vec<Roster>, StoreFault> {
    let sql = format!("{ROSTER} WHERE r.version < $1 ORDER BY r.version DESC LIMIT {limit}");
    store.rows(&sql, [before.into()]).await?.iter().map(roster_of).collect()
}

/// At most `limit` faults of an import behind `after` (file, line, place), in that order.
pub(crate) async fn faults(
    store: &Store,
    number: i64,
    after: (i64, i64, i64),
    limit: usize,
) -> Result<Vec<StoredFault>, StoreFault> {
    let sql = format!(
        "SELECT file, line, place, column_name, fault FROM import_fault
         WHERE number = $1 AND (file, line, place) > ($2, $3, $4) ORDER BY file, line, place LIMIT {limit}"
    );
    let rows = store.rows(&sql, [number.into(), after.0.into(), after.1.into(), after.2.into()]).await?;
    rows.iter()
        .map(|row| {
            let (file, line, place, column, fault): (i64, _, _, _, _) = columns(row)?;
            let file = i32::try_from(file).ok().and_then(File::of_number).ok_or(StoreFault::Damaged)?;
            Ok(StoredFault { file, line, place, column, fault })
        })
        .collect()
}

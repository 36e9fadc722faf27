//! Lines put aside until their file is read to its end.

use tepat_store::{Rows, Store, StoreFault, Tx, append};

use super::columns;
use crate::rules::file::File;

/// A line put aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Aside {
    /// Physical line where the record starts.
    pub(crate) line: i64,
    /// Its fields.
    pub(crate) fields: Vec<String>,
}

/// Puts lines aside.
pub(crate) async fn put(tx: &Tx, number: i64, file: File, asides: &[Aside]) -> Result<(), StoreFault> {
    let mut rows = Rows::with_capacity(&["number", "file", "line", "record"], asides.len());
    for Aside { line, fields } in asides {
        let record = serde_json::to_string(fields).expect("texts are JSON");
        rows.push([number.into(), i64::from(file.number()).into(), (*line).into(), record.into()]);
    }
    append(tx, "import_aside", rows).await
}

/// At most `limit` of the lines put aside behind line `after`, in their order.
pub(crate) async fn list(
    store: &Store,
    (number, file): (i64, File),
    after: i64,
    limit: usize,
) -> Result<Vec<Aside>, StoreFault> {
    let sql = format!(
        "SELECT line, record FROM import_aside WHERE number = $1 AND file = $2 AND line > $3
         ORDER BY line LIMIT {limit}"
    );
    let rows = store.rows(&sql, [number.into(), i64::from(file.number()).into(), after.into()]).await?;
    let aside = |row| {
        let (line, record): (i64, String) = columns(row)?;
        let fields = serde_json::from_str(&record).map_err(|_| StoreFault::Damaged)?;
        Ok(Aside { line, fields })
    };
    rows.iter().map(aside).collect()
}

/// Forgets the lines put aside up to `line`, of which there are `count`; false when they are not there
/// any more. Then the transaction must not be committed.
pub(crate) async fn forget(
    tx: &Tx,
    (number, file): (i64, File),
    line: i64,
    count: usize,
) -> Result<bool, StoreFault> {
    let sql = "DELETE FROM import_aside WHERE number = $1 AND file = $2 AND line <= $3";
    let gone = tx.execute(sql, [number.into(), i64::from(file.number()).into(), line.into()]).await?;
    Ok(usize::try_from(gone) == Ok(count))
}

/// Forgets everything that an import put aside.
pub(super) async fn clear(tx: &Tx, number: i64) -> Result<(), StoreFault> {
    tx.execute("DELETE FROM import_aside WHERE number = $1", [number.into()]).await.map(|_| ())
}

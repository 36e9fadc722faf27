//! Imports and how far their files are read.

use tepat_store::{QueryResult, Rows, Store, StoreFault, Tx, Value, append};

use super::{columns, partition};
use crate::rules::file::{File, Header};
use crate::rules::import::{FileState, Import, ImportState, ImportedFile, Tally};

const IMPORT: &str = "SELECT number, import_id, content, version, dry_run, allow_extra, state FROM import";

fn import_of(row: &QueryResult) -> Result<Import, StoreFault> {
    let (number, import_id, content, version, dry_run, allow_extra, state): (_, _, _, _, _, _, String) =
        columns(row)?;
    let state = ImportState::of_text(&state).ok_or(StoreFault::Damaged)?;
    Ok(Import { number, import_id, content, version, dry_run, allow_extra, state })
}

/// The import of that id, as the transaction sees it.
pub(crate) async fn find_in(tx: &Tx, import_id: &str) -> Result<Option<Import>, StoreFault> {
    let row = tx.row(&format!("{IMPORT} WHERE import_id = $1"), [import_id.into()]).await?;
    row.as_ref().map(import_of).transpose()
}

/// The import of that id.
pub(crate) async fn find(store: &Store, import_id: &str) -> Result<Option<Import>, StoreFault> {
    let row = store.row(&format!("{IMPORT} WHERE import_id = $1"), [import_id.into()]).await?;
    row.as_ref().map(import_of).transpose()
}

/// The import that is open, if one is.
pub(crate) async fn find_open(tx: &Tx) -> Result<Option<Import>, StoreFault> {
    let row = tx.row(&format!("{IMPORT} WHERE state = 'open'"), []).await?;
    row.as_ref().map(import_of).transpose()
}

/// The next number of an import and the next version of rows. Versions of discarded imports are
/// not used again; those that dry runs borrowed are.
pub(crate) async fn next_numbers(tx: &Tx) -> Result<(i64, i64), StoreFault> {
    let sql = "SELECT coalesce(max(number), 0) + 1,
                      coalesce(max(CASE WHEN dry_run THEN 0 ELSE version END), 0) + 1 FROM import";
    let row = tx.row(sql, []).await?.ok_or(StoreFault::Damaged)?;
    columns(&row)
}

/// Writes a new import with its files and column names.
pub(crate) async fn insert(
    tx: &Tx,
    import: &Import,
    files: &[ImportedFile],
    renames: &[(File, String, String)],
    opened_at_us: i64,
) -> Result<(), StoreFault> {
    let sql =
        "INSERT INTO import (number, import_id, content, version, dry_run, allow_extra, state, opened_at_us)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values: [Value; 8] = [
        import.number.into(),
        import.import_id.clone().into(),
        import.content.clone().into(),
        import.version.into(),
        import.dry_run.into(),
        import.allow_extra.into(),
        import.state.text().into(),
        opened_at_us.into(),
    ];
    tx.execute(sql, values).await?;
    let mut rows = Rows::new(&FILE_COLUMNS);
    for file in files {
        rows.push(file_values(import.number, file));
    }
    append(tx, "import_file", rows).await?;
    let mut rows = Rows::new(&["number", "file", "from_name", "to_name"]);
    for (file, from, to) in renames {
        let file = i64::from(file.number());
        rows.push([import.number.into(), file.into(), from.clone().into(), to.clone().into()]);
    }
    append(tx, "import_column", rows).await?;
    for file in files {
        partition::open(tx, import.version, file.file).await?;
    }
    Ok(())
}

const FILE_COLUMNS: [&str; 17] = [
    "number",
    "file",
    "bytes",
    "sha256",
    "state",
    "offset_bytes",
    "line",
    "hash",
    "positions",
    "width",
    "extra_columns",
    "rows_in",
    "rows_out",
    "rows_merged",
    "rows_faulty",
    "faults",
    "warnings",
];

fn file_values(number: i64, file: &ImportedFile) -> [Value; 17] {
    let positions = file.header.iter().flat_map(|header| &header.positions);
    let positions: Vec<String> = positions.map(ToString::to_string).collect();
    let width = file.header.as_ref().map_or(0, |header| header.width);
    [
        number.into(),
        i64::from(file.file.number()).into(),
        file.bytes.into(),
        file.sha256.clone().into(),
        file.state.text().into(),
        file.offset.into(),
        file.line.into(),
        file.hash.clone().into(),
        positions.join(",").into(),
        i64::try_from(width).expect("a record has at most a million fields").into(),
        file.extra_columns.join("\n").into(),
        file.tally.rows_in.into(),
        file.tally.rows_out.into(),
        file.tally.rows_merged.into(),
        file.tally.rows_faulty.into(),
        file.tally.faults.into(),
        file.tally.warnings.into(),
    ]
}

/// Moves a file on from `offset` in an open import; false when it is no longer there, because
/// another upload moved it or the import is closed. Then the transaction must not be committed.
pub(crate) async fn advance(
    tx: &Tx,
    number: i64,
    offset: i64,
    file: &ImportedFile,
) -> Result<bool, StoreFault> {
    let set: Vec<String> = FILE_COLUMNS
        .iter()
        .enumerate()
        .skip(2)
        .map(|(index, name)| format!("{name} = ${}", index + 1))
        .collect();
    let sql = format!(
        "UPDATE import_file SET {} WHERE number = $1 AND file = $2 AND offset_bytes = $18
             AND state IN ('pending', 'reading')
             AND EXISTS (SELECT 1 FROM import WHERE number = $1 AND state = 'open')",
        set.join(", ")
    );
    let values = file_values(number, file).into_iter().chain([offset.into()]);
    Ok(tx.execute(&sql, values).await? == 1)
}

fn files_sql() -> String {
    format!("SELECT {} FROM import_file WHERE number = $1 ORDER BY file", FILE_COLUMNS[1..].join(", "))
}

/// The files of an import, in the order of upload.
pub(crate) async fn files(store: &Store, number: i64) -> Result<Vec<ImportedFile>, StoreFault> {
    store.rows(&files_sql(), [number.into()]).await?.iter().map(file_of).collect()
}

/// The files of an import, as the transaction sees them.
pub(crate) async fn files_in(tx: &Tx, number: i64) -> Result<Vec<ImportedFile>, StoreFault> {
    tx.rows(&files_sql(), [number.into()]).await?.iter().map(file_of).collect()
}

fn file_of(row: &QueryResult) -> Result<ImportedFile, StoreFault> {
    let number = |index: usize| -> Result<i64, StoreFault> { Ok(row.try_get_by_index(index)?) };
    let text = |index: usize| -> Result<String, StoreFault> { Ok(row.try_get_by_index(index)?) };
    let file = i32::try_from(number(0)?).ok().and_then(File::of_number).ok_or(StoreFault::Damaged)?;
    let width = usize::try_from(number(8)?).map_err(|_| StoreFault::Damaged)?;
    let positions: Result<Vec<usize>, _> =
        text(7)?.split(',').filter(|place| !place.is_empty()).map(str::parse).collect();
    let positions = positions.map_err(|_| StoreFault::Damaged)?;
    let extra = text(9)?;
    Ok(ImportedFile {
        file,
        bytes: number(1)?,
        sha256: text(2)?,
        state: FileState::of_text(&text(3)?).ok_or(StoreFault::Damaged)?,
        offset: number(4)?,
        line: number(5)?,
        hash: text(6)?,
        header: (width > 0).then_some(Header { positions, width }),
        tally: Tally {
            rows_in: number(10)?,
            rows_out: number(11)?,
            rows_merged: number(12)?,
            rows_faulty: number(13)?,
            faults: number(14)?,
            warnings: number(15)?,
        },
        extra_columns: if extra.is_empty() {
            Vec::new()
        } else {
            extra.split('\n').map(str::to_owned).collect()
        },
    })
}

/// The column names of a file: pairs of the name in the file and the interface's.
pub(crate) async fn renames(
    store: &Store,
    number: i64,
    file: File,
) -> Result<Vec<(String, String)>, StoreFault> {
    let sql = "SELECT from_name, to_name FROM import_column WHERE number = $1 AND file = $2";
    let rows = store.rows(sql, [number.into(), i64::from(file.number()).into()]).await?;
    rows.iter().map(columns).collect()
}

/// Closes an import.
pub(crate) async fn close(tx: &Tx, number: i64, state: ImportState) -> Result<(), StoreFault> {
    let sql = "UPDATE import SET state = $2 WHERE number = $1";
    tx.execute(sql, [number.into(), state.text().into()]).await.map(|_| ())
}

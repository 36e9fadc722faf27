//! Bulk append: the only way rows by the thousand enter a table.

use sea_orm::Value;
use sqlx::Error as SqlxError;

use crate::backend::Backend;
use crate::fault::StoreFault;
use crate::tx::{Tx, Way};

/// SQLite binds at most 32,766 values a statement; blocks of this many rows also keep the
/// statement's text, and so its parsing, small.
const ROWS_A_STATEMENT: usize = 100;

/// Up to so many rows travel to PostgreSQL within a statement: a COPY ends with a short message of its own, which
/// a connection holds back until what went before is acknowledged, some 40 ms on most systems.
const ROWS_WITHOUT_COPY: usize = 600;

/// What is sent to PostgreSQL at once, bytes.
const COPY_BLOCK_BYTES: usize = 256 * 1024;

/// Rows for one table, held flat.
#[derive(Clone, Debug)]
pub struct Rows<'a> {
    columns: &'a [&'a str],
    values: Vec<Value>,
}

impl<'a> Rows<'a> {
    /// No rows yet; each will have a value for every one of `columns`, at most 300.
    #[must_use]
    pub fn new(columns: &'a [&'a str]) -> Self {
        Self { columns, values: Vec::new() }
    }

    /// No rows yet, with room for so many.
    #[must_use]
    pub fn with_capacity(columns: &'a [&'a str], rows: usize) -> Self {
        Self { columns, values: Vec::with_capacity(rows * columns.len()) }
    }

    /// Adds a row. On PostgreSQL the type of each value has to be the column's own: `i64` BIGINT, `i32`
    /// INTEGER, `i16` SMALLINT.
    pub fn push(&mut self, row: impl IntoIterator<Item = Value>) {
        self.values.extend(row);
        debug_assert_eq!(self.values.len() % self.columns.len(), 0, "a value for each column");
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len() / self.columns.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

/// Appends rows to `table`. All of them enter with the transaction or none does.
///
/// # Errors
/// [`StoreFault::Conflict`] when a constraint refuses a row, else what failed.
pub async fn append(tx: &Tx, table: &str, rows: Rows<'_>) -> Result<(), StoreFault> {
    if rows.is_empty() {
        return Ok(());
    }
    match &tx.way {
        Way::Sqlite { .. } => insert(tx, table, rows).await,
        Way::Postgres(_) if rows.len() <= ROWS_WITHOUT_COPY => insert(tx, table, rows).await,
        Way::Postgres(connection) => {
            let sql = format!("COPY {table} ({}) FROM STDIN (FORMAT binary)", rows.columns.join(", "));
            let width = rows.columns.len();
            let mut connection = connection.lock().await;
            let mut copy = connection.copy_in_raw(&sql).await?;
            let mut block = Vec::with_capacity(COPY_BLOCK_BYTES + 4_096);
            block.extend_from_slice(COPY_HEADER);
            for row in rows.values.chunks_exact(width) {
                encode_row(row, &mut block)?;
                if block.len() >= COPY_BLOCK_BYTES {
                    copy.send(block.as_slice()).await?;
                    block.clear();
                }
            }
            block.extend_from_slice(&(-1_i16).to_be_bytes());
            copy.send(block.as_slice()).await?;
            copy.finish().await?;
            Ok(())
        }
    }
}

async fn insert(tx: &Tx, table: &str, rows: Rows<'_>) -> Result<(), StoreFault> {
    let Rows { columns, values } = rows;
    let block = ROWS_A_STATEMENT * columns.len();
    let backend = tx.backend();
    let full = insert_text(backend, table, columns, ROWS_A_STATEMENT);
    let mut values = values.into_iter();
    while values.len() > 0 {
        let last = (values.len() < block)
            .then(|| insert_text(backend, table, columns, values.len() / columns.len()));
        tx.execute(last.as_deref().unwrap_or(&full), values.by_ref().take(block)).await?;
    }
    Ok(())
}

fn insert_text(backend: Backend, table: &str, columns: &[&str], rows: usize) -> String {
    let width = columns.len();
    let place = |place: usize| match backend {
        // A numbered parameter would be looked up by its name for every value that is bound.
        Backend::Sqlite => "?".to_owned(),
        Backend::Postgres => format!("${place}"),
    };
    let row = |row: usize| {
        let places: Vec<String> = (row * width + 1..=(row + 1) * width).map(place).collect();
        format!("({})", places.join(", "))
    };
    let rows: Vec<String> = (0..rows).map(row).collect();
    format!("INSERT INTO {table} ({}) VALUES {}", columns.join(", "), rows.join(", "))
}

/// Signature, flags and extension of the binary COPY format.
const COPY_HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

fn encode_row(row: &[Value], out: &mut Vec<u8>) -> Result<(), StoreFault> {
    out.extend_from_slice(&i16::try_from(row.len()).expect("at most 300 columns").to_be_bytes());
    for value in row {
        match value {
            Value::BigInt(Some(number)) => field(out, &number.to_be_bytes()),
            Value::Int(Some(number)) => field(out, &number.to_be_bytes()),
            Value::SmallInt(Some(number)) => field(out, &number.to_be_bytes()),
            Value::Bool(Some(truth)) => field(out, &[u8::from(*truth)]),
            Value::String(Some(text)) => field(out, text.as_bytes()),
            Value::Bytes(Some(bytes)) => field(out, bytes),
            Value::Uuid(Some(id)) => field(out, id.as_bytes()),
            Value::BigInt(None)
            | Value::Int(None)
            | Value::SmallInt(None)
            | Value::Bool(None)
            | Value::String(None)
            | Value::Bytes(None)
            | Value::Uuid(None) => out.extend_from_slice(&(-1_i32).to_be_bytes()),
            _ => return Err(SqlxError::Encode("a value of a type that no table has".into()).into()),
        }
    }
    Ok(())
}

fn field(out: &mut Vec<u8>, bytes: &[u8]) {
    let length = i32::try_from(bytes.len()).expect("a field is much smaller than 2 GiB");
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(bytes);
}

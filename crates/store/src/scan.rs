//! Reading sets in order: the fastest way that each database has.
//!
//! PostgreSQL sends a binary COPY, SQLite one text of everything: handing a row from its thread to ours
//! costs several times as much as reading it. Either way a row is read in place, without a value of
//! its own for each field.

use std::str::Split;

use futures::TryStreamExt as _;
use sqlx::PgPool;
use sqlx::postgres::PgPoolCopyExt as _;
use uuid::Uuid;

use crate::again::Again;
use crate::fault::StoreFault;
use crate::open::{Kind, Store};

/// A column of a [`Select`] with what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column<'a> {
    /// A whole number of any width.
    Number(&'a str),
    /// A text without control characters; NULL reads as the empty text.
    Text(&'a str),
    /// 16 bytes.
    Uuid(&'a str),
}

/// What a scan reads. Its only parameters are numbers, because COPY takes no others.
#[derive(Clone, Copy, Debug)]
pub struct Select<'a> {
    /// Columns or expressions, in the order in which they are read.
    pub columns: &'a [Column<'a>],
    /// What follows FROM, with `$1`, `$2`, … for `numbers`: table, conditions, order and limit.
    pub from: &'a str,
    /// The parameters, at most nine.
    pub numbers: &'a [i64],
}

/// One row, field by field from the first.
#[derive(Debug)]
pub struct Row<'a>(Fields<'a>);

#[derive(Debug)]
enum Fields<'a> {
    Binary(&'a [u8]),
    Text(Split<'a, char>),
}

/// Reads a set of rows in the order that the select asks for. `take` gives none for a row that none of
/// the service's own writes can have made.
///
/// The set is held in memory on SQLite and should be a range of some thousand rows.
///
/// # Errors
/// [`StoreFault::Damaged`] when `take` gives none for a row, else what failed.
pub async fn scan<T>(
    store: &Store,
    select: Select<'_>,
    mut take: impl FnMut(&mut Row<'_>) -> Option<T>,
) -> Result<Vec<T>, StoreFault> {
    let sql = select.text(store);
    let Kind::Postgres { pool } = &store.kind else { return text(store, &sql, &mut take).await };
    let mut again = Again::new();
    loop {
        match binary(pool, &sql, &mut take).await {
            Ok(rows) => return Ok(rows),
            Err(fault) => again.after(fault).await?,
        }
    }
}

const FIELD: char = '\u{1f}';
const ROW: char = '\u{1e}';

impl Select<'_> {
    fn text(&self, store: &Store) -> String {
        debug_assert!(self.numbers.len() < 10, "a parameter has one digit");
        let from = (1..).zip(self.numbers).fold(self.from.to_owned(), |from, (place, number)| {
            from.replace(&format!("${place}"), &number.to_string())
        });
        match store.kind {
            Kind::Sqlite { .. } => {
                let (mut inner, mut outer) = (Vec::new(), Vec::new());
                for (place, column) in self.columns.iter().enumerate() {
                    let (Column::Number(name) | Column::Text(name) | Column::Uuid(name)) = column;
                    inner.push(format!("{name} AS c{place}"));
                    outer.push(match column {
                        Column::Uuid(_) => format!("hex(c{place})"),
                        _ => format!("coalesce(c{place}, '')"),
                    });
                }
                let fields = outer.join(" || x'1f' || ");
                format!("SELECT string_agg({fields}, x'1e') FROM (SELECT {} FROM {from})", inner.join(", "))
            }
            Kind::Postgres { .. } => {
                let name = |column: &Column<'_>| match column {
                    Column::Number(name) | Column::Text(name) | Column::Uuid(name) => (*name).to_owned(),
                };
                let columns = self.columns.iter().map(name).collect::<Vec<_>>().join(", ");
                format!("COPY (SELECT {columns} FROM {from}) TO STDOUT (FORMAT binary)")
            }
        }
    }
}

async fn text<T>(
    store: &Store,
    sql: &str,
    take: &mut impl FnMut(&mut Row<'_>) -> Option<T>,
) -> Result<Vec<T>, StoreFault> {
    let row = store.row(sql, []).await?;
    let text: Option<String> = row.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
    let Some(text) = text else { return Ok(Vec::new()) };
    let taken = text.split(ROW).map(|row| take(&mut Row(Fields::Text(row.split(FIELD)))));
    taken.collect::<Option<_>>().ok_or(StoreFault::Damaged)
}

/// Bytes before the first row: signature, flags, length of an extension that is empty.
const HEADER_BYTES: usize = 19;

async fn binary<T>(
    pool: &PgPool,
    sql: &str,
    take: &mut impl FnMut(&mut Row<'_>) -> Option<T>,
) -> Result<Vec<T>, StoreFault> {
    let mut messages = pool.copy_out_raw(sql).await?;
    let mut rows = Vec::new();
    let mut damaged = false;
    let mut headed = false;
    // Read to the end also behind a damaged row: the connection goes back into the pool.
    while let Some(message) = messages.try_next().await? {
        let mut row = &message[..];
        if !headed {
            headed = true;
            row = row.get(HEADER_BYTES..).unwrap_or_default();
        }
        // A message is one row: its count of fields, and the fields. The last has a count of -1.
        let Some((count, fields)) = row.split_first_chunk::<2>() else { continue };
        if i16::from_be_bytes(*count) >= 0 {
            match take(&mut Row(Fields::Binary(fields))) {
                Some(taken) => rows.push(taken),
                None => damaged = true,
            }
        }
    }
    if damaged { Err(StoreFault::Damaged) } else { Ok(rows) }
}

impl<'a> Row<'a> {
    /// The next field as a number; none for NULL.
    pub fn number(&mut self) -> Option<i64> {
        match &mut self.0 {
            Fields::Text(fields) => fields.next()?.parse().ok(),
            Fields::Binary(rest) => match *field(rest)? {
                [a, b] => Some(i16::from_be_bytes([a, b]).into()),
                [a, b, c, d] => Some(i32::from_be_bytes([a, b, c, d]).into()),
                [a, b, c, d, e, f, g, h] => Some(i64::from_be_bytes([a, b, c, d, e, f, g, h])),
                _ => None,
            },
        }
    }

    /// The next field as a text; empty for NULL.
    pub fn text(&mut self) -> Option<&'a str> {
        match &mut self.0 {
            Fields::Text(fields) => fields.next(),
            Fields::Binary(rest) => std::str::from_utf8(field(rest)?).ok(),
        }
    }

    /// The next field as 16 bytes; none for NULL.
    pub fn uuid(&mut self) -> Option<Uuid> {
        match &mut self.0 {
            Fields::Text(fields) => Uuid::try_parse(fields.next()?).ok(),
            Fields::Binary(rest) => Uuid::from_slice(field(rest)?).ok(),
        }
    }
}

/// The bytes of the next field; those of NULL are none.
fn field<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, behind) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(i32::from_be_bytes(*length)).unwrap_or(0);
    let (bytes, behind) = behind.split_at_checked(length)?;
    *rest = behind;
    Some(bytes)
}

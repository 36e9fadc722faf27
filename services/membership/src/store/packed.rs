//! A set of rows as one text.
//!
//! Handing a row from the database's thread to ours costs several times as much as reading it, so a
//! set that is read whole comes as one text. The separators are control characters, which the
//! import lets into no field.

use std::str::Split;

use tepat_store::{Store, StoreFault, Value};

const FIELD: char = '\u{1f}';
const ROW: char = '\u{1e}';

/// The rows of a statement.
pub(super) struct Packed(String);

/// The fields of one row, from the first.
pub(super) struct Fields<'a>(Split<'a, char>);

impl Packed {
    /// Reads these columns of `from`, which may name `$1` to `$3`. Their order is not promised.
    pub(super) async fn read(
        store: &Store,
        columns: &[&str],
        from: &str,
        values: [Value; 3],
    ) -> Result<Self, StoreFault> {
        let columns = columns.join(" || $4 || ");
        let sql = format!("SELECT string_agg({columns}, $5) FROM {from}");
        let separators: [Value; 2] = [FIELD.to_string().into(), ROW.to_string().into()];
        let row = store.row(&sql, values.into_iter().chain(separators)).await?;
        let text: Option<String> = row.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
        Ok(Self(text.unwrap_or_default()))
    }

    /// Each row; none for no rows at all.
    pub(super) fn rows(&self) -> impl Iterator<Item = Fields<'_>> {
        let rows = if self.0.is_empty() { None } else { Some(self.0.split(ROW)) };
        rows.into_iter().flatten().map(|row| Fields(row.split(FIELD)))
    }
}

impl<'a> Fields<'a> {
    /// The next field; none behind the last.
    pub(super) fn text(&mut self) -> Option<&'a str> {
        self.0.next()
    }

    /// The next field as a number; none when it is no number.
    pub(super) fn number(&mut self) -> Option<i64> {
        self.text()?.parse().ok()
    }
}

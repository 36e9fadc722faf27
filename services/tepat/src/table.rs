//! Tables for people: aligned columns, numbers to the right with their thousands set apart.

use std::fmt::Write as _;

/// A table under way.
#[derive(Debug)]
pub(crate) struct Table {
    header: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

/// One cell.
#[derive(Debug)]
pub(crate) enum Cell {
    /// Set to the left.
    Text(String),
    /// Set to the right.
    Number(i64),
    /// Set to the right, as written.
    Right(String),
}

impl Cell {
    fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Right(text) => text.clone(),
            Self::Number(number) => thousands(*number),
        }
    }

    fn is_right(&self) -> bool {
        !matches!(self, Self::Text(_))
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Cell {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl Table {
    /// An empty table; an empty header row is left out.
    pub(crate) fn new(header: &[&'static str]) -> Self {
        Self { header: header.to_vec(), rows: Vec::new() }
    }

    /// Adds a row, as long as the header.
    pub(crate) fn row<const N: usize>(&mut self, cells: [Cell; N]) {
        self.rows.push(cells.into());
    }

    /// The lines of the table, each with its line end.
    pub(crate) fn lines(&self) -> String {
        let shown: Vec<Vec<String>> =
            self.rows.iter().map(|row| row.iter().map(Cell::shown).collect()).collect();
        let width = |column: usize| {
            let below = shown.iter().filter_map(|row| row.get(column)).map(|text| text.chars().count());
            below.chain(self.header.get(column).map(|name| name.chars().count())).max().unwrap_or(0)
        };
        let columns = self.rows.iter().map(Vec::len).chain([self.header.len()]).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let right = |column: usize| self.rows.iter().any(|row| row.get(column).is_some_and(Cell::is_right));
        let mut lines = String::new();
        let header: Vec<String> = self.header.iter().map(|name| (*name).to_owned()).collect();
        let heading = (!header.is_empty()).then_some(&header);
        for row in heading.into_iter().chain(&shown) {
            let mut line = String::new();
            for (column, text) in row.iter().enumerate() {
                let width = widths[column];
                let gap = if column == 0 { "" } else { "  " };
                let written = if right(column) {
                    write!(line, "{gap}{text:>width$}")
                } else {
                    write!(line, "{gap}{text:<width$}")
                };
                written.expect("a String takes every write");
            }
            lines.push_str(line.trim_end());
            lines.push('\n');
        }
        lines
    }
}

/// A whole number with its thousands set apart: `1,234,567`.
pub(crate) fn thousands(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut shown = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    if number < 0 { format!("-{shown}") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let check = |number, expected| assert_eq!(thousands(number), expected);
        check(0, "0");
        check(999, "999");
        check(1_000, "1,000");
        check(123_456, "123,456");
        check(-1_234_567, "-1,234,567");
        check(i64::MIN, "-9,223,372,036,854,775,808");
    }

    #[test]
    fn numbers_stand_to_the_right_and_no_line_ends_in_spaces() {
        let mut table = Table::new(&["reason", "persons"]);
        table.row(["DECEASED".into(), 7.into()]);
        table.row(["POLICE".into(), 12_345.into()]);
        assert_eq!(table.lines(), "reason    persons\nDECEASED        7\nPOLICE     12,345\n");
        let mut bare = Table::new(&[]);
        bare.row(["a".into(), "x".into()]);
        bare.row(["bcd".into(), "".into()]);
        assert_eq!(bare.lines(), "a    x\nbcd\n");
    }
}

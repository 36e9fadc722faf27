//! Rows: each file's fields become typed values, or every fault of the row.

mod employer;
mod listed;
mod member;
mod wage;

pub(crate) use employer::{EmployerFacts, EmployerKey, EmployerLine};
pub(crate) use listed::{ListedLine, ListedRow};
pub(crate) use member::{EmploymentFacts, EmploymentKey, MemberLine, MemberRow, Person};
pub(crate) use wage::{ReportKey, WageFacts, WageLine};

/// Columns of `members.csv` that faults across rows name.
pub(crate) mod columns_of_members {
    pub(crate) use super::member::{BIRTH_DATE, NAME, NPP, SEX};
}

/// Columns of `wages.csv` that faults across rows name.
pub(crate) mod columns_of_wages {
    pub(crate) use super::wage::{NPP, START_DATE};
}

use tepat_terms::{NAME_CHARACTERS_MAX, Nik, NikFault, Npp, Region, RegionFault, date_to_number, parse_date};

use super::fault::{FaultKind, RowFault};
use super::file::Header;
use super::scan::Fields;

/// The cells of one row, and the faults found in them so far. A cell has one fault at most: the
/// first of control character, empty, too long, shape.
pub(crate) struct Cells<'a> {
    fields: &'a Fields,
    header: &'a Header,
    faults: Vec<RowFault>,
}

impl<'a> Cells<'a> {
    /// Takes a record whose width is the header's.
    pub(crate) fn new(fields: &'a Fields, header: &'a Header) -> Self {
        Self { fields, header, faults: Vec::new() }
    }

    /// Every fault, in the order in which they are reported.
    fn into_faults(mut self) -> Vec<RowFault> {
        self.faults.sort_by_key(|fault| fault.column);
        self.faults
    }

    fn refuse(&mut self, column: usize, kind: FaultKind) {
        self.faults.push(RowFault { column: Some(column), kind });
    }

    /// The cell's text, empty or not; none and a fault when it has a control character.
    fn text(&mut self, column: usize) -> Option<&'a str> {
        let text =
            self.header.positions.get(column).and_then(|index| self.fields.get(*index)).unwrap_or_default();
        // Of ASCII only the control characters are below a space; beyond it a closer look is needed.
        let beyond_ascii = !text.bytes().all(|byte| (b' '..0x7F).contains(&byte));
        if beyond_ascii && text.chars().any(char::is_control) {
            self.refuse(column, FaultKind::ControlCharacter);
            return None;
        }
        Some(text)
    }

    /// The text of a mandatory cell; spaces alone are no content.
    fn filled(&mut self, column: usize) -> Option<&'a str> {
        let text = self.text(column)?;
        if text.trim().is_empty() {
            self.refuse(column, FaultKind::Empty);
            return None;
        }
        Some(text)
    }

    /// A mandatory cell read by `read`; `kind` when that finds nothing.
    fn read<T>(&mut self, column: usize, kind: FaultKind, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let value = read(self.filled(column)?);
        if value.is_none() {
            self.refuse(column, kind);
        }
        value
    }

    /// A cell of digits that may be empty, of the shape that `shape` accepts: the number that they are,
    /// [`NOT_REPORTED`] when it is empty.
    fn card(&mut self, column: usize, kind: FaultKind, shape: impl FnOnce(&str) -> bool) -> Option<i64> {
        let text = self.text(column)?;
        if text.trim().is_empty() {
            return Some(NOT_REPORTED);
        }
        let number = if shape(text) { text.parse().ok() } else { None };
        if number.is_none() {
            self.refuse(column, kind);
        }
        number
    }

    fn nik(&mut self, column: usize) -> Option<Nik> {
        let parsed = self.filled(column)?.parse();
        match parsed {
            Ok(nik) => return Some(nik),
            Err(NikFault::Shape) => self.refuse(column, FaultKind::NikShape),
            Err(NikFault::Date) => self.refuse(column, FaultKind::NikDate),
            Err(NikFault::Serial) => self.refuse(column, FaultKind::NikSerial),
        }
        None
    }

    /// A day as the number YYYYMMDD.
    fn date(&mut self, column: usize) -> Option<i32> {
        let number = |text: &str| i32::try_from(date_to_number(parse_date(text).ok()?)).ok();
        self.read(column, FaultKind::BadDate, number)
    }

    fn region(&mut self, column: usize) -> Option<i16> {
        let parsed = self.filled(column)?.parse::<Region>();
        match parsed {
            Ok(region) => return i16::try_from(region.number()).ok(),
            Err(RegionFault::Old { .. }) => self.refuse(column, FaultKind::OldRegion),
            Err(RegionFault::Unknown) => self.refuse(column, FaultKind::UnknownRegion),
        }
        None
    }

    fn name(&mut self, column: usize) -> Option<String> {
        let text = self.filled(column)?;
        self.bounded(column, text, NAME_CHARACTERS_MAX)
    }

    /// The text, when it has at most `characters_max`; it is never cut.
    fn bounded(&mut self, column: usize, text: &str, characters_max: usize) -> Option<String> {
        if text.len() > characters_max && text.chars().count() > characters_max {
            self.refuse(column, FaultKind::TooLong);
            return None;
        }
        Some(text.to_owned())
    }

    /// Place of a word in its list, from 1.
    fn word(&mut self, column: usize, words: &[&str]) -> Option<i16> {
        self.read(column, FaultKind::UnknownValue, |text| place(words, text))
    }

    /// The employer that a member or a wage is of. One of a shape that no employer has is unknown: too
    /// long a text is found here, any other when the employer is looked for.
    fn employer(&mut self, npp: usize, division: usize) -> Option<EmployerKey> {
        let (npp_text, division_text) = (self.filled(npp), self.filled(division));
        let key = match (npp_text, division_text) {
            (Some(npp), Some(division)) => EmployerKey::of(npp, division),
            (Some(npp), None) if npp.parse::<Npp>().is_ok() => return None,
            (Some(_), None) => None,
            (None, _) => return None,
        };
        if key.is_none() {
            self.refuse(npp, FaultKind::UnknownEmployer);
        }
        key
    }
}

/// Stands for digits that nobody reported.
const NOT_REPORTED: i64 = -1;

/// Place of a word in its list, from 1.
fn place(words: &[&str], text: &str) -> Option<i16> {
    let index = words.iter().position(|word| *word == text)?;
    i16::try_from(index + 1).ok()
}

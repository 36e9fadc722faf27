//! A record of a file, read by itself.

use crate::rules::fault::FaultKind;
use crate::rules::file::{File, Header};
use crate::rules::row::{Cells, EmployerLine, ListedLine, MemberLine, WageLine};
use crate::rules::scan::{Fields, Record, Spoilt};
use crate::rules::seen::Seen;

/// A record of a file, read by itself.
#[derive(Debug)]
pub(super) enum Line {
    /// Spoilt as a whole.
    Spoilt(FaultKind),
    /// Of `employers.csv`.
    Employer(EmployerLine),
    /// Of `members.csv`.
    Member(MemberLine),
    /// Of `wages.csv`.
    Wage(WageLine),
    /// Of `lists.csv`.
    Listed(ListedLine),
}

impl Line {
    /// Reads a record below the header.
    pub(super) fn read(file: File, header: &Header, record: Record, fields: &Fields) -> Self {
        if let Some(spoilt) = record.spoilt {
            return Self::Spoilt(kind_of(spoilt));
        }
        if fields.len() != header.width {
            return Self::Spoilt(FaultKind::ColumnCount);
        }
        let cells = Cells::new(fields, header);
        match file {
            File::Employers => Self::Employer(EmployerLine::read(cells)),
            File::Members => Self::Member(MemberLine::read(cells)),
            File::Wages => Self::Wage(WageLine::read(cells)),
            File::Lists => Self::Listed(ListedLine::read(cells)),
        }
    }

    /// Whom it names, where it is one person and a number.
    pub(super) fn nik(&self) -> Option<i64> {
        match self {
            Self::Member(line) => line.nik,
            Self::Wage(line) => line.nik,
            Self::Listed(line) => line.row.map(|row| row.nik),
            Self::Spoilt(_) | Self::Employer(_) => None,
        }
    }

    /// Whether an earlier row of the file may have said something about the same key; notes the key.
    /// A line that says nothing about any key repeats none.
    pub(super) fn may_repeat(&self, seen: &mut Seen) -> bool {
        match self {
            Self::Member(line) => line.nik.is_some_and(|nik| seen.note(&[nik][..])),
            // Two employments that began on the same day are told apart later.
            Self::Wage(line) => match (line.nik, line.start_date, line.said) {
                (Some(nik), Some(start_date), Some((month, reported_on, _))) => {
                    seen.note(&[nik, start_date.into(), month.into(), reported_on.into()][..])
                }
                _ => false,
            },
            Self::Listed(line) => {
                line.row.is_some_and(|row| seen.note(&[row.nik, row.list.into(), row.as_of.into()][..]))
            }
            Self::Employer(line) => line.row.as_ref().is_some_and(|(key, _)| seen.note(key)),
            Self::Spoilt(_) => false,
        }
    }
}

/// The fault that a spoilt record has.
pub(super) fn kind_of(spoilt: Spoilt) -> FaultKind {
    match spoilt {
        Spoilt::Quoting => FaultKind::BadQuoting,
        Spoilt::NotUtf8 => FaultKind::NotUtf8,
        Spoilt::TooLong => FaultKind::TooLong,
    }
}

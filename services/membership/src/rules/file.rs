//! The files of an import: their columns, and how a header names them.

use super::fault::FaultKind;
use super::scan::Fields;

/// A file of an import, in the order of upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum File {
    /// `employers.csv`.
    Employers,
    /// `members.csv`, a row per employment.
    Members,
    /// `wages.csv`, a row per report.
    Wages,
    /// `lists.csv`.
    Lists,
}

impl File {
    /// Every file, in the order of upload.
    pub(crate) const ALL: [Self; 4] = [Self::Employers, Self::Members, Self::Wages, Self::Lists];

    /// The number that tables and messages carry, from 1.
    pub(crate) const fn number(self) -> i32 {
        match self {
            Self::Employers => 1,
            Self::Members => 2,
            Self::Wages => 3,
            Self::Lists => 4,
        }
    }

    /// The file of that number.
    pub(crate) fn of_number(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|file| file.number() == number)
    }

    /// The columns that the interface names, in its order.
    pub(crate) const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Employers => &["npp", "division", "name", "region_code", "sector_code", "ownership"],
            Self::Members => &[
                "nik",
                "kk",
                "kpj",
                "name",
                "birth_date",
                "sex",
                "region_code",
                "npp",
                "division",
                "category",
                "segment",
                "programmes",
                "start_date",
                "end_date",
                "bank",
                "account_number",
                "account_holder_name",
            ],
            Self::Wages => &[
                "nik",
                "npp",
                "division",
                "start_date",
                "month",
                "wage_rupiah",
                "wage_months",
                "reported_on",
            ],
            Self::Lists => &["nik", "list", "as_of"],
        }
    }
}

/// How a file's fields lie: read once from its header row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// For each column of the interface the field that holds it.
    pub(crate) positions: Vec<usize>,
    /// Fields of every row.
    pub(crate) width: usize,
}

/// A header and the columns in it that are ignored.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ReadHeader {
    /// Where the interface's columns are.
    pub(crate) header: Header,
    /// Names that the interface does not know, in the file's order.
    pub(crate) extra: Vec<String>,
}

/// Why a file is refused whole: the column's name and what is wrong with it.
pub(crate) type HeaderFault = (String, FaultKind);

/// Most characters of a foreign column's name that are kept.
const FOREIGN_NAME_CHARACTERS_MAX: usize = 100;

/// Finds the interface's columns in a header row.
///
/// `renames` are pairs of the name in the file and the interface's name. With `allow_extra` a
/// column that the interface does not name is ignored; one that stands twice never is, because
/// nobody could say which of the two counts.
///
/// # Errors
/// Every missing column in the interface's order, then every unknown one in the file's.
pub(crate) fn read_header(
    file: File,
    fields: &Fields,
    renames: &[(String, String)],
    allow_extra: bool,
) -> Result<ReadHeader, Vec<HeaderFault>> {
    let columns = file.columns();
    let mut positions = vec![None; columns.len()];
    let (mut extra, mut unknown) = (Vec::new(), Vec::new());
    for index in 0..fields.len() {
        let written = fields.get(index).unwrap_or_default();
        let name = renames.iter().find(|(from, _)| from == written).map_or(written, |(_, to)| to);
        match columns.iter().position(|column| *column == name) {
            Some(column) if positions[column].is_none() => positions[column] = Some(index),
            Some(_) => unknown.push((printable(written), FaultKind::UnknownColumn)),
            None if allow_extra => extra.push(printable(written)),
            None => unknown.push((printable(written), FaultKind::UnknownColumn)),
        }
    }
    let missing = columns.iter().zip(&positions).filter(|(_, position)| position.is_none());
    let mut faults: Vec<HeaderFault> =
        missing.map(|(column, _)| ((*column).to_owned(), FaultKind::MissingColumn)).collect();
    faults.append(&mut unknown);
    if !faults.is_empty() {
        return Err(faults);
    }
    let positions = positions.into_iter().flatten().collect();
    Ok(ReadHeader { header: Header { positions, width: fields.len() }, extra })
}

/// A foreign name, fit for a report.
fn printable(name: &str) -> String {
    name.chars().filter(|character| !character.is_control()).take(FOREIGN_NAME_CHARACTERS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::scan::Scanner;

    fn header(
        row: &str,
        renames: &[(&str, &str)],
        allow_extra: bool,
    ) -> Result<ReadHeader, Vec<HeaderFault>> {
        let (mut scanner, mut fields) = (Scanner::resume(0, 1), Fields::default());
        let mut input = row.as_bytes();
        assert!(scanner.next(&mut input, &mut fields).or_else(|| scanner.finish(&mut fields)).is_some());
        let renames: Vec<_> =
            renames.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
        read_header(File::Lists, &fields, &renames, allow_extra)
    }

    fn found(positions: &[usize], width: usize, extra: &[&str]) -> Result<ReadHeader, Vec<HeaderFault>> {
        let extra = extra.iter().map(|name| (*name).to_owned()).collect();
        Ok(ReadHeader { header: Header { positions: positions.to_vec(), width }, extra })
    }

    fn refused(faults: &[(&str, FaultKind)]) -> Result<ReadHeader, Vec<HeaderFault>> {
        Err(faults.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect())
    }

    #[test]
    fn headers() {
        use FaultKind::{MissingColumn, UnknownColumn};
        assert_eq!(header("nik,list,as_of", &[], false), found(&[0, 1, 2], 3, &[]));
        assert_eq!(header("as_of,\"nik\",list\r\n", &[], false), found(&[1, 2, 0], 3, &[]));
        assert_eq!(header("nik,note,list,as_of", &[], false), refused(&[("note", UnknownColumn)]));
        assert_eq!(header("nik,note,list,as_of", &[], true), found(&[0, 2, 3], 4, &["note"]));
        assert_eq!(header("nik,list,as_of,nik", &[], true), refused(&[("nik", UnknownColumn)]));
        assert_eq!(
            header("NIK,as_of", &[], false),
            refused(&[("nik", MissingColumn), ("list", MissingColumn), ("NIK", UnknownColumn)])
        );
        assert_eq!(header("no_ktp,list,as_of", &[("no_ktp", "nik")], false), found(&[0, 1, 2], 3, &[]));
        assert_eq!(
            header("no_ktp,nik,list,as_of", &[("no_ktp", "nik")], true),
            refused(&[("nik", UnknownColumn)])
        );
    }

    #[test]
    fn files_and_their_numbers_are_one_to_one() {
        for file in File::ALL {
            assert_eq!(File::of_number(file.number()), Some(file));
        }
        assert_eq!(File::of_number(0), None);
    }
}

//! Rows of `employers.csv`.

use tepat_terms::{Division, Npp};

use super::Cells;
use crate::rules::fault::{FaultKind, RowFault};

const NPP: usize = 0;
const DIVISION: usize = 1;
const NAME: usize = 2;
const REGION_CODE: usize = 3;
const SECTOR_CODE: usize = 4;
const OWNERSHIP: usize = 5;

/// Who owns an employer; its place in this list, from 1, is what tables carry.
const OWNERSHIPS: [&str; 4] = ["private", "state_owned", "government", "village"];

const NPP_BYTES: usize = 12;
const DIVISION_BYTES: usize = 10;

/// An employer's key: NPP and division, held in place because every row names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct EmployerKey {
    /// Filled up with zeros.
    npp: [u8; NPP_BYTES],
    /// Likewise.
    division: [u8; DIVISION_BYTES],
}

impl EmployerKey {
    /// Takes both texts; none when one is longer than any employer's.
    pub(crate) fn of(npp: &str, division: &str) -> Option<Self> {
        Some(Self { npp: filled_up(npp)?, division: filled_up(division)? })
    }

    /// Number of the employer.
    pub(crate) fn npp(&self) -> &str {
        text_of(&self.npp)
    }

    /// Division of the employer.
    pub(crate) fn division(&self) -> &str {
        text_of(&self.division)
    }
}

fn filled_up<const BYTES: usize>(text: &str) -> Option<[u8; BYTES]> {
    let mut bytes = [0; BYTES];
    bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
    Some(bytes)
}

fn text_of(bytes: &[u8]) -> &str {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    std::str::from_utf8(&bytes[..end]).expect("a key is made of a text without zeros")
}

/// What an employer's row says besides its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EmployerFacts {
    /// At most 100 characters.
    pub(crate) name: String,
    /// Today's code of its regency or city.
    pub(crate) region_code: i16,
    /// KBLI 2020 code: a section letter or 2 to 5 digits.
    pub(crate) sector_code: String,
    /// Place in the list of ownerships, from 1.
    pub(crate) ownership: i16,
}

/// A row of `employers.csv`.
#[derive(Debug)]
pub(crate) struct EmployerLine {
    /// Everything wrong with it.
    pub(crate) faults: Vec<RowFault>,
    /// What it says; none when it has a fault.
    pub(crate) row: Option<(EmployerKey, EmployerFacts)>,
}

impl EmployerLine {
    /// Reads a row.
    pub(crate) fn read(mut cells: Cells<'_>) -> Self {
        let npp = cells.read(NPP, FaultKind::UnknownValue, |text| text.parse::<Npp>().ok());
        let division = cells.read(DIVISION, FaultKind::UnknownValue, |text| text.parse::<Division>().ok());
        let name = cells.name(NAME);
        let region_code = cells.region(REGION_CODE);
        let sector_code = cells.read(SECTOR_CODE, FaultKind::UnknownValue, sector);
        let ownership = cells.word(OWNERSHIP, &OWNERSHIPS);
        let row = (|| {
            let key = EmployerKey::of(npp.as_ref()?.as_str(), division.as_ref()?.as_str())?;
            let facts = EmployerFacts {
                name: name?,
                region_code: region_code?,
                sector_code: sector_code?,
                ownership: ownership?,
            };
            Some((key, facts))
        })();
        Self { faults: cells.into_faults(), row }
    }
}

/// A code of the KBLI 2020 (Peraturan BPS 2/2020): a section A to U, or the 2 to 5 digits of a
/// division, group, class or sub-class whose division is one of 01 to 99 that the classification
/// uses. Only divisions are checked against the classification, which numbers them with gaps.
fn sector(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let known = match bytes {
        [b'A'..=b'U'] => true,
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', rest @ ..] => {
            let division = (tens - b'0') * 10 + (ones - b'0');
            rest.len() <= 3 && rest.iter().all(u8::is_ascii_digit) && is_division(division)
        }
        _ => false,
    };
    known.then(|| text.to_owned())
}

/// Divisions of the KBLI 2020, whose two-digit level is that of ISIC Rev. 4.
const fn is_division(number: u8) -> bool {
    matches!(
        number,
        1..=3 | 5..=9 | 10..=33 | 35 | 36..=39 | 41..=43 | 45..=47 | 49..=53 | 55..=56 | 58..=63 | 64..=66 | 68
            | 69..=75 | 77..=82 | 84 | 85 | 86..=88 | 90..=93 | 94..=96 | 97..=98 | 99
    )
}

#[cfg(test)]
mod tests {
    use super::{EmployerKey, sector};

    #[test]
    fn keys_give_back_their_texts_and_order_as_they_do() {
        let key = |npp, division| EmployerKey::of(npp, division).unwrap();
        let longest = key("ABCDEFGHIJKL", "0123456789");
        assert_eq!((longest.npp(), longest.division()), ("ABCDEFGHIJKL", "0123456789"));
        assert_eq!((key("A", "0").npp(), key("A", "0").division()), ("A", "0"));
        assert_eq!(
            (EmployerKey::of("ABCDEFGHIJKLM", "0"), EmployerKey::of("A", "01234567890")),
            (None, None)
        );
        let sorted = [key("A", "Z"), key("AA", "0"), key("AA", "00"), key("B", "0")];
        assert!(sorted.is_sorted());
    }

    #[test]
    fn sector_codes() {
        for text in ["A", "U", "10", "01", "99", "152", "1520", "15202", "47111"] {
            assert_eq!(sector(text).as_deref(), Some(text));
        }
        for text in ["", "V", "a", "AB", "1", "04", "00", "34", "152021", "1O", "10 "] {
            assert_eq!(sector(text), None, "{text}");
        }
    }
}

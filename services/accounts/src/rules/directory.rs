//! The bank directory: which banks exist, and how each answers.

use tepat_terms::BankKey;
use thiserror::Error;

/// How a bank answers; soft knowledge that an operator may correct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    /// Whether its answer tells a dormant account.
    pub(crate) tells_dormant: bool,
    /// Characters of its name field; `None` where not known.
    pub(crate) name_length: Option<usize>,
}

/// A participant of the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bank {
    /// Entity key: the code, with a suffix for a sharia unit.
    pub(crate) key: BankKey,
    /// Three-digit code; a sharia unit shares its parent's.
    pub(crate) code: String,
    /// Full name.
    pub(crate) name: String,
    /// Name on a screen.
    pub(crate) short_name: String,
    /// himbara, swasta, bpd, syariah, asing, campuran or digital.
    pub(crate) group: String,
    /// BIC; empty where not known.
    pub(crate) bic: String,
    /// Lengths of account numbers seen, in digits; empty where not known. Never refuses.
    pub(crate) account_lengths: Vec<u8>,
    /// How it answers.
    pub(crate) profile: Profile,
}

/// The directory, in the order of entity keys.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    banks: Vec<Bank>,
    /// Their keys as numbers, in the same order: every claim looks one up.
    keys: Vec<u128>,
}

/// A key as a number that keeps the order of texts; none for a text that cannot be a key.
fn packed(key: &str) -> Option<u128> {
    // What fills up the number must not be part of a text.
    if key.ends_with('\0') {
        return None;
    }
    let mut bytes = [0; 16];
    bytes.get_mut(..key.len())?.copy_from_slice(key.as_bytes());
    Some(u128::from_be_bytes(bytes))
}

/// Where a bank stands in the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct BankIndex(pub(crate) usize);

/// The file is no directory.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum DirectoryFault {
    /// A line does not read as CSV.
    #[error("line {line}: a row of {wanted} columns was wanted")]
    Row {
        /// Line of the file.
        line: u64,
        /// Columns of the header.
        wanted: usize,
    },
    /// A column is not there.
    #[error("the column {0} is missing")]
    Column(&'static str),
    /// A value is not of its column.
    #[error("line {line}: {column} is not valid")]
    Value {
        /// Line of the file.
        line: u64,
        /// The column.
        column: &'static str,
    },
    /// Two rows of one key.
    #[error("the bank {0} stands twice")]
    Twice(BankKey),
}

impl Directory {
    /// The shipped directory.
    pub(crate) fn shipped() -> Self {
        Self::read(include_str!("../../data/banks.csv")).expect("a test reads the shipped directory")
    }

    /// Reads a directory from CSV with the columns of the shipped one, in any order.
    pub(crate) fn read(csv: &str) -> Result<Self, DirectoryFault> {
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let header = reader.headers().map_err(|_| DirectoryFault::Row { line: 1, wanted: 0 })?.clone();
        let columns = Columns::find(&header)?;
        let mut banks = Vec::new();
        for record in reader.into_records() {
            let record = record.map_err(|fault| DirectoryFault::Row {
                line: fault.position().map_or(0, csv::Position::line),
                wanted: header.len(),
            })?;
            banks.push(columns.bank(&record)?);
        }
        banks.sort_by(|a, b| a.key.cmp(&b.key));
        match banks.windows(2).find(|pair| pair[0].key == pair[1].key) {
            Some(pair) => Err(DirectoryFault::Twice(pair[0].key.clone())),
            None => {
                let key = |bank: &Bank| packed(bank.key.as_str()).expect("a key has at most 12 signs");
                Ok(Self { keys: banks.iter().map(key).collect(), banks })
            }
        }
    }

    /// Where the bank of a key stands; `None` for a bank that the directory does not have.
    pub(crate) fn find(&self, key: &BankKey) -> Option<BankIndex> {
        self.find_text(key.as_str())
    }

    /// The same for a key as text; `None` also for text that is no key.
    pub(crate) fn find_text(&self, key: &str) -> Option<BankIndex> {
        self.keys.binary_search(&packed(key)?).ok().map(BankIndex)
    }

    /// The bank of an index that this directory gave.
    pub(crate) fn bank(&self, index: BankIndex) -> &Bank {
        &self.banks[index.0]
    }

    /// The same, to correct its profile.
    pub(crate) fn profile_mut(&mut self, index: BankIndex) -> &mut Profile {
        &mut self.banks[index.0].profile
    }

    /// All banks, in the order of entity keys; their place is their index.
    pub(crate) fn banks(&self) -> &[Bank] {
        &self.banks
    }
}

/// Where the columns in use stand.
struct Columns([usize; 9]);

const NAMES: [&str; 9] = [
    "entity_key",
    "code",
    "name",
    "short_name",
    "group",
    "bic",
    "account_lengths",
    "tells_dormant",
    "name_length",
];

impl Columns {
    fn find(header: &csv::StringRecord) -> Result<Self, DirectoryFault> {
        let mut places = [0; NAMES.len()];
        for (place, name) in places.iter_mut().zip(NAMES) {
            *place = header.iter().position(|column| column == name).ok_or(DirectoryFault::Column(name))?;
        }
        Ok(Self(places))
    }

    fn bank(&self, record: &csv::StringRecord) -> Result<Bank, DirectoryFault> {
        let [key, code, name, short_name, group, bic, account_lengths, tells_dormant, name_length] =
            self.0.map(|place| &record[place]);
        let line = record.position().map_or(0, csv::Position::line);
        let bad = |column| DirectoryFault::Value { line, column };
        let lengths = account_lengths.split('|').filter(|length| !length.is_empty()).map(str::parse);
        let name_length = if name_length.is_empty() { None } else { Some(name_length.parse()) };
        Ok(Bank {
            key: key.parse().map_err(|_| bad("entity_key"))?,
            code: code.to_owned(),
            name: name.to_owned(),
            short_name: short_name.to_owned(),
            group: group.to_owned(),
            bic: bic.to_owned(),
            account_lengths: lengths.collect::<Result<_, _>>().map_err(|_| bad("account_lengths"))?,
            profile: Profile {
                tells_dormant: tells_dormant.parse().map_err(|_| bad("tells_dormant"))?,
                name_length: name_length.transpose().map_err(|_| bad("name_length"))?,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str =
        "code,name,short_name,group,bic,account_lengths,source,note,entity_key,tells_dormant,name_length";

    fn find(directory: &Directory, key: &str) -> Option<Bank> {
        directory.find(&key.parse().unwrap()).map(|index| directory.bank(index).clone())
    }

    #[test]
    fn the_shipped_directory_has_the_banks_and_sharia_units() {
        let directory = Directory::shipped();
        assert_eq!(directory.banks().len(), 133);
        assert!(directory.banks().is_sorted_by(|a, b| a.key < b.key));
        let bri = find(&directory, "002").unwrap();
        assert_eq!(
            (bri.short_name.as_str(), bri.group.as_str(), bri.bic.as_str()),
            ("BRI", "himbara", "BRINIDJA")
        );
        assert_eq!(bri.account_lengths, [15]);
        assert!(!bri.profile.tells_dormant);
        let unit = find(&directory, "022-S").unwrap();
        assert_eq!((unit.code.as_str(), unit.profile.tells_dormant), ("022", true));
        assert_eq!(find(&directory, "999"), None);
        for (index, bank) in directory.banks().iter().enumerate() {
            assert_eq!(directory.find_text(bank.key.as_str()), Some(BankIndex(index)));
        }
        for no_key in ["", "02", "0020", "002\0", "022-", "0123456789ABCDEFG"] {
            assert_eq!(directory.find_text(no_key), None, "{no_key:?}");
        }
    }

    #[test]
    fn columns_stand_in_any_order_and_empty_means_not_known() {
        let csv = format!("{HEADER}\n7,Bank B,B,bpd,,10|12,,,B,true,25\n7,Bank A,A,bpd,X,,,,A,false,\n");
        let directory = Directory::read(&csv).unwrap();
        let a = find(&directory, "A").unwrap();
        assert_eq!(a.profile, Profile { tells_dormant: false, name_length: None });
        let b = find(&directory, "B").unwrap();
        assert_eq!((b.account_lengths.as_slice(), b.profile.name_length), (&[10, 12][..], Some(25)));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let check = |rows: &str, expected: &str| {
            let fault = Directory::read(&format!("{HEADER}\n{rows}")).unwrap_err();
            assert_eq!(fault.to_string(), expected);
        };
        check("7,A,A,bpd,,,,,A,true\n", "line 2: a row of 11 columns was wanted");
        check("7,A,A,bpd,,,,,a,true,\n", "line 2: entity_key is not valid");
        check("7,A,A,bpd,,x,,,A,true,\n", "line 2: account_lengths is not valid");
        check("7,A,A,bpd,,,,,A,yes,\n", "line 2: tells_dormant is not valid");
        check("7,A,A,bpd,,,,,A,true,-1\n", "line 2: name_length is not valid");
        check("7,A,A,bpd,,,,,A,true,\n7,B,B,bpd,,,,,A,true,\n", "the bank A stands twice");
        let fault = Directory::read("code,name\n").unwrap_err();
        assert_eq!(fault.to_string(), "the column entity_key is missing");
    }
}

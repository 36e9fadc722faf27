//! A connector whose banks hold the accounts of a file.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tepat_terms::{AccountNumber, BankKey, Nik, PersonName};
use thiserror::Error;

use crate::rules::directory::{BankIndex, Directory};
use crate::rules::verdict::{Account, AccountStatus, Inquiry};

const COLUMNS: [&str; 5] = ["bank", "account_number", "holder_name", "holder_nik", "status"];

/// The sandbox's truth: `bank_accounts.csv` in memory, about 80 bytes an account.
pub(crate) struct Sandbox {
    /// By bank, the accounts by their packed number.
    accounts: HashMap<BankIndex, HashMap<u128, Row>>,
    /// All holder names, one after another.
    names: String,
    silent: HashSet<BankIndex>,
    silence: Duration,
}

#[derive(Clone, Copy)]
struct Row {
    /// The holder's NIK; 0 where the bank gives none.
    nik: i64,
    name_start: u32,
    name_bytes: u16,
    status: AccountStatus,
}

/// The file is no truth of banks. Nothing personal is in the message.
#[derive(Debug, Error)]
pub(crate) enum SandboxFault {
    /// The file cannot be opened.
    #[error("the accounts file {path} cannot be read")]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// A column is missing, unknown, or stands twice.
    #[error("the header must have the columns bank,account_number,holder_name,holder_nik,status")]
    Header,
    /// A line does not read as CSV or UTF-8.
    #[error("line {line}: a row of 5 columns in UTF-8 was wanted")]
    Row {
        /// Line of the file.
        line: u64,
    },
    /// A value is not of its column.
    #[error("line {line}: {column} must be {wanted}")]
    Value {
        /// Line of the file.
        line: u64,
        /// The column.
        column: &'static str,
        /// What it should be.
        wanted: &'static str,
    },
    /// The account stands on an earlier line with other content.
    #[error("line {line}: the account stands on an earlier line with other content")]
    Twice {
        /// Line of the file.
        line: u64,
    },
    /// More names than four gigabytes.
    #[error("line {line}: the names of the file take more than 4 GiB")]
    TooLarge {
        /// Line of the file.
        line: u64,
    },
}

impl Sandbox {
    /// Loads a file. Silent banks keep the line for `silence` and then give no answer.
    pub(crate) fn load(
        path: &Path,
        directory: &Directory,
        silent: HashSet<BankIndex>,
        silence: Duration,
    ) -> Result<Self, SandboxFault> {
        let file = File::open(path).map_err(|cause| SandboxFault::Open { path: path.to_owned(), cause })?;
        Self::read(BufReader::with_capacity(1 << 20, file), directory, silent, silence)
    }

    /// Reads the rows; columns stand in any order. Rows of banks that the directory does not have are
    /// never asked for and left out.
    pub(crate) fn read(
        csv: impl Read,
        directory: &Directory,
        silent: HashSet<BankIndex>,
        silence: Duration,
    ) -> Result<Self, SandboxFault> {
        let mut sandbox = Self { accounts: HashMap::new(), names: String::new(), silent, silence };
        let mut reader = csv::Reader::from_reader(csv);
        let places = places(reader.headers().map_err(|_| SandboxFault::Header)?)?;
        let mut record = csv::StringRecord::new();
        let mut left_out = 0_u64;
        while reader.read_record(&mut record).map_err(|fault| row_fault(&fault))? {
            let line = record.position().map_or(0, csv::Position::line);
            if !sandbox.add(places.map(|place| &record[place]), line, directory)? {
                left_out += 1;
            }
        }
        if left_out > 0 {
            tracing::warn!(rows = left_out, "rows of banks that the directory does not have are left out");
        }
        sandbox.names.shrink_to_fit();
        Ok(sandbox)
    }

    /// Whether the row's bank is in the directory.
    fn add(&mut self, row: [&str; 5], line: u64, directory: &Directory) -> Result<bool, SandboxFault> {
        let [bank, number, name, nik, status] = row;
        let bad = |column, wanted| SandboxFault::Value { line, column, wanted };
        let bank: BankKey = bank.parse().map_err(|_| bad("bank", "an entity key of the bank directory"))?;
        let number: AccountNumber = number.parse().map_err(|_| bad("account_number", "1 to 34 digits"))?;
        let status = status_of(status)
            .ok_or_else(|| bad("status", "ACTIVE, NEW, CLOSED, FROZEN, RESTRICTED or DORMANT"))?;
        if !name.is_empty() && name.parse::<PersonName>().is_err() {
            return Err(bad("holder_name", "at most 100 characters without control characters"));
        }
        let nik = match nik {
            "" => 0,
            _ => nik.parse::<Nik>().map_err(|_| bad("holder_nik", "a NIK or empty"))?.number(),
        };
        let Some(bank) = directory.find(&bank) else { return Ok(false) };
        let too_large = |_| SandboxFault::TooLarge { line };
        let name_start = u32::try_from(self.names.len()).map_err(too_large)?;
        let name_bytes = u16::try_from(name.len()).map_err(too_large)?;
        let row = Row { nik, name_start, name_bytes, status };
        let earlier = self.accounts.entry(bank).or_default().insert(packed(&number), row);
        match earlier {
            None => self.names.push_str(name),
            Some(earlier) if earlier.is_same(&row) && self.name(earlier) == name => {
                // An identical row is merged with the earlier one.
                self.accounts.entry(bank).or_default().insert(packed(&number), earlier);
            }
            Some(_) => return Err(SandboxFault::Twice { line }),
        }
        Ok(true)
    }

    fn name(&self, row: Row) -> &str {
        let start = row.name_start as usize;
        &self.names[start..start + usize::from(row.name_bytes)]
    }

    /// One answer for each number, in their order.
    pub(super) async fn ask(&self, bank: BankIndex, numbers: &[&AccountNumber]) -> Vec<Inquiry> {
        if self.silent.contains(&bank) {
            tokio::time::sleep(self.silence).await;
            return vec![Inquiry::Silent; numbers.len()];
        }
        let accounts = self.accounts.get(&bank);
        let answer = |number: &AccountNumber| match accounts.and_then(|all| all.get(&packed(number))) {
            Some(row) => Inquiry::Found(self.account(*row)),
            None => Inquiry::NotFound,
        };
        numbers.iter().map(|number| answer(number)).collect()
    }

    fn account(&self, row: Row) -> Account {
        let name = self.name(row);
        Account {
            status: row.status,
            holder_name: (!name.is_empty()).then(|| name.into()),
            holder_nik: (row.nik != 0).then_some(row.nik),
        }
    }
}

impl Row {
    fn is_same(&self, other: &Self) -> bool {
        (self.nik, self.name_bytes, self.status) == (other.nik, other.name_bytes, other.status)
    }
}

/// An account number as a number: a leading 1 keeps its zeros apart (35 digits need 117 bits).
fn packed(number: &AccountNumber) -> u128 {
    number.reveal().bytes().fold(1, |packed, digit| packed * 10 + u128::from(digit - b'0'))
}

fn places(header: &csv::StringRecord) -> Result<[usize; 5], SandboxFault> {
    // Spreadsheets put a byte order mark before the first column.
    let columns: Vec<&str> = header.iter().map(|column| column.trim_start_matches('\u{feff}')).collect();
    let mut places = [0; 5];
    for (place, wanted) in places.iter_mut().zip(COLUMNS) {
        *place = columns.iter().position(|column| *column == wanted).ok_or(SandboxFault::Header)?;
    }
    if columns.len() == COLUMNS.len() { Ok(places) } else { Err(SandboxFault::Header) }
}

fn row_fault(fault: &csv::Error) -> SandboxFault {
    let line = match fault.kind() {
        csv::ErrorKind::UnequalLengths { pos, .. } | csv::ErrorKind::Utf8 { pos, .. } => pos.as_ref(),
        _ => None,
    };
    SandboxFault::Row { line: line.map_or(0, csv::Position::line) }
}

fn status_of(text: &str) -> Option<AccountStatus> {
    Some(match text {
        "ACTIVE" => AccountStatus::Active,
        "NEW" => AccountStatus::New,
        "CLOSED" => AccountStatus::Closed,
        "FROZEN" => AccountStatus::Frozen,
        "RESTRICTED" => AccountStatus::Restricted,
        "DORMANT" => AccountStatus::Dormant,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "bank,account_number,holder_name,holder_nik,status\n";

    fn read(rows: &str) -> Result<Sandbox, SandboxFault> {
        let csv = format!("{HEADER}{rows}");
        Sandbox::read(csv.as_bytes(), &Directory::shipped(), HashSet::new(), Duration::ZERO)
    }

    async fn ask(sandbox: &Sandbox, bank: &str, number: &str) -> Inquiry {
        let bank = Directory::shipped().find(&bank.parse().unwrap()).unwrap();
        sandbox.ask(bank, &[&number.parse().unwrap()]).await.remove(0)
    }

    #[tokio::test]
    async fn what_the_file_says_is_answered() {
        let sandbox = read(
            "002,007,\"BUDI, SANTOSO\",3201011501900001,ACTIVE\n008,7,,,DORMANT\n002,7,SITI,,FROZEN\n999,1,X,,NEW\n",
        )
        .unwrap();
        let budi = Account {
            status: AccountStatus::Active,
            holder_name: Some("BUDI, SANTOSO".into()),
            holder_nik: Some(3_201_011_501_900_001),
        };
        assert!(ask(&sandbox, "002", "007").await == Inquiry::Found(budi));
        let nameless = Account { status: AccountStatus::Dormant, holder_name: None, holder_nik: None };
        assert!(ask(&sandbox, "008", "7").await == Inquiry::Found(nameless));
        let siti =
            Account { status: AccountStatus::Frozen, holder_name: Some("SITI".into()), holder_nik: None };
        assert!(ask(&sandbox, "002", "7").await == Inquiry::Found(siti));
        assert!(ask(&sandbox, "002", "0").await == Inquiry::NotFound);
        assert!(ask(&sandbox, "009", "7").await == Inquiry::NotFound);
    }

    #[tokio::test]
    async fn an_identical_row_is_merged() {
        let sandbox =
            read("002,1,BUDI,,ACTIVE\n002,2,SITI,,NEW\n002,1,BUDI,,ACTIVE\n002,3,AGUS,,NEW\n").unwrap();
        let Inquiry::Found(agus) = ask(&sandbox, "002", "3").await else { panic!("not found") };
        assert_eq!(agus.holder_name.as_deref(), Some("AGUS"));
        let Inquiry::Found(budi) = ask(&sandbox, "002", "1").await else { panic!("not found") };
        assert_eq!(budi.holder_name.as_deref(), Some("BUDI"));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let check = |rows: &str, expected: &str| {
            assert_eq!(read(rows).err().expect("a fault").to_string(), expected);
        };
        check("002,1,A,,NEW\n002,12x,A,,NEW\n", "line 3: account_number must be 1 to 34 digits");
        check("bri,1,A,,NEW\n", "line 2: bank must be an entity key of the bank directory");
        check("002,1,A,123,NEW\n", "line 2: holder_nik must be a NIK or empty");
        check("002,1,A,,new\n", "line 2: status must be ACTIVE, NEW, CLOSED, FROZEN, RESTRICTED or DORMANT");
        check(
            &format!("002,1,{},,NEW\n", "A".repeat(101)),
            "line 2: holder_name must be at most 100 characters without control characters",
        );
        check("002,1,A,NEW\n", "line 2: a row of 5 columns in UTF-8 was wanted");
        let twice = "line 3: the account stands on an earlier line with other content";
        check("002,1,A,,NEW\n002,1,B,,NEW\n", twice);
        check("002,1,A,,NEW\n002,1,A,,ACTIVE\n", twice);
        check("002,1,A,,NEW\n002,1,A,3201011501900001,NEW\n", twice);
    }

    #[test]
    fn a_header_has_the_five_columns_in_any_order() {
        let read =
            |csv: &str| Sandbox::read(csv.as_bytes(), &Directory::shipped(), HashSet::new(), Duration::ZERO);
        assert!(read("\u{feff}status,bank,account_number,holder_name,holder_nik\nNEW,002,1,A,\n").is_ok());
        assert!(matches!(read("bank,account_number,holder_name,status\n"), Err(SandboxFault::Header)));
        assert!(matches!(
            read("bank,account_number,holder_name,holder_nik,status,x\n"),
            Err(SandboxFault::Header)
        ));
        assert!(matches!(read(""), Err(SandboxFault::Header)));
    }

    #[test]
    fn leading_zeros_count() {
        let packed = |text: &str| packed(&text.parse().unwrap());
        assert_ne!(packed("7"), packed("07"));
        assert_ne!(packed(&"9".repeat(34)), packed(&"9".repeat(33)));
        assert_eq!(packed("07"), 107);
    }
}

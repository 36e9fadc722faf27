//! Rows of `members.csv`: a person and one employment.

use tepat_terms::{AccountNumber, Kk, Kpj, NAME_CHARACTERS_MAX, Nik, Sex};

use super::{Cells, EmployerKey, place};
use crate::rules::fault::{FaultKind, RowFault};

const NIK: usize = 0;
const KK: usize = 1;
const KPJ: usize = 2;
pub(crate) const NAME: usize = 3;
pub(crate) const BIRTH_DATE: usize = 4;
pub(crate) const SEX: usize = 5;
const REGION_CODE: usize = 6;
pub(crate) const NPP: usize = 7;
const DIVISION: usize = 8;
const CATEGORY: usize = 9;
const SEGMENT: usize = 10;
const PROGRAMMES: usize = 11;
const START_DATE: usize = 12;
const END_DATE: usize = 13;
const BANK: usize = 14;
const ACCOUNT_NUMBER: usize = 15;
const ACCOUNT_HOLDER_NAME: usize = 16;

// Places in these lists, from 1, are what tables carry; those of the categories are the wire's too.
const SEXES: [&str; 2] = ["L", "P"];
const CATEGORIES: [&str; 4] = ["PU", "BPU", "JAKON", "PMI"];
const SEGMENTS: [&str; 9] =
    ["private", "state_owned", "ppnpn", "bpd", "rt_rw", "lkd", "satlinmas", "vulnerable", "other"];
const PROGRAMME_NAMES: [&str; 5] = ["JKK", "JKM", "JHT", "JP", "JKP"];

/// Most characters of a bank. Whether the key is in the directory, a decision says and not the import.
const BANK_CHARACTERS_MAX: usize = 34;

/// What a row says of the person. Rows of one NIK in one file have to agree on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    /// As the employer wrote it, at most 100 characters.
    pub(crate) name: String,
    /// YYYYMMDD.
    pub(crate) birth_date: i32,
    /// Place in L, P, from 1.
    pub(crate) sex: i16,
}

/// An employment's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct EmploymentKey {
    /// Whose employment.
    pub(crate) nik: i64,
    /// With whom: the roster's own number of the employer.
    pub(crate) employer: i32,
    /// Since when, YYYYMMDD.
    pub(crate) start_date: i32,
}

/// What a row says of the employment besides its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EmploymentFacts {
    /// Family card, its 16 digits as a number; -1 when not reported.
    pub(crate) kk: i64,
    /// Membership card, its 11 digits as a number; -1 when not reported.
    pub(crate) kpj: i64,
    /// The member's own region, today's code.
    pub(crate) region_code: i16,
    /// 1 PU, 2 BPU, 3 JAKON, 4 PMI.
    pub(crate) category: i16,
    /// Place in the list of segments, from 1.
    pub(crate) segment: i16,
    /// A bit for each of JKK, JKM, JHT, JP, JKP, from the lowest; 0 when not reported.
    pub(crate) programmes: i16,
    /// Last day of membership, YYYYMMDD; 0 while active.
    pub(crate) end_date: i32,
    /// Empty together with the other two account fields.
    pub(crate) bank: String,
    /// 1 to 34 digits, or empty.
    pub(crate) account_number: String,
    /// As the employer wrote it, or empty.
    pub(crate) account_holder_name: String,
}

/// A whole row of `members.csv`.
#[derive(Debug)]
pub(crate) struct MemberRow {
    /// The person.
    pub(crate) person: Person,
    /// Which employment.
    pub(crate) key: EmploymentKey,
    /// The employment.
    pub(crate) facts: EmploymentFacts,
}

/// A row of `members.csv` as far as it could be read: what is right in a faulty row is compared too,
/// so that the clerk sees every fault at once.
#[derive(Debug)]
pub(crate) struct MemberLine {
    /// Everything wrong with it alone.
    pub(crate) faults: Vec<RowFault>,
    /// The person's number, where it is one.
    pub(crate) nik: Option<i64>,
    /// The person's name, where it is one.
    pub(crate) name: Option<String>,
    /// The day of birth, where it is one.
    pub(crate) birth_date: Option<i32>,
    /// Place in L, P, where it is one of them.
    pub(crate) sex: Option<i16>,
    /// The employer that it names; none when there is a fault in that already.
    pub(crate) employer: Option<EmployerKey>,
    /// Birth date or sex is odd against the NIK: a warning, the row enters.
    pub(crate) odd: bool,
    start_date: Option<i32>,
    facts: Option<EmploymentFacts>,
}

impl MemberLine {
    /// Reads a row.
    pub(crate) fn read(mut cells: Cells<'_>) -> Self {
        let nik = cells.nik(NIK);
        let kk = cells.card(KK, FaultKind::KkShape, |text| text.parse::<Kk>().is_ok());
        let kpj = cells.card(KPJ, FaultKind::KpjShape, |text| text.parse::<Kpj>().is_ok());
        let name = cells.name(NAME);
        let birth_date = cells.date(BIRTH_DATE);
        let sex = cells.word(SEX, &SEXES);
        let region_code = cells.region(REGION_CODE);
        let employer = cells.employer(NPP, DIVISION);
        let category = cells.word(CATEGORY, &CATEGORIES);
        let segment = cells.word(SEGMENT, &SEGMENTS);
        let programmes = programmes(&mut cells);
        let start_date = cells.date(START_DATE);
        let end_date = end_date(&mut cells, start_date);
        let account = account(&mut cells);
        let facts = (|| {
            let (bank, account_number, account_holder_name) = account?;
            Some(EmploymentFacts {
                kk: kk?,
                kpj: kpj?,
                region_code: region_code?,
                category: category?,
                segment: segment?,
                programmes: programmes?,
                end_date: end_date?,
                bank,
                account_number,
                account_holder_name,
            })
        })();
        let odd = nik.is_some_and(|nik| is_odd(nik, birth_date, sex));
        let nik = nik.map(Nik::number);
        let faults = cells.into_faults();
        Self { faults, nik, name, birth_date, sex, employer, odd, start_date, facts }
    }

    /// The row of the employer with this number, when nothing is missing in it.
    pub(crate) fn into_row(self, employer: i32) -> Option<MemberRow> {
        Some(MemberRow {
            person: Person { name: self.name?, birth_date: self.birth_date?, sex: self.sex? },
            key: EmploymentKey { nik: self.nik?, employer, start_date: self.start_date? },
            facts: self.facts?,
        })
    }
}

/// The register is not proof and people's papers differ from it, so this never refuses a row.
fn is_odd(nik: Nik, birth_date: Option<i32>, sex: Option<i16>) -> bool {
    let (day, month, year) = nik.birth_digits();
    let birth = year * 10_000 + month * 100 + day;
    let other_day = birth_date.is_some_and(|date| i64::from(date % 1_000_000) != birth);
    let written = match nik.sex() {
        Sex::Male => 1,
        Sex::Female => 2,
    };
    other_day || sex.is_some_and(|sex| sex != written)
}

/// Programmes joined by `|`, as bits; naming one twice says nothing more.
fn programmes(cells: &mut Cells<'_>) -> Option<i16> {
    let text = cells.text(PROGRAMMES)?;
    if text.trim().is_empty() {
        return Some(0);
    }
    let bits = text.split('|').map(|name| Some(1 << (place(&PROGRAMME_NAMES, name)? - 1)));
    let joined = bits.reduce(|all, bit| Some(all? | bit?)).flatten();
    if joined.is_none() {
        cells.refuse(PROGRAMMES, FaultKind::UnknownValue);
    }
    joined
}

/// The last day of membership, 0 while active.
fn end_date(cells: &mut Cells<'_>, start_date: Option<i32>) -> Option<i32> {
    if cells.text(END_DATE)?.trim().is_empty() {
        return Some(0);
    }
    let end_date = cells.date(END_DATE)?;
    if start_date.is_some_and(|start_date| end_date < start_date) {
        cells.refuse(END_DATE, FaultKind::EndBeforeStart);
        return None;
    }
    Some(end_date)
}

/// Bank, number and holder: all of them or none.
fn account(cells: &mut Cells<'_>) -> Option<(String, String, String)> {
    let columns = [BANK, ACCOUNT_NUMBER, ACCOUNT_HOLDER_NAME];
    let texts = columns.map(|column| cells.text(column));
    let empty = texts.map(|text| text.is_some_and(|text| text.trim().is_empty()));
    if empty == [true; 3] {
        return Some((String::new(), String::new(), String::new()));
    }
    for (column, _) in columns.iter().zip(empty).filter(|(_, empty)| *empty) {
        cells.refuse(*column, FaultKind::AccountIncomplete);
    }
    let [bank, number, holder] = [0, 1, 2].map(|index| texts[index].filter(|_| !empty[index]));
    let bank = bank.and_then(|text| cells.bounded(BANK, text, BANK_CHARACTERS_MAX));
    if number.is_some_and(|text| text.parse::<AccountNumber>().is_err()) {
        cells.refuse(ACCOUNT_NUMBER, FaultKind::BadNumber);
    }
    let holder = holder.and_then(|text| cells.bounded(ACCOUNT_HOLDER_NAME, text, NAME_CHARACTERS_MAX));
    Some((bank?, number?.to_owned(), holder?))
}

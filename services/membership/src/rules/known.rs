//! What the roster knows already, and what another row adds to it.
//!
//! A row that says again what is known is merged. A row that says something else about the same key
//! is a fault when an earlier row of the same import said it, and a correction when an earlier
//! version did.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use super::fault::{FaultKind, RowFault};
use super::row::{
    EmployerFacts, EmployerKey, EmployerLine, EmploymentFacts, EmploymentKey, ListedLine, ListedRow,
    MemberLine, MemberRow, Person, ReportKey, WageFacts, WageLine, columns_of_members, columns_of_wages,
};

/// The newest thing said about a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known<T> {
    /// What was said.
    pub(crate) value: T,
    /// Whether a row of this import said it, be it for the first time or again.
    pub(crate) here: bool,
}

/// What a row adds about one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// Something new: it is stored.
    New,
    /// What an earlier version says: nothing is stored but that this import said it again.
    Again,
    /// What an earlier row of this import says.
    Twice,
}

/// What a row adds. The caller has refused contradictions within the import before.
fn said<K: Hash + Eq, T: PartialEq>(known: &HashMap<K, Known<T>>, key: &K, value: &T) -> Said {
    match known.get(key) {
        Some(old) if old.value != *value => Said::New,
        Some(old) if old.here => Said::Twice,
        Some(_) => Said::Again,
        None => Said::New,
    }
}

/// Notes what a row said about a key.
pub(crate) fn note<K: Hash + Eq, T>(known: &mut HashMap<K, Known<T>>, key: K, value: T) {
    known.insert(key, Known { value, here: true });
}

fn contradicts<K: Hash + Eq, T: PartialEq>(known: &HashMap<K, Known<T>>, key: &K, value: &T) -> bool {
    known.get(key).is_some_and(|old| old.here && old.value != *value)
}

const DUPLICATE: RowFault = RowFault { column: None, kind: FaultKind::DuplicateKey };

/// What became of a row.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome<T> {
    /// It stays out, for each of these reasons.
    Faulty(Vec<RowFault>),
    /// It said nothing new. It carries what earlier versions knew already.
    Merged(T),
    /// It enters.
    Entered(T),
}

impl<T> Outcome<T> {
    fn of(said: Said, row: T) -> Self {
        if said == Said::New { Self::Entered(row) } else { Self::Merged(row) }
    }
}

/// Employers known so far.
pub(crate) type Employers = HashMap<EmployerKey, Known<EmployerFacts>>;

/// The roster's own numbers of its employers, short where rows name them. A number never changes.
#[derive(Debug)]
pub(crate) struct EmployerNumbers {
    numbers: HashMap<EmployerKey, i32>,
    next: i32,
}

impl EmployerNumbers {
    /// Numbers given so far.
    pub(crate) fn new(numbers: HashMap<EmployerKey, i32>) -> Self {
        let next = numbers.values().max().map_or(1, |highest| highest + 1);
        Self { numbers, next }
    }

    /// The number of an employer; none when it has none.
    pub(crate) fn find(&self, key: &EmployerKey) -> Option<i32> {
        self.numbers.get(key).copied()
    }

    /// The number of an employer, from now on at the latest.
    fn give(&mut self, key: EmployerKey) -> i32 {
        let number = *self.numbers.entry(key).or_insert(self.next);
        self.next = self.next.max(number + 1);
        number
    }
}

/// An employer's row that is right.
#[derive(Debug)]
pub(crate) struct SaidEmployer {
    /// What it adds.
    pub(crate) said: Said,
    /// The employer's number.
    pub(crate) number: i32,
    /// NPP and division.
    pub(crate) key: EmployerKey,
    /// The rest.
    pub(crate) facts: EmployerFacts,
}

/// Judges a row of `employers.csv`.
pub(crate) fn judge_employer(
    line: EmployerLine,
    numbers: &mut EmployerNumbers,
    known: &Employers,
) -> Outcome<SaidEmployer> {
    let Some((key, facts)) = line.row else { return Outcome::Faulty(line.faults) };
    if contradicts(known, &key, &facts) {
        return Outcome::Faulty(vec![DUPLICATE]);
    }
    let said = said(known, &key, &facts);
    Outcome::of(said, SaidEmployer { said, number: numbers.give(key), key, facts })
}

/// Persons and employments known so far, of the NIK that a page names.
#[derive(Debug, Default)]
pub(crate) struct Members {
    /// By NIK.
    pub(crate) persons: HashMap<i64, Known<Person>>,
    /// By employment.
    pub(crate) employments: HashMap<EmploymentKey, Known<EmploymentFacts>>,
}

/// A row that is right, with what it says about the person and the employment.
#[derive(Debug)]
pub(crate) struct SaidMember {
    /// The row.
    pub(crate) row: MemberRow,
    /// What it adds about the person.
    pub(crate) person: Said,
    /// What it adds about the employment.
    pub(crate) employment: Said,
    /// Birth date or sex is odd against the NIK.
    pub(crate) odd: bool,
}

/// Judges a row of `members.csv`.
pub(crate) fn judge_member(
    mut line: MemberLine,
    employers: &EmployerNumbers,
    known: &Members,
) -> Outcome<SaidMember> {
    let mut faults = std::mem::take(&mut line.faults);
    let employer = line.employer.and_then(|key| employers.find(&key));
    if line.employer.is_some() && employer.is_none() {
        faults.push(RowFault { column: Some(columns_of_members::NPP), kind: FaultKind::UnknownEmployer });
    }
    let alone = faults.is_empty();
    faults.extend(differences(&line, &known.persons));
    let odd = line.odd;
    let row = employer.filter(|_| alone).and_then(|employer| line.into_row(employer));
    if let Some(row) = &row {
        let other_person = contradicts(&known.persons, &row.key.nik, &row.person);
        let said_here = known.employments.get(&row.key).filter(|old| old.here);
        if said_here.is_some_and(|old| other_person || old.value != row.facts) {
            faults.push(DUPLICATE);
        }
    }
    let (Some(row), true) = (row, faults.is_empty()) else {
        faults.sort_by_key(|fault| fault.column);
        return Outcome::Faulty(faults);
    };
    let person = said(&known.persons, &row.key.nik, &row.person);
    let employment = said(&known.employments, &row.key, &row.facts);
    let both = if person == Said::New || employment == Said::New { Said::New } else { Said::Again };
    Outcome::of(both, SaidMember { row, person, employment, odd })
}

/// A fault for each column in which an earlier row of the import calls the person otherwise.
fn differences(line: &MemberLine, persons: &HashMap<i64, Known<Person>>) -> Vec<RowFault> {
    let Some(Known { value: person, here: true }) = line.nik.and_then(|nik| persons.get(&nik)) else {
        return Vec::new();
    };
    let differs = [
        (columns_of_members::NAME, line.name.as_ref().is_some_and(|name| *name != person.name)),
        (columns_of_members::BIRTH_DATE, line.birth_date.is_some_and(|date| date != person.birth_date)),
        (columns_of_members::SEX, line.sex.is_some_and(|sex| sex != person.sex)),
    ];
    let fault = |column| RowFault { column: Some(column), kind: FaultKind::PersonDiffers };
    differs.into_iter().filter(|(_, differs)| *differs).map(|(column, _)| fault(column)).collect()
}

/// Reports known so far, of the NIK that a page names.
pub(crate) type Reports = HashMap<ReportKey, Known<WageFacts>>;

/// Judges a row of `wages.csv`. `is_employment` tells whether the roster has an employment.
pub(crate) fn judge_wage(
    mut line: WageLine,
    employers: &EmployerNumbers,
    is_employment: impl Fn(&EmploymentKey) -> bool,
    known: &Reports,
) -> Outcome<(Said, ReportKey, WageFacts)> {
    let employer = line.employer.and_then(|key| employers.find(&key));
    let employment = match (line.nik, employer, line.start_date) {
        (Some(nik), Some(employer), Some(start_date)) => Some(EmploymentKey { nik, employer, start_date }),
        _ => None,
    };
    if line.employer.is_some() && employer.is_none() {
        line.faults.push(RowFault { column: Some(columns_of_wages::NPP), kind: FaultKind::UnknownEmployer });
    } else if employment.is_some_and(|employment| !is_employment(&employment)) {
        line.faults.push(RowFault {
            column: Some(columns_of_wages::START_DATE),
            kind: FaultKind::UnknownEmployment,
        });
    }
    let (Some(employment), Some((month, reported_on, facts)), true) =
        (employment, line.said, line.faults.is_empty())
    else {
        line.faults.sort_by_key(|fault| fault.column);
        return Outcome::Faulty(line.faults);
    };
    let key = ReportKey { employment, month, reported_on };
    if contradicts(known, &key, &facts) {
        return Outcome::Faulty(vec![DUPLICATE]);
    }
    let said = said(known, &key, &facts);
    Outcome::of(said, (said, key, facts))
}

/// Judges a row of `lists.csv`. Only rows of this import are known: a newer snapshot stands for
/// itself, also where it says what the older one said.
pub(crate) fn judge_listed(line: ListedLine, known: &HashSet<ListedRow>) -> Outcome<ListedRow> {
    match line.row {
        None => Outcome::Faulty(line.faults),
        Some(row) if known.contains(&row) => Outcome::Merged(row),
        Some(row) => Outcome::Entered(row),
    }
}

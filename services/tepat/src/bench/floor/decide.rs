//! Four trivial checks a candidate, and the rows that follow from them.
//!
//! Active wage recipient at the cut-off; a wage report until then; on no list of servants or the
//! deceased; an account that its bank calls valid. The checks decide nothing: the sample's answer key
//! does, so that suite and floor end in the same rows. But whoever the key calls eligible must pass
//! all four, else the floor is wrong.

use std::cmp::Reverse;
use std::io::Write as _;
use std::ops::Range;

use tepat_proof::package::end_to_end_id;

use super::copy::{Field, begin_row, put};
use super::files::Lines;
use super::read::{Block, Line};
use super::tables::{Source, Table};
use super::{Employer, Errand};
use crate::bench::answer::{ELIGIBLE, is_pending};
use crate::failure::Failure;

/// An active wage-recipient employment with an account.
#[derive(Debug)]
pub(super) struct Account<'a> {
    pub(super) bank: &'a [u8],
    pub(super) number: &'a [u8],
    employer: &'a Employer,
    /// Month, day of reporting, monthly wage of the deciding report; zeros without one.
    report: (i64, i64, i64),
}

/// A candidate of a block.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    pub(super) nik: i64,
    name: &'a [u8],
    /// Among those of the block, in the order of asking.
    pub(super) accounts: Range<usize>,
    is_active: bool,
    is_reported: bool,
    is_listed: bool,
}

/// The members of a block with what the checks need.
#[derive(Debug, Default)]
pub(super) struct Candidates<'a> {
    pub(super) people: Vec<Candidate<'a>>,
    pub(super) accounts: Vec<Account<'a>>,
}

/// The membership category of wage recipients, and the lists that refuse: servants, armed forces,
/// police, deceased.
const PU: i64 = 1;
const REFUSING: [i64; 4] = [1, 2, 3, 10];

/// What a bank says of an account that can be paid, and of one that eyes decide on.
pub(super) const VALID: u8 = 1;
const REVIEW: u8 = 2;

/// Reasons from this number on are found after the criteria: the banks were asked.
const BANKS_ASKED_FROM: u8 = 13;

/// Accounts of one person that are asked about at most.
const CLAIMS_MAX: usize = 3;

impl<'a> Candidates<'a> {
    /// Reads the members of a block.
    pub(super) fn of(errand: &'a Errand, block: &'a Block) -> Result<Self, Failure> {
        let (members, jobs) = (block.members.all(), block.jobs.all());
        let (reports, listed) = (block.reports.all(), block.listed.all());
        let (mut jobs, mut reports, mut listed) = (&jobs[..], &reports[..], &listed[..]);
        let mut candidates = Self {
            people: Vec::with_capacity(members.len()),
            accounts: Vec::with_capacity(members.len() + members.len() / 4),
        };
        for Line { nik, mut fields } in members {
            let first = candidates.accounts.len();
            let is_refusing = |line: &Line<'_>| {
                let mut fields = line.fields;
                fields.number().is_some_and(|list| REFUSING.contains(&list))
            };
            let mut candidate = Candidate {
                nik,
                name: fields.bytes().unwrap_or_default(),
                accounts: first..first,
                is_active: false,
                is_reported: false,
                is_listed: next(&mut listed, nik).iter().any(is_refusing),
            };
            let reports = next(&mut reports, nik);
            for job in next(&mut jobs, nik) {
                candidates.employed(errand, &mut candidate, *job, reports)?;
            }
            candidates.in_order(first);
            candidate.accounts = first..candidates.accounts.len();
            candidates.people.push(candidate);
        }
        Ok(candidates)
    }

    fn employed(
        &mut self,
        errand: &'a Errand,
        candidate: &mut Candidate<'a>,
        job: Line<'a>,
        reports: &[Line<'a>],
    ) -> Result<(), Failure> {
        let (cut_off, mut fields) = (errand.cut_off, job.fields);
        let mut number = || fields.number().unwrap_or(0);
        let (employer, start, end, category) = (number(), number(), number(), number());
        if category != PU || start > cut_off || (end != 0 && end < cut_off) {
            return Ok(());
        }
        candidate.is_active = true;
        let report = deciding(reports, (employer, start), cut_off);
        candidate.is_reported |= report.2 > 0;
        let (bank, number) = (fields.bytes().unwrap_or_default(), fields.bytes().unwrap_or_default());
        if !number.is_empty() {
            let employer = errand.employers.get(&employer);
            let employer = employer.ok_or_else(|| Failure::failed("an employment has no employer"))?;
            self.accounts.push(Account { bank, number, employer, report });
        }
        Ok(())
    }

    /// Puts the accounts from `first` on, which are one person's, into the order of asking.
    fn in_order(&mut self, first: usize) {
        if self.accounts.len() < first + 2 {
            return;
        }
        let mut own = self.accounts.split_off(first);
        own.sort_by_key(|account| (Reverse(account.report), &account.employer.npp));
        for account in own {
            let same = |other: &Account<'_>| (other.bank, other.number) == (account.bank, account.number);
            if self.accounts.len() < first + CLAIMS_MAX && !self.accounts[first..].iter().any(same) {
                self.accounts.push(account);
            }
        }
    }
}

/// The lines of this NIK at the front.
fn next<'s, 'a>(lines: &mut &'s [Line<'a>], nik: i64) -> &'s [Line<'a>] {
    let count = lines.iter().take_while(|line| line.nik == nik).count();
    let (taken, rest) = lines.split_at(count);
    *lines = rest;
    taken
}

/// Month, day of reporting and monthly wage of the newest report of an employment until the cut-off.
fn deciding(reports: &[Line<'_>], employment: (i64, i64), cut_off: i64) -> (i64, i64, i64) {
    let of_line = |line: &Line<'_>| {
        let mut fields = line.fields;
        if (fields.number()?, fields.number()?) != employment {
            return None;
        }
        let (month, reported_on) = (fields.number()?, fields.number()?);
        let (rupiah, months) = (fields.number()?, fields.number()?);
        (reported_on <= cut_off).then(|| (month, reported_on, rupiah / months.max(1)))
    };
    reports.iter().filter_map(of_line).max().unwrap_or_default()
}

/// The rows that a block comes to.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// For decision, entitlement and account_claim.
    pub(super) tables: [Vec<u8>; 3],
    pub(super) lines: Lines,
    pub(super) refused: u64,
    pub(super) pending: u64,
}

/// Decides on a block; `states` holds what the banks say of each account, 0 where nobody was asked.
pub(super) fn decide(
    errand: &Errand,
    tables: &[Table; 3],
    first_sequence: i64,
    candidates: &Candidates<'_>,
    states: &[u8],
) -> Result<Rows, Failure> {
    let mut rows = Rows::default();
    for (sequence, candidate) in (first_sequence..).zip(&candidates.people) {
        let reason = errand.answers.of(sequence)?;
        let states = &states[candidate.accounts.clone()];
        let by_state = |wanted: u8| states.iter().position(|state| *state == wanted);
        let asked = reason == ELIGIBLE || reason >= BANKS_ASKED_FROM;
        let chosen = by_state(VALID).or_else(|| by_state(REVIEW)).filter(|_| asked);
        let passes = candidate.is_active && candidate.is_reported && !candidate.is_listed;
        if reason == ELIGIBLE && !(passes && by_state(VALID).is_some()) {
            return Err(Failure::failed(format!(
                "candidate {sequence} is eligible by the key and not by the checks"
            )));
        }
        rows.refused += u64::from(reason != ELIGIBLE && !is_pending(reason));
        rows.pending += u64::from(is_pending(reason));
        let packed = states.iter().rev().fold(0, |packed, state| packed << 8 | i64::from(*state));
        let decision = Decision {
            sequence,
            reason,
            verdicts: if asked { packed } else { 0 },
            account: chosen.map(|index| &candidates.accounts[candidate.accounts.start + index]),
        };
        decision.write(errand, tables, candidate, &mut rows);
    }
    Ok(rows)
}

/// What was decided of one candidate.
struct Decision<'a> {
    sequence: i64,
    reason: u8,
    verdicts: i64,
    account: Option<&'a Account<'a>>,
}

impl<'a> Decision<'a> {
    fn write(&self, errand: &Errand, tables: &[Table; 3], candidate: &Candidate<'_>, rows: &mut Rows) {
        let mark = self.account.map(|account| errand.mark(account.bank, account.number));
        let name = self.account.map(|_| in_capitals(candidate.name));
        let region = self.account.map(|account| account.employer.region);
        let outcome = match self.reason {
            ELIGIBLE => 1,
            reason if is_pending(reason) => 3,
            _ => 2,
        };
        let of_account = |text: fn(&Account<'a>) -> &'a [u8]| {
            self.account.map_or(Field::Null, |account| Field::Bytes(text(account)))
        };
        let value = |source: Source| match source {
            Source::BatchNo => Field::Number(1),
            Source::Nik => Field::Number(candidate.nik),
            Source::Sequence => Field::Number(self.sequence),
            Source::Outcome => Field::Number(outcome),
            Source::Reasons if self.reason == ELIGIBLE => Field::Number(0),
            Source::Reasons => Field::Number(1 << self.reason),
            Source::Verdicts => Field::Number(self.verdicts),
            Source::AccountMark => mark.as_ref().map_or(Field::Null, |mark| Field::Bytes(mark)),
            Source::Bank => of_account(|account| account.bank),
            Source::AccountNumber => of_account(|account| account.number),
            Source::Name => name.as_ref().map_or(Field::Null, |name| Field::Bytes(name)),
            Source::Npp => of_account(|account| &account.employer.npp),
            Source::RegionCode => region.map_or(Field::Null, Field::Number),
            Source::Term => Field::Bytes(errand.term.as_bytes()),
            Source::AmountRupiah => Field::Number(errand.amount_rupiah),
        };
        let filled = if self.reason == ELIGIBLE { tables.len() } else { 1 };
        for (table, out) in tables.iter().zip(&mut rows.tables).take(filled) {
            begin_row(out, table.columns.len());
            for column in &table.columns {
                put(out, column.kind, value(column.source));
            }
        }
        if let (ELIGIBLE, Some(account), Some(name), Some(region)) = (self.reason, self.account, name, region)
        {
            rows.lines.add(account.bank, |line| {
                let sequence = u64::try_from(self.sequence).expect("sequences count from 1");
                line.extend_from_slice(end_to_end_id(&errand.batch_id, sequence, 1).as_bytes());
                write!(line, ",{},", candidate.nik).expect("a Vec takes every write");
                line.extend_from_slice(&name);
                line.push(b',');
                line.extend_from_slice(account.bank);
                line.push(b',');
                line.extend_from_slice(account.number);
                write!(line, ",{},", errand.amount_rupiah).expect("a Vec takes every write");
                line.extend_from_slice(&account.employer.npp);
                write!(line, ",{region:04}").expect("a Vec takes every write");
            });
        }
    }
}

/// The titles that samples put before a name; those behind it follow a comma.
const TITLES: [&[u8]; 6] = [b"DR. ", b"IR. ", b"DRA. ", b"DRS. ", b"HJ. ", b"H. "];

/// A name as files carry it: in capitals, without the titles of a sample.
fn in_capitals(name: &[u8]) -> Vec<u8> {
    let name = name.split(|byte| *byte == b',').next().unwrap_or_default();
    let mut capitals = name.to_ascii_uppercase();
    while let Some(title) = TITLES.iter().find(|title| capitals.starts_with(title)) {
        capitals.drain(..title.len());
    }
    capitals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_s_titles_are_dropped() {
        let check = |name: &str, expected: &str| {
            assert_eq!(in_capitals(name.as_bytes()), expected.as_bytes(), "{name}");
        };
        check("Dr. Ir. Siti Aminah, M.M.", "SITI AMINAH");
        check("Hj. Rotua br. Sinaga", "ROTUA BR. SINAGA");
        check("H. Budi", "BUDI");
        check("Budi Santoso, S.Pd.", "BUDI SANTOSO");
        check("I Gusti Ngurah", "I GUSTI NGURAH");
    }
}

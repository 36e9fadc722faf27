//! Four trivial checks a candidate, and the rows that follow from them.
//!
//! Active wage recipient at the cut-off; a wage report until then; on no list of servants or the
//! deceased; an account that its bank calls valid. The checks decide nothing: the sample's answer key
//! does, so that suite and floor end in the same rows. But whoever the key calls eligible must pass
//! all four, else the floor is wrong.

use std::cmp::Reverse;
use std::io::Write as _;

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
    pub(super) accounts: Vec<Account<'a>>,
    is_active: bool,
    is_reported: bool,
    is_listed: bool,
}

/// The membership category of wage recipients, and the lists that refuse: servants, armed forces,
/// police, deceased.
const PU: i64 = 1;
const REFUSING: [i64; 4] = [1, 2, 3, 10];

/// What a bank says of an account that can be paid, and of one that eyes decide on.
const VALID: u8 = 1;
const REVIEW: u8 = 2;

/// Reasons from this number on are found after the criteria: the banks were asked.
const BANKS_ASKED_FROM: u8 = 13;

/// The members of a block with what the checks need.
pub(super) fn candidates<'a>(errand: &'a Errand, block: &'a Block) -> Result<Vec<Candidate<'a>>, Failure> {
    let (mut jobs, mut reports, mut listed) = (&block.jobs[..], &block.reports[..], &block.listed[..]);
    let of_member = |line: &'a Line| {
        let name = line.fields().bytes().unwrap_or_default();
        let (jobs, reports) = (next(&mut jobs, line.nik), next(&mut reports, line.nik));
        let mut candidate = Candidate {
            nik: line.nik,
            name,
            accounts: Vec::with_capacity(jobs.len()),
            is_active: false,
            is_reported: false,
            is_listed: next(&mut listed, line.nik)
                .iter()
                .any(|line| line.fields().number().is_some_and(|list| REFUSING.contains(&list))),
        };
        for job in jobs {
            candidate.employed(errand, job, reports)?;
        }
        if candidate.accounts.len() > 1 {
            candidate.accounts.sort_by_key(|account| (Reverse(account.report), &account.employer.npp));
            let mut seen = Vec::new();
            candidate.accounts.retain(|account| {
                let account = (account.bank, account.number);
                let is_new = !seen.contains(&account);
                seen.push(account);
                is_new
            });
            candidate.accounts.truncate(3);
        }
        Ok(candidate)
    };
    block.members.iter().map(of_member).collect()
}

/// The lines of this NIK at the front.
fn next<'a>(lines: &mut &'a [Line], nik: i64) -> &'a [Line] {
    let count = lines.iter().take_while(|line| line.nik == nik).count();
    let (taken, rest) = lines.split_at(count);
    *lines = rest;
    taken
}

impl<'a> Candidate<'a> {
    fn employed(&mut self, errand: &'a Errand, job: &'a Line, reports: &'a [Line]) -> Result<(), Failure> {
        let cut_off = errand.cut_off;
        let mut fields = job.fields();
        let mut number = || fields.number().unwrap_or(0);
        let (employer, start, end, category) = (number(), number(), number(), number());
        if category != PU || start > cut_off || (end != 0 && end < cut_off) {
            return Ok(());
        }
        self.is_active = true;
        let report = deciding(reports, (employer, start), cut_off);
        self.is_reported |= report.0 > 0;
        let (bank, number) = (fields.bytes().unwrap_or_default(), fields.bytes().unwrap_or_default());
        if !number.is_empty() {
            let employer = errand.employers.get(&employer);
            let employer = employer.ok_or_else(|| Failure::failed("an employment has no employer"))?;
            self.accounts.push(Account { bank, number, employer, report });
        }
        Ok(())
    }
}

/// Month, day of reporting and monthly wage of the newest report of an employment until the cut-off.
fn deciding(reports: &[Line], employment: (i64, i64), cut_off: i64) -> (i64, i64, i64) {
    let of_line = |line: &Line| {
        let mut fields = line.fields();
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

/// Decides on a block; `states` holds what the banks say of each account of each candidate.
pub(super) fn decide(
    errand: &Errand,
    tables: &[Table; 3],
    first_sequence: i64,
    candidates: &[Candidate<'_>],
    states: &[Vec<u8>],
) -> Result<Rows, Failure> {
    let mut rows = Rows::default();
    for ((sequence, candidate), states) in (first_sequence..).zip(candidates).zip(states) {
        let reason = errand.answers.of(sequence)?;
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
            account: chosen.map(|index| &candidate.accounts[index]),
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

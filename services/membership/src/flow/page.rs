//! A page of lines becomes rows and faults.

use std::collections::{HashMap, HashSet};

use tepat_store::{Store, StoreFault};

use super::employed::Employed;
use super::line::Line;
use crate::rules::fault::RowFault;
use crate::rules::file::File;
use crate::rules::import::Tally;
use crate::rules::known::{
    EmployerNumbers, Employers, Members, Outcome, Reports, judge_employer, judge_listed, judge_member,
    judge_wage, note,
};
use crate::rules::row::{ListedRow, MemberRow};
use crate::store::known::Upto;
use crate::store::page::{Page, StoredFault};
use crate::store::{known, roster};

/// What a page comes to.
#[derive(Debug)]
pub(super) struct Judged {
    /// Rows to append.
    pub(super) page: Page,
    /// What became of the lines.
    pub(super) tally: Tally,
    /// Their faults.
    pub(super) faults: Vec<StoredFault>,
}

/// Which time the lines of a page are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pass {
    /// As the file brings them: no earlier line of the file names the key of one of them.
    First,
    /// Those put aside, when the rest of the file is stored and settled.
    Aside,
}

/// Judges the pages of one file in their order.
pub(super) struct Judge<'a> {
    store: &'a Store,
    file: File,
    /// Of the import's rows.
    version: i64,
    employers: EmployerNumbers,
    /// For wages only. The members' file is stored to its end before that of wages begins.
    employed: Option<Employed>,
    /// The newest sealed version; none before the first.
    sealed: Option<i64>,
}

impl<'a> Judge<'a> {
    /// A judge for what is left of a file.
    pub(super) async fn new(store: &'a Store, version: i64, file: File) -> Result<Self, StoreFault> {
        let employers = match file {
            File::Employers | File::Members | File::Wages => known::employer_numbers(store, version).await?,
            File::Lists => HashMap::new(),
        };
        let employed = match file {
            File::Wages => Some(Employed::read(store, version).await?),
            _ => None,
        };
        let sealed = roster::newest(store).await?;
        Ok(Self { store, file, version, employers: EmployerNumbers::new(employers), employed, sealed })
    }

    /// Judges the lines of the next page, each with its number in the file, and leaves none.
    pub(super) async fn judge(
        &mut self,
        pass: Pass,
        lines: &mut Vec<(i64, Line)>,
    ) -> Result<Judged, StoreFault> {
        let mut known = self.known(pass, lines).await?;
        let mut judged =
            Judged { page: Page::new(self.version), tally: Tally::default(), faults: Vec::new() };
        for (number, line) in lines.drain(..) {
            judged.tally.rows_in += 1;
            match self.judge_line(pass, line, &mut known, &mut judged.page) {
                Became::Entered { odd } => {
                    judged.tally.rows_out += 1;
                    judged.tally.warnings += i64::from(odd);
                }
                Became::Merged => judged.tally.rows_merged += 1,
                Became::Faulty(faults) => {
                    judged.tally.rows_faulty += 1;
                    for (place, fault) in (0_i64..).zip(faults) {
                        judged.tally.faults += 1;
                        judged.faults.push(stored(self.file, number, place, fault));
                    }
                }
            }
        }
        Ok(judged)
    }

    /// What the roster knows of the keys of these lines: of the import itself only when they were put
    /// aside, because no other line names a key that it knows.
    async fn known(&mut self, pass: Pass, lines: &[(i64, Line)]) -> Result<PageKnown, StoreFault> {
        let mut niks: Vec<i64> = lines.iter().filter_map(|(_, line)| line.nik()).collect();
        sort_once(&mut niks);
        let (store, version) = (self.store, self.version);
        if let Some(employed) = &mut self.employed {
            employed.ask(store, version, &niks).await?;
        }
        let upto = match (pass, self.sealed) {
            (Pass::Aside, _) => Upto::Open(version),
            (Pass::First, Some(sealed)) => Upto::Sealed(sealed),
            (Pass::First, None) => return Ok(PageKnown::default()),
        };
        let mut known = PageKnown::default();
        match self.file {
            File::Employers => {
                let keys = lines.iter().filter_map(|(_, line)| match line {
                    Line::Employer(line) => line.row.as_ref().map(|(key, _)| key),
                    _ => None,
                });
                let numbers = keys.filter_map(|key| self.employers.find(key).map(i64::from));
                let mut numbers: Vec<i64> = numbers.collect();
                sort_once(&mut numbers);
                known.employers = known::employers(store, upto, &numbers).await?;
            }
            File::Members => known.members = known::members(store, upto, &niks).await?,
            File::Wages => known.reports = known::reports(store, upto, &niks).await?,
            File::Lists => known.listed = known::listed(store, upto, &niks).await?,
        }
        Ok(known)
    }

    fn judge_line(&mut self, pass: Pass, line: Line, known: &mut PageKnown, page: &mut Page) -> Became {
        // Of lines put aside the next one may name the same key.
        let notes = pass == Pass::Aside;
        match line {
            Line::Spoilt(kind) => Became::Faulty(vec![RowFault { column: None, kind }]),
            Line::Employer(line) => {
                add(judge_employer(line, &mut self.employers, &known.employers), |said| {
                    if notes {
                        note(&mut known.employers, said.key, said.facts.clone());
                    }
                    page.employer(said);
                    false
                })
            }
            Line::Member(line) => add(judge_member(line, &self.employers, &known.members), |said| {
                if notes {
                    let MemberRow { person, key, facts } = &said.row;
                    note(&mut known.members.persons, key.nik, person.clone());
                    note(&mut known.members.employments, *key, facts.clone());
                }
                let odd = said.odd;
                page.member(said);
                odd
            }),
            Line::Wage(line) => {
                let is_employment =
                    |key: &_| self.employed.as_ref().is_some_and(|employed| employed.has(key));
                let outcome = judge_wage(line, &self.employers, is_employment, &known.reports);
                add(outcome, |(said, key, facts)| {
                    if notes {
                        note(&mut known.reports, key, facts);
                    }
                    page.report(said, key, facts);
                    false
                })
            }
            Line::Listed(line) => match judge_listed(line, &known.listed) {
                Outcome::Faulty(faults) => Became::Faulty(faults),
                Outcome::Merged(_) => Became::Merged,
                Outcome::Entered(row) => {
                    if notes {
                        known.listed.insert(row);
                    }
                    page.listed(row);
                    Became::Entered { odd: false }
                }
            },
        }
    }
}

fn sort_once(numbers: &mut Vec<i64>) {
    numbers.sort_unstable();
    numbers.dedup();
}

fn stored(file: File, line: i64, place: i64, fault: RowFault) -> StoredFault {
    let column = fault.column.map_or("", |column| file.columns()[column]).to_owned();
    StoredFault { file, line, place, column, fault: fault.kind.name().to_owned() }
}

/// What is known of the keys of one page, before and after its rows are judged.
#[derive(Default)]
struct PageKnown {
    employers: Employers,
    members: Members,
    reports: Reports,
    listed: HashSet<ListedRow>,
}

enum Became {
    Entered { odd: bool },
    Merged,
    Faulty(Vec<RowFault>),
}

/// Hands a right row to `put`, which says whether it is odd.
fn add<T>(outcome: Outcome<T>, put: impl FnOnce(T) -> bool) -> Became {
    match outcome {
        Outcome::Faulty(faults) => Became::Faulty(faults),
        Outcome::Merged(row) => {
            put(row);
            Became::Merged
        }
        Outcome::Entered(row) => Became::Entered { odd: put(row) },
    }
}

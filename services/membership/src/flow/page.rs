//! A page of lines becomes rows and faults.

use std::collections::{BTreeSet, HashSet};

use futures::try_join;
use tepat_store::{Store, StoreFault};

use crate::rules::fault::{FaultKind, RowFault};
use crate::rules::file::{File, Header};
use crate::rules::import::Tally;
use crate::rules::known::{
    Employers, Members, Outcome, Reports, judge_employer, judge_listed, judge_member, judge_wage,
};
use crate::rules::row::{
    Cells, EmployerKey, EmployerLine, EmploymentKey, ListedLine, ListedRow, MemberLine, WageLine,
};
use crate::rules::scan::{Fields, Record, Spoilt};
use crate::store::known;
use crate::store::page::{Page, StoredFault};

/// A record of a file, read by itself.
#[derive(Debug)]
pub(crate) enum Line {
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
    pub(crate) fn read(file: File, header: &Header, record: Record, fields: &Fields) -> Self {
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

    fn nik(&self) -> Option<i64> {
        match self {
            Self::Member(line) => line.nik,
            Self::Wage(line) => line.employment.as_ref().map(|key| key.nik),
            Self::Listed(line) => line.row.map(|row| row.nik),
            Self::Spoilt(_) | Self::Employer(_) => None,
        }
    }

    fn npp(&self) -> Option<&str> {
        match self {
            Self::Employer(line) => line.row.as_ref().map(|(key, _)| key.npp.as_str()),
            _ => None,
        }
    }
}

/// The fault that a spoilt record has.
pub(crate) fn kind_of(spoilt: Spoilt) -> FaultKind {
    match spoilt {
        Spoilt::Quoting => FaultKind::BadQuoting,
        Spoilt::NotUtf8 => FaultKind::NotUtf8,
        Spoilt::TooLong => FaultKind::TooLong,
    }
}

/// What a page comes to.
#[derive(Debug)]
pub(crate) struct Judged {
    /// Rows to append.
    pub(crate) page: Page,
    /// What became of the lines.
    pub(crate) tally: Tally,
    /// Their faults.
    pub(crate) faults: Vec<StoredFault>,
}

/// Judges the lines of a page, in their order, against what the roster knows. `employers` are the
/// keys of all that members and wages may name.
pub(crate) async fn judge(
    store: &Store,
    version: i64,
    file: File,
    employers: &HashSet<EmployerKey>,
    lines: Vec<(i64, Line)>,
) -> Result<Judged, StoreFault> {
    let mut known = PageKnown::read(store, version, file, &lines).await?;
    let mut judged = Judged { page: Page::new(version), tally: Tally::default(), faults: Vec::new() };
    for (number, line) in lines {
        judged.tally.rows_in += 1;
        match judge_line(line, employers, &mut known, &mut judged.page) {
            Became::Entered { odd } => {
                judged.tally.rows_out += 1;
                judged.tally.warnings += i64::from(odd);
            }
            Became::Merged => judged.tally.rows_merged += 1,
            Became::Faulty(faults) => {
                judged.tally.rows_faulty += 1;
                for (place, fault) in (0_i64..).zip(faults) {
                    judged.tally.faults += 1;
                    let column = fault.column.map_or("", |column| file.columns()[column]).to_owned();
                    let fault = fault.kind.name().to_owned();
                    judged.faults.push(StoredFault { file, line: number, place, column, fault });
                }
            }
        }
    }
    Ok(judged)
}

/// What the roster knows of the keys of one page.
#[derive(Default)]
struct PageKnown {
    employers: Employers,
    members: Members,
    employments: HashSet<EmploymentKey>,
    reports: Reports,
    listed: HashSet<ListedRow>,
}

impl PageKnown {
    async fn read(
        store: &Store,
        version: i64,
        file: File,
        lines: &[(i64, Line)],
    ) -> Result<Self, StoreFault> {
        let niks: BTreeSet<i64> = lines.iter().filter_map(|(_, line)| line.nik()).collect();
        let niks: Vec<i64> = niks.into_iter().collect();
        let mut known = Self::default();
        match file {
            File::Employers => {
                let npps: BTreeSet<&str> = lines.iter().filter_map(|(_, line)| line.npp()).collect();
                let npps: Vec<String> = npps.into_iter().map(str::to_owned).collect();
                known.employers = known::employers(store, version, &npps).await?;
            }
            File::Members => known.members = known::members(store, version, &niks).await?,
            File::Wages => {
                (known.employments, known.reports) = try_join!(
                    known::employment_keys(store, version, &niks),
                    known::reports(store, version, &niks)
                )?;
            }
            File::Lists => known.listed = known::listed(store, version, &niks).await?,
        }
        Ok(known)
    }
}

enum Became {
    Entered { odd: bool },
    Merged,
    Faulty(Vec<RowFault>),
}

fn judge_line(
    line: Line,
    employers: &HashSet<EmployerKey>,
    known: &mut PageKnown,
    page: &mut Page,
) -> Became {
    match line {
        Line::Spoilt(kind) => Became::Faulty(vec![RowFault { column: None, kind }]),
        Line::Employer(line) => add(judge_employer(line, &mut known.employers), |(said, key, facts)| {
            page.employer(said, key, facts);
            false
        }),
        Line::Member(line) => add(judge_member(line, employers, &mut known.members), |said| {
            let odd = said.odd;
            page.member(said);
            odd
        }),
        Line::Wage(line) => {
            let outcome = judge_wage(line, employers, &known.employments, &mut known.reports);
            add(outcome, |(said, key, facts)| {
                page.report(said, key, facts);
                false
            })
        }
        Line::Listed(line) => match judge_listed(line, &mut known.listed) {
            Outcome::Faulty(faults) => Became::Faulty(faults),
            Outcome::Merged(_) => Became::Merged,
            Outcome::Entered(row) => {
                page.listed(row);
                Became::Entered { odd: false }
            }
        },
    }
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

//! A page of lines becomes rows and faults.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::Hash;

use tepat_store::{Store, StoreFault};

use super::employed::Employed;
use super::line::Line;
use super::write::PAGES_UNDER_WAY;
use crate::rules::fault::RowFault;
use crate::rules::file::File;
use crate::rules::import::{ImportedFile, Tally};
use crate::rules::known::{
    EmployerNumbers, Employers, Known, Members, Outcome, Reports, judge_employer, judge_listed, judge_member,
    judge_wage,
};
use crate::rules::row::ListedRow;
use crate::rules::seen::Seen;
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

/// Judges the pages of one file in their order.
pub(super) struct Judge<'a> {
    store: &'a Store,
    file: File,
    /// Of the import's rows.
    version: i64,
    employers: EmployerNumbers,
    /// For wages only. The members' file is stored to its end before that of wages begins.
    employed: Option<Employed>,
    /// Whether the roster may know a key from an earlier version.
    earlier: bool,
    /// Keys of the file so far; none when some of them were read by an earlier upload, so that every
    /// key has to be asked for.
    seen: Option<Seen>,
    /// What the pages before said that may not be stored yet, the newest last.
    under_way: VecDeque<PageKnown>,
}

/// Bytes of a short row, to judge from the size of a file how many it may have.
const ROW_BYTES: u64 = 50;

impl<'a> Judge<'a> {
    /// A judge for what is left of a file.
    pub(super) async fn new(store: &'a Store, version: i64, file: &ImportedFile) -> Result<Self, StoreFault> {
        let employers = match file.file {
            File::Employers | File::Members | File::Wages => known::employer_numbers(store, version).await?,
            File::Lists => HashMap::new(),
        };
        let employed = match file.file {
            File::Wages => Some(Employed::read(store, version).await?),
            _ => None,
        };
        let rows = file.bytes.unsigned_abs() / ROW_BYTES;
        Ok(Self {
            store,
            file: file.file,
            version,
            employers: EmployerNumbers::new(employers),
            employed,
            earlier: roster::newest(store).await?.is_some(),
            seen: (file.offset == 0).then(|| Seen::with_room_for(rows)),
            under_way: VecDeque::new(),
        })
    }

    /// Judges the lines of the next page, each with its number in the file, and leaves none.
    pub(super) async fn judge(&mut self, lines: &mut Vec<(i64, Line)>) -> Result<Judged, StoreFault> {
        let mut known = self.known(lines).await?;
        let mut judged =
            Judged { page: Page::new(self.version), tally: Tally::default(), faults: Vec::new() };
        for (number, line) in lines.drain(..) {
            judged.tally.rows_in += 1;
            match self.judge_line(line, &mut known, &mut judged.page) {
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
        self.under_way.push_back(known);
        if self.under_way.len() > PAGES_UNDER_WAY {
            self.under_way.pop_front();
        }
        Ok(judged)
    }

    /// What the roster and the rows before know of the keys of these lines.
    async fn known(&mut self, lines: &[(i64, Line)]) -> Result<PageKnown, StoreFault> {
        let (mut niks, mut repeated) = (Vec::new(), HashSet::new());
        let mut any_repeated = false;
        for (_, line) in lines {
            let repeats = self.seen.as_mut().is_none_or(|seen| line.may_repeat(seen));
            any_repeated |= repeats;
            if let Some(nik) = line.nik() {
                niks.push(nik);
                if repeats {
                    repeated.insert(nik);
                }
            }
        }
        sort_once(&mut niks);
        let mut repeated: Vec<i64> = repeated.into_iter().collect();
        sort_once(&mut repeated);
        let asked = if self.earlier { &niks } else { &repeated };
        let (store, version) = (self.store, self.version);
        let mut known = PageKnown::default();
        match self.file {
            File::Employers if self.earlier || any_repeated => {
                let keys = lines.iter().filter_map(|(_, line)| match line {
                    Line::Employer(line) => line.row.as_ref().map(|(key, _)| key),
                    _ => None,
                });
                let numbers = keys.filter_map(|key| self.employers.find(key).map(i64::from));
                let mut numbers: Vec<i64> = numbers.collect();
                sort_once(&mut numbers);
                known.employers = known::employers(store, version, &numbers).await?;
            }
            File::Employers => {}
            File::Members => known.members = known::members(store, version, asked, &repeated).await?,
            File::Wages => {
                if let Some(employed) = &mut self.employed {
                    employed.ask(store, version, &niks).await?;
                }
                known.reports = known::reports(store, version, asked, &repeated).await?;
            }
            File::Lists => known.listed = known::listed(store, version, &repeated).await?,
        }
        let repeated: HashSet<i64> = repeated.into_iter().collect();
        for earlier in &self.under_way {
            known.add(earlier, &repeated);
        }
        Ok(known)
    }

    fn judge_line(&mut self, line: Line, known: &mut PageKnown, page: &mut Page) -> Became {
        match line {
            Line::Spoilt(kind) => Became::Faulty(vec![RowFault { column: None, kind }]),
            Line::Employer(line) => {
                let outcome = judge_employer(line, &mut self.employers, &mut known.employers);
                add(outcome, |said| {
                    page.employer(said);
                    false
                })
            }
            Line::Member(line) => add(judge_member(line, &self.employers, &mut known.members), |said| {
                let odd = said.odd;
                page.member(said);
                odd
            }),
            Line::Wage(line) => {
                let is_employment =
                    |key: &_| self.employed.as_ref().is_some_and(|employed| employed.has(key));
                let outcome = judge_wage(line, &self.employers, is_employment, &mut known.reports);
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

impl PageKnown {
    /// Adds what an earlier page knew of the NIK that may be repeated, and of employers, who are few.
    fn add(&mut self, earlier: &Self, repeated: &HashSet<i64>) {
        add_known(&mut self.employers, &earlier.employers, |_| true);
        add_known(&mut self.members.persons, &earlier.members.persons, |nik| repeated.contains(nik));
        add_known(&mut self.members.employments, &earlier.members.employments, |key| {
            repeated.contains(&key.nik)
        });
        add_known(&mut self.reports, &earlier.reports, |key| repeated.contains(&key.employment.nik));
        self.listed.extend(earlier.listed.iter().filter(|row| repeated.contains(&row.nik)));
    }
}

fn add_known<K: Copy + Hash + Eq, T: Clone>(
    all: &mut HashMap<K, Known<T>>,
    earlier: &HashMap<K, Known<T>>,
    wanted: impl Fn(&K) -> bool,
) {
    let wanted = earlier.iter().filter(|(key, known)| known.here && wanted(key));
    all.extend(wanted.map(|(key, known)| (*key, known.clone())));
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

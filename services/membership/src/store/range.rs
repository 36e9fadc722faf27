//! Every member of a range of NIK with everything the roster knows of them, by one ordered scan a table.
//!
//! Rows are read straight into the messages that carry them: a batch reads millions.

use futures::try_join;
use tepat_proto::{Date, membership as wire};
use tepat_store::Column::{Number, Text};
use tepat_store::{Column, Row, Select, Store, StoreFault, scan};

use super::frame::Frame;
use super::narrow;
use crate::rules::row::EmploymentKey;

/// Most rows of persons that are held at once.
const PERSONS_MAX: usize = 5_000;

/// Part of a range, and where the rest begins.
#[derive(Debug)]
pub(crate) struct Part {
    /// In NIK order.
    pub(crate) members: Vec<wire::Member>,
    /// What follows begins behind this NIK; none when nothing follows.
    pub(crate) rest_after: Option<i64>,
}

/// Reads the first members of `after_nik < nik <= through_nik`: all of them, unless there are
/// thousands.
pub(crate) async fn read(
    store: &Store,
    frame: &Frame,
    after_nik: i64,
    through_nik: i64,
) -> Result<Part, StoreFault> {
    let version = frame.version();
    let limit = PERSONS_MAX + 1;
    let from = format!("member WHERE {RANGE} ORDER BY nik, version LIMIT {limit}");
    let range = [after_nik, through_nik, version];
    let mut members =
        scan(store, Select { columns: &PERSON, from: &from, numbers: &range }, person_of).await?;
    let cut = members.len() > PERSONS_MAX;
    keep_newest(&mut members, |one, other| one.nik == other.nik);
    if cut {
        // The last person may have further rows behind the cut.
        members.pop();
    }
    let rest_after = if cut { members.last().map(|member| member.nik) } else { None };
    let range = [after_nik, rest_after.unwrap_or(through_nik), version];
    let (employments, reports, entries) = try_join!(
        rows(store, &EMPLOYMENT, "employment", "nik, employer, start_date, version", &range, |row| {
            employment_of(row, frame)
        }),
        rows(store, &REPORT, "wage_report", REPORT_ORDER, &range, report_of),
        rows(store, &ENTRY, "list_entry", "nik, list, as_of, version", &range, entry_of),
    )?;
    add_employments(&mut members, employments, reports).ok_or(StoreFault::Damaged)?;
    add_lists(&mut members, frame, &entries);
    Ok(Part { members, rest_after })
}

const RANGE: &str = "nik > $1 AND nik <= $2 AND version <= $3";

async fn rows<T>(
    store: &Store,
    columns: &[Column<'_>],
    table: &str,
    order: &str,
    range: &[i64; 3],
    take: impl FnMut(&mut Row<'_>) -> Option<T>,
) -> Result<Vec<T>, StoreFault> {
    let from = format!("{table} WHERE {RANGE} ORDER BY {order}");
    scan(store, Select { columns, from: &from, numbers: range }, take).await
}

/// Of the rows of one key, which stand together, the last is the newest: it replaces those before.
fn keep_newest<T>(rows: &mut Vec<T>, same_key: impl Fn(&T, &T) -> bool) {
    rows.dedup_by(|newer, kept| {
        let same = same_key(newer, kept);
        if same {
            std::mem::swap(newer, kept);
        }
        same
    });
}

const PERSON: [Column<'_>; 3] = [Number("nik"), Number("birth_date"), Text("name")];

fn person_of(row: &mut Row<'_>) -> Option<wire::Member> {
    let (nik, birth_date) = (row.number()?, date(narrow(row)?));
    let name = row.text()?.to_owned();
    Some(wire::Member { nik, name, birth_date, employments: Vec::new(), lists: Vec::new() })
}

const EMPLOYMENT: [Column<'_>; 8] = [
    Number("nik"),
    Number("employer"),
    Number("start_date"),
    Number("end_date"),
    Number("category"),
    Text("bank"),
    Text("account_number"),
    Text("account_holder_name"),
];

fn key_of(row: &mut Row<'_>) -> Option<EmploymentKey> {
    Some(EmploymentKey { nik: row.number()?, employer: narrow(row)?, start_date: narrow(row)? })
}

fn employment_of(row: &mut Row<'_>, frame: &Frame) -> Option<(EmploymentKey, wire::Employment)> {
    let key = key_of(row)?;
    let employer = frame.employer(key.employer)?;
    let end_date: i32 = narrow(row)?;
    let employment = wire::Employment {
        npp: employer.key.npp().to_owned(),
        division: employer.key.division().to_owned(),
        region_code: employer.region_code,
        category: narrow(row)?,
        start_date: date(key.start_date),
        end_date: if end_date == 0 { None } else { date(end_date) },
        bank: row.text()?.to_owned(),
        account_number: row.text()?.to_owned(),
        account_holder_name: row.text()?.to_owned(),
        reports: Vec::new(),
        sector_code: employer.sector_code.to_string(),
    };
    Some((key, employment))
}

const REPORT: [Column<'_>; 7] = [
    Number("nik"),
    Number("employer"),
    Number("start_date"),
    Number("month"),
    Number("reported_on"),
    Number("wage_rupiah"),
    Number("wage_months"),
];
const REPORT_ORDER: &str = "nik, employer, start_date, month, reported_on, version";

fn report_of(row: &mut Row<'_>) -> Option<(EmploymentKey, wire::WageReport)> {
    let key = key_of(row)?;
    let report = wire::WageReport {
        month: date(narrow::<i32>(row)? * 100),
        reported_on: date(narrow(row)?),
        wage_rupiah: row.number()?,
        wage_months: narrow(row)?,
    };
    Some((key, report))
}

/// A day YYYYMMDD; a month is a day 0.
#[expect(clippy::unnecessary_wraps, reason = "messages carry a day as one that may be missing")]
fn date(number: i32) -> Option<Date> {
    Some(Date { year: number / 10_000, month: number / 100 % 100, day: number % 100 })
}

/// Gives every member their employments and every employment its reports, all in the order of their
/// keys; none when an employment is of nobody. Reports of no employment are passed over.
fn add_employments(
    members: &mut [wire::Member],
    mut employments: Vec<(EmploymentKey, wire::Employment)>,
    mut reports: Vec<(EmploymentKey, wire::WageReport)>,
) -> Option<()> {
    keep_newest(&mut employments, |one, other| one.0 == other.0);
    keep_newest(&mut reports, |(one, said), (other, of_other)| {
        one == other && (said.month, said.reported_on) == (of_other.month, of_other.reported_on)
    });
    let mut members = members.iter_mut();
    let mut member = members.next();
    let mut reports = reports.into_iter().peekable();
    for (key, mut employment) in employments {
        while member.as_ref().is_some_and(|member| member.nik < key.nik) {
            member = members.next();
        }
        let member = member.as_mut().filter(|member| member.nik == key.nik)?;
        while reports.next_if(|(of, _)| *of < key).is_some() {}
        while let Some((_, report)) = reports.next_if(|(of, _)| *of == key) {
            employment.reports.push(report);
        }
        // Nearly everybody has one employment: no room is held for more.
        member.employments.reserve_exact(1);
        member.employments.push(employment);
        if member.employments.len() > 1 {
            member.employments.sort_by(|one, other| order_of(one).cmp(&order_of(other)));
        }
    }
    Some(())
}

fn order_of(employment: &wire::Employment) -> (&str, &str, i32, i32, i32) {
    let Date { year, month, day } = employment.start_date.unwrap_or_default();
    (&employment.npp, &employment.division, year, month, day)
}

/// An entry of a list: whom it names, the list, and the day and version of its snapshot.
type Entry = (i64, i64, (i64, i64));

const ENTRY: [Column<'_>; 4] = [Number("nik"), Number("list"), Number("as_of"), Number("version")];

fn entry_of(row: &mut Row<'_>) -> Option<Entry> {
    Some((row.number()?, row.number()?, (row.number()?, row.number()?)))
}

fn add_lists(members: &mut [wire::Member], frame: &Frame, entries: &[Entry]) {
    let mut at = 0;
    for (nik, list, snapshot) in entries {
        // A list may name people who are no members.
        while members.get(at).is_some_and(|member| member.nik < *nik) {
            at += 1;
        }
        let Some(member) = members.get_mut(at).filter(|member| member.nik == *nik) else { continue };
        if frame.snapshot(*list) == Some(*snapshot) {
            // What the import lets in is the number of a list.
            member.lists.extend(i32::try_from(*list));
        }
    }
}

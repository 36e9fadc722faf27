//! Every member of a range of NIK with everything the roster knows of them, by one ordered query a
//! table and one pass that merges them.

use futures::try_join;
use tepat_store::{QueryResult, Store, StoreFault, Value};

use super::frame::Frame;
use super::{columns, damaged};

/// A member at a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MemberFound {
    /// Who.
    pub(crate) nik: i64,
    /// As the employer wrote it.
    pub(crate) name: String,
    /// YYYYMMDD.
    pub(crate) birth_date: i64,
    /// In the order of (npp, division, start_date).
    pub(crate) employments: Vec<EmploymentFound>,
    /// Lists whose current snapshot names the member, ascending.
    pub(crate) lists: Vec<i64>,
}

/// An employment of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EmploymentFound {
    /// With whom.
    pub(crate) npp: String,
    /// In which division.
    pub(crate) division: String,
    /// Since when, YYYYMMDD.
    pub(crate) start_date: i64,
    /// The employer's region.
    pub(crate) region_code: i64,
    /// 1 PU, 2 BPU, 3 JAKON, 4 PMI.
    pub(crate) category: i64,
    /// YYYYMMDD; 0 while active.
    pub(crate) end_date: i64,
    /// Empty together with the other two account fields.
    pub(crate) bank: String,
    /// Digits, or empty.
    pub(crate) account_number: String,
    /// As the employer wrote it, or empty.
    pub(crate) account_holder_name: String,
    /// In the order of (month, reported_on).
    pub(crate) reports: Vec<ReportFound>,
}

/// A wage report of an employment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReportFound {
    /// YYYYMM.
    pub(crate) month: i64,
    /// YYYYMMDD.
    pub(crate) reported_on: i64,
    /// Rupiah for all the months together.
    pub(crate) wage_rupiah: i64,
    /// 1 to 12.
    pub(crate) wage_months: i64,
}

/// Most persons that are held at once.
const PERSONS_MAX: usize = 5_000;

/// Part of a range, and where the rest begins.
#[derive(Debug)]
pub(crate) struct Part {
    /// In NIK order.
    pub(crate) members: Vec<MemberFound>,
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
    let range = |through: i64| -> [Value; 3] { [after_nik.into(), through.into(), frame.version().into()] };
    let sql = format!(
        "SELECT nik, name, birth_date FROM member WHERE nik > $1 AND nik <= $2 AND version <= $3
         ORDER BY nik, version LIMIT {}",
        PERSONS_MAX + 1
    );
    let persons = store.rows(&sql, range(through_nik)).await?;
    let cut = persons.len() > PERSONS_MAX;
    let mut members = persons_of(&persons)?;
    if cut {
        // The last person may have further rows behind the cut.
        members.pop();
    }
    let rest_after = if cut { members.last().map(|member| member.nik) } else { None };
    let through = rest_after.unwrap_or(through_nik);
    let (employments, entries) =
        try_join!(store.rows(EMPLOYMENTS, range(through)), store.rows(ENTRIES, range(through)))?;
    add_employments(&mut members, frame, &employments)?;
    add_lists(&mut members, frame, &entries)?;
    Ok(Part { members, rest_after })
}

/// The reports of an employment come as one text: handing over a row costs more than reading it,
/// and most rows of a range are reports.
const EMPLOYMENTS: &str = "
    SELECT nik, npp, division, start_date, end_date, category, bank, account_number, account_holder_name,
           (SELECT string_agg(month || '/' || reported_on || '/' || version || '/' || wage_rupiah || '/' || wage_months, ',')
            FROM wage_report w WHERE w.nik = e.nik AND w.npp = e.npp AND w.division = e.division
                AND w.start_date = e.start_date AND w.version <= $3)
    FROM employment e WHERE nik > $1 AND nik <= $2 AND version <= $3
    ORDER BY nik, npp, division, start_date, version";

const ENTRIES: &str = "
    SELECT nik, list, as_of, version FROM list_entry
    WHERE nik > $1 AND nik <= $2 AND version <= $3 ORDER BY nik, list, as_of, version";

/// Of the rows of one key the last is the newest: it replaces the one before.
fn replace_or_push<T>(found: &mut Vec<T>, new: T, same_key: impl Fn(&T, &T) -> bool) {
    match found.last_mut() {
        Some(last) if same_key(last, &new) => *last = new,
        _ => found.push(new),
    }
}

fn persons_of(rows: &[QueryResult]) -> Result<Vec<MemberFound>, StoreFault> {
    let mut members = Vec::with_capacity(rows.len());
    for row in rows {
        let (nik, name, birth_date) = columns(row)?;
        let member = MemberFound { nik, name, birth_date, employments: Vec::new(), lists: Vec::new() };
        replace_or_push(&mut members, member, |last, new| last.nik == new.nik);
    }
    Ok(members)
}

/// The member of that NIK at or behind `at`, which moves there; rows come in the order of NIK.
fn seek<'a>(members: &'a mut [MemberFound], at: &mut usize, nik: i64) -> Option<&'a mut MemberFound> {
    while members.get(*at).is_some_and(|member| member.nik < nik) {
        *at += 1;
    }
    members.get_mut(*at).filter(|member| member.nik == nik)
}

fn add_employments(
    members: &mut [MemberFound],
    frame: &Frame,
    rows: &[QueryResult],
) -> Result<(), StoreFault> {
    let mut at = 0;
    for row in rows {
        let member = seek(members, &mut at, row.try_get_by_index(0)?).ok_or_else(|| damaged("employment"))?;
        let (npp, division): (String, String) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let region_code =
            frame.region(&npp, &division).ok_or_else(|| damaged("employer of an employment"))?;
        let employment = EmploymentFound {
            npp,
            division,
            start_date: row.try_get_by_index(3)?,
            region_code,
            end_date: row.try_get_by_index(4)?,
            category: row.try_get_by_index(5)?,
            bank: row.try_get_by_index(6)?,
            account_number: row.try_get_by_index(7)?,
            account_holder_name: row.try_get_by_index(8)?,
            reports: reports_of(row.try_get_by_index(9)?).ok_or_else(|| damaged("wage report"))?,
        };
        replace_or_push(&mut member.employments, employment, |last, new| {
            (&last.npp, &last.division, last.start_date) == (&new.npp, &new.division, new.start_date)
        });
    }
    Ok(())
}

/// The reports in the text that the statement makes; none when that is damaged.
fn reports_of(text: Option<String>) -> Option<Vec<ReportFound>> {
    let Some(text) = text else { return Some(Vec::new()) };
    let mut rows: Vec<[i64; 5]> = text.split(',').map(numbers).collect::<Option<_>>()?;
    rows.sort_unstable();
    let mut reports = Vec::with_capacity(rows.len());
    for [month, reported_on, _, wage_rupiah, wage_months] in rows {
        let report = ReportFound { month, reported_on, wage_rupiah, wage_months };
        replace_or_push(&mut reports, report, |last, new| {
            (last.month, last.reported_on) == (new.month, new.reported_on)
        });
    }
    Some(reports)
}

fn numbers(text: &str) -> Option<[i64; 5]> {
    let mut parts = text.split('/').map(|part| part.parse().ok());
    let numbers = [parts.next()??, parts.next()??, parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}

fn add_lists(members: &mut [MemberFound], frame: &Frame, rows: &[QueryResult]) -> Result<(), StoreFault> {
    let mut at = 0;
    for row in rows {
        let (nik, list, as_of, version): (i64, i64, i64, i64) = columns(row)?;
        // A list may name people who are no members.
        let Some(member) = seek(members, &mut at, nik) else { continue };
        if frame.snapshot(list) == Some((as_of, version)) {
            member.lists.push(list);
        }
    }
    Ok(())
}

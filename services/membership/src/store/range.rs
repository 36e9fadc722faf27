//! Every member of a range of NIK with everything the roster knows of them, by three set queries.

use futures::try_join;
use tepat_store::{Store, StoreFault, Value};

use super::damaged;
use super::frame::Frame;
use super::packed::{Fields, Packed};

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
    /// Of the row.
    version: i64,
}

impl EmploymentFound {
    /// What tells it from the member's others.
    fn key(&self) -> (&str, &str, i64) {
        (&self.npp, &self.division, self.start_date)
    }
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
    let limit = PERSONS_MAX + 1;
    let persons =
        format!("(SELECT * FROM member WHERE {RANGE} ORDER BY nik, version LIMIT {limit}) AS person");
    let persons = Packed::read(store, &PERSON, &persons, range(through_nik)).await?;
    let (mut members, rows) = persons_of(&persons).ok_or_else(|| damaged("member"))?;
    let cut = rows > PERSONS_MAX;
    if cut {
        // The last person may have further rows behind the cut.
        members.pop();
    }
    let rest_after = if cut { members.last().map(|member| member.nik) } else { None };
    let through = rest_after.unwrap_or(through_nik);
    let employments = format!("employment AS e WHERE {RANGE}");
    let entries = format!("list_entry WHERE {RANGE}");
    let (employments, entries) = try_join!(
        Packed::read(store, &EMPLOYMENT, &employments, range(through)),
        Packed::read(store, &ENTRY, &entries, range(through)),
    )?;
    add_employments(&mut members, frame, &employments).ok_or_else(|| damaged("employment"))?;
    add_lists(&mut members, frame, &entries).ok_or_else(|| damaged("list entry"))?;
    Ok(Part { members, rest_after })
}

const RANGE: &str = "nik > $1 AND nik <= $2 AND version <= $3";

const PERSON: [&str; 4] = ["nik", "version", "birth_date", "name"];

/// An employment with its reports in the last field.
const EMPLOYMENT: [&str; 11] = [
    "nik",
    "npp",
    "division",
    "start_date",
    "version",
    "end_date",
    "category",
    "bank",
    "account_number",
    "account_holder_name",
    "coalesce((
        SELECT string_agg(month || '/' || reported_on || '/' || version || '/' || wage_rupiah || '/' || wage_months, ',')
        FROM wage_report AS w WHERE w.nik = e.nik AND w.npp = e.npp AND w.division = e.division
            AND w.start_date = e.start_date AND w.version <= $3), '')",
];

const ENTRY: [&str; 4] = ["nik", "list", "as_of", "version"];

/// Of the rows of one key the last is the newest: it replaces the one before.
fn replace_or_push<T>(found: &mut Vec<T>, new: T, same_key: impl Fn(&T, &T) -> bool) {
    match found.last_mut() {
        Some(last) if same_key(last, &new) => *last = new,
        _ => found.push(new),
    }
}

/// The persons in NIK order, and of how many rows they are made; none when a row is damaged.
fn persons_of(packed: &Packed) -> Option<(Vec<MemberFound>, usize)> {
    let person = |mut row: Fields<'_>| {
        let (nik, version, birth_date) = (row.number()?, row.number()?, row.number()?);
        let name = row.text()?.to_owned();
        Some((version, MemberFound { nik, name, birth_date, employments: Vec::new(), lists: Vec::new() }))
    };
    let mut rows: Vec<(i64, MemberFound)> = packed.rows().map(person).collect::<Option<_>>()?;
    rows.sort_by_key(|(version, member)| (member.nik, *version));
    let count = rows.len();
    let mut members = Vec::with_capacity(count);
    for (_, member) in rows {
        replace_or_push(&mut members, member, |last, new| last.nik == new.nik);
    }
    Some((members, count))
}

fn add_employments(members: &mut [MemberFound], frame: &Frame, packed: &Packed) -> Option<()> {
    for mut row in packed.rows() {
        let member = find(members, row.number()?)?;
        let (npp, division) = (row.text()?, row.text()?);
        let employment = EmploymentFound {
            npp: npp.to_owned(),
            division: division.to_owned(),
            region_code: frame.region(npp, division)?,
            start_date: row.number()?,
            version: row.number()?,
            end_date: row.number()?,
            category: row.number()?,
            bank: row.text()?.to_owned(),
            account_number: row.text()?.to_owned(),
            account_holder_name: row.text()?.to_owned(),
            reports: reports_of(row.text()?)?,
        };
        member.employments.push(employment);
    }
    for member in members {
        member
            .employments
            .sort_by(|one, other| one.key().cmp(&other.key()).then(one.version.cmp(&other.version)));
        let rows = std::mem::take(&mut member.employments);
        for row in rows {
            replace_or_push(&mut member.employments, row, |last, new| last.key() == new.key());
        }
    }
    Some(())
}

/// The reports in the last field of an employment; none when it is damaged.
fn reports_of(text: &str) -> Option<Vec<ReportFound>> {
    let texts = text.split(',').filter(|report| !report.is_empty());
    let mut rows: Vec<[i64; 5]> = texts.map(numbers).collect::<Option<_>>()?;
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

fn add_lists(members: &mut [MemberFound], frame: &Frame, packed: &Packed) -> Option<()> {
    for mut row in packed.rows() {
        let (nik, list, as_of, version) = (row.number()?, row.number()?, row.number()?, row.number()?);
        // A list may name people who are no members.
        let Some(member) = find(members, nik) else { continue };
        if frame.snapshot(list) == Some((as_of, version)) {
            member.lists.push(list);
        }
    }
    for member in members {
        member.lists.sort_unstable();
    }
    Some(())
}

fn find(members: &mut [MemberFound], nik: i64) -> Option<&mut MemberFound> {
    let at = members.binary_search_by_key(&nik, |member| member.nik).ok()?;
    members.get_mut(at)
}

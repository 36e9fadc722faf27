//! A page of rows on its way into the tables.

use std::collections::BTreeSet;

use tepat_store::{Rows, StoreFault, Tx, append};

use super::known::subject;
use super::partition::part;
use crate::rules::file::File;
use crate::rules::known::{Said, SaidEmployer, SaidMember};
use crate::rules::row::{EmploymentFacts, EmploymentKey, ListedRow, Person, ReportKey, WageFacts};

/// One fault, with the name of its column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredFault {
    /// File it is in.
    pub(crate) file: File,
    /// Physical line where the record starts.
    pub(crate) line: i64,
    /// Place among the faults of the line, from 0.
    pub(crate) place: i64,
    /// Empty when the fault is of the whole record.
    pub(crate) column: String,
    /// Its kind by name.
    pub(crate) fault: String,
}

/// Rows to append, table by table.
#[derive(Debug, Default)]
pub(crate) struct Page {
    version: i64,
    employers: Vec<SaidEmployer>,
    members: Vec<(i64, Person)>,
    employments: Vec<(EmploymentKey, EmploymentFacts)>,
    reports: Vec<(ReportKey, WageFacts)>,
    listed: Vec<ListedRow>,
    restated: BTreeSet<String>,
}

impl Page {
    /// An empty page whose rows carry `version`.
    pub(crate) fn new(version: i64) -> Self {
        Self { version, ..Self::default() }
    }

    /// Adds what a row of `employers.csv` said.
    pub(crate) fn employer(&mut self, said: SaidEmployer) {
        match said.said {
            Said::New => self.employers.push(said),
            Said::Again => self.restate(subject::employer(&said.key)),
            Said::Twice => {}
        }
    }

    /// Adds what a row of `members.csv` said.
    pub(crate) fn member(&mut self, said: SaidMember) {
        let SaidMember { row, person, employment, .. } = said;
        match person {
            Said::New => self.members.push((row.key.nik, row.person)),
            Said::Again => self.restate(subject::person(row.key.nik)),
            Said::Twice => {}
        }
        match employment {
            Said::New => self.employments.push((row.key, row.facts)),
            Said::Again => self.restate(subject::employment(&row.key)),
            Said::Twice => {}
        }
    }

    /// Adds what a row of `wages.csv` said.
    pub(crate) fn report(&mut self, said: Said, key: ReportKey, facts: WageFacts) {
        match said {
            Said::New => self.reports.push((key, facts)),
            Said::Again => self.restate(subject::report(&key)),
            Said::Twice => {}
        }
    }

    /// Adds a row of `lists.csv`.
    pub(crate) fn listed(&mut self, row: ListedRow) {
        self.listed.push(row);
    }

    fn restate(&mut self, subject: String) {
        self.restated.insert(subject);
    }

    /// Appends everything, table by table in the order of the keys: neighbours share pages of a tree.
    pub(crate) async fn append(mut self, tx: &Tx) -> Result<(), StoreFault> {
        let version = i32::try_from(self.version).map_err(|_| StoreFault::Damaged)?;
        self.members.sort_unstable_by_key(|(nik, _)| *nik);
        self.employments.sort_unstable_by_key(|(key, _)| *key);
        self.reports.sort_unstable_by_key(|(key, _)| *key);
        self.listed.sort_unstable();
        let snapshots: BTreeSet<(i16, i32)> = self.listed.iter().map(|row| (row.list, row.as_of)).collect();
        append(tx, "employer", employers(version, self.employers)).await?;
        let part = |table| part(tx.backend(), table, self.version);
        append(tx, &part("member"), members(version, self.members)).await?;
        append(tx, &part("employment"), employments(version, self.employments)).await?;
        append(tx, &part("wage_report"), reports(version, self.reports)).await?;
        append(tx, &part("list_entry"), listed(version, self.listed)).await?;
        for (list, as_of) in snapshots {
            let sql =
                "INSERT INTO list_snapshot (list, as_of, version) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
            tx.execute(sql, [list.into(), as_of.into(), version.into()]).await?;
        }
        let mut restated = Rows::with_capacity(&["version", "subject"], self.restated.len());
        for subject in self.restated {
            restated.push([version.into(), subject.into()]);
        }
        append(tx, "restated", restated).await
    }
}

fn employers(version: i32, page: Vec<SaidEmployer>) -> Rows<'static> {
    let columns =
        &["npp", "division", "version", "employer", "region_code", "ownership", "name", "sector_code"];
    let mut rows = Rows::with_capacity(columns, page.len());
    for SaidEmployer { number, key, facts, .. } in page {
        rows.push([
            key.npp().into(),
            key.division().into(),
            version.into(),
            number.into(),
            facts.region_code.into(),
            facts.ownership.into(),
            facts.name.into(),
            facts.sector_code.into(),
        ]);
    }
    rows
}

fn members(version: i32, page: Vec<(i64, Person)>) -> Rows<'static> {
    let mut rows = Rows::with_capacity(&["nik", "version", "birth_date", "sex", "name"], page.len());
    for (nik, person) in page {
        rows.push([
            nik.into(),
            version.into(),
            person.birth_date.into(),
            person.sex.into(),
            person.name.into(),
        ]);
    }
    rows
}

fn employments(version: i32, page: Vec<(EmploymentKey, EmploymentFacts)>) -> Rows<'static> {
    let columns = &[
        "nik",
        "employer",
        "start_date",
        "version",
        "end_date",
        "kk",
        "kpj",
        "region_code",
        "category",
        "segment",
        "programmes",
        "bank",
        "account_number",
        "account_holder_name",
    ];
    let mut rows = Rows::with_capacity(columns, page.len());
    for (key, facts) in page {
        rows.push([
            key.nik.into(),
            key.employer.into(),
            key.start_date.into(),
            version.into(),
            facts.end_date.into(),
            facts.kk.into(),
            facts.kpj.into(),
            facts.region_code.into(),
            facts.category.into(),
            facts.segment.into(),
            facts.programmes.into(),
            facts.bank.into(),
            facts.account_number.into(),
            facts.account_holder_name.into(),
        ]);
    }
    rows
}

fn reports(version: i32, page: Vec<(ReportKey, WageFacts)>) -> Rows<'static> {
    let columns =
        &["nik", "employer", "start_date", "month", "reported_on", "version", "wage_rupiah", "wage_months"];
    let mut rows = Rows::with_capacity(columns, page.len());
    for (key, facts) in page {
        rows.push([
            key.employment.nik.into(),
            key.employment.employer.into(),
            key.employment.start_date.into(),
            key.month.into(),
            key.reported_on.into(),
            version.into(),
            facts.wage_rupiah.into(),
            facts.wage_months.into(),
        ]);
    }
    rows
}

fn listed(version: i32, page: Vec<ListedRow>) -> Rows<'static> {
    let mut rows = Rows::with_capacity(&["nik", "list", "as_of", "version"], page.len());
    for row in page {
        rows.push([row.nik.into(), row.list.into(), row.as_of.into(), version.into()]);
    }
    rows
}

/// Appends the faults of a page.
pub(crate) async fn append_faults(tx: &Tx, number: i64, faults: Vec<StoredFault>) -> Result<(), StoreFault> {
    let columns = &["number", "file", "line", "place", "column_name", "fault"];
    let mut rows = Rows::with_capacity(columns, faults.len());
    for fault in faults {
        rows.push([
            number.into(),
            i64::from(fault.file.number()).into(),
            fault.line.into(),
            fault.place.into(),
            fault.column.into(),
            fault.fault.into(),
        ]);
    }
    append(tx, "import_fault", rows).await
}

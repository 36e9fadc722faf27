//! A page of rows on its way into the tables.

use std::collections::BTreeSet;

use tepat_store::{StoreFault, Tx, Value, append};

use super::known::subject;
use crate::rules::file::File;
use crate::rules::known::{Said, SaidMember};
use crate::rules::row::{EmployerFacts, EmployerKey, ListedRow, ReportKey, WageFacts};

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

/// A row of a person: the NIK, and the values.
type Row = (i64, Vec<Value>);

/// Rows to append, table by table.
#[derive(Debug, Default)]
pub(crate) struct Page {
    version: i64,
    employers: Vec<Vec<Value>>,
    members: Vec<Row>,
    employments: Vec<Row>,
    reports: Vec<Row>,
    listed: Vec<Row>,
    snapshots: BTreeSet<(i64, i64)>,
    restated: BTreeSet<String>,
}

impl Page {
    /// An empty page whose rows carry `version`.
    pub(crate) fn new(version: i64) -> Self {
        Self { version, ..Self::default() }
    }

    /// Adds what a row of `employers.csv` said.
    pub(crate) fn employer(&mut self, said: Said, key: EmployerKey, facts: EmployerFacts) {
        match said {
            Said::New => self.employers.push(vec![
                key.npp.into(),
                key.division.into(),
                self.version.into(),
                facts.name.into(),
                facts.region_code.into(),
                facts.sector_code.into(),
                facts.ownership.into(),
            ]),
            Said::Again => self.restate(subject::employer(&key)),
            Said::Twice => {}
        }
    }

    /// Adds what a row of `members.csv` said.
    pub(crate) fn member(&mut self, said: SaidMember) {
        let SaidMember { row, person, employment, .. } = said;
        match person {
            Said::New => self.members.push((
                row.key.nik,
                vec![
                    row.key.nik.into(),
                    self.version.into(),
                    row.person.name.into(),
                    row.person.birth_date.into(),
                    row.person.sex.into(),
                ],
            )),
            Said::Again => self.restate(subject::person(row.key.nik)),
            Said::Twice => {}
        }
        match employment {
            Said::New => self.employments.push((
                row.key.nik,
                vec![
                    row.key.nik.into(),
                    row.key.npp.into(),
                    row.key.division.into(),
                    row.key.start_date.into(),
                    self.version.into(),
                    row.facts.end_date.into(),
                    row.facts.kk.into(),
                    row.facts.kpj.into(),
                    row.facts.region_code.into(),
                    row.facts.category.into(),
                    row.facts.segment.into(),
                    row.facts.programmes.into(),
                    row.facts.bank.into(),
                    row.facts.account_number.into(),
                    row.facts.account_holder_name.into(),
                ],
            )),
            Said::Again => self.restate(subject::employment(&row.key)),
            Said::Twice => {}
        }
    }

    /// Adds what a row of `wages.csv` said.
    pub(crate) fn report(&mut self, said: Said, key: ReportKey, facts: WageFacts) {
        match said {
            Said::New => self.reports.push((
                key.employment.nik,
                vec![
                    key.employment.nik.into(),
                    key.employment.npp.into(),
                    key.employment.division.into(),
                    key.employment.start_date.into(),
                    key.month.into(),
                    key.reported_on.into(),
                    self.version.into(),
                    facts.wage_rupiah.into(),
                    facts.wage_months.into(),
                ],
            )),
            Said::Again => self.restate(subject::report(&key)),
            Said::Twice => {}
        }
    }

    /// Adds a row of `lists.csv`.
    pub(crate) fn listed(&mut self, row: ListedRow) {
        self.snapshots.insert((row.list, row.as_of));
        let values = vec![row.nik.into(), row.list.into(), row.as_of.into(), self.version.into()];
        self.listed.push((row.nik, values));
    }

    fn restate(&mut self, subject: String) {
        self.restated.insert(subject);
    }

    /// Appends everything.
    pub(crate) async fn append(self, tx: &Tx) -> Result<(), StoreFault> {
        append(tx, "employer", &EMPLOYER, self.employers).await?;
        append(tx, "member", &MEMBER, in_order(self.members)).await?;
        append(tx, "employment", &EMPLOYMENT, in_order(self.employments)).await?;
        append(tx, "wage_report", &WAGE_REPORT, in_order(self.reports)).await?;
        append(tx, "list_entry", &["nik", "list", "as_of", "version"], in_order(self.listed)).await?;
        for (list, as_of) in self.snapshots {
            let sql =
                "INSERT INTO list_snapshot (list, as_of, version) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
            tx.execute(sql, [list.into(), as_of.into(), self.version.into()]).await?;
        }
        let restated = self.restated.into_iter().map(|subject| vec![self.version.into(), subject.into()]);
        append(tx, "restated", &["version", "subject"], restated.collect()).await
    }
}

/// Rows in the order of their key: neighbours share pages of the table's tree.
fn in_order(mut rows: Vec<Row>) -> Vec<Vec<Value>> {
    rows.sort_by_key(|(nik, _)| *nik);
    rows.into_iter().map(|(_, values)| values).collect()
}

const EMPLOYER: [&str; 7] = ["npp", "division", "version", "name", "region_code", "sector_code", "ownership"];
const MEMBER: [&str; 5] = ["nik", "version", "name", "birth_date", "sex"];
const EMPLOYMENT: [&str; 15] = [
    "nik",
    "npp",
    "division",
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
const WAGE_REPORT: [&str; 9] =
    ["nik", "npp", "division", "start_date", "month", "reported_on", "version", "wage_rupiah", "wage_months"];

/// Appends the faults of a page.
pub(crate) async fn append_faults(tx: &Tx, number: i64, faults: Vec<StoredFault>) -> Result<(), StoreFault> {
    let rows = faults.into_iter().map(|fault| {
        vec![
            number.into(),
            i64::from(fault.file.number()).into(),
            fault.line.into(),
            fault.place.into(),
            fault.column.into(),
            fault.fault.into(),
        ]
    });
    let columns = ["number", "file", "line", "place", "column_name", "fault"];
    append(tx, "import_fault", &columns, rows.collect()).await
}

//! Writing the files: streamed in file order, `expected.csv` in NIK order, all or nothing.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::banks::scatter;
use crate::draws::{CARD, PROGRAMMES};
use crate::facts::{Category, List, Status};
use crate::outcome::TRANCHES;
use crate::worker::{Claimed, Roster, Worker};
use crate::{Counts, Sample};

/// A file of a sample could not be written.
#[derive(Debug, Error)]
pub enum SampleFault {
    /// The folder or the file refused.
    #[error("cannot write {file}: {source}")]
    File {
        /// The file or folder.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// More workers than the NIKs made here can tell apart.
    #[error("a sample has at most {WORKERS_MAX} workers, {wanted} were asked for")]
    TooManyWorkers {
        /// Workers asked for.
        wanted: u64,
    },
}

/// Most workers of a sample.
pub const WORKERS_MAX: u64 = 100_000_000;

/// Writes the files of a sample into a folder, which is made when it is not there. Files of the same
/// name are replaced; when anything fails, none is and nothing half-written stays.
///
/// # Errors
/// [`SampleFault`], naming the file that could not be written or the number that is too large.
pub fn write(sample: &Sample, dir: &Path) -> Result<Counts, SampleFault> {
    if sample.workers > WORKERS_MAX {
        return Err(SampleFault::TooManyWorkers { wanted: sample.workers });
    }
    fs::create_dir_all(dir).map_err(|source| SampleFault::File { file: dir.to_owned(), source })?;
    let written = write_parts(sample, dir).and_then(|counts| rename_parts(dir).map(|()| counts));
    if written.is_err() {
        for file in FILES {
            // The first fault is told; what cannot be removed now stands as `.part`.
            let _ = fs::remove_file(part_of(dir, file));
        }
    }
    written
}

const FILES: [&str; 6] =
    ["employers.csv", "members.csv", "wages.csv", "lists.csv", "bank_accounts.csv", "expected.csv"];

fn part_of(dir: &Path, file: &str) -> PathBuf {
    dir.join(format!("{file}.part"))
}

fn rename_parts(dir: &Path) -> Result<(), SampleFault> {
    for file in FILES {
        let path = dir.join(file);
        fs::rename(part_of(dir, file), &path).map_err(|source| SampleFault::File { file: path, source })?;
    }
    Ok(())
}

fn write_parts(sample: &Sample, dir: &Path) -> Result<Counts, SampleFault> {
    let roster = Roster::new(sample.workers, sample.seed);
    let mut employers = Table::create(
        dir,
        "employers.csv",
        &["npp", "division", "name", "region_code", "sector_code", "ownership"],
    )?;
    for number in 0..roster.employers.count() {
        let employer = roster.employers.employer(number);
        employers.row(&[
            &employer.npp,
            employer.division,
            &employer.name(),
            &employer.region.to_string(),
            employer.sector(),
            employer.ownership,
        ])?;
    }
    let mut members = Table::create(dir, "members.csv", &MEMBER_COLUMNS)?;
    let mut wages = Table::create(dir, "wages.csv", &WAGE_COLUMNS)?;
    let mut lists = Table::create(dir, "lists.csv", &["nik", "list", "as_of"])?;
    let mut accounts = Table::create(
        dir,
        "bank_accounts.csv",
        &["bank", "account_number", "holder_name", "holder_nik", "status"],
    )?;
    for position in 0..sample.workers {
        let worker = roster.worker(position);
        let nik = worker.identity.nik.to_string();
        for list in &worker.person.lists {
            let (name, as_of) = list_columns(*list);
            lists.row(&[&nik, name, as_of])?;
        }
        for job in 0..worker.person.jobs.len() {
            write_job(&roster, &worker, job, &nik, [&mut members, &mut wages, &mut accounts])?;
        }
    }
    let expected = write_expected(&roster, dir)?;
    Ok(Counts {
        workers: sample.workers,
        employers: employers.finish()?,
        employments: members.finish()?,
        wage_reports: wages.finish()?,
        list_entries: lists.finish()?,
        bank_accounts: accounts.finish()?,
        expected,
    })
}

const MEMBER_COLUMNS: [&str; 17] = [
    "nik",
    "kk",
    "kpj",
    "name",
    "birth_date",
    "sex",
    "region_code",
    "npp",
    "division",
    "category",
    "segment",
    "programmes",
    "start_date",
    "end_date",
    "bank",
    "account_number",
    "account_holder_name",
];
const WAGE_COLUMNS: [&str; 8] =
    ["nik", "npp", "division", "start_date", "month", "wage_rupiah", "wage_months", "reported_on"];

/// The rows of one employment: itself, its wage reports and its account.
fn write_job(
    roster: &Roster,
    worker: &Worker<'_>,
    job: usize,
    nik: &str,
    [members, wages, accounts]: [&mut Table; 3],
) -> Result<(), SampleFault> {
    let facts = &worker.person.jobs[job];
    let employer = roster.employers.employer(worker.employers[job]);
    let start = worker.start(job);
    let claimed = worker.claim(job);
    let (year, month, day) = worker.identity.birth;
    let (bank, number, holder) = match &claimed {
        Some(claimed) => (claimed.bank, claimed.number.as_str(), worker.names.member.to_uppercase()),
        None => ("", "", String::new()),
    };
    // Cards and families are not known of everybody.
    let known = worker.draws.of_job(job, CARD, 50) > 0;
    let kpj =
        if known { format!("{:011}", scatter(worker.serial(job), 100_000_000_000)) } else { String::new() };
    let kk =
        if worker.draws.of_job(0, CARD, 50) == 1 { String::new() } else { worker.family_card().to_string() };
    members.row(&[
        nik,
        &kk,
        &kpj,
        &worker.names.member,
        &format!("{year}-{month:02}-{day:02}"),
        if worker.identity.female { "P" } else { "L" },
        &worker.region().to_string(),
        &employer.npp,
        employer.division,
        category_column(facts.category),
        segment(facts.category, employer.ownership, worker, job),
        programmes(facts.category, worker, job),
        &start,
        facts.end.unwrap_or(""),
        bank,
        number,
        &holder,
    ])?;
    for report in &facts.reports {
        wages.row(&[
            nik,
            &employer.npp,
            employer.division,
            &start,
            &format!("{}-{:02}", report.month / 100, report.month % 100),
            &worker.reported_rupiah(report).to_string(),
            &report.wage_months.to_string(),
            &worker.reported_on(job, report),
        ])?;
    }
    if let Some(Claimed { number, held: Some(held), .. }) = &claimed {
        let holder_nik = held.holder_nik.map(|nik| nik.to_string()).unwrap_or_default();
        accounts.row(&[held.bank, number, &held.holder_name, &holder_nik, status_column(held.status)])?;
    }
    Ok(())
}

/// Rows sorted by round, tranche and NIK: ranks are walked in order, so nothing is sorted or held.
fn write_expected(roster: &Roster, dir: &Path) -> Result<u64, SampleFault> {
    let columns = ["nik", "round", "tranche", "decision", "primary_reason"];
    let mut expected = Table::create(dir, "expected.csv", &columns)?;
    for (index, (round, tranche)) in TRANCHES.into_iter().enumerate() {
        for rank in 0..roster.people.workers {
            let outcome = roster.person(roster.people.position(rank)).expected[index];
            if let Some((decision, reason)) = outcome.columns() {
                let identity = roster.people.identity(rank, roster.employers.regions());
                expected.row(&[&identity.nik.to_string(), round, tranche, decision, reason])?;
            }
        }
    }
    expected.finish()
}

fn segment(category: Category, ownership: &'static str, worker: &Worker<'_>, job: usize) -> &'static str {
    match (category, ownership) {
        (Category::Pu, "private" | "state_owned") => ownership,
        (Category::Pu, "government") => "ppnpn",
        (Category::Pu, _) => {
            ["bpd", "rt_rw", "lkd", "satlinmas"][worker.draws.of_job(job, PROGRAMMES, 4) as usize]
        }
        (Category::Bpu, _) => ["vulnerable", "other"][worker.draws.of_job(job, PROGRAMMES, 2) as usize],
        (Category::Jakon | Category::Pmi, _) => "other",
    }
}

fn programmes(category: Category, worker: &Worker<'_>, job: usize) -> &'static str {
    match category {
        Category::Pu if worker.draws.of_job(job, PROGRAMMES, 10) < 7 => "JKK|JKM|JHT|JP",
        Category::Pu => "JKK|JKM|JHT",
        Category::Bpu | Category::Jakon | Category::Pmi => "JKK|JKM",
    }
}

const fn category_column(category: Category) -> &'static str {
    match category {
        Category::Pu => "PU",
        Category::Bpu => "BPU",
        Category::Jakon => "JAKON",
        Category::Pmi => "PMI",
    }
}

const fn status_column(status: Status) -> &'static str {
    match status {
        Status::Active => "ACTIVE",
        Status::New => "NEW",
        Status::Closed => "CLOSED",
        Status::Dormant => "DORMANT",
        Status::Frozen => "FROZEN",
        Status::Restricted => "RESTRICTED",
    }
}

/// A list's name and the day of its one snapshot.
const fn list_columns(list: List) -> (&'static str, &'static str) {
    match list {
        List::Asn => ("ASN", "2022-08-01"),
        List::Tni => ("TNI", "2022-08-01"),
        List::Polri => ("POLRI", "2022-08-01"),
        List::Pkh => ("PKH", "2022-07-31"),
        List::Prakerja => ("PRAKERJA", "2022-08-08"),
        List::Bpum => ("BPUM", "2021-12-31"),
        List::Bpnt => ("BPNT", "2022-07-31"),
        List::Dtks => ("DTKS", "2022-07-31"),
        List::Tax => ("TAX", "2020-10-30"),
        List::Deceased => ("DECEASED", "2022-08-15"),
    }
}

/// One CSV file under way (RFC 4180, LF), with its count of rows beside the header.
struct Table {
    path: PathBuf,
    writer: csv::Writer<BufWriter<File>>,
    rows: u64,
}

impl Table {
    fn create(dir: &Path, file: &str, header: &[&str]) -> Result<Self, SampleFault> {
        let path = dir.join(file);
        let opened = File::create(part_of(dir, file));
        let file = opened.map_err(|source| SampleFault::File { file: path.clone(), source })?;
        let writer = csv::WriterBuilder::new().from_writer(BufWriter::with_capacity(1 << 18, file));
        let mut table = Self { path, writer, rows: 0 };
        table.row(header)?;
        table.rows = 0;
        Ok(table)
    }

    fn row(&mut self, fields: &[&str]) -> Result<(), SampleFault> {
        self.rows += 1;
        let written = self.writer.write_record(fields);
        written.map_err(|fault| SampleFault::File { file: self.path.clone(), source: fault.into() })
    }

    fn finish(mut self) -> Result<u64, SampleFault> {
        match self.writer.flush() {
            Ok(()) => Ok(self.rows),
            Err(source) => Err(SampleFault::File { file: self.path, source }),
        }
    }
}

//! The import of a roster, against a plain COPY of rows that were parsed already.
//!
//! Ours: a sample whose rows are wrong by one in a hundred goes the whole way by RPC, as `tepat import` does
//! it: read, cut, judge, look up what is known, append, checkpoint, settle in the order of the keys, count. The
//! floor takes what ours left in the tables, row by row with the same types, in an order that knows nothing of the
//! keys, as files have it, and copies it into fresh tables with the same checks, keys and indexes, one table after
//! another over one connection. How fast that is when the keys are made afterwards instead, which leaves the
//! rows in the order of the files, is told beside it. Both are counted by the rows of the files, wrong ones
//! included; the floor has nothing to do for those.

use std::fs::{self, File};
use std::path::Path;
use std::time::Instant;

use bytes::Bytes;
use futures::TryStreamExt as _;
use sqlx::Row as _;
use sqlx::postgres::PgConnection;
use tepat_proto::membership as wire;
use tepat_store::{Store, StoreSettings};
use tonic::service::Routes;

use super::database;
use super::report::{Kind, Report, count, peak_rss_bytes};
use super::world::{self, Folder};
use crate::answer::Answer;
use crate::client::Clients;
use crate::compose::Parts;
use crate::failure::Failure;
use crate::import::{self, Asked};

/// Schemas of ours and of the floor.
const OURS: &str = "bench_import";
const FLOOR: &str = "bench_import_floor";

/// The tables that rows of files enter.
const TABLES: [&str; 5] = ["employer", "member", "employment", "wage_report", "list_entry"];

/// Rows between two wrong ones: one in a hundred is wrong.
const RIGHT_ROWS: u64 = 99;

/// Measures the import of a sample of `members` people.
pub(crate) async fn run(parts: &Parts, members: u64) -> Result<Answer, Failure> {
    let folder = Folder::of(parts);
    let dir = folder.files("import-sample");
    let sample = tepat_sample::Sample::new(members, 1);
    let made = dir.clone();
    let counts = tokio::task::spawn_blocking(move || spoilt(&sample, &made)).await;
    let counts = counts.map_err(|_| Failure::failed("writing the sample was cut"))??;

    let address = world::owner(&parts.settings.stores)?;
    world::empty(&address, &[OURS, FLOOR]).await?;
    let owner = match parts.settings.stores.owner.as_str() {
        "" => &parts.settings.stores.membership,
        owner => owner,
    };
    let store = open(owner, OURS).await?;
    let deps = tepat_membership::Deps { store, clock: parts.clock.clone() };
    let server = tepat_membership::build(&parts.settings.membership, deps).await.map_err(Failure::failed)?;
    let limits = parts.settings.process.listen.limits();
    let clients = Clients::over(tepat_serve::Transport::local(Routes::new(server), limits));
    let asked = Asked {
        dir: &dir,
        dry_run: false,
        allow_extra: false,
        columns: Vec::new(),
        errors: folder.files("import-bench-errors.csv"),
        import_id: None,
    };
    let began = Instant::now();
    let imported = import::run(&clients, asked).await?;
    let ours = began.elapsed().as_secs_f64();
    let peak = peak_rss_bytes("self");

    let mut connection = database::connect(&address).await?;
    let mut stages = Vec::new();
    let mut wrong: Vec<String> = of_files(&imported, &counts).into_iter().collect();
    let (mut floor, mut keyed_after) = (0.0, 0.0);
    for table in TABLES {
        let rows = parsed(&mut connection, table).await?;
        keyed_after = sum(keyed_after, fill(&mut connection, table, rows.clone(), Keys::Afterwards).await?);
        let taken = fill(&mut connection, table, rows, Keys::First).await?;
        stages.push((table, taken));
        floor = sum(floor, taken);
        wrong.extend(difference(&mut connection, table).await?);
    }
    stages.push(("total", floor));
    database::run(&mut connection, &format!("DROP SCHEMA {OURS} CASCADE; DROP SCHEMA {FLOOR} CASCADE"))
        .await?;
    let rows = counts.right + counts.wrong;
    let report = Report {
        bench: "import",
        kind: Kind::Rate,
        size: rows,
        things: "rows",
        floor: rate(rows, floor),
        ours: rate(rows, ours),
        floor_stages: stages,
        stages: vec![("total", ours)],
        figures: Vec::new(),
        peaks: peak.map(|bytes| ("membership and its client".to_owned(), bytes)).into_iter().collect(),
        notes: vec![
            format!("{members} members; {} of the rows are wrong", counts.wrong),
            format!("a floor that makes the keys afterwards: {:.0} rows a second", rate(rows, keyed_after)),
        ],
        wrong,
    };
    Ok(report.answer())
}

#[expect(clippy::float_arithmetic, reason = "a rate of measured figures")]
fn rate(rows: u64, seconds: f64) -> f64 {
    count(rows) / seconds
}

#[expect(clippy::float_arithmetic, reason = "a sum of measured times")]
fn sum(seconds: f64, more: f64) -> f64 {
    seconds + more
}

/// A store in a schema of its own, with the tables and indexes of membership.
async fn open(owner: &str, schema: &str) -> Result<Store, Failure> {
    let store = Store::open(&StoreSettings::postgres(owner, schema)).await.map_err(Failure::failed)?;
    store.migrate::<tepat_membership::Migrator>().await.map_err(Failure::failed)?;
    Ok(store)
}

/// Rows of the files.
struct Rows {
    right: u64,
    wrong: u64,
}

/// Writes a sample in which one row in a hundred of members and wages is wrong.
fn spoilt(sample: &tepat_sample::Sample, dir: &Path) -> Result<Rows, Failure> {
    let counts = tepat_sample::write(sample, dir).map_err(Failure::failed)?;
    let wrong =
        spoil(dir, "members.csv", "category", "CAT")? + spoil(dir, "wages.csv", "wage_rupiah", "much")?;
    let right = counts.employers + counts.employments + counts.wage_reports + counts.list_entries;
    Ok(Rows { right, wrong })
}

/// Puts a wrong row behind every so many right ones: the last of them again with one field that no
/// rule lets through. How many.
fn spoil(dir: &Path, file: &str, column: &str, value: &str) -> Result<u64, Failure> {
    let path = dir.join(file);
    let part = path.with_extension("part");
    let failed = |err: csv::Error| Failure::failed(format!("cannot spoil {file}: {err}"));
    let mut reader = csv::Reader::from_path(&path).map_err(failed)?;
    let header = reader.byte_headers().map_err(failed)?.clone();
    let column = header.iter().position(|name| name == column.as_bytes());
    let column = column.ok_or_else(|| Failure::failed(format!("{file} has no such column")))?;
    let out = File::create(&part).map_err(|err| Failure::file("write", &part, &err))?;
    let mut writer = csv::WriterBuilder::new().buffer_capacity(1 << 18).from_writer(out);
    writer.write_byte_record(&header).map_err(failed)?;
    let (mut row, mut rows, mut wrong) = (csv::ByteRecord::new(), 0, 0);
    while reader.read_byte_record(&mut row).map_err(failed)? {
        writer.write_byte_record(&row).map_err(failed)?;
        rows += 1;
        if rows % RIGHT_ROWS == 0 {
            let field = |(place, field)| if place == column { value.as_bytes() } else { field };
            writer.write_record(row.iter().enumerate().map(field)).map_err(failed)?;
            wrong += 1;
        }
    }
    writer
        .flush()
        .and_then(|()| fs::rename(&part, &path))
        .map_err(|err| Failure::file("write", &path, &err))?;
    Ok(wrong)
}

/// What is wrong with the counts of an import.
fn of_files(imported: &import::Imported, expected: &Rows) -> Option<String> {
    let sum = |count: fn(&wire::FileProgress) -> i64| -> u64 {
        imported.import.files.iter().map(|file| u64::try_from(count(file)).unwrap_or(0)).sum()
    };
    let (entered, refused) = (sum(|file| file.rows_out), sum(|file| file.rows_faulty));
    let right = (entered, refused) == (expected.right, expected.wrong) && imported.roster.is_some();
    (!right).then(|| {
        format!(
            "{entered} rows entered and {refused} did not, instead of {} and {}",
            expected.right, expected.wrong
        )
    })
}

/// When the floor makes the keys and indexes of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keys {
    First,
    Afterwards,
}

/// Fills a fresh table of the floor: seconds.
async fn fill(
    connection: &mut PgConnection,
    table: &str,
    rows: Vec<Bytes>,
    keys: Keys,
) -> Result<f64, Failure> {
    database::run(connection, &format!("DROP TABLE IF EXISTS {FLOOR}.{table}")).await?;
    let indexes = database::make_like(connection, OURS, table, FLOOR).await?.join(";");
    if keys == Keys::First {
        database::run(connection, &indexes).await?;
    }
    let began = Instant::now();
    copy(connection, table, rows).await?;
    if keys == Keys::Afterwards {
        database::run(connection, &indexes).await?;
    }
    Ok(began.elapsed().as_secs_f64())
}

/// The rows of one of our tables as a COPY gives them: those of a person together, people in any order.
async fn parsed(connection: &mut PgConnection, table: &str) -> Result<Vec<Bytes>, Failure> {
    let order = if table == "employer" { "npp" } else { "hashint8(nik)" };
    let sql = format!("COPY (SELECT * FROM {OURS}.{table} ORDER BY {order}) TO STDOUT (FORMAT binary)");
    let mut messages = connection.copy_out_raw(&sql).await.map_err(database::failed)?;
    let (mut parcels, mut parcel) = (Vec::new(), Vec::new());
    while let Some(message) = messages.try_next().await.map_err(database::failed)? {
        parcel.extend_from_slice(&message);
        if parcel.len() > 256 * 1024 {
            parcels.push(Bytes::from(std::mem::take(&mut parcel)));
        }
    }
    parcels.push(parcel.into());
    Ok(parcels)
}

async fn copy(connection: &mut PgConnection, table: &str, rows: Vec<Bytes>) -> Result<(), Failure> {
    let sql = format!("COPY {FLOOR}.{table} FROM STDIN (FORMAT binary)");
    let mut copy = connection.copy_in_raw(&sql).await.map_err(database::failed)?;
    for parcel in rows {
        copy.send(parcel).await.map_err(database::failed)?;
    }
    copy.finish().await.map_err(database::failed)?;
    Ok(())
}

/// Whether the two tables differ in any row.
async fn difference(connection: &mut PgConnection, table: &str) -> Result<Option<String>, Failure> {
    let sql = format!(
        "SELECT EXISTS (SELECT * FROM {OURS}.{table} EXCEPT ALL SELECT * FROM {FLOOR}.{table})
             OR (SELECT count(*) FROM {OURS}.{table}) <> (SELECT count(*) FROM {FLOOR}.{table})"
    );
    let row = database::rows(connection, &sql).await?.pop();
    let differs: bool = match row {
        Some(row) => row.try_get(0).map_err(database::failed)?,
        None => true,
    };
    Ok(differs.then(|| format!("{table} of the floor has other rows")))
}

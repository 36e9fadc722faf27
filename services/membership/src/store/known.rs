//! What the roster knows already of the keys that a page names: one query a page and table.

pub(crate) mod subject;

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use futures::try_join;
use tepat_store::Column::{Number, Text};
use tepat_store::{Backend, Column, Row, Select, Store, StoreFault, scan};

use super::partition::part;
use super::{columns, narrow, rows_of_keys};
use crate::rules::file::File;
use crate::rules::known::{Employers, Known, Members, Reports};
use crate::rules::row::{
    EmployerFacts, EmployerKey, EmploymentFacts, EmploymentKey, ListedRow, Person, ReportKey, WageFacts,
};

/// How far a question looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Upto {
    /// To the newest sealed version.
    Sealed(i64),
    /// To the open import of this version: what it said so far counts as said here. The rows have to be
    /// settled, or each question reads all of them.
    Open(i64),
}

impl Upto {
    const fn version(self) -> i64 {
        match self {
            Self::Sealed(version) | Self::Open(version) => version,
        }
    }

    fn is_here(self, version: i64) -> bool {
        self == Self::Open(version)
    }
}

/// Numbers of every employer up to the version. They are few, and most rows name one.
pub(crate) async fn employer_numbers(
    store: &Store,
    version: i64,
) -> Result<HashMap<EmployerKey, i32>, StoreFault> {
    let columns = [Text("npp"), Text("division"), Number("employer")];
    let select = Select { columns: &columns, from: "employer WHERE version <= $1", numbers: &[version] };
    let numbered = |row: &mut Row<'_>| Some((EmployerKey::of(row.text()?, row.text()?)?, narrow(row)?));
    Ok(scan(store, select, numbered).await?.into_iter().collect())
}

/// Keys of one question: a text that the database reads at ease.
const KEYS_A_SCAN: usize = 2_000;

/// The rows of these keys up to the version, by the first field of the key.
async fn of_keys<T>(
    store: &Store,
    version: i64,
    columns: &[Column<'_>],
    (table, key, order): (&str, &str, &str),
    keys: &[i64],
    mut take: impl FnMut(&mut Row<'_>) -> Option<T>,
) -> Result<Vec<T>, StoreFault> {
    let mut rows = Vec::new();
    for keys in keys.chunks(KEYS_A_SCAN) {
        let from = format!("{} ORDER BY {order}", rows_of_keys(store, table, key, keys));
        rows.extend(scan(store, Select { columns, from: &from, numbers: &[version] }, &mut take).await?);
    }
    Ok(rows)
}

/// What is known of employers, by their numbers.
pub(crate) async fn employers(store: &Store, upto: Upto, numbers: &[i64]) -> Result<Employers, StoreFault> {
    let columns = [
        Text("npp"),
        Text("division"),
        Number("version"),
        Number("region_code"),
        Number("ownership"),
        Text("name"),
        Text("sector_code"),
    ];
    let take = |row: &mut Row<'_>| {
        let key = EmployerKey::of(row.text()?, row.text()?)?;
        let here = upto.is_here(row.number()?);
        let (region_code, ownership) = (narrow(row)?, narrow(row)?);
        let (name, sector_code) = (row.text()?.to_owned(), row.text()?.to_owned());
        let value = EmployerFacts { name, region_code, sector_code, ownership };
        Some((key, Known { value, here }))
    };
    let of = ("employer", "employer", "employer, version");
    let rows = of_keys(store, upto.version(), &columns, of, numbers, take).await?;
    let mut known: Employers = rows.into_iter().collect();
    mark_restated(store, upto, &mut known, subject::employer).await?;
    Ok(known)
}

/// What is known of persons and their employments, by NIK.
pub(crate) async fn members(store: &Store, upto: Upto, niks: &[i64]) -> Result<Members, StoreFault> {
    let (mut persons, mut employments) =
        try_join!(persons_of(store, upto, niks), employments_of(store, upto, niks))?;
    mark_restated(store, upto, &mut persons, |nik| subject::person(*nik)).await?;
    mark_restated(store, upto, &mut employments, subject::employment).await?;
    Ok(Members { persons, employments })
}

async fn persons_of(
    store: &Store,
    upto: Upto,
    niks: &[i64],
) -> Result<HashMap<i64, Known<Person>>, StoreFault> {
    let columns = [Number("nik"), Number("version"), Number("birth_date"), Number("sex"), Text("name")];
    let take = |row: &mut Row<'_>| {
        let (nik, here) = (row.number()?, upto.is_here(row.number()?));
        let (birth_date, sex, name) = (narrow(row)?, narrow(row)?, row.text()?.to_owned());
        Some((nik, Known { value: Person { name, birth_date, sex }, here }))
    };
    let rows =
        of_keys(store, upto.version(), &columns, ("member", "nik", "nik, version"), niks, take).await?;
    Ok(rows.into_iter().collect())
}

const EMPLOYMENT: [Column<'_>; 14] = [
    Number("nik"),
    Number("employer"),
    Number("start_date"),
    Number("version"),
    Number("end_date"),
    Number("kk"),
    Number("kpj"),
    Number("region_code"),
    Number("category"),
    Number("segment"),
    Number("programmes"),
    Text("bank"),
    Text("account_number"),
    Text("account_holder_name"),
];

async fn employments_of(
    store: &Store,
    upto: Upto,
    niks: &[i64],
) -> Result<HashMap<EmploymentKey, Known<EmploymentFacts>>, StoreFault> {
    let take = |row: &mut Row<'_>| {
        let (key, here) = (employment_key(row)?, upto.is_here(row.number()?));
        let value = EmploymentFacts {
            end_date: narrow(row)?,
            kk: row.number()?,
            kpj: row.number()?,
            region_code: narrow(row)?,
            category: narrow(row)?,
            segment: narrow(row)?,
            programmes: narrow(row)?,
            bank: row.text()?.to_owned(),
            account_number: row.text()?.to_owned(),
            account_holder_name: row.text()?.to_owned(),
        };
        Some((key, Known { value, here }))
    };
    let of = ("employment", "nik", "nik, employer, start_date, version");
    Ok(of_keys(store, upto.version(), &EMPLOYMENT, of, niks, take).await?.into_iter().collect())
}

fn employment_key(row: &mut Row<'_>) -> Option<EmploymentKey> {
    Some(EmploymentKey { nik: row.number()?, employer: narrow(row)?, start_date: narrow(row)? })
}

/// A number that the employments of the roster do not exceed: rows of members that ever entered.
pub(crate) async fn employments_max(store: &Store) -> Result<i64, StoreFault> {
    let sql = "SELECT CAST(coalesce(sum(rows_out), 0) AS BIGINT) FROM import_file WHERE file = $1";
    let row = store.row(sql, [i64::from(File::Members.number()).into()]).await?;
    columns::<(i64,)>(&row.ok_or(StoreFault::Damaged)?).map(|(rows,)| rows)
}

/// Marks of the keys of every employment up to the version, in no order.
pub(crate) async fn employment_marks(
    store: &Store,
    version: i64,
    mark: impl Fn(&EmploymentKey) -> u64,
) -> Result<Vec<u64>, StoreFault> {
    let from = "employment WHERE version <= $1";
    let select = Select { columns: &EMPLOYMENT[..3], from, numbers: &[version] };
    scan(store, select, |row| employment_key(row).map(|key| mark(&key))).await
}

/// Keys of the employments of these NIK, up to the version.
pub(crate) async fn employment_keys(
    store: &Store,
    version: i64,
    niks: &[i64],
) -> Result<HashSet<EmploymentKey>, StoreFault> {
    let of = ("employment", "nik", "nik");
    let rows = of_keys(store, version, &EMPLOYMENT[..3], of, niks, employment_key).await?;
    Ok(rows.into_iter().collect())
}

/// What is known of the reports of these NIK.
pub(crate) async fn reports(store: &Store, upto: Upto, niks: &[i64]) -> Result<Reports, StoreFault> {
    let columns = [
        Number("nik"),
        Number("employer"),
        Number("start_date"),
        Number("month"),
        Number("reported_on"),
        Number("version"),
        Number("wage_rupiah"),
        Number("wage_months"),
    ];
    let take = |row: &mut Row<'_>| {
        let employment = employment_key(row)?;
        let key = ReportKey { employment, month: narrow(row)?, reported_on: narrow(row)? };
        let here = upto.is_here(row.number()?);
        let value = WageFacts { wage_rupiah: row.number()?, wage_months: narrow(row)? };
        Some((key, Known { value, here }))
    };
    let of = ("wage_report", "nik", "nik, employer, start_date, month, reported_on, version");
    let rows = of_keys(store, upto.version(), &columns, of, niks, take).await?;
    let mut known: Reports = rows.into_iter().collect();
    mark_restated(store, upto, &mut known, subject::report).await?;
    Ok(known)
}

/// What the open import's lists say of these NIK; nothing of sealed ones, whose snapshots are their own.
pub(crate) async fn listed(
    store: &Store,
    upto: Upto,
    niks: &[i64],
) -> Result<HashSet<ListedRow>, StoreFault> {
    let Upto::Open(version) = upto else { return Ok(HashSet::new()) };
    let columns = [Number("nik"), Number("list"), Number("as_of"), Number("version")];
    let take = |row: &mut Row<'_>| {
        let listed = ListedRow { nik: row.number()?, list: narrow(row)?, as_of: narrow(row)? };
        Some((listed, upto.is_here(row.number()?)))
    };
    let rows = of_keys(store, version, &columns, ("list_entry", "nik", "nik"), niks, take).await?;
    Ok(rows.into_iter().filter(|(_, here)| *here).map(|(listed, _)| listed).collect())
}

/// Gives `take` the key of everything that a file said so far in the open import of a version, in no order:
/// NIK and the rest of the key as numbers, for wages without the employer. Employers have none.
pub(crate) async fn each_key(
    store: &Store,
    version: i64,
    file: File,
    mut take: impl FnMut(&[i64]),
) -> Result<(), StoreFault> {
    let (table, columns): (&str, &[Column<'_>]) = match file {
        File::Employers => return Ok(()),
        File::Members => ("member", &[Number("nik")]),
        File::Wages => {
            ("wage_report", &[Number("nik"), Number("start_date"), Number("month"), Number("reported_on")])
        }
        File::Lists => ("list_entry", &[Number("nik"), Number("list"), Number("as_of")]),
    };
    let numbers = &[version];
    let from = format!("{} WHERE version = $1", part(store.backend(), table, version));
    let mut key = Vec::with_capacity(columns.len());
    let stored = |row: &mut Row<'_>| {
        key.clear();
        for _ in columns {
            key.push(row.number()?);
        }
        take(&key);
        Some(())
    };
    scan(store, Select { columns, from: &from, numbers }, stored).await?;
    // What an earlier version knew stands here only as said again.
    let said_again = |row: &mut Row<'_>| {
        if let Some(key) = subject::key_of(file, row.text()?) {
            take(&key);
        }
        Some(())
    };
    let select = Select { columns: &[Text("subject")], from: "restated WHERE version = $1", numbers };
    scan(store, select, said_again).await.map(|_| ())
}

/// Marks as said here what an earlier version knows and the open import said again.
async fn mark_restated<K: Hash + Eq, T>(
    store: &Store,
    upto: Upto,
    known: &mut HashMap<K, Known<T>>,
    subject: impl Fn(&K) -> String,
) -> Result<(), StoreFault> {
    let Upto::Open(version) = upto else { return Ok(()) };
    let older = known.iter_mut().filter(|(_, known)| !known.here);
    let mut older: HashMap<String, &mut Known<T>> = older.map(|(key, known)| (subject(key), known)).collect();
    if older.is_empty() {
        return Ok(());
    }
    let subjects: Vec<&String> = older.keys().collect();
    let backend = store.backend();
    let sql = match backend {
        Backend::Sqlite => {
            "SELECT subject FROM restated
             WHERE version = $1 AND subject IN (SELECT value FROM json_each($2))"
        }
        Backend::Postgres => {
            "SELECT said.subject FROM unnest(CAST($2 AS TEXT[])) AS keys (key) CROSS JOIN LATERAL
                 (SELECT subject FROM restated WHERE version = $1 AND subject = keys.key OFFSET 0) AS said"
        }
    };
    for row in store.rows(sql, [version.into(), backend.texts(&subjects)]).await? {
        let (subject,): (String,) = columns(&row)?;
        if let Some(known) = older.get_mut(&subject) {
            known.here = true;
        }
    }
    Ok(())
}

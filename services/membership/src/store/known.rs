//! What the roster knows already of the keys that a page names: one query a page and table.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use futures::try_join;
use tepat_store::Column::{Number, Text};
use tepat_store::{Backend, Column, Row, Select, Store, StoreFault, scan};

use super::{columns, narrow, rows_of_keys};
use crate::rules::file::File;
use crate::rules::known::{Employers, Known, Members, Reports};
use crate::rules::row::{
    EmployerFacts, EmployerKey, EmploymentFacts, EmploymentKey, ListedRow, Person, ReportKey, WageFacts,
};

/// What an import said again is noted by these names.
pub(crate) mod subject {
    use crate::rules::row::{EmployerKey, EmploymentKey, ReportKey};

    /// Of an employer.
    pub(crate) fn employer(key: &EmployerKey) -> String {
        format!("employer/{}/{}", key.npp(), key.division())
    }

    /// Of a person.
    pub(crate) fn person(nik: i64) -> String {
        format!("person/{nik}")
    }

    /// Of an employment.
    pub(crate) fn employment(key: &EmploymentKey) -> String {
        format!("employment/{}/{}/{}", key.nik, key.employer, key.start_date)
    }

    /// Of a report.
    pub(crate) fn report(key: &ReportKey) -> String {
        format!("report/{}/{}/{}", employment(&key.employment), key.month, key.reported_on)
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
pub(crate) async fn employers(store: &Store, version: i64, numbers: &[i64]) -> Result<Employers, StoreFault> {
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
        let here = row.number()? == version;
        let (region_code, ownership) = (narrow(row)?, narrow(row)?);
        let (name, sector_code) = (row.text()?.to_owned(), row.text()?.to_owned());
        let value = EmployerFacts { name, region_code, sector_code, ownership };
        Some((key, Known { value, here }))
    };
    let of = ("employer", "employer", "employer, version");
    let rows = of_keys(store, version, &columns, of, numbers, take).await?;
    let mut known: Employers = rows.into_iter().collect();
    mark_restated(store, version, &mut known, |_| true, subject::employer).await?;
    Ok(known)
}

/// What is known of persons and their employments, by NIK. Only of the NIK in `repeated` can this
/// import have said anything yet.
pub(crate) async fn members(
    store: &Store,
    version: i64,
    niks: &[i64],
    repeated: &[i64],
) -> Result<Members, StoreFault> {
    let (mut persons, mut employments) =
        try_join!(persons_of(store, version, niks), employments_of(store, version, niks))?;
    let repeats = |nik: i64| repeated.binary_search(&nik).is_ok();
    mark_restated(store, version, &mut persons, |nik| repeats(*nik), |nik| subject::person(*nik)).await?;
    mark_restated(store, version, &mut employments, |key| repeats(key.nik), subject::employment).await?;
    Ok(Members { persons, employments })
}

async fn persons_of(
    store: &Store,
    version: i64,
    niks: &[i64],
) -> Result<HashMap<i64, Known<Person>>, StoreFault> {
    let columns = [Number("nik"), Number("version"), Number("birth_date"), Number("sex"), Text("name")];
    let take = |row: &mut Row<'_>| {
        let (nik, here) = (row.number()?, row.number()? == version);
        let (birth_date, sex, name) = (narrow(row)?, narrow(row)?, row.text()?.to_owned());
        Some((nik, Known { value: Person { name, birth_date, sex }, here }))
    };
    let rows = of_keys(store, version, &columns, ("member", "nik", "nik, version"), niks, take).await?;
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
    version: i64,
    niks: &[i64],
) -> Result<HashMap<EmploymentKey, Known<EmploymentFacts>>, StoreFault> {
    let take = |row: &mut Row<'_>| {
        let (key, here) = (employment_key(row)?, row.number()? == version);
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
    Ok(of_keys(store, version, &EMPLOYMENT, of, niks, take).await?.into_iter().collect())
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

/// What is known of the reports of these NIK; `repeated` as for [`members`].
pub(crate) async fn reports(
    store: &Store,
    version: i64,
    niks: &[i64],
    repeated: &[i64],
) -> Result<Reports, StoreFault> {
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
        let here = row.number()? == version;
        let value = WageFacts { wage_rupiah: row.number()?, wage_months: narrow(row)? };
        Some((key, Known { value, here }))
    };
    let of = ("wage_report", "nik", "nik, employer, start_date, month, reported_on, version");
    let rows = of_keys(store, version, &columns, of, niks, take).await?;
    let mut known: Reports = rows.into_iter().collect();
    let repeats = |key: &ReportKey| repeated.binary_search(&key.employment.nik).is_ok();
    mark_restated(store, version, &mut known, repeats, subject::report).await?;
    Ok(known)
}

/// What this import's lists say of these NIK.
pub(crate) async fn listed(
    store: &Store,
    version: i64,
    niks: &[i64],
) -> Result<HashSet<ListedRow>, StoreFault> {
    let columns = [Number("nik"), Number("list"), Number("as_of"), Number("version")];
    let take = |row: &mut Row<'_>| {
        let listed = ListedRow { nik: row.number()?, list: narrow(row)?, as_of: narrow(row)? };
        Some((listed, row.number()? == version))
    };
    let rows = of_keys(store, version, &columns, ("list_entry", "nik", "nik"), niks, take).await?;
    Ok(rows.into_iter().filter(|(_, here)| *here).map(|(listed, _)| listed).collect())
}

/// Marks as said here what an earlier version knows and this import said again.
async fn mark_restated<K: Hash + Eq, T>(
    store: &Store,
    version: i64,
    known: &mut HashMap<K, Known<T>>,
    repeats: impl Fn(&K) -> bool,
    subject: impl Fn(&K) -> String,
) -> Result<(), StoreFault> {
    let older = known.iter_mut().filter(|(key, known)| !known.here && repeats(key));
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

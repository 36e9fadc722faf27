//! What the roster knows already of the keys that a page names: one query a page and table.

use std::collections::{HashMap, HashSet};

use futures::try_join;
use tepat_store::{QueryResult, Store, StoreFault};

use super::{among, columns, keys, quoted};
use crate::rules::known::{Employers, Known, Members, Reports};
use crate::rules::row::{
    EmployerFacts, EmployerKey, EmploymentFacts, EmploymentKey, ListedRow, Person, ReportKey, WageFacts,
};

/// What an import said again is noted by these names.
pub(crate) mod subject {
    use crate::rules::row::{EmployerKey, EmploymentKey, ReportKey};

    /// Of an employer.
    pub(crate) fn employer(key: &EmployerKey) -> String {
        format!("employer/{}/{}", key.npp, key.division)
    }

    /// Of a person.
    pub(crate) fn person(nik: i64) -> String {
        format!("person/{nik}")
    }

    /// Of an employment.
    pub(crate) fn employment(key: &EmploymentKey) -> String {
        format!("employment/{}/{}/{}/{}", key.nik, key.npp, key.division, key.start_date)
    }

    /// Of a report.
    pub(crate) fn report(key: &ReportKey) -> String {
        format!("report/{}/{}/{}", employment(&key.employment), key.month, key.reported_on)
    }
}

/// Keys of every employer up to the version. They are few, and most rows name one.
pub(crate) async fn employer_keys(store: &Store, version: i64) -> Result<HashSet<EmployerKey>, StoreFault> {
    let sql = "SELECT DISTINCT npp, division FROM employer WHERE version <= $1";
    let rows = store.rows(sql, [version.into()]).await?;
    rows.iter().map(|row| columns(row).map(|(npp, division)| EmployerKey { npp, division })).collect()
}

/// What is known of employers, by their NPP.
pub(crate) async fn employers(store: &Store, version: i64, npps: &[String]) -> Result<Employers, StoreFault> {
    let sql = format!(
        "SELECT npp, division, version, name, region_code, sector_code, ownership FROM employer
         WHERE version <= $1 AND {} ORDER BY npp, division, version",
        among("npp")
    );
    let npps: Vec<String> = npps.iter().map(|npp| quoted(npp)).collect();
    let mut known = Employers::new();
    for row in store.rows(&sql, keys(version, &npps)).await? {
        let (npp, division, of_version, name, region_code, sector_code, ownership): (_, _, i64, _, _, _, _) =
            columns(&row)?;
        let value = EmployerFacts { name, region_code, sector_code, ownership };
        known.insert(EmployerKey { npp, division }, Known { value, here: of_version == version });
    }
    mark_restated(store, version, &mut known, subject::employer).await?;
    Ok(known)
}

/// What is known of persons and their employments, by NIK.
pub(crate) async fn members(store: &Store, version: i64, niks: &[i64]) -> Result<Members, StoreFault> {
    let (mut persons, mut employments) =
        try_join!(persons_of(store, version, niks), employments_of(store, version, niks))?;
    mark_restated(store, version, &mut persons, |nik| subject::person(*nik)).await?;
    mark_restated(store, version, &mut employments, subject::employment).await?;
    Ok(Members { persons, employments })
}

async fn persons_of(
    store: &Store,
    version: i64,
    niks: &[i64],
) -> Result<HashMap<i64, Known<Person>>, StoreFault> {
    let sql = format!(
        "SELECT nik, version, name, birth_date, sex FROM member
         WHERE version <= $1 AND {} ORDER BY nik, version",
        among("nik")
    );
    let mut persons = HashMap::new();
    for row in store.rows(&sql, keys(version, niks)).await? {
        let (nik, of_version, name, birth_date, sex): (_, i64, _, _, _) = columns(&row)?;
        let value = Person { name, birth_date, sex };
        persons.insert(nik, Known { value, here: of_version == version });
    }
    Ok(persons)
}

async fn employments_of(
    store: &Store,
    version: i64,
    niks: &[i64],
) -> Result<HashMap<EmploymentKey, Known<EmploymentFacts>>, StoreFault> {
    let sql = format!(
        "SELECT nik, npp, division, start_date, version, end_date, kk, kpj, region_code, category, segment,
                programmes, bank, account_number, account_holder_name FROM employment
         WHERE version <= $1 AND {} ORDER BY nik, npp, division, start_date, version",
        among("nik")
    );
    let mut employments = HashMap::new();
    for row in store.rows(&sql, keys(version, niks)).await? {
        let (key, of_version, value) = employment_of(&row)?;
        employments.insert(key, Known { value, here: of_version == version });
    }
    Ok(employments)
}

fn employment_of(row: &QueryResult) -> Result<(EmploymentKey, i64, EmploymentFacts), StoreFault> {
    let key = EmploymentKey {
        nik: row.try_get_by_index(0)?,
        npp: row.try_get_by_index(1)?,
        division: row.try_get_by_index(2)?,
        start_date: row.try_get_by_index(3)?,
    };
    let facts = EmploymentFacts {
        end_date: row.try_get_by_index(5)?,
        kk: row.try_get_by_index(6)?,
        kpj: row.try_get_by_index(7)?,
        region_code: row.try_get_by_index(8)?,
        category: row.try_get_by_index(9)?,
        segment: row.try_get_by_index(10)?,
        programmes: row.try_get_by_index(11)?,
        bank: row.try_get_by_index(12)?,
        account_number: row.try_get_by_index(13)?,
        account_holder_name: row.try_get_by_index(14)?,
    };
    Ok((key, row.try_get_by_index(4)?, facts))
}

/// Keys of the employments of these NIK, up to the version.
pub(crate) async fn employment_keys(
    store: &Store,
    version: i64,
    niks: &[i64],
) -> Result<HashSet<EmploymentKey>, StoreFault> {
    let sql = format!(
        "SELECT nik, npp, division, start_date FROM employment WHERE version <= $1 AND {}",
        among("nik")
    );
    let mut known = HashSet::new();
    for row in store.rows(&sql, keys(version, niks)).await? {
        let (nik, npp, division, start_date) = columns(&row)?;
        known.insert(EmploymentKey { nik, npp, division, start_date });
    }
    Ok(known)
}

/// What is known of the reports of these NIK.
pub(crate) async fn reports(store: &Store, version: i64, niks: &[i64]) -> Result<Reports, StoreFault> {
    let sql = format!(
        "SELECT nik, npp, division, start_date, month, reported_on, version, wage_rupiah, wage_months
         FROM wage_report WHERE version <= $1 AND {}
         ORDER BY nik, npp, division, start_date, month, reported_on, version",
        among("nik")
    );
    let mut known = Reports::new();
    for row in store.rows(&sql, keys(version, niks)).await? {
        let key = ReportKey {
            employment: EmploymentKey {
                nik: row.try_get_by_index(0)?,
                npp: row.try_get_by_index(1)?,
                division: row.try_get_by_index(2)?,
                start_date: row.try_get_by_index(3)?,
            },
            month: row.try_get_by_index(4)?,
            reported_on: row.try_get_by_index(5)?,
        };
        let here = row.try_get_by_index::<i64>(6)? == version;
        let value =
            WageFacts { wage_rupiah: row.try_get_by_index(7)?, wage_months: row.try_get_by_index(8)? };
        known.insert(key, Known { value, here });
    }
    mark_restated(store, version, &mut known, subject::report).await?;
    Ok(known)
}

/// What this import's lists say of these NIK.
pub(crate) async fn listed(
    store: &Store,
    version: i64,
    niks: &[i64],
) -> Result<HashSet<ListedRow>, StoreFault> {
    let sql = format!("SELECT nik, list, as_of FROM list_entry WHERE version = $1 AND {}", among("nik"));
    let rows = store.rows(&sql, keys(version, niks)).await?;
    rows.iter().map(|row| columns(row).map(|(nik, list, as_of)| ListedRow { nik, list, as_of })).collect()
}

/// Marks as said here what an earlier version knows and this import said again.
async fn mark_restated<K, T>(
    store: &Store,
    version: i64,
    known: &mut HashMap<K, Known<T>>,
    subject: impl Fn(&K) -> String,
) -> Result<(), StoreFault> {
    let older = known.iter_mut().filter(|(_, known)| !known.here);
    let mut older: HashMap<String, &mut Known<T>> = older.map(|(key, known)| (subject(key), known)).collect();
    if older.is_empty() {
        return Ok(());
    }
    let subjects: Vec<String> = older.keys().map(|subject| quoted(subject)).collect();
    let sql = format!("SELECT subject FROM restated WHERE version = $1 AND {}", among("subject"));
    for row in store.rows(&sql, keys(version, &subjects)).await? {
        let (subject,): (String,) = columns(&row)?;
        if let Some(known) = older.get_mut(&subject) {
            known.here = true;
        }
    }
    Ok(())
}

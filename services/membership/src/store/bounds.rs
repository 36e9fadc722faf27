//! Where a roster version is cut into chunks.

use tepat_store::Column::Number;
use tepat_store::{Select, Store, StoreFault, scan};
use tepat_terms::{Nik, Slice};

use super::columns;

/// A range of members: those with `after_nik < nik <= through_nik`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Exclusive; 0 before the first member.
    pub(crate) after_nik: i64,
    /// Inclusive.
    pub(crate) through_nik: i64,
    /// Members inside.
    pub(crate) members: i64,
}

/// At most `chunks` ranges of `members` persons each behind `after_nik`; only the roster's last one
/// holds fewer. The database steps from bound to bound, so that only those travel.
pub(crate) async fn list(
    store: &Store,
    version: i64,
    after_nik: i64,
    members: i64,
    chunks: usize,
) -> Result<Vec<Bounds>, StoreFault> {
    let sql = "
        WITH RECURSIVE bound (place, nik) AS (
            SELECT CAST(0 AS BIGINT), CAST($2 AS BIGINT)
            UNION ALL
            SELECT bound.place + 1, (
                SELECT max(persons.nik) FROM (
                    SELECT DISTINCT member.nik FROM member
                    WHERE member.version <= $1 AND member.nik > bound.nik ORDER BY member.nik LIMIT $3
                ) AS persons)
            FROM bound WHERE bound.place < $4 AND bound.nik IS NOT NULL)
        SELECT nik FROM bound WHERE place > 0 AND nik IS NOT NULL ORDER BY place";
    let chunks = i64::try_from(chunks).unwrap_or(i64::MAX);
    let values = [version.into(), after_nik.into(), members.into(), chunks.into()];
    let mut after = after_nik;
    let mut bounds = Vec::new();
    for row in store.rows(sql, values).await? {
        let (through_nik,) = columns(&row)?;
        bounds.push(Bounds { after_nik: after, through_nik, members });
        after = through_nik;
    }
    if let Some(last) = bounds.last_mut() {
        last.members = persons(store, version, *last).await?;
    }
    Ok(bounds)
}

/// Persons whose NIK is read at once to cut a slice.
const NIKS_A_READ: i64 = 20_000;

/// The same for those in a slice: ranges that hold `members` of them each, only the last one fewer. The
/// hash is not the database's, so every NIK is read.
pub(crate) async fn list_slice(
    store: &Store,
    version: i64,
    slice: Slice,
    after_nik: i64,
    members: i64,
    chunks: usize,
) -> Result<Vec<Bounds>, StoreFault> {
    let from = format!(
        "(SELECT DISTINCT nik FROM member WHERE version <= $1 AND nik > $2 ORDER BY nik LIMIT {NIKS_A_READ})
         AS persons ORDER BY nik"
    );
    let mut bounds: Vec<Bounds> = Vec::new();
    let mut after = after_nik;
    loop {
        let select = Select { columns: &[Number("nik")], from: &from, numbers: &[version, after] };
        let niks = scan(store, select, |row| row.number()).await?;
        let Some(last) = niks.last().copied() else { return Ok(bounds) };
        after = last;
        for nik in niks.into_iter().filter(|nik| is_in(Some(slice), *nik)) {
            let (count, last) = (bounds.len(), bounds.last_mut());
            let begin = match last {
                Some(open) if open.members < members => {
                    (open.through_nik, open.members) = (nik, open.members + 1);
                    continue;
                }
                Some(_) if count == chunks => return Ok(bounds),
                Some(full) => full.through_nik,
                None => after_nik,
            };
            bounds.push(Bounds { after_nik: begin, through_nik: nik, members: 1 });
        }
    }
}

/// Whether a person is in the slice; without one everybody is.
pub(crate) fn is_in(slice: Option<Slice>, nik: i64) -> bool {
    // Only NIKs are imported.
    slice.is_none_or(|slice| Nik::from_number(nik).is_ok_and(|nik| slice.holds(nik)))
}

/// How many persons are within bounds.
async fn persons(store: &Store, version: i64, bounds: Bounds) -> Result<i64, StoreFault> {
    let sql = "SELECT count(*) FROM (
        SELECT DISTINCT nik FROM member WHERE version <= $1 AND nik > $2 AND nik <= $3) AS persons";
    let values = [version.into(), bounds.after_nik.into(), bounds.through_nik.into()];
    let row = store.row(sql, values).await?.ok_or(StoreFault::Damaged)?;
    columns::<(i64,)>(&row).map(|(count,)| count)
}

/// Whether anybody comes behind `nik`.
pub(crate) async fn any_behind(store: &Store, version: i64, nik: i64) -> Result<bool, StoreFault> {
    let sql = "SELECT 1 FROM member WHERE version <= $1 AND nik > $2 LIMIT 1";
    Ok(store.row(sql, [version.into(), nik.into()]).await?.is_some())
}

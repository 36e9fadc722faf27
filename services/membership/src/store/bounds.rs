//! Where a roster version is cut into chunks.

use tepat_store::{Store, StoreFault};

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

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
/// holds fewer. The database counts the persons off, so that only bounds travel.
pub(crate) async fn list(
    store: &Store,
    version: i64,
    after_nik: i64,
    members: i64,
    chunks: usize,
) -> Result<Vec<Bounds>, StoreFault> {
    let persons = members.saturating_mul(i64::try_from(chunks).unwrap_or(i64::MAX));
    let sql = "
        SELECT max(nik), count(*) FROM (
            SELECT nik, (row_number() OVER (ORDER BY nik) - 1) / $3 AS chunk FROM (
                SELECT DISTINCT nik FROM member WHERE version <= $1 AND nik > $2 ORDER BY nik LIMIT $4
            ) AS persons
        ) AS numbered GROUP BY chunk ORDER BY chunk";
    let rows = store.rows(sql, [version.into(), after_nik.into(), members.into(), persons.into()]).await?;
    let mut after = after_nik;
    rows.iter()
        .map(|row| {
            let (through_nik, members) = columns(row)?;
            let bounds = Bounds { after_nik: after, through_nik, members };
            after = through_nik;
            Ok(bounds)
        })
        .collect()
}

/// Whether anybody comes behind `nik`.
pub(crate) async fn any_behind(store: &Store, version: i64, nik: i64) -> Result<bool, StoreFault> {
    let sql = "SELECT 1 FROM member WHERE version <= $1 AND nik > $2 LIMIT 1";
    Ok(store.row(sql, [version.into(), nik.into()]).await?.is_some())
}

//! Chunks: ranges of NIK that workers lease.

use tepat_store::{Queue, Rows, Store, StoreFault, Tx, Value, append};

use crate::rules::reason::{Outcome, ReasonSet};

/// The table of chunks as a queue of leases.
pub(crate) const CHUNKS: Queue = Queue { table: "chunk", queue: "batch_id", item: "chunk" };

/// Bounds of a chunk and where its candidates stand in the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChunkRow {
    pub(crate) chunk: i64,
    /// Exclusive.
    pub(crate) after_nik: i64,
    /// Inclusive.
    pub(crate) through_nik: i64,
    pub(crate) candidates: i64,
    /// The batch's candidates are numbered from 1 in NIK order; this is the first one's number.
    pub(crate) first_sequence: i64,
}

/// Sums over the chunks of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) chunks: i64,
    pub(crate) done: i64,
    /// Of all chunks.
    pub(crate) candidates: i64,
    /// Candidates of finished chunks.
    pub(crate) received: i64,
    pub(crate) eligible: i64,
    pub(crate) refused: i64,
    pub(crate) pending: i64,
}

/// Enters the chunks of a batch.
pub(crate) async fn insert(tx: &Tx, batch_id: &str, chunks: &[ChunkRow]) -> Result<(), StoreFault> {
    let columns = ["batch_id", "chunk", "after_nik", "through_nik", "candidates", "first_sequence"];
    let mut rows = Rows::with_capacity(&columns, chunks.len());
    for chunk in chunks {
        rows.push([
            batch_id.into(),
            chunk.chunk.into(),
            chunk.after_nik.into(),
            chunk.through_nik.into(),
            chunk.candidates.into(),
            chunk.first_sequence.into(),
        ]);
    }
    append(tx, "chunk", rows).await
}

/// All chunks of a batch, in order.
pub(crate) async fn all(store: &Store, batch_id: &str) -> Result<Vec<ChunkRow>, StoreFault> {
    let sql = "SELECT chunk, after_nik, through_nik, candidates, first_sequence FROM chunk
        WHERE batch_id = $1 ORDER BY chunk";
    let rows = store.rows(sql, [batch_id.into()]).await?;
    rows.iter()
        .map(|row| {
            let (chunk, after_nik, through_nik, candidates, first_sequence) = row.try_get_many_by_index()?;
            Ok(ChunkRow { chunk, after_nik, through_nik, candidates, first_sequence })
        })
        .collect()
}

/// One chunk of a batch.
pub(crate) async fn get(store: &Store, batch_id: &str, chunk: i64) -> Result<ChunkRow, StoreFault> {
    let sql = "SELECT chunk, after_nik, through_nik, candidates, first_sequence FROM chunk
        WHERE batch_id = $1 AND chunk = $2";
    let row = store.row(sql, [batch_id.into(), chunk.into()]).await?.expect("a leased chunk is in the table");
    let (chunk, after_nik, through_nik, candidates, first_sequence) = row.try_get_many_by_index()?;
    Ok(ChunkRow { chunk, after_nik, through_nik, candidates, first_sequence })
}

/// Persons of one chunk by what was decided: outcome, set of reasons, count.
pub(crate) type ChunkTotals = Vec<(Outcome, ReasonSet, i64)>;

/// Keeps what a chunk that is being finished came to.
pub(crate) async fn keep_totals(
    tx: &Tx,
    batch: (&str, i64),
    chunk: i64,
    totals: &ChunkTotals,
) -> Result<(), StoreFault> {
    let (batch_id, batch_no) = batch;
    let of = |outcome| -> i64 {
        totals.iter().filter(|total| total.0 == outcome).map(|(_, _, persons)| persons).sum()
    };
    let sql = "UPDATE chunk SET eligible = $3, refused = $4, pending = $5 WHERE batch_id = $1 AND chunk = $2";
    let counts = [of(Outcome::Eligible), of(Outcome::Refused), of(Outcome::Pending)];
    let values = [batch_id.into(), chunk.into()].into_iter().chain(counts.map(Value::from));
    tx.execute(sql, values).await?;
    let columns = ["batch_no", "chunk", "outcome", "reasons", "persons"];
    let mut rows = Rows::with_capacity(&columns, totals.len());
    for (outcome, reasons, persons) in totals {
        rows.push([
            batch_no.into(),
            chunk.into(),
            outcome.column().into(),
            reasons.bits().into(),
            (*persons).into(),
        ]);
    }
    append(tx, "chunk_total", rows).await
}

/// How far a batch is.
pub(crate) async fn progress(store: &Store, batch_id: &str) -> Result<Progress, StoreFault> {
    let sql = "SELECT count(*),
            CAST(COALESCE(sum(CASE WHEN state = 'done' THEN 1 ELSE 0 END), 0) AS BIGINT),
            CAST(COALESCE(sum(CASE WHEN state = 'done' THEN candidates ELSE 0 END), 0) AS BIGINT),
            CAST(COALESCE(sum(eligible), 0) AS BIGINT), CAST(COALESCE(sum(refused), 0) AS BIGINT),
            CAST(COALESCE(sum(pending), 0) AS BIGINT), CAST(COALESCE(sum(candidates), 0) AS BIGINT)
        FROM chunk WHERE batch_id = $1";
    let row = store.row(sql, [batch_id.into()]).await?.expect("an aggregate has one row");
    let (chunks, done, received, eligible, refused, pending, candidates) = row.try_get_many_by_index()?;
    Ok(Progress { chunks, done, candidates, received, eligible, refused, pending })
}

/// Chunks of the batch that are not done.
pub(crate) async fn open(store: &Store, batch_id: &str) -> Result<i64, StoreFault> {
    let sql = "SELECT count(*) FROM chunk WHERE batch_id = $1 AND state <> 'done'";
    let row = store.row(sql, [batch_id.into()]).await?.expect("an aggregate has one row");
    Ok(row.try_get_by_index(0)?)
}

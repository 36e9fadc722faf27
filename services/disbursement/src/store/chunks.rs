//! Chunks: ranges of NIK that workers lease.

use tepat_store::{Queue, Store, StoreFault, Tx, append};

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

/// Sums over the finished chunks of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) chunks: i64,
    pub(crate) done: i64,
    /// Candidates of finished chunks.
    pub(crate) received: i64,
    pub(crate) eligible: i64,
    pub(crate) refused: i64,
    pub(crate) pending: i64,
}

/// Enters the chunks of a batch.
pub(crate) async fn insert(tx: &Tx, batch_id: &str, chunks: &[ChunkRow]) -> Result<(), StoreFault> {
    let columns = ["batch_id", "chunk", "after_nik", "through_nik", "candidates", "first_sequence"];
    let rows = chunks.iter().map(|chunk| {
        vec![
            batch_id.into(),
            chunk.chunk.into(),
            chunk.after_nik.into(),
            chunk.through_nik.into(),
            chunk.candidates.into(),
            chunk.first_sequence.into(),
        ]
    });
    append(tx, "chunk", &columns, rows.collect()).await
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

/// Writes the counts of a chunk that is being finished.
pub(crate) async fn keep_counts(
    tx: &Tx,
    batch_id: &str,
    chunk: i64,
    counts: [i64; 3],
) -> Result<(), StoreFault> {
    let sql = "UPDATE chunk SET eligible = $3, refused = $4, pending = $5 WHERE batch_id = $1 AND chunk = $2";
    let [eligible, refused, pending] = counts;
    let values = [batch_id.into(), chunk.into(), eligible.into(), refused.into(), pending.into()];
    tx.execute(sql, values).await.map(|_| ())
}

/// How far a batch is.
pub(crate) async fn progress(store: &Store, batch_id: &str) -> Result<Progress, StoreFault> {
    let sql = "SELECT count(*),
            COALESCE(sum(CASE WHEN state = 'done' THEN 1 ELSE 0 END), 0),
            COALESCE(sum(CASE WHEN state = 'done' THEN candidates ELSE 0 END), 0),
            COALESCE(sum(eligible), 0), COALESCE(sum(refused), 0), COALESCE(sum(pending), 0)
        FROM chunk WHERE batch_id = $1";
    let row = store.row(sql, [batch_id.into()]).await?.expect("an aggregate has one row");
    let (chunks, done, received, eligible, refused, pending) = row.try_get_many_by_index()?;
    Ok(Progress { chunks, done, received, eligible, refused, pending })
}

/// Whether every chunk of the batch is done, as the transaction sees it.
pub(crate) async fn all_done(tx: &Tx, batch_id: &str) -> Result<bool, StoreFault> {
    let sql = "SELECT 1 FROM chunk WHERE batch_id = $1 AND state <> 'done' LIMIT 1";
    Ok(tx.row(sql, [batch_id.into()]).await?.is_none())
}

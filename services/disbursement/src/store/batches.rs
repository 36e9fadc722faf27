//! Batches: found by id, moved from state to state.

use tepat_store::{QueryResult, Store, StoreFault, Tx, Value};
use tepat_terms::Slice;

use crate::rules::batch_state::{BatchState, Step};

/// A batch as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct BatchRow {
    pub(crate) batch_id: String,
    pub(crate) batch_no: i64,
    pub(crate) round: String,
    pub(crate) tranche: i32,
    /// `<round>/<tranche>`: within it a person and an account stand once.
    pub(crate) term: String,
    pub(crate) roster_version: i64,
    /// The part of the candidates that are looked at; none for all.
    pub(crate) slice: Option<Slice>,
    /// The round's text when the batch opened.
    pub(crate) round_text: String,
    pub(crate) round_sha256: Vec<u8>,
    pub(crate) wage_table_sha256: Vec<u8>,
    pub(crate) name_rules: String,
    pub(crate) state: BatchState,
    pub(crate) opened_at_us: i64,
    /// Why screening does not get on; empty when it does.
    pub(crate) trouble: String,
    /// Promised at compose.
    pub(crate) amount_rupiah: i64,
    /// Known once the recipients are written.
    pub(crate) merkle_root: Option<Vec<u8>>,
    /// Known once the recipients are written: what officials sign.
    pub(crate) statement: Option<Vec<u8>>,
}

const COLUMNS: &str = "batch_id, batch_no, round, tranche, term, roster_version, round_text, round_sha256,
    wage_table_sha256, name_rules, state, opened_at_us, slice_k, slice_n, slice_seed, trouble, amount_rupiah,
    merkle_root, statement";

fn from_row(row: &QueryResult) -> Result<BatchRow, StoreFault> {
    let small =
        |column| Ok::<_, StoreFault>(i32::try_from(row.try_get::<i64>("", column)?).unwrap_or(i32::MAX));
    Ok(BatchRow {
        batch_id: row.try_get("", "batch_id")?,
        batch_no: row.try_get("", "batch_no")?,
        round: row.try_get("", "round")?,
        tranche: small("tranche")?,
        term: row.try_get("", "term")?,
        roster_version: row.try_get("", "roster_version")?,
        slice: match row.try_get::<Option<i64>>("", "slice_k")? {
            None => None,
            Some(_) => Some(
                Slice::new(small("slice_k")?, small("slice_n")?, row.try_get("", "slice_seed")?)
                    .expect("the table checks slices"),
            ),
        },
        round_text: row.try_get("", "round_text")?,
        round_sha256: row.try_get("", "round_sha256")?,
        wage_table_sha256: row.try_get("", "wage_table_sha256")?,
        name_rules: row.try_get("", "name_rules")?,
        state: BatchState::from_number(small("state")?)
            .expect("the states in the table are those of the rules"),
        opened_at_us: row.try_get("", "opened_at_us")?,
        trouble: row.try_get("", "trouble")?,
        amount_rupiah: row.try_get("", "amount_rupiah")?,
        merkle_root: row.try_get("", "merkle_root")?,
        statement: row.try_get("", "statement")?,
    })
}

async fn find_where(store: &Store, condition: &str, values: Vec<Value>) -> Result<Vec<BatchRow>, StoreFault> {
    let rows = store.rows(&format!("SELECT {COLUMNS} FROM batch WHERE {condition}"), values).await?;
    rows.iter().map(from_row).collect()
}

/// The batch with this id, if there is one.
pub(crate) async fn find(store: &Store, batch_id: &str) -> Result<Option<BatchRow>, StoreFault> {
    Ok(find_where(store, "batch_id = $1", vec![batch_id.into()]).await?.pop())
}

/// Batches still being screened, oldest first.
pub(crate) async fn screening(store: &Store) -> Result<Vec<BatchRow>, StoreFault> {
    find_where(store, "state = $1 ORDER BY batch_no", vec![i64::from(BatchState::Screening as i32).into()])
        .await
}

/// Batches of a term, newest first.
pub(crate) async fn of_term(store: &Store, term: &str) -> Result<Vec<BatchRow>, StoreFault> {
    find_where(store, "term = $1 ORDER BY batch_no DESC", vec![term.into()]).await
}

/// Up to `limit` batches opened before number `before`, newest first.
pub(crate) async fn page(store: &Store, before: i64, limit: i64) -> Result<Vec<BatchRow>, StoreFault> {
    find_where(store, "batch_no < $1 ORDER BY batch_no DESC LIMIT $2", vec![before.into(), limit.into()])
        .await
}

/// Enters a batch and returns its number.
pub(crate) async fn insert(tx: &Tx, batch: &BatchRow, sources: &[i64]) -> Result<i64, StoreFault> {
    let row = tx.row("SELECT COALESCE(max(batch_no), 0) + 1 FROM batch", []).await?;
    let batch_no: i64 = row.expect("an aggregate has one row").try_get_by_index(0)?;
    let sql = format!(
        "INSERT INTO batch ({COLUMNS})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', 0, NULL, NULL)"
    );
    let values: Vec<Value> = vec![
        batch.batch_id.clone().into(),
        batch_no.into(),
        batch.round.clone().into(),
        batch.tranche.into(),
        batch.term.clone().into(),
        batch.roster_version.into(),
        batch.round_text.clone().into(),
        batch.round_sha256.clone().into(),
        batch.wage_table_sha256.clone().into(),
        batch.name_rules.clone().into(),
        i64::from(batch.state as i32).into(),
        batch.opened_at_us.into(),
        batch.slice.map(|slice| i64::from(slice.k())).into(),
        batch.slice.map(|slice| i64::from(slice.n())).into(),
        batch.slice.map(Slice::seed).into(),
    ];
    tx.execute(&sql, values).await?;
    for source in sources {
        let sql = "INSERT INTO batch_source (batch_no, source_batch_no) VALUES ($1, $2)";
        tx.execute(sql, [batch_no.into(), (*source).into()]).await?;
    }
    Ok(batch_no)
}

/// Moves a batch on, unless somebody else has moved it meanwhile.
///
/// # Errors
/// [`StoreFault::LeaseLost`] when the batch is no longer where the step leads from.
pub(crate) async fn advance(tx: &Tx, batch_no: i64, step: Step) -> Result<(), StoreFault> {
    let sql = "UPDATE batch SET state = $3, trouble = '' WHERE batch_no = $1 AND state = $2";
    match tx.execute(sql, [batch_no.into(), (step.from() as i32).into(), (step.to() as i32).into()]).await? {
        1 => Ok(()),
        _ => Err(StoreFault::LeaseLost),
    }
}

/// Says why screening does not get on; empty when it does again.
pub(crate) async fn note_trouble(store: &Store, batch_no: i64, trouble: &str) -> Result<(), StoreFault> {
    let tx = store.begin().await?;
    let sql = "UPDATE batch SET trouble = $2 WHERE batch_no = $1";
    tx.execute(sql, [batch_no.into(), trouble.into()]).await?;
    tx.commit().await
}

/// Keeps what the recipients files came to: the root, and the statement that officials sign.
pub(crate) async fn keep_statement(
    tx: &Tx,
    batch_no: i64,
    root: &[u8],
    statement: &[u8],
) -> Result<(), StoreFault> {
    let sql = "UPDATE batch SET merkle_root = $2, statement = $3 WHERE batch_no = $1 AND statement IS NULL";
    tx.execute(sql, [batch_no.into(), root.into(), statement.into()]).await.map(|_| ())
}

//! Promised money: entitlements, account claims and the round's budget.

use tepat_store::{Store, StoreFault, Tx};

use crate::rules::batch_state::BatchState;
use crate::store::parts;

/// What the round has promised so far, rupiah.
pub(crate) async fn promised(tx: &Tx, round: &str) -> Result<i64, StoreFault> {
    let row = tx.row("SELECT promised_rupiah FROM budget WHERE round = $1", [round.into()]).await?;
    Ok(match row {
        Some(row) => row.try_get_by_index(0)?,
        None => 0,
    })
}

/// Promises the batch's money: an entitlement and an account claim for each recipient.
///
/// # Errors
/// `Conflict(Unique)` when a person or an account already stands in the term.
pub(crate) async fn promise(
    tx: &Tx,
    batch_no: i64,
    term: &str,
    amount_rupiah: i64,
) -> Result<u64, StoreFault> {
    let part = parts::open_term(tx, term).await?;
    // A part without a key takes rows as they come; a table with one takes them best in its order.
    let (ending, by_nik, by_mark) = match &part {
        Some(part) => (format!("_{part}"), "", ""),
        None => (String::new(), "ORDER BY nik", "ORDER BY account_mark"),
    };
    let entitlements = format!(
        "INSERT INTO entitlement{ending} (nik, batch_no, sequence, amount_rupiah, term)
         SELECT nik, batch_no, sequence, $3, $2 FROM effective WHERE batch_no = $1 AND outcome = 1 {by_nik}"
    );
    let recipients = tx.execute(&entitlements, [batch_no.into(), term.into(), amount_rupiah.into()]).await?;
    let claims = format!(
        "INSERT INTO account_claim{ending} (account_mark, nik, batch_no, term)
         SELECT account_mark, nik, batch_no, $2 FROM effective WHERE batch_no = $1 AND outcome = 1 {by_mark}"
    );
    tx.execute(&claims, [batch_no.into(), term.into()]).await?;
    if part.is_some() {
        parts::join_term(tx, term).await?;
    }
    Ok(recipients)
}

/// Books the batch's total against the round's budget and keeps it with the batch.
///
/// # Errors
/// `Conflict(Check)` when the budget would be exceeded.
pub(crate) async fn book(
    tx: &Tx,
    batch_no: i64,
    round: &str,
    ceiling_rupiah: i64,
    total_rupiah: i64,
) -> Result<(), StoreFault> {
    let open = "INSERT INTO budget (round, ceiling_rupiah, promised_rupiah) VALUES ($1, $2, 0) ON CONFLICT (round) DO NOTHING";
    tx.execute(open, [round.into(), ceiling_rupiah.into()]).await?;
    let promise = "UPDATE budget SET promised_rupiah = promised_rupiah + $2 WHERE round = $1";
    tx.execute(promise, [round.into(), total_rupiah.into()]).await?;
    let keep = "UPDATE batch SET amount_rupiah = $2 WHERE batch_no = $1";
    tx.execute(keep, [batch_no.into(), total_rupiah.into()]).await.map(|_| ())
}

/// Batches of a term whose recipients are determined: the candidates of the next tranche.
pub(crate) async fn determined_batches(store: &Store, term: &str) -> Result<Vec<i64>, StoreFault> {
    let sql = "SELECT batch_no FROM batch WHERE term = $1 AND state >= $2 ORDER BY batch_no";
    let rows = store.rows(sql, [term.into(), (BatchState::Determined as i32).into()]).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// Up to `limit` persons after `after_nik` that the source batches of a batch determined, in order.
pub(crate) async fn determined_page(
    store: &Store,
    term: &str,
    sources: &[i64],
    after_nik: i64,
    limit: i64,
) -> Result<Vec<i64>, StoreFault> {
    let sources = sources.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT nik FROM entitlement WHERE term = $1 AND batch_no IN ({sources}) AND nik > $2 ORDER BY nik LIMIT $3"
    );
    let rows = store.rows(&sql, [term.into(), after_nik.into(), limit.into()]).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// Persons of one range of NIK that the source batches of a batch determined, in order.
pub(crate) async fn determined_range(
    store: &Store,
    term: &str,
    batch_no: i64,
    range: (i64, i64),
) -> Result<Vec<i64>, StoreFault> {
    let sql = "SELECT nik FROM entitlement WHERE term = $1 AND nik > $3 AND nik <= $4
        AND batch_no IN (SELECT source_batch_no FROM batch_source WHERE batch_no = $2) ORDER BY nik";
    let rows = store.rows(sql, [term.into(), batch_no.into(), range.0.into(), range.1.into()]).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

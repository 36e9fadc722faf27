//! Control totals: counted once, when nothing of the batch is written any more.

use tepat_store::{Store, StoreFault, Tx};

use crate::rules::reason::{Outcome, ReasonSet};

/// Persons with one outcome and one set of reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Total {
    pub(crate) outcome: Outcome,
    pub(crate) reasons: ReasonSet,
    pub(crate) persons: i64,
}

/// Counts the effective decisions of a batch anew, from the sums of its chunks.
pub(crate) async fn count(tx: &Tx, batch_no: i64) -> Result<(), StoreFault> {
    tx.execute("DELETE FROM batch_total WHERE batch_no = $1", [batch_no.into()]).await?;
    // What the chunks came to, without those amended as they were and with them as they are.
    let sql = "INSERT INTO batch_total (batch_no, outcome, reasons, persons)
        SELECT $1, outcome, reasons, CAST(sum(persons) AS BIGINT) FROM (
            SELECT outcome, reasons, persons FROM chunk_total WHERE batch_no = $1
            UNION ALL
            SELECT d.outcome, d.reasons, -1 FROM amendment a JOIN decision d ON d.batch_no = $1 AND d.nik = a.nik
            WHERE a.batch_no = $1 AND a.seq = 1
            UNION ALL
            SELECT a.outcome, a.reasons, 1 FROM amendment a
            WHERE a.batch_no = $1 AND NOT EXISTS (SELECT 1 FROM amendment later
                WHERE later.batch_no = a.batch_no AND later.nik = a.nik AND later.seq > a.seq)
        ) AS counted GROUP BY outcome, reasons HAVING sum(persons) <> 0";
    tx.execute(sql, [batch_no.into()]).await.map(|_| ())
}

/// How many are eligible by the control totals.
pub(crate) async fn eligible(tx: &Tx, batch_no: i64) -> Result<i64, StoreFault> {
    let sql = "SELECT CAST(coalesce(sum(persons), 0) AS BIGINT) FROM batch_total WHERE batch_no = $1 AND outcome = $2";
    let row = tx.row(sql, [batch_no.into(), Outcome::Eligible.column().into()]).await?;
    Ok(row.ok_or(StoreFault::Damaged)?.try_get_by_index(0)?)
}

/// The control totals of a batch; empty before it is closed.
pub(crate) async fn all(store: &Store, batch_no: i64) -> Result<Vec<Total>, StoreFault> {
    let sql =
        "SELECT outcome, reasons, persons FROM batch_total WHERE batch_no = $1 ORDER BY outcome, reasons";
    let rows = store.rows(sql, [batch_no.into()]).await?;
    rows.iter()
        .map(|row| {
            let (outcome, reasons, persons): (i16, i64, i64) = row.try_get_many_by_index()?;
            let outcome = Outcome::from_number(outcome.into()).expect("totals come from checked outcomes");
            let reasons = ReasonSet::from_bits(reasons).expect("totals come from sets of reasons");
            Ok(Total { outcome, reasons, persons })
        })
        .collect()
}

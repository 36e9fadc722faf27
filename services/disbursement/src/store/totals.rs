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

/// Counts the effective decisions of a batch anew.
pub(crate) async fn count(tx: &Tx, batch_no: i64) -> Result<(), StoreFault> {
    tx.execute("DELETE FROM batch_total WHERE batch_no = $1", [batch_no.into()]).await?;
    let sql = "INSERT INTO batch_total (batch_no, outcome, reasons, persons)
        SELECT batch_no, outcome, reasons, count(*) FROM effective WHERE batch_no = $1
        GROUP BY batch_no, outcome, reasons";
    tx.execute(sql, [batch_no.into()]).await.map(|_| ())
}

/// The control totals of a batch; empty before it is closed.
pub(crate) async fn all(store: &Store, batch_no: i64) -> Result<Vec<Total>, StoreFault> {
    let sql =
        "SELECT outcome, reasons, persons FROM batch_total WHERE batch_no = $1 ORDER BY outcome, reasons";
    let rows = store.rows(sql, [batch_no.into()]).await?;
    rows.iter()
        .map(|row| {
            let (outcome, reasons, persons): (i64, i64, i64) = row.try_get_many_by_index()?;
            let outcome = i32::try_from(outcome)
                .ok()
                .and_then(Outcome::from_number)
                .expect("totals come from checked outcomes");
            let reasons = ReasonSet::from_bits(reasons).expect("totals come from sets of reasons");
            Ok(Total { outcome, reasons, persons })
        })
        .collect()
}

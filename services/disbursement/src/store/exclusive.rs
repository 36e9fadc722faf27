//! One person one entitlement, one account one owner, as set operations.
//!
//! The rule's text, from the decision rules: the same bank and number chosen (an account in review
//! counts as chosen) by two or more NIKs that have no other refusing reason refuses all of them; one
//! already claimed by another NIK in the term refuses the later; an entitlement of the term that
//! another batch gave refuses. Its pure twin is `rules/exclusive.rs`.

use tepat_store::{StoreFault, Tx};

use crate::rules::reason::Reason;

/// Inserts the amendments that a query selects: candidates (`e`) refused for one more reason.
async fn refuse(
    tx: &Tx,
    batch_no: i64,
    term: &str,
    reason: Reason,
    cause: &str,
    condition: &str,
) -> Result<u64, StoreFault> {
    let sql = format!(
        "INSERT INTO amendment (batch_no, nik, seq, outcome, reasons, reason, cause)
         SELECT e.batch_no, e.nik, e.amendments + 1, 2, e.reasons | $3, $4, $5
         FROM effective e
         WHERE e.batch_no = $1 AND $2 <> '' AND (e.reasons & $3) = 0 AND {condition}"
    );
    let values =
        [batch_no.into(), term.into(), reason.bit().into(), i64::from(reason.number()).into(), cause.into()];
    tx.execute(&sql, values).await
}

/// Refuses whoever has an entitlement of the term from another batch, and whoever chose an account
/// that another person has claimed in the term. Returns how many.
pub(crate) async fn refuse_claimed_elsewhere(tx: &Tx, batch_no: i64, term: &str) -> Result<u64, StoreFault> {
    let paid =
        "EXISTS (SELECT 1 FROM entitlement t WHERE t.term = $2 AND t.nik = e.nik AND t.batch_no <> $1)";
    let claimed = "e.outcome <> 2 AND EXISTS (SELECT 1 FROM account_claim c
        WHERE c.term = $2 AND c.account_mark = e.account_mark AND c.nik <> e.nik)";
    let persons =
        refuse(tx, batch_no, term, Reason::AlreadyPaid, "entitlement of the term in another batch", paid)
            .await?;
    let accounts =
        refuse(tx, batch_no, term, Reason::AccountShared, "account claimed in the term by another", claimed)
            .await?;
    Ok(persons + accounts)
}

/// Refuses everyone who chose an account that somebody else of the batch chose too.
pub(crate) async fn refuse_shared(tx: &Tx, batch_no: i64, term: &str) -> Result<u64, StoreFault> {
    let shared = "e.outcome <> 2 AND e.account_mark IN (
        SELECT account_mark FROM effective
        WHERE batch_no = $1 AND outcome <> 2 AND account_mark IS NOT NULL
        GROUP BY account_mark HAVING count(*) > 1)";
    refuse(tx, batch_no, term, Reason::AccountShared, "account chosen by several in the batch", shared).await
}

/// Refuses the named candidates because the budget ends before them.
pub(crate) async fn refuse_over_budget(
    tx: &Tx,
    batch_no: i64,
    term: &str,
    niks: &[i64],
) -> Result<(), StoreFault> {
    for block in niks.chunks(1_000) {
        let list = block.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        let condition = format!("e.nik IN ({list})");
        refuse(tx, batch_no, term, Reason::BudgetExhausted, "budget of the round ends before", &condition)
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;

//! One person one entitlement, one account one owner, as set operations.
//!
//! The rule's text, from the decision rules: the same bank and number chosen (an account in review
//! counts as chosen) by two or more NIKs that have no other refusing reason refuses all of them; one
//! already claimed by another NIK in the term refuses the later; an entitlement of the term that
//! another batch gave refuses. Its pure twin is `rules/exclusive.rs`.
//!
//! Whom a rule meets is found first and refused after: a server reads with several workers and
//! writes with one.

use tepat_store::{StoreFault, Tx};

use crate::rules::reason::Reason;
use crate::store::parts;

/// Persons refused at once.
const REFUSED_AT_ONCE: usize = 10_000;

/// Refuses whoever has an entitlement of the term from another batch, and whoever chose an account
/// that another person has claimed in the term. Returns how many.
pub(crate) async fn refuse_claimed_elsewhere(tx: &Tx, batch_no: i64, term: &str) -> Result<u64, StoreFault> {
    let promised = "SELECT 1 FROM entitlement WHERE term = $2 AND batch_no <> $1 LIMIT 1";
    if tx.row(promised, [batch_no.into(), term.into()]).await?.is_none() {
        return Ok(0);
    }
    let paid = "SELECT e.nik FROM effective e JOIN entitlement t ON t.term = $2 AND t.nik = e.nik
        WHERE e.batch_no = $1 AND t.batch_no <> $1 ORDER BY e.nik";
    let persons = tx.numbers(paid, [batch_no.into(), term.into()]).await?;
    let cause = "entitlement of the term in another batch";
    let of_persons = refuse(tx, batch_no, Reason::AlreadyPaid, cause, &persons).await?;
    let claimed = "SELECT e.nik FROM effective e JOIN account_claim c
            ON c.term = $2 AND c.account_mark = e.account_mark AND c.nik <> e.nik
        WHERE e.batch_no = $1 AND e.outcome <> 2 ORDER BY e.nik";
    let accounts = tx.numbers(claimed, [batch_no.into(), term.into()]).await?;
    let cause = "account claimed in the term by another";
    Ok(of_persons + refuse(tx, batch_no, Reason::AccountShared, cause, &accounts).await?)
}

/// Refuses everyone who chose an account that somebody else of the batch chose too.
pub(crate) async fn refuse_shared(tx: &Tx, batch_no: i64) -> Result<u64, StoreFault> {
    // Sorted once by account: with groups of nearly one person each, a table of groups is larger than that.
    let shared = "SELECT nik FROM (
            SELECT nik, count(*) OVER (PARTITION BY account_mark) AS persons FROM effective
            WHERE batch_no = $1 AND outcome <> 2 AND account_mark IS NOT NULL) AS chosen
        WHERE persons > 1 ORDER BY nik";
    let persons = tx.numbers(shared, [batch_no.into()]).await?;
    refuse(tx, batch_no, Reason::AccountShared, "account chosen by several in the batch", &persons).await
}

/// Refuses the named candidates because the budget ends before them.
pub(crate) async fn refuse_over_budget(tx: &Tx, batch_no: i64, niks: &[i64]) -> Result<u64, StoreFault> {
    refuse(tx, batch_no, Reason::BudgetExhausted, "budget of the round ends before", niks).await
}

/// Refuses the named candidates because their account was closed since its verdict. Returns how many.
pub(crate) async fn refuse_closed(tx: &Tx, batch_no: i64, niks: &[i64]) -> Result<u64, StoreFault> {
    refuse(tx, batch_no, Reason::AccountClosed, "account closed since its verdict", niks).await
}

/// Amends the decisions on these candidates: refused for one more reason, unless they have it. Returns
/// how many decisions that changed.
async fn refuse(
    tx: &Tx,
    batch_no: i64,
    reason: Reason,
    cause: &str,
    niks: &[i64],
) -> Result<u64, StoreFault> {
    let backend = tx.backend();
    let sql = format!(
        "INSERT INTO amendment (batch_no, nik, seq, outcome, reasons, reason, cause)
         SELECT e.batch_no, e.nik, e.amendments + 1, 2, e.reasons | $3, $4, $5
         FROM effective e WHERE e.batch_no = $1 AND (e.reasons & $3) = 0 AND {}",
        backend.among_numbers("e.nik", "$2")
    );
    let mut refused = 0;
    for block in niks.chunks(REFUSED_AT_ONCE) {
        let reason_number = i64::from(reason.number());
        let values = [
            batch_no.into(),
            backend.numbers(block),
            reason.bit().into(),
            reason_number.into(),
            cause.into(),
        ];
        refused += tx.execute(&sql, values).await?;
    }
    if refused > 0 {
        parts::count_amendments(tx).await?;
    }
    Ok(refused)
}

#[cfg(test)]
mod tests;

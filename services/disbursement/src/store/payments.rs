//! Payments and what became of them.

use std::collections::HashMap;

use tepat_store::{Rows, Store, StoreFault, Tx, append};

/// A payment that was sent, by the batch's sequence and the attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PaymentKey {
    pub(crate) sequence: i64,
    pub(crate) attempt: i64,
}

/// What a bank said became of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OutcomeFacts {
    /// PAID, RETURNED, UNCLAIMED or CANCELLED.
    pub(crate) outcome: &'static str,
    /// Empty unless the bank gave one.
    pub(crate) reason: String,
    /// YYYYMMDD.
    pub(crate) booked_on: i64,
    pub(crate) reference: String,
}

/// A payment with whose it is and what stands of it.
#[derive(Clone, Debug)]
pub(crate) struct Payment {
    pub(crate) nik: i64,
    /// Outcome, reason, booked on and reference that were recorded, if any.
    pub(crate) recorded: Option<(String, String, i64, String)>,
}

/// Sums over the payments of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settlement {
    pub(crate) entitlements: i64,
    pub(crate) entitled_rupiah: i64,
    pub(crate) account_claims: i64,
    pub(crate) paid: i64,
    pub(crate) returned: i64,
    pub(crate) unclaimed: i64,
    pub(crate) cancelled: i64,
    /// Sent, and nothing heard.
    pub(crate) in_flight: i64,
    pub(crate) paid_rupiah: i64,
}

/// The payments with these keys: the first attempt of an entitlement is its hand over, later ones have
/// rows of their own.
pub(crate) async fn find(
    tx: &Tx,
    batch_no: i64,
    term: &str,
    keys: &[PaymentKey],
) -> Result<HashMap<PaymentKey, Payment>, StoreFault> {
    let backend = tx.backend();
    let sql = format!(
        "SELECT p.sequence, p.n, p.nik, o.outcome, o.reason, o.booked_on, o.reference
         FROM (SELECT sequence, CAST(1 AS BIGINT) AS n, nik FROM entitlement
                 WHERE term = $2 AND batch_no = $1 AND {among}
               UNION ALL
               SELECT sequence, n, nik FROM payment_attempt
                 WHERE term = $2 AND batch_no = $1 AND {among}) AS p
         LEFT JOIN payment_outcome o ON o.term = $2 AND o.nik = p.nik AND o.n = p.n",
        among = backend.among_numbers("sequence", "$3")
    );
    let sequences: Vec<i64> = keys.iter().map(|key| key.sequence).collect();
    let values = [batch_no.into(), term.into(), backend.numbers(&sequences)];
    let mut found = HashMap::with_capacity(keys.len());
    for row in tx.rows(&sql, values).await? {
        let (sequence, attempt, nik) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let recorded = match row.try_get_by_index::<Option<String>>(3)? {
            Some(outcome) => {
                Some((outcome, row.try_get_by_index(4)?, row.try_get_by_index(5)?, row.try_get_by_index(6)?))
            }
            None => None,
        };
        found.insert(PaymentKey { sequence, attempt }, Payment { nik, recorded });
    }
    Ok(found)
}

/// Appends outcomes: (person, attempt, what the bank said).
pub(crate) async fn record(
    tx: &Tx,
    (batch_no, term): (i64, &str),
    outcomes: Vec<(i64, i64, OutcomeFacts)>,
    at_us: i64,
) -> Result<(), StoreFault> {
    let columns = [
        "term",
        "nik",
        "n",
        "made",
        "batch_no",
        "outcome",
        "reason",
        "booked_on",
        "reference",
        "recorded_at_us",
    ];
    let mut rows = Rows::with_capacity(&columns, outcomes.len());
    for (nik, attempt, facts) in outcomes {
        rows.push([
            term.into(),
            nik.into(),
            attempt.into(),
            (attempt > 1).then_some(attempt).into(),
            batch_no.into(),
            facts.outcome.into(),
            facts.reason.into(),
            facts.booked_on.into(),
            facts.reference.into(),
            at_us.into(),
        ]);
    }
    append(tx, "payment_outcome", rows).await
}

/// Sums what was promised, sent and heard of. A person counts by the last attempt.
pub(crate) async fn settlement(
    store: &Store,
    (batch_no, term): (i64, &str),
    handed_over: bool,
) -> Result<Settlement, StoreFault> {
    let mut sums = Settlement::default();
    let promised = "SELECT count(*), CAST(COALESCE(sum(amount_rupiah), 0) AS BIGINT) FROM entitlement WHERE term = $2 AND batch_no = $1";
    if let Some(row) = store.row(promised, [batch_no.into(), term.into()]).await? {
        (sums.entitlements, sums.entitled_rupiah) = row.try_get_many_by_index()?;
    }
    let claimed = "SELECT count(*) FROM account_claim WHERE term = $2 AND batch_no = $1";
    if let Some(row) = store.row(claimed, [batch_no.into(), term.into()]).await? {
        sums.account_claims = row.try_get_by_index(0)?;
    }
    let heard = "SELECT o.outcome, count(*), CAST(sum(e.amount_rupiah) AS BIGINT)
        FROM payment_outcome o
        JOIN entitlement e ON e.term = o.term AND e.nik = o.nik
        WHERE o.term = $2 AND o.batch_no = $1 AND NOT EXISTS (
            SELECT 1 FROM payment_attempt later WHERE later.term = o.term AND later.nik = o.nik AND later.n > o.n)
        GROUP BY o.outcome";
    for row in store.rows(heard, [batch_no.into(), term.into()]).await? {
        let (outcome, persons, rupiah): (String, i64, i64) = row.try_get_many_by_index()?;
        match outcome.as_str() {
            "PAID" => (sums.paid, sums.paid_rupiah) = (persons, rupiah),
            "RETURNED" => sums.returned = persons,
            "UNCLAIMED" => sums.unclaimed = persons,
            _ => sums.cancelled = persons,
        }
    }
    if handed_over {
        sums.in_flight = sums.entitlements - sums.paid - sums.returned - sums.unclaimed - sums.cancelled;
    }
    Ok(sums)
}

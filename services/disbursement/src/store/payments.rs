//! Payments and what became of them.

use std::collections::HashMap;

use tepat_store::{Store, StoreFault, Tx, append};

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

/// Enters the first attempt of every entitlement of the batch.
pub(crate) async fn send_first(tx: &Tx, batch_no: i64, term: &str) -> Result<u64, StoreFault> {
    let sql = "INSERT INTO payment_attempt (term, nik, n, batch_no, sequence)
        SELECT term, nik, 1, batch_no, sequence FROM entitlement WHERE term = $2 AND batch_no = $1 ORDER BY nik";
    tx.execute(sql, [batch_no.into(), term.into()]).await
}

/// The payments with these keys, in one query a block.
pub(crate) async fn find(
    tx: &Tx,
    batch_no: i64,
    keys: &[PaymentKey],
) -> Result<HashMap<PaymentKey, Payment>, StoreFault> {
    let mut found = HashMap::with_capacity(keys.len());
    for block in keys.chunks(1_000) {
        let list = block.iter().map(|key| key.sequence.to_string()).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT p.sequence, p.n, p.nik, o.outcome, o.reason, o.booked_on, o.reference
             FROM payment_attempt p
             LEFT JOIN payment_outcome o ON o.term = p.term AND o.nik = p.nik AND o.n = p.n
             WHERE p.batch_no = $1 AND p.sequence IN ({list})"
        );
        for row in tx.rows(&sql, [batch_no.into()]).await? {
            let (sequence, attempt, nik) =
                (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            let recorded = match row.try_get_by_index::<Option<String>>(3)? {
                Some(outcome) => Some((
                    outcome,
                    row.try_get_by_index(4)?,
                    row.try_get_by_index(5)?,
                    row.try_get_by_index(6)?,
                )),
                None => None,
            };
            found.insert(PaymentKey { sequence, attempt }, Payment { nik, recorded });
        }
    }
    Ok(found)
}

/// Appends outcomes: (person, attempt, what the bank said).
pub(crate) async fn record(
    tx: &Tx,
    term: &str,
    outcomes: Vec<(i64, i64, OutcomeFacts)>,
    at_us: i64,
) -> Result<(), StoreFault> {
    let columns = ["term", "nik", "n", "outcome", "reason", "booked_on", "reference", "recorded_at_us"];
    let rows = outcomes.into_iter().map(|(nik, attempt, facts)| {
        vec![
            term.into(),
            nik.into(),
            attempt.into(),
            facts.outcome.into(),
            facts.reason.into(),
            facts.booked_on.into(),
            facts.reference.into(),
            at_us.into(),
        ]
    });
    append(tx, "payment_outcome", &columns, rows.collect()).await
}

/// Sums what was promised, sent and heard of. A person counts by the last attempt.
pub(crate) async fn settlement(store: &Store, batch_no: i64, term: &str) -> Result<Settlement, StoreFault> {
    let mut sums = Settlement::default();
    let promised =
        "SELECT count(*), COALESCE(sum(amount_rupiah), 0) FROM entitlement WHERE term = $2 AND batch_no = $1";
    if let Some(row) = store.row(promised, [batch_no.into(), term.into()]).await? {
        (sums.entitlements, sums.entitled_rupiah) = row.try_get_many_by_index()?;
    }
    let claimed = "SELECT count(*) FROM account_claim WHERE term = $2 AND batch_no = $1";
    if let Some(row) = store.row(claimed, [batch_no.into(), term.into()]).await? {
        sums.account_claims = row.try_get_by_index(0)?;
    }
    let heard = "SELECT COALESCE(o.outcome, 'IN_FLIGHT'), count(*), sum(e.amount_rupiah)
        FROM payment_attempt p
        JOIN entitlement e ON e.term = p.term AND e.nik = p.nik
        LEFT JOIN payment_outcome o ON o.term = p.term AND o.nik = p.nik AND o.n = p.n
        WHERE p.term = $2 AND p.batch_no = $1 AND NOT EXISTS (
            SELECT 1 FROM payment_attempt later WHERE later.term = p.term AND later.nik = p.nik AND later.n > p.n)
        GROUP BY 1";
    for row in store.rows(heard, [batch_no.into(), term.into()]).await? {
        let (outcome, persons, rupiah): (String, i64, i64) = row.try_get_many_by_index()?;
        match outcome.as_str() {
            "PAID" => (sums.paid, sums.paid_rupiah) = (persons, rupiah),
            "RETURNED" => sums.returned = persons,
            "UNCLAIMED" => sums.unclaimed = persons,
            "CANCELLED" => sums.cancelled = persons,
            _ => sums.in_flight = persons,
        }
    }
    Ok(sums)
}

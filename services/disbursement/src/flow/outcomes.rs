//! Outcomes: what banks say became of payments.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use tepat_proof::package::parse_end_to_end_id;
use tepat_proto::disbursement::{OutcomeRow, OutcomeRowResult, PaymentOutcome};
use tepat_terms::{date_from_parts, date_to_number};

use crate::Service;
use crate::fault::FlowFault;
use crate::rules::batch_state::{BatchState, StateFault, Step};
use crate::store::batches::BatchRow;
use crate::store::payments::{self, OutcomeFacts, Payment, PaymentKey};

/// Records a page of outcomes: one result a row, same order. What stands is never changed.
pub(crate) async fn record(
    service: &Service,
    batch: &BatchRow,
    rows: &[OutcomeRow],
) -> Result<Vec<OutcomeRowResult>, FlowFault> {
    if !matches!(batch.state, BatchState::HandedOver | BatchState::Reconciled) {
        return Err(StateFault { state: batch.state, step: Step::Reconcile }.into());
    }
    let read: Vec<Option<(PaymentKey, OutcomeFacts)>> =
        rows.iter().map(|row| decode(&batch.batch_id, row)).collect();
    let keys: Vec<PaymentKey> = read.iter().flatten().map(|(key, _)| *key).collect();

    let tx = service.store.begin().await?;
    let mut payments = payments::find(&tx, batch.batch_no, &batch.term, &keys).await?;
    let mut news = Vec::new();
    let results = rows.iter().zip(read).map(|(row, read)| match read {
        Some((key, facts)) => take(&mut payments, key, facts, &mut news),
        None if parse_end_to_end_id(&batch.batch_id, &row.end_to_end_id).is_none() => {
            OutcomeRowResult::UnknownPayment
        }
        None => OutcomeRowResult::Malformed,
    });
    let results: Vec<OutcomeRowResult> = results.collect();
    payments::record(&tx, (batch.batch_no, &batch.term), news, (service.clock)()).await?;
    tx.commit().await?;
    Ok(results)
}

/// Compares a row with what stands; a new fact is added to `news`, and stands from then on.
fn take(
    payments: &mut HashMap<PaymentKey, Payment>,
    key: PaymentKey,
    facts: OutcomeFacts,
    news: &mut Vec<(i64, i64, OutcomeFacts)>,
) -> OutcomeRowResult {
    let Entry::Occupied(mut payment) = payments.entry(key) else { return OutcomeRowResult::UnknownPayment };
    let said = (facts.outcome.to_owned(), facts.reason.clone(), facts.booked_on, facts.reference.clone());
    match &payment.get().recorded {
        Some(recorded) if *recorded == said => OutcomeRowResult::Repeated,
        Some(_) => OutcomeRowResult::Contradicts,
        None => {
            payment.get_mut().recorded = Some(said);
            news.push((payment.get().nik, key.attempt, facts));
            OutcomeRowResult::Recorded
        }
    }
}

/// The payment and the facts of a row; none when a field is missing or malformed.
fn decode(batch_id: &str, row: &OutcomeRow) -> Option<(PaymentKey, OutcomeFacts)> {
    let (sequence, attempt) = parse_end_to_end_id(batch_id, &row.end_to_end_id)?;
    let outcome = match row.outcome() {
        PaymentOutcome::Paid => "PAID",
        PaymentOutcome::Returned => "RETURNED",
        PaymentOutcome::Unclaimed => "UNCLAIMED",
        PaymentOutcome::Cancelled => "CANCELLED",
        PaymentOutcome::Unspecified => return None,
    };
    let date = row.booked_on?;
    let booked_on = date_to_number(date_from_parts(date.year, date.month, date.day).ok()?);
    let printable =
        |text: &str, most: usize| text.chars().count() <= most && !text.chars().any(char::is_control);
    let whole = printable(&row.reason, 100) && printable(&row.reference, 35) && !row.reference.is_empty();
    if !whole || (outcome == "RETURNED" && row.reason.is_empty()) {
        return None;
    }
    let facts =
        OutcomeFacts { outcome, reason: row.reason.clone(), booked_on, reference: row.reference.clone() };
    let sequence = i64::try_from(sequence).ok()?;
    Some((PaymentKey { sequence, attempt: attempt.into() }, facts))
}

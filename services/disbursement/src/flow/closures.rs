//! Accounts that were closed between their verdict and the money.

use crate::Service;
use crate::fault::FlowFault;
use crate::flow::package::ranges;
use crate::rules::reason::Outcome;
use crate::store::batches::BatchRow;
use crate::store::{chunks, decisions};

/// Eligible candidates whose account was closed since any of the batch's verdicts can have been given,
/// in NIK order.
pub(crate) async fn closed_since(service: &Service, batch: &BatchRow) -> Result<Vec<i64>, FlowFault> {
    let since_us = batch.opened_at_us - service.settings.verdict_age_seconds_max * 1_000_000;
    let mut niks = Vec::new();
    if !service.accounts.any_closed(since_us).await? {
        return Ok(niks);
    }
    for range in ranges(&chunks::all(&service.store, &batch.batch_id).await?) {
        let rows = decisions::listed(&service.store, batch.batch_no, range).await?;
        let eligible: Vec<_> = rows.iter().filter(|row| row.decision.outcome == Outcome::Eligible).collect();
        let accounts: Vec<(&str, &str)> =
            eligible.iter().map(|row| (row.bank.as_str(), row.account_number.as_str())).collect();
        let closed = service.accounts.closed(&accounts, since_us).await?;
        niks.extend(
            eligible.iter().zip(closed).filter(|(_, closed)| *closed).map(|(row, _)| row.decision.nik),
        );
    }
    Ok(niks)
}

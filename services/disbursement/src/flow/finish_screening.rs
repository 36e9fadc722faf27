//! The end of screening: the decisions get their key, and the batch moves on.

use tepat_store::{StoreFault, lock};

use crate::Service;
use crate::rules::batch_state::Step;
use crate::store::batches::{self, BatchRow};
use crate::store::events::{self, Event, SUITE};
use crate::store::{chunks, parts};

/// Ends the screening of a batch whose chunks are all done; whoever of several workers comes first does it.
/// Returns whether the batch is screened now.
pub(crate) async fn finish_screening(service: &Service, batch: &BatchRow) -> Result<bool, StoreFault> {
    if chunks::open(&service.store, &batch.batch_id).await? > 0 {
        return Ok(false);
    }
    let tx = service.store.begin().await?;
    lock(&tx, &batch.batch_id).await?;
    match batches::advance(&tx, batch.batch_no, Step::FinishScreening).await {
        Err(StoreFault::LeaseLost) => return Ok(true),
        moved => moved?,
    }
    parts::key_decisions(&tx, batch.batch_no).await?;
    let at_us = (service.clock)();
    let event = Event { kind: "screened", actor: SUITE, at_us, note: "every chunk is done" };
    events::append(&tx, batch.batch_no, event).await?;
    tx.commit().await?;
    Ok(true)
}

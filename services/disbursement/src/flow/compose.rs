//! Composing a batch: promise the money, then write what officials will sign.

use tepat_proof::digest::from_hex;
use tepat_store::{Conflict, StoreFault, lock};

use crate::fault::FlowFault;
use crate::flow::closures::closed_since;
use crate::flow::package;
use crate::rules::batch_state::{Move, Step, step};
use crate::store::batches::{self, BatchRow};
use crate::store::events::{self, Event, SUITE};
use crate::store::{exclusive, money, parts, totals};
use crate::{Service, pinned_round};

/// Promises the money in one transaction, and works out beside it what the recipients files come to.
///
/// A crash before the statement is kept leaves a composed batch without one; composing again writes it.
pub(crate) async fn compose(service: &Service, batch: &BatchRow) -> Result<(), FlowFault> {
    let promised = step(batch.state, Step::Compose)? == Move::AlreadyDone;
    if batch.statement.is_some() {
        return Ok(());
    }
    let mut alone = package::alone(service, batch).await?;
    // Written here to know the root and read back whole; hand over goes on from them, or writes them again,
    // the same.
    let (writer, lists) = if promised {
        Box::pin(package::write_lists(service, batch)).await?
    } else {
        let (amended, written) =
            tokio::join!(Box::pin(promise(service, batch)), Box::pin(package::write_lists(service, batch)));
        match (amended?, written?) {
            (0, written) => written,
            // Another batch of the term was composed since, or accounts were closed: some stand otherwise now.
            (_, (writer, _)) => {
                drop(writer);
                Box::pin(package::write_lists(service, batch)).await?
            }
        }
    };
    let batch = service.batch(&batch.batch_id).await?;
    let statement = package::statement(&batch, &pinned_round(&batch)?, &lists).to_bytes()?;
    let root = from_hex(&lists.merkle.root).expect("a root is written in hexadecimal digits");
    let tx = service.store.begin().await?;
    batches::keep_statement(&tx, batch.batch_no, &root, &statement).await?;
    tx.commit().await?;
    alone.keep(service, &batch, writer, lists);
    Ok(())
}

/// Promises the batch's money; returns how many decisions had to be amended before.
async fn promise(service: &Service, batch: &BatchRow) -> Result<u64, FlowFault> {
    let round = pinned_round(batch)?;
    let closed = closed_since(service, batch).await?;
    let tx = service.store.begin().await?;
    lock(&tx, &batch.term).await?;
    parts::room_for_sets(&tx).await?;
    batches::advance(&tx, batch.batch_no, Step::Compose).await?;
    let amended = exclusive::refuse_closed(&tx, batch.batch_no, &closed).await?
        + exclusive::refuse_claimed_elsewhere(&tx, batch.batch_no, &batch.term).await?;
    if amended > 0 {
        totals::count(&tx, batch.batch_no).await?;
    }
    let promised = money::promise(&tx, batch.batch_no, &batch.term, round.amount_rupiah).await;
    let recipients = promised.map_err(|fault| match fault {
        StoreFault::Conflict(Conflict::Unique) => FlowFault::PromisedMeanwhile,
        other => other.into(),
    })?;
    let exceeded = |amount_rupiah| FlowFault::BudgetExceeded { round: round.id.clone(), amount_rupiah };
    let recipients = i64::try_from(recipients).map_err(|_| exceeded(i64::MAX))?;
    let total_rupiah = recipients.checked_mul(round.amount_rupiah).ok_or_else(|| exceeded(i64::MAX))?;
    let booked = money::book(&tx, batch.batch_no, &round.id, round.budget_rupiah, total_rupiah).await;
    booked.map_err(|fault| match fault {
        StoreFault::Conflict(Conflict::Check) => exceeded(total_rupiah),
        other => other.into(),
    })?;
    let note = format!("{recipients} recipients, {total_rupiah} rupiah");
    let event = Event { kind: "composed", actor: SUITE, at_us: (service.clock)(), note: &note };
    events::append(&tx, batch.batch_no, event).await?;
    tx.commit().await?;
    Ok(amended)
}

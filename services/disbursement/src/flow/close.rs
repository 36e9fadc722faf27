//! Closing a batch: what only shows over all decisions at once, then the control totals.

use tepat_store::{Tx, lock};

use crate::fault::FlowFault;
use crate::rules::batch_state::{Move, Step, step};
use crate::rules::budget::{affordable, place};
use crate::rules::round::Round;
use crate::store::batches::{self, BatchRow};
use crate::store::events::{self, Event, SUITE};
use crate::store::{decisions, exclusive, money, parts, totals};
use crate::{Service, pinned_round};

/// Applies the exclusive rules and counts. Pending candidates stay pending and come first next time.
pub(crate) async fn close(service: &Service, batch: &BatchRow) -> Result<(), FlowFault> {
    if step(batch.state, Step::Close)? == Move::AlreadyDone {
        return Ok(());
    }
    let round = pinned_round(batch)?;
    let tx = service.store.begin().await?;
    lock(&tx, &batch.term).await?;
    parts::room_for_sets(&tx).await?;
    batches::advance(&tx, batch.batch_no, Step::Close).await?;
    let elsewhere = exclusive::refuse_claimed_elsewhere(&tx, batch.batch_no, &batch.term).await?;
    let shared = exclusive::refuse_shared(&tx, batch.batch_no).await?;
    totals::count(&tx, batch.batch_no).await?;
    let over = refuse_over_budget(service, &tx, batch, &round).await?;
    let note = format!("{elsewhere} claimed elsewhere, {shared} share an account, {over} beyond the budget");
    let event = Event { kind: "closed", actor: SUITE, at_us: (service.clock)(), note: &note };
    events::append(&tx, batch.batch_no, event).await?;
    Ok(tx.commit().await?)
}

/// Refuses whoever stands last in the round's order when the budget does not reach all that were counted, and
/// counts anew; returns how many.
async fn refuse_over_budget(
    service: &Service,
    tx: &Tx,
    batch: &BatchRow,
    round: &Round,
) -> Result<u64, FlowFault> {
    let promised = money::promised(tx, &round.id).await?;
    let places = affordable(round.budget_rupiah, promised, round.amount_rupiah);
    if totals::eligible(tx, batch.batch_no).await? <= places {
        return Ok(0);
    }
    let places = usize::try_from(places).unwrap_or(0);
    let waiting = decisions::waiting(tx, batch.batch_no, &batch.term).await?;
    let mut eligible = decisions::eligible_niks(tx, batch.batch_no).await?;
    let seed = service.settings.order_seed.as_bytes();
    eligible.sort_by_cached_key(|(nik, priority)| {
        place(seed, *nik, waiting.binary_search(&nik.number()).is_ok(), *priority)
    });
    let over: Vec<i64> = eligible.split_off(places).into_iter().map(|(nik, _)| nik.number()).collect();
    let refused = exclusive::refuse_over_budget(tx, batch.batch_no, &over).await?;
    totals::count(tx, batch.batch_no).await?;
    Ok(refused)
}

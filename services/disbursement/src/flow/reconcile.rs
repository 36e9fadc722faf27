//! Reconciling: every equation that has to hold, checked on what is stored.

use tepat_proto::disbursement as wire;

use crate::fault::FlowFault;
use crate::flow::snapshot::{Counts, snapshot};
use crate::rules::batch_state::{BatchState, Step};
use crate::rules::reason::Reason;
use crate::store::batches::{self, BatchRow};
use crate::store::events::{self, Event, SUITE};
use crate::store::payments::Settlement;
use crate::store::{chunks, payments, totals};
use crate::{Service, pinned_round};

/// Checks a batch in whatever state it is; a handed-over one with nothing in flight is reconciled.
pub(crate) async fn reconcile(
    service: &Service,
    batch: BatchRow,
) -> Result<wire::ReconcileBatchResponse, FlowFault> {
    let handed_over = batch.state >= BatchState::HandedOver;
    let settlement = payments::settlement(&service.store, (batch.batch_no, &batch.term), handed_over).await?;
    let equations = equations(service, &batch, settlement).await?;
    let mismatches = equations.iter().filter(|equation| equation.left != equation.right).count();
    if mismatches == 0 && settlement.in_flight == 0 && batch.state == BatchState::HandedOver {
        let tx = service.store.begin().await?;
        batches::advance(&tx, batch.batch_no, Step::Reconcile).await?;
        let note = format!("{} paid, {} returned", settlement.paid, settlement.returned);
        let event = Event { kind: "reconciled", actor: SUITE, at_us: (service.clock)(), note: &note };
        events::append(&tx, batch.batch_no, event).await?;
        tx.commit().await?;
    }
    let batch = service.batch(&batch.batch_id).await?;
    Ok(wire::ReconcileBatchResponse {
        batch: Some(snapshot(service, batch).await?),
        determined: settlement.entitlements,
        paid: settlement.paid,
        returned: settlement.returned,
        unclaimed: settlement.unclaimed,
        cancelled: settlement.cancelled,
        in_flight: settlement.in_flight,
        paid_rupiah: settlement.paid_rupiah,
        mismatches: i64::try_from(mismatches).unwrap_or(i64::MAX),
        equations,
    })
}

/// What has to be equal, as far as the batch has come.
async fn equations(
    service: &Service,
    batch: &BatchRow,
    sums: Settlement,
) -> Result<Vec<wire::Equation>, FlowFault> {
    let chunks = chunks::all(&service.store, &batch.batch_id).await?;
    let progress = chunks::progress(&service.store, &batch.batch_id).await?;
    let totals = totals::all(&service.store, batch.batch_no).await?;
    let counts = Counts::of(&totals);
    let mut equations = Vec::new();
    let mut holds = |name: &str, left, right| {
        equations.push(wire::Equation { name: name.to_owned(), left, right });
    };
    holds(
        "received in finished chunks = eligible + refused + pending as screened",
        progress.received,
        progress.eligible + progress.refused + progress.pending,
    );
    if batch.state >= BatchState::Closed {
        let received = chunks.iter().map(|chunk| chunk.candidates).sum();
        holds("received = eligible + refused + pending", received, counts.received);
        // Whoever came in closed as pending or refused did so for a reason.
        let with_reason = Reason::ALL.into_iter().map(|reason| {
            totals
                .iter()
                .filter(|total| total.reasons.primary() == Some(reason))
                .map(|total| total.persons)
                .sum::<i64>()
        });
        holds(
            "refused + pending = persons by primary reason",
            counts.refused + counts.pending,
            with_reason.sum(),
        );
    }
    if batch.state >= BatchState::Composed {
        let amount = pinned_round(batch)?.amount_rupiah;
        holds("entitlements = eligible", sums.entitlements, counts.eligible);
        holds("account claims = entitlements", sums.account_claims, sums.entitlements);
        holds("promised rupiah = entitlements x amount", batch.amount_rupiah, sums.entitlements * amount);
        holds("entitled rupiah = promised rupiah", sums.entitled_rupiah, batch.amount_rupiah);
    }
    if batch.state >= BatchState::HandedOver {
        let heard = sums.paid + sums.returned + sums.unclaimed + sums.cancelled + sums.in_flight;
        holds("determined = paid + returned + unclaimed + cancelled + in flight", sums.entitlements, heard);
        let amount = pinned_round(batch)?.amount_rupiah;
        holds("paid rupiah = paid x amount", sums.paid_rupiah, sums.paid * amount);
    }
    Ok(equations)
}

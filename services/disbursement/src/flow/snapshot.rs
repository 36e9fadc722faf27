//! A batch as callers see it.

use tepat_proto::disbursement as wire;

use crate::fault::FlowFault;
use crate::rules::funnel::funnel;
use crate::rules::reason::{Outcome, Reason};
use crate::store::batches::BatchRow;
use crate::store::totals::Total;
use crate::store::{chain, chunks, totals};
use crate::{Service, pinned_round};

/// Persons by outcome: sums of finished chunks while a batch is screened, control totals after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) received: i64,
    pub(crate) eligible: i64,
    pub(crate) refused: i64,
    pub(crate) pending: i64,
}

impl Counts {
    /// Sums control totals.
    pub(crate) fn of(totals: &[Total]) -> Self {
        let sum =
            |outcome| totals.iter().filter(|total| total.outcome == outcome).map(|total| total.persons).sum();
        let (eligible, refused, pending) =
            (sum(Outcome::Eligible), sum(Outcome::Refused), sum(Outcome::Pending));
        Self { received: eligible + refused + pending, eligible, refused, pending }
    }
}

/// Persons by primary reason, in the order of reasons.
pub(crate) fn by_reason(totals: &[Total]) -> Vec<(Reason, i64)> {
    let count = |reason| {
        let of_reason = totals.iter().filter(|total| total.reasons.primary() == Some(reason));
        (reason, of_reason.map(|total| total.persons).sum())
    };
    Reason::ALL.into_iter().map(count).filter(|(_, persons)| *persons > 0).collect()
}

/// The batch with its counts, its funnel and where its package lies.
pub(crate) async fn snapshot(service: &Service, batch: BatchRow) -> Result<wire::Batch, FlowFault> {
    let progress = chunks::progress(&service.store, &batch.batch_id).await?;
    let totals = totals::all(&service.store, batch.batch_no).await?;
    let counts = if totals.is_empty() {
        let chunks::Progress { received, eligible, refused, pending, .. } = progress;
        Counts { received, eligible, refused, pending }
    } else {
        Counts::of(&totals)
    };
    let layers = if totals.is_empty() {
        Vec::new()
    } else {
        let counts = totals.iter().map(|total| (total.reasons, total.persons));
        funnel(pinned_round(&batch)?.funnel, counts).layers
    };
    Ok(wire::Batch {
        package: chain::folder(&service.store, batch.batch_no).await?.unwrap_or_default(),
        batch_id: batch.batch_id,
        round: batch.round,
        tranche: batch.tranche,
        roster_version: batch.roster_version,
        state: batch.state as i32,
        chunks: progress.chunks,
        chunks_done: progress.done,
        received: counts.received,
        eligible: counts.eligible,
        refused: counts.refused,
        pending: counts.pending,
        by_reason: by_reason(&totals)
            .into_iter()
            .map(|(reason, persons)| wire::ReasonCount { reason: reason.number(), persons })
            .collect(),
        funnel: layers
            .into_iter()
            .map(|layer| wire::FunnelLayer {
                layer: layer.layer.to_owned(),
                passed: layer.passed,
                refused: layer.refused,
                pending: layer.pending,
            })
            .collect(),
        amount_rupiah: batch.amount_rupiah,
        merkle_root: batch.merkle_root.unwrap_or_default(),
        trouble: batch.trouble,
        opened_at_us: batch.opened_at_us,
        candidates: progress.candidates,
        slice: batch.slice.map(|slice| wire::Slice { k: slice.k(), n: slice.n(), seed: slice.seed() }),
    })
}

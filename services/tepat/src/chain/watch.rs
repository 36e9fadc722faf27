//! Following a batch until it is screened.

use std::time::Duration;

use futures::StreamExt as _;
use tepat_proto::disbursement as wire;
use tepat_proto::disbursement::BatchState;
use tokio::time::{Instant, timeout_at};

use super::the;
use crate::client::{Clients, quick};
use crate::failure::Failure;

/// How following a batch ended.
#[derive(Debug)]
pub(crate) enum Watched {
    /// It is screened, or further.
    Screened(Box<wire::Batch>),
    /// No chunk was finished for as long as the caller waits; the trouble, where it could be told.
    StandsStill(String),
}

/// How fast a batch gets on, as the server tells it; zeros at first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pace {
    /// Candidates.
    pub(crate) per_second: i64,
    /// Until the last chunk, at that rate.
    pub(crate) remaining_seconds: i64,
}

/// Follows a batch until it is screened; `each` sees it after every change, with its pace.
/// `patience` bounds the time without a finished chunk; none waits until the trouble passes.
pub(crate) async fn watch(
    clients: &Clients,
    batch_id: &str,
    patience: Option<Duration>,
    mut each: impl FnMut(&wire::Batch, Pace),
) -> Result<Watched, Failure> {
    let request = wire::WatchBatchRequest { batch_id: batch_id.to_owned() };
    let mut changes = clients.disbursement().watch_batch(quick(request)).await?.into_inner();
    let mut last = wire::Batch { chunks_done: -1, ..wire::Batch::default() };
    let mut got_on = Instant::now();
    loop {
        let next = match patience {
            None => changes.next().await,
            Some(patience) => match timeout_at(got_on + patience, changes.next()).await {
                Ok(next) => next,
                Err(_) => return Ok(Watched::StandsStill(last.trouble)),
            },
        };
        let Some(change) = next else { break };
        let change = change?;
        let pace = Pace { per_second: change.per_second, remaining_seconds: change.remaining_seconds };
        let batch = the(change.batch)?;
        each(&batch, pace);
        if batch.chunks_done > last.chunks_done {
            got_on = Instant::now();
        }
        last = batch;
    }
    if last.state() == BatchState::Screening || last.state() == BatchState::Unspecified {
        return Err(Failure::failed(format!(
            "the suite ended the watch; batch {batch_id} is still being screened"
        )));
    }
    Ok(Watched::Screened(Box::new(last)))
}

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

/// Follows a batch until it is screened; `each` sees it after every change, with candidates a second.
/// `patience` bounds the time without a finished chunk; none waits until the trouble passes.
pub(crate) async fn watch(
    clients: &Clients,
    batch_id: &str,
    patience: Option<Duration>,
    mut each: impl FnMut(&wire::Batch, i64),
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
        let batch = the(change.batch)?;
        each(&batch, change.per_second);
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

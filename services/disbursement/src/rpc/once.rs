//! The same request id with the same content gets the first answer.

use prost::Message;
use tepat_store::{Conflict, Replay, StoreFault};

use crate::Service;
use crate::fault::FlowFault;

/// Replays the first answer to the request, or does the work and keeps its answer.
///
/// The work guards itself by domain keys as well: a crash between work and answer leaves nothing
/// that a repeat would do twice.
pub(crate) async fn once<A, W>(
    service: &Service,
    request_id: &str,
    method: &'static str,
    content: &[u8],
    work: W,
) -> Result<A, FlowFault>
where
    A: Message + Default,
    W: Future<Output = Result<A, FlowFault>>,
{
    let replay = Replay::of(request_id, method, content);
    if let Some(answer) = replay.find(&service.store).await? {
        return Ok(A::decode(answer.as_slice()).unwrap_or_default());
    }
    let answer = work.await?;
    let tx = service.store.begin().await?;
    match replay.keep(&tx, answer.encode_to_vec(), (service.clock)()).await {
        Ok(()) => tx.commit().await?,
        // The same request was answered beside us: by the same work, with the same answer.
        Err(StoreFault::Conflict(Conflict::Unique)) => {}
        Err(fault) => return Err(fault.into()),
    }
    Ok(answer)
}

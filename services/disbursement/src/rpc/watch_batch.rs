//! `WatchBatch`: the batch now, and after every change until it is screened.

use std::sync::Arc;

use tepat_faults::IntoStatus as _;
use tepat_proto::disbursement as wire;
use tokio::sync::mpsc;
use tokio::time::{Duration, timeout};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use crate::Service;
use crate::fault::FlowFault;
use crate::flow::snapshot::snapshot;
use crate::rules::batch_state::BatchState;

/// Snapshots of a batch.
pub(crate) type Snapshots = ReceiverStream<Result<wire::WatchBatchResponse, Status>>;

/// Another process may screen too, and is not heard: look again after this.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

pub(crate) async fn watch(
    service: &Arc<Service>,
    request: wire::WatchBatchRequest,
) -> Result<Snapshots, FlowFault> {
    // An unknown batch is refused before the stream begins.
    service.batch(&request.batch_id).await?;
    let (sender, receiver) = mpsc::channel(4);
    let service = Arc::clone(service);
    tokio::spawn(async move {
        // The caller hung up: nobody is left to tell.
        let _ = send(&service, &request.batch_id, &sender).await;
    });
    Ok(ReceiverStream::new(receiver))
}

type Sender = mpsc::Sender<Result<wire::WatchBatchResponse, Status>>;

async fn send(
    service: &Service,
    batch_id: &str,
    sender: &Sender,
) -> Result<(), mpsc::error::SendError<Result<wire::WatchBatchResponse, Status>>> {
    let mut changes = service.changed.subscribe();
    let began_us = (service.clock)();
    let mut first_received = None;
    loop {
        let looked = async {
            let batch = service.batch(batch_id).await?;
            let screening = batch.state == BatchState::Screening;
            Ok::<_, FlowFault>((snapshot(service, batch).await?, screening))
        };
        let (batch, screening) = match looked.await {
            Ok(looked) => looked,
            Err(fault) => return sender.send(Err(fault.into_status())).await,
        };
        let first = *first_received.get_or_insert(batch.received);
        let seconds = ((service.clock)() - began_us) / 1_000_000;
        let per_second = if seconds > 0 { (batch.received - first) / seconds } else { 0 };
        let left = batch.candidates - batch.received;
        let remaining_seconds = if screening && per_second > 0 { left / per_second } else { 0 };
        let snapshot = wire::WatchBatchResponse { batch: Some(batch), per_second, remaining_seconds };
        sender.send(Ok(snapshot)).await?;
        if !screening {
            return Ok(());
        }
        // Whatever changed, and whether or not it was this batch, the next look tells.
        let _ = timeout(LOOK_AGAIN, changes.recv()).await;
    }
}

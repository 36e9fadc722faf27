//! The steps of a batch: each checks its request, takes the step once, and answers with the batch.

use prost::Message;
use tepat_faults::Invalid;
use tepat_proto::disbursement as wire;
use tepat_serve::actor_of;
use tepat_terms::Slice;
use tonic::Request;

use crate::Service;
use crate::fault::FlowFault;
use crate::flow::open::Opening;
use crate::flow::snapshot::snapshot;
use crate::flow::{close, compose, hand_over, officials, open, reconcile};
use crate::rpc::once::once;
use crate::rpc::{check_batch_id, check_request_id};

/// Largest signature taken, bytes.
const SIGNATURE_BYTES_MAX: usize = 64 * 1024;

pub(crate) async fn open(
    service: &Service,
    request: wire::OpenBatchRequest,
) -> Result<wire::OpenBatchResponse, FlowFault> {
    let mut invalid = Invalid::new();
    check_request_id(&mut invalid, &request.request_id);
    check_batch_id(&mut invalid, &request.batch_id);
    let prefix = format!("{}-{}-", request.round, request.tranche);
    if !request.batch_id.starts_with(&prefix) {
        invalid.add("batch_id", format!("must begin with {prefix}, as its round and tranche"));
    }
    if request.tranche < 1 {
        invalid.add("tranche", format!("must be 1 or more, found {}", request.tranche));
    }
    if request.roster_version < 0 {
        invalid.add("roster_version", format!("must not be negative, found {}", request.roster_version));
    }
    let slice = request.slice.and_then(|wire::Slice { k, n, seed }| {
        Slice::new(k, n, seed).map_err(|fault| invalid.add("slice", fault.to_string())).ok()
    });
    invalid.into_result()?;
    once(service, &request.request_id, "OpenBatch", &request.encode_to_vec(), async {
        let opening = Opening {
            batch_id: request.batch_id.clone(),
            round: request.round.clone(),
            tranche: request.tranche,
            roster_version: request.roster_version,
            slice,
        };
        let batch = open::open(service, opening).await?;
        Ok(wire::OpenBatchResponse { batch: Some(snapshot(service, batch).await?) })
    })
    .await
}

/// The batch after a step.
async fn after(service: &Service, batch_id: &str) -> Result<Option<wire::Batch>, FlowFault> {
    service.tell_changed(batch_id);
    Ok(Some(snapshot(service, service.batch(batch_id).await?).await?))
}

fn checked(request_id: &str) -> Result<(), FlowFault> {
    let mut invalid = Invalid::new();
    check_request_id(&mut invalid, request_id);
    Ok(invalid.into_result()?)
}

pub(crate) async fn close(
    service: &Service,
    request: wire::CloseBatchRequest,
) -> Result<wire::CloseBatchResponse, FlowFault> {
    checked(&request.request_id)?;
    once(service, &request.request_id, "CloseBatch", &request.encode_to_vec(), async {
        close::close(service, &service.batch(&request.batch_id).await?).await?;
        Ok(wire::CloseBatchResponse { batch: after(service, &request.batch_id).await? })
    })
    .await
}

pub(crate) async fn compose(
    service: &Service,
    request: wire::ComposeBatchRequest,
) -> Result<wire::ComposeBatchResponse, FlowFault> {
    checked(&request.request_id)?;
    once(service, &request.request_id, "ComposeBatch", &request.encode_to_vec(), async {
        compose::compose(service, &service.batch(&request.batch_id).await?).await?;
        Ok(wire::ComposeBatchResponse { batch: after(service, &request.batch_id).await? })
    })
    .await
}

pub(crate) async fn reconcile(
    service: &Service,
    request: wire::ReconcileBatchRequest,
) -> Result<wire::ReconcileBatchResponse, FlowFault> {
    checked(&request.request_id)?;
    once(service, &request.request_id, "ReconcileBatch", &request.encode_to_vec(), async {
        reconcile::reconcile(service, service.batch(&request.batch_id).await?).await
    })
    .await
}

/// What a request of an official says, the actor included: another actor is another request.
fn content(actor: &tepat_serve::Actor, request: &impl Message) -> Vec<u8> {
    let mut content = request.encode_to_vec();
    content.extend_from_slice(actor.as_str().as_bytes());
    content
}

pub(crate) async fn determine(
    service: &Service,
    request: Request<wire::DetermineBatchRequest>,
) -> Result<wire::DetermineBatchResponse, FlowFault> {
    let actor = actor_of(&request)?;
    let request = request.into_inner();
    checked(&request.request_id)?;
    once(service, &request.request_id, "DetermineBatch", &content(&actor, &request), async {
        officials::determine(service, &service.batch(&request.batch_id).await?, &actor).await?;
        Ok(wire::DetermineBatchResponse { batch: after(service, &request.batch_id).await? })
    })
    .await
}

pub(crate) async fn approve(
    service: &Service,
    request: Request<wire::ApproveBatchRequest>,
) -> Result<wire::ApproveBatchResponse, FlowFault> {
    let actor = actor_of(&request)?;
    let request = request.into_inner();
    let mut invalid = Invalid::new();
    check_request_id(&mut invalid, &request.request_id);
    if !(1..=SIGNATURE_BYTES_MAX).contains(&request.statement_signature.len()) {
        invalid.add("statement_signature", format!("must be 1 to {SIGNATURE_BYTES_MAX} bytes"));
    }
    invalid.into_result()?;
    once(service, &request.request_id, "ApproveBatch", &content(&actor, &request), async {
        let batch = service.batch(&request.batch_id).await?;
        officials::approve(service, &batch, &actor, request.statement_signature.clone()).await?;
        Ok(wire::ApproveBatchResponse { batch: after(service, &request.batch_id).await? })
    })
    .await
}

pub(crate) async fn hand_over(
    service: &Service,
    request: Request<wire::HandOverBatchRequest>,
) -> Result<wire::HandOverBatchResponse, FlowFault> {
    let actor = actor_of(&request)?;
    let request = request.into_inner();
    checked(&request.request_id)?;
    once(service, &request.request_id, "HandOverBatch", &content(&actor, &request), async {
        hand_over::hand_over(service, &service.batch(&request.batch_id).await?, &actor).await?;
        Ok(wire::HandOverBatchResponse { batch: after(service, &request.batch_id).await? })
    })
    .await
}

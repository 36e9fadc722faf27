//! The RPCs: decode, call, encode. Everything a caller can get wrong is answered at once.

mod decisions;
mod once;
mod outcomes;
mod read_batch;
mod rounds;
mod steps;
mod watch_batch;

use std::sync::Arc;

use tepat_faults::{IntoStatus as _, Invalid};
use tepat_proto::disbursement as wire;
use tepat_proto::disbursement::disbursement_service_server::DisbursementService;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::Service;
use crate::fault::FlowFault;

/// The service as tonic serves it.
pub struct Disbursement(pub(crate) Arc<Service>);

/// Answers of an RPC.
type Answer<T> = Result<Response<T>, Status>;

fn answer<T>(answer: Result<T, FlowFault>) -> Answer<T> {
    answer.map(Response::new).map_err(|fault| fault.into_status())
}

#[tonic::async_trait]
impl DisbursementService for Disbursement {
    type WatchBatchStream = watch_batch::Snapshots;

    async fn list_rounds(
        &self,
        request: Request<wire::ListRoundsRequest>,
    ) -> Answer<wire::ListRoundsResponse> {
        answer(rounds::list(&self.0, &request.into_inner()))
    }

    async fn get_round(&self, request: Request<wire::GetRoundRequest>) -> Answer<wire::GetRoundResponse> {
        answer(rounds::get(&self.0, &request.into_inner()))
    }

    async fn open_batch(&self, request: Request<wire::OpenBatchRequest>) -> Answer<wire::OpenBatchResponse> {
        answer(steps::open(&self.0, request.into_inner()).await)
    }

    async fn get_batch(&self, request: Request<wire::GetBatchRequest>) -> Answer<wire::GetBatchResponse> {
        answer(read_batch::get(&self.0, &request.into_inner()).await)
    }

    async fn list_batches(
        &self,
        request: Request<wire::ListBatchesRequest>,
    ) -> Answer<wire::ListBatchesResponse> {
        answer(read_batch::list(&self.0, &request.into_inner()).await)
    }

    async fn watch_batch(&self, request: Request<wire::WatchBatchRequest>) -> Answer<Self::WatchBatchStream> {
        answer(watch_batch::watch(&self.0, request.into_inner()).await)
    }

    async fn list_decisions(
        &self,
        request: Request<wire::ListDecisionsRequest>,
    ) -> Answer<wire::ListDecisionsResponse> {
        answer(decisions::list(&self.0, &request.into_inner()).await)
    }

    async fn explain_decision(
        &self,
        request: Request<wire::ExplainDecisionRequest>,
    ) -> Answer<wire::ExplainDecisionResponse> {
        answer(decisions::explain(&self.0, &request.into_inner()).await)
    }

    async fn close_batch(
        &self,
        request: Request<wire::CloseBatchRequest>,
    ) -> Answer<wire::CloseBatchResponse> {
        answer(steps::close(&self.0, request.into_inner()).await)
    }

    async fn compose_batch(
        &self,
        request: Request<wire::ComposeBatchRequest>,
    ) -> Answer<wire::ComposeBatchResponse> {
        answer(steps::compose(&self.0, request.into_inner()).await)
    }

    async fn get_statement(
        &self,
        request: Request<wire::GetStatementRequest>,
    ) -> Answer<wire::GetStatementResponse> {
        answer(read_batch::statement(&self.0, &request.into_inner()).await)
    }

    async fn determine_batch(
        &self,
        request: Request<wire::DetermineBatchRequest>,
    ) -> Answer<wire::DetermineBatchResponse> {
        answer(steps::determine(&self.0, request).await)
    }

    async fn approve_batch(
        &self,
        request: Request<wire::ApproveBatchRequest>,
    ) -> Answer<wire::ApproveBatchResponse> {
        answer(steps::approve(&self.0, request).await)
    }

    async fn hand_over_batch(
        &self,
        request: Request<wire::HandOverBatchRequest>,
    ) -> Answer<wire::HandOverBatchResponse> {
        answer(steps::hand_over(&self.0, request).await)
    }

    async fn record_outcomes(
        &self,
        request: Request<wire::RecordOutcomesRequest>,
    ) -> Answer<wire::RecordOutcomesResponse> {
        answer(outcomes::record(&self.0, request.into_inner()).await)
    }

    async fn reconcile_batch(
        &self,
        request: Request<wire::ReconcileBatchRequest>,
    ) -> Answer<wire::ReconcileBatchResponse> {
        answer(steps::reconcile(&self.0, request.into_inner()).await)
    }
}

/// Notes a request id that is no UUID.
fn check_request_id(invalid: &mut Invalid, request_id: &str) {
    if Uuid::parse_str(request_id).is_err() {
        invalid.add("request_id", "must be a UUID made by the caller");
    }
}

/// Notes a batch id of another shape than `<round>-<tranche>-<nnnn>`, at most 24 of [a-z0-9-].
fn check_batch_id(invalid: &mut Invalid, batch_id: &str) {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let shaped = (1..=24).contains(&batch_id.len()) && batch_id.bytes().all(allowed);
    let ends = batch_id.rsplitn(3, '-').collect::<Vec<_>>();
    let numbered = matches!(ends.as_slice(), [number, tranche, round]
        if number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit())
            && !tranche.is_empty() && tranche.bytes().all(|byte| byte.is_ascii_digit()) && !round.is_empty());
    if !shaped || !numbered {
        invalid.add("batch_id", "must be <round>-<tranche>-<nnnn>, at most 24 characters of a-z, 0-9 and -");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batch_ids_have_one_shape() {
        for (batch_id, valid) in [
            ("bsu-2022-1-0001", true),
            ("bsu-2020-2-9999", true),
            ("bsu-2022-1-001", false),
            ("bsu-2022-1", false),
            ("bsu-2022-x-0001", false),
            ("BSU-2022-1-0001", false),
            ("-1-0001", false),
            ("a-long-round-name-1-0001", true),
            ("a-longer-round-name-1-0001", false),
            ("", false),
        ] {
            let mut invalid = Invalid::new();
            check_batch_id(&mut invalid, batch_id);
            assert_eq!(invalid.into_result().is_ok(), valid, "{batch_id}");
        }
    }
}

//! `RecordOutcomes`.

use prost::Message as _;
use tepat_faults::Invalid;
use tepat_proto::disbursement as wire;

use crate::Service;
use crate::fault::FlowFault;
use crate::flow::outcomes;
use crate::rpc::check_request_id;
use crate::rpc::once::once;

/// Most rows of a page.
const ROWS_MAX: usize = 5_000;

pub(crate) async fn record(
    service: &Service,
    request: wire::RecordOutcomesRequest,
) -> Result<wire::RecordOutcomesResponse, FlowFault> {
    let mut invalid = Invalid::new();
    check_request_id(&mut invalid, &request.request_id);
    if !(1..=ROWS_MAX).contains(&request.rows.len()) {
        invalid.add("rows", format!("must be 1 to {ROWS_MAX}, found {}", request.rows.len()));
    }
    invalid.into_result()?;
    once(service, &request.request_id, "RecordOutcomes", &request.encode_to_vec(), async {
        let batch = service.batch(&request.batch_id).await?;
        let results = outcomes::record(service, &batch, &request.rows).await?;
        Ok(wire::RecordOutcomesResponse { results: results.into_iter().map(Into::into).collect() })
    })
    .await
}

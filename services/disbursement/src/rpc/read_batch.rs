//! `GetBatch`, `ListBatches` and `GetStatement`.

use tepat_proto::disbursement as wire;
use tepat_serve::{PageToken, page_size};

use crate::Service;
use crate::fault::FlowFault;
use crate::flow::snapshot::snapshot;
use crate::rules::batch_state::{StateFault, Step};
use crate::store::batches;

pub(crate) async fn get(
    service: &Service,
    request: &wire::GetBatchRequest,
) -> Result<wire::GetBatchResponse, FlowFault> {
    let batch = service.batch(&request.batch_id).await?;
    Ok(wire::GetBatchResponse { batch: Some(snapshot(service, batch).await?) })
}

pub(crate) async fn list(
    service: &Service,
    request: &wire::ListBatchesRequest,
) -> Result<wire::ListBatchesResponse, FlowFault> {
    let size = page_size(request.page_size, 100, 1_000)?;
    let before = PageToken::decode(&request.page_token, &["batches"])?;
    let before = before.and_then(|key| key.parse().ok()).unwrap_or(i64::MAX);
    let limit = i64::try_from(size).expect("a page is at most 1,000");
    let mut rows = batches::page(&service.store, before, limit + 1).await?;
    let more = rows.len() > size;
    rows.truncate(size);
    let next_page_token = match rows.last() {
        Some(last) if more => PageToken::encode(&last.batch_no.to_string(), &["batches"]),
        _ => String::new(),
    };
    let mut batches = Vec::with_capacity(rows.len());
    for row in rows {
        batches.push(snapshot(service, row).await?);
    }
    Ok(wire::ListBatchesResponse { batches, next_page_token })
}

pub(crate) async fn statement(
    service: &Service,
    request: &wire::GetStatementRequest,
) -> Result<wire::GetStatementResponse, FlowFault> {
    let batch = service.batch(&request.batch_id).await?;
    let not_yet = StateFault { state: batch.state, step: Step::Determine };
    Ok(wire::GetStatementResponse { statement: batch.statement.ok_or(not_yet)? })
}

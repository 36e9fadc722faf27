//! The steps of a batch, as callers take them.

use sha2::{Digest as _, Sha256};
use tepat_proof::Signer;
use tepat_proto::disbursement::{self as wire, BatchState};
use tepat_serve::{Actor, system_clock, with_actor};
use tokio_stream::StreamExt as _;
use tonic::{Request, Status};

use super::{World, request_id};

impl World {
    /// Opens a batch and waits until it is screened.
    pub(crate) async fn screened(&self, batch_id: &str) -> wire::Batch {
        let batch = self.watched(batch_id).await.pop().unwrap().batch.unwrap();
        assert_eq!(batch.state(), BatchState::Screened);
        batch
    }

    /// Opens a batch over a slice and waits until it is screened.
    pub(crate) async fn screened_slice(&self, batch_id: &str, slice: wire::Slice) -> wire::Batch {
        self.open_slice(batch_id, Some(slice)).await.unwrap();
        self.screened(batch_id).await
    }

    /// Opens a batch, unless it is open, and follows it until it is screened: everything that is told on
    /// the way.
    pub(crate) async fn watched(&self, batch_id: &str) -> Vec<wire::WatchBatchResponse> {
        let there = wire::GetBatchRequest { batch_id: batch_id.to_owned() };
        if self.client.clone().get_batch(there).await.is_err() {
            self.open(batch_id).await.unwrap();
        }
        let watch = wire::WatchBatchRequest { batch_id: batch_id.to_owned() };
        let snapshots = self.client.clone().watch_batch(watch).await.unwrap().into_inner();
        snapshots.map(Result::unwrap).collect().await
    }

    pub(crate) async fn open(&self, batch_id: &str) -> Result<wire::Batch, Status> {
        self.open_slice(batch_id, None).await
    }

    async fn open_slice(&self, batch_id: &str, slice: Option<wire::Slice>) -> Result<wire::Batch, Status> {
        let mut ends = batch_id.rsplitn(3, '-').skip(1);
        let tranche = ends.next().unwrap().parse().unwrap();
        let request = wire::OpenBatchRequest {
            request_id: request_id(),
            batch_id: batch_id.to_owned(),
            round: ends.next().unwrap().to_owned(),
            tranche,
            roster_version: 0,
            slice,
        };
        Ok(self.client.clone().open_batch(request).await?.into_inner().batch.unwrap())
    }

    pub(crate) async fn close(&self, batch_id: &str) -> Result<wire::Batch, Status> {
        let request = wire::CloseBatchRequest { request_id: request_id(), batch_id: batch_id.to_owned() };
        Ok(self.client.clone().close_batch(request).await?.into_inner().batch.unwrap())
    }

    pub(crate) async fn compose(&self, batch_id: &str) -> Result<wire::Batch, Status> {
        let request = wire::ComposeBatchRequest { request_id: request_id(), batch_id: batch_id.to_owned() };
        Ok(self.client.clone().compose_batch(request).await?.into_inner().batch.unwrap())
    }

    pub(crate) async fn determine(&self, batch_id: &str, actor: &str) -> Result<wire::Batch, Status> {
        let request = wire::DetermineBatchRequest { request_id: request_id(), batch_id: batch_id.to_owned() };
        Ok(self.client.clone().determine_batch(acted(request, actor)).await?.into_inner().batch.unwrap())
    }

    /// Approves as `actor` with a signature that `signer` made over the batch's statement.
    pub(crate) async fn approve(
        &self,
        batch_id: &str,
        actor: &str,
        signer: &str,
    ) -> Result<wire::Batch, Status> {
        let statement = wire::GetStatementRequest { batch_id: batch_id.to_owned() };
        let statement = self.client.clone().get_statement(statement).await?.into_inner().statement;
        let signer = Signer::load(&self.folder.path().join("keys"), signer).unwrap();
        let now_s = system_clock()() / 1_000_000;
        let statement_signature = signer.sign(&Sha256::digest(&statement).into(), now_s).unwrap();
        self.approve_with(batch_id, actor, statement_signature).await
    }

    pub(crate) async fn approve_with(
        &self,
        batch_id: &str,
        actor: &str,
        statement_signature: Vec<u8>,
    ) -> Result<wire::Batch, Status> {
        let request = wire::ApproveBatchRequest {
            request_id: request_id(),
            batch_id: batch_id.to_owned(),
            statement_signature,
        };
        Ok(self.client.clone().approve_batch(acted(request, actor)).await?.into_inner().batch.unwrap())
    }

    pub(crate) async fn hand_over(&self, batch_id: &str, actor: &str) -> Result<wire::Batch, Status> {
        let request = wire::HandOverBatchRequest { request_id: request_id(), batch_id: batch_id.to_owned() };
        Ok(self.client.clone().hand_over_batch(acted(request, actor)).await?.into_inner().batch.unwrap())
    }

    pub(crate) async fn reconcile(&self, batch_id: &str) -> Result<wire::ReconcileBatchResponse, Status> {
        let request = wire::ReconcileBatchRequest { request_id: request_id(), batch_id: batch_id.to_owned() };
        Ok(self.client.clone().reconcile_batch(request).await?.into_inner())
    }

    /// A batch up to the determination by `maker`.
    pub(crate) async fn determined(&self, batch_id: &str) {
        self.screened(batch_id).await;
        self.close(batch_id).await.unwrap();
        self.compose(batch_id).await.unwrap();
        self.determine(batch_id, "maker").await.unwrap();
    }

    /// Records what became of payments: `rows` of one batch, in pages.
    pub(crate) async fn record(&self, batch_id: &str, rows: &[wire::OutcomeRow]) {
        for page in rows.chunks(5_000) {
            let request = wire::RecordOutcomesRequest {
                request_id: request_id(),
                batch_id: batch_id.to_owned(),
                rows: page.to_vec(),
            };
            let answer = self.client.clone().record_outcomes(request).await.unwrap().into_inner();
            let recorded = wire::OutcomeRowResult::Recorded as i32;
            assert!(answer.results.iter().all(|result| *result == recorded), "{batch_id}");
        }
    }

    /// A batch through the whole chain up to the package.
    pub(crate) async fn handed_over(&self, batch_id: &str) -> wire::Batch {
        self.determined(batch_id).await;
        self.approve(batch_id, "checker", "checker").await.unwrap();
        self.hand_over(batch_id, "treasurer").await.unwrap()
    }

    /// All effective decisions, in NIK order, read in pages of `page_size`.
    pub(crate) async fn decisions(&self, batch_id: &str, page_size: i32) -> Vec<wire::Decision> {
        let mut all = Vec::new();
        let mut page_token = String::new();
        loop {
            let request = wire::ListDecisionsRequest { batch_id: batch_id.to_owned(), page_size, page_token };
            let page = self.client.clone().list_decisions(request).await.unwrap().into_inner();
            all.extend(page.decisions);
            if page.next_page_token.is_empty() {
                return all;
            }
            page_token = page.next_page_token;
        }
    }
}

fn acted<T>(request: T, actor: &str) -> Request<T> {
    with_actor(Request::new(request), &actor.parse::<Actor>().unwrap())
}

//! What comes over the wire: decode, call, encode.

mod discard_import;
mod get_member;
mod list_chunks;
mod list_import_faults;
mod list_roster_versions;
mod message;
mod open_import;
mod read_chunk;
mod seal_roster;
mod upload_file;

use prost::Message;
use tepat_faults::{IntoStatus, Invalid};
use tepat_proto::membership::membership_service_server::MembershipService;
use tepat_proto::membership::{
    DiscardImportRequest, DiscardImportResponse, GetMemberRequest, GetMemberResponse, ListChunksRequest,
    ListChunksResponse, ListImportFaultsRequest, ListImportFaultsResponse, ListRosterVersionsRequest,
    ListRosterVersionsResponse, OpenImportRequest, OpenImportResponse, ReadChunkRequest, SealRosterRequest,
    SealRosterResponse, UploadFileRequest, UploadFileResponse,
};
use tepat_store::Replay;
use tonic::{Request, Response, Status, Streaming};

use crate::Membership;
use crate::fault::{ImportFault, RosterFault};
use crate::store::roster;

#[tonic::async_trait]
impl MembershipService for Membership {
    async fn open_import(
        &self,
        request: Request<OpenImportRequest>,
    ) -> Result<Response<OpenImportResponse>, Status> {
        let answer = self.answer_open_import(request.into_inner()).await;
        answer.map(Response::new).map_err(IntoStatus::into_status)
    }

    async fn upload_file(
        &self,
        request: Request<Streaming<UploadFileRequest>>,
    ) -> Result<Response<UploadFileResponse>, Status> {
        self.answer_upload_file(request.into_inner()).await.map(Response::new)
    }

    async fn list_import_faults(
        &self,
        request: Request<ListImportFaultsRequest>,
    ) -> Result<Response<ListImportFaultsResponse>, Status> {
        let answer = self.answer_list_import_faults(request.into_inner()).await;
        answer.map(Response::new).map_err(IntoStatus::into_status)
    }

    async fn seal_roster(
        &self,
        request: Request<SealRosterRequest>,
    ) -> Result<Response<SealRosterResponse>, Status> {
        let answer = self.answer_seal_roster(request.into_inner()).await;
        answer.map(Response::new).map_err(IntoStatus::into_status)
    }

    async fn discard_import(
        &self,
        request: Request<DiscardImportRequest>,
    ) -> Result<Response<DiscardImportResponse>, Status> {
        let answer = self.answer_discard_import(request.into_inner()).await;
        answer.map(Response::new).map_err(IntoStatus::into_status)
    }

    async fn list_roster_versions(
        &self,
        request: Request<ListRosterVersionsRequest>,
    ) -> Result<Response<ListRosterVersionsResponse>, Status> {
        let answer = self.answer_list_roster_versions(request.into_inner()).await;
        answer.map(Response::new).map_err(IntoStatus::into_status)
    }

    async fn get_member(
        &self,
        request: Request<GetMemberRequest>,
    ) -> Result<Response<GetMemberResponse>, Status> {
        let answer = self.answer_get_member(request.into_inner()).await;
        answer.map(Response::new).map_err(IntoStatus::into_status)
    }

    async fn list_chunks(
        &self,
        request: Request<ListChunksRequest>,
    ) -> Result<Response<ListChunksResponse>, Status> {
        let answer = self.answer_list_chunks(request.into_inner()).await;
        answer.map(Response::new).map_err(IntoStatus::into_status)
    }

    type ReadChunkStream = read_chunk::Pages;

    async fn read_chunk(
        &self,
        request: Request<ReadChunkRequest>,
    ) -> Result<Response<read_chunk::Pages>, Status> {
        let answer = self.answer_read_chunk(request.into_inner()).await;
        answer.map(Response::new).map_err(IntoStatus::into_status)
    }
}

impl Membership {
    /// The sealed version that a request means: 0 is the newest.
    async fn sealed(&self, version: i64) -> Result<i64, RosterFault> {
        if version == 0 {
            return roster::newest(&self.store).await?.ok_or(RosterFault::Unknown { version });
        }
        if roster::is_sealed(&self.store, version).await? {
            Ok(version)
        } else {
            Err(RosterFault::Unknown { version })
        }
    }

    /// The first answer to the same request, if there was one.
    async fn replayed<A: Message + Default>(&self, replay: &Replay) -> Result<Option<A>, ImportFault> {
        let answer = replay.find(&self.store).await?;
        Ok(answer.map(|bytes| {
            A::decode(bytes.as_slice()).expect("what is replayed was encoded from this message")
        }))
    }
}

/// Notes a request id that is no UUID.
fn check_request_id(invalid: &mut Invalid, request_id: &str) {
    if uuid::Uuid::try_parse(request_id).is_err() {
        invalid.add("request_id", "must be a UUID");
    }
}

/// Notes an import id of another shape.
fn check_import_id(invalid: &mut Invalid, field: &str, import_id: &str) {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !(1..=64).contains(&import_id.len()) || !import_id.bytes().all(allowed) {
        invalid.add(field, "must be 1 to 64 of a-z, 0-9 and -");
    }
}

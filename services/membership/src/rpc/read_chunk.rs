//! ReadChunk.

use std::sync::Arc;

use tepat_faults::{IntoStatus as _, Invalid};
use tepat_proto::membership::{ReadChunkRequest, ReadChunkResponse};
use tepat_store::{Store, StoreFault};
use tepat_terms::Slice;
use tokio::sync::mpsc::{self, Sender};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use crate::Membership;
use crate::fault::RosterFault;
use crate::rpc::message::slice_of;
use crate::store::bounds::is_in;
use crate::store::frame::Frame;
use crate::store::range;

/// Most members of one message.
const MEMBERS_A_MESSAGE: usize = 500;

/// Messages that wait for a slow reader before the store does.
const MESSAGES_WAITING: usize = 4;

/// The stream of an answer.
pub(crate) type Pages = ReceiverStream<Result<ReadChunkResponse, Status>>;

impl Membership {
    pub(super) async fn answer_read_chunk(&self, request: ReadChunkRequest) -> Result<Pages, RosterFault> {
        let ReadChunkRequest { roster_version, after_nik, through_nik, slice } = request;
        let mut invalid = Invalid::new();
        let slice = slice_of(&mut invalid, slice);
        if roster_version <= 0 {
            invalid.add("roster_version", format!("must be a sealed version, found {roster_version}"));
        }
        if after_nik < 0 {
            invalid.add("after_nik", "must not be negative");
        }
        if through_nik < after_nik {
            invalid.add("through_nik", "must not be below after_nik");
        }
        invalid.into_result()?;
        let version = self.sealed(roster_version).await?;
        let frame = self.frames.of(&self.store, version).await?;
        let (sender, receiver) = mpsc::channel(MESSAGES_WAITING);
        tokio::spawn(send(self.store.clone(), frame, (after_nik, through_nik), slice, sender));
        Ok(ReceiverStream::new(receiver))
    }
}

/// Reads part after part until the range or the reader ends.
async fn send(
    store: Store,
    frame: Arc<Frame>,
    (after_nik, through_nik): (i64, i64),
    slice: Option<Slice>,
    sender: Sender<Result<ReadChunkResponse, Status>>,
) {
    let mut next = Some(after_nik);
    while let Some(after) = next {
        let part = match range::read(&store, &frame, after, through_nik).await {
            Ok(part) => part,
            Err(fault) => {
                // A reader that is gone needs no answer.
                let _ = sender.send(Err(StoreFault::into_status(fault))).await;
                return;
            }
        };
        next = part.rest_after;
        let mut members = part.members.into_iter().filter(|member| is_in(slice, member.nik)).peekable();
        while members.peek().is_some() {
            let members = members.by_ref().take(MEMBERS_A_MESSAGE).collect();
            if sender.send(Ok(ReadChunkResponse { members })).await.is_err() {
                return;
            }
        }
    }
}

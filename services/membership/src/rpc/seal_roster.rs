//! SealRoster.

use prost::Message as _;
use tepat_faults::Invalid;
use tepat_proto::membership::{SealRosterRequest, SealRosterResponse};
use tepat_store::Replay;

use super::{check_import_id, check_request_id, message};
use crate::Membership;
use crate::fault::ImportFault;
use crate::flow::import;

impl Membership {
    pub(super) async fn answer_seal_roster(
        &self,
        request: SealRosterRequest,
    ) -> Result<SealRosterResponse, ImportFault> {
        let mut invalid = Invalid::new();
        check_request_id(&mut invalid, &request.request_id);
        check_import_id(&mut invalid, "import_id", &request.import_id);
        invalid.into_result()?;
        let replay = Replay::of(&request.request_id, "SealRoster", &request.encode_to_vec());
        if let Some(answer) = self.replayed(&replay).await? {
            return Ok(answer);
        }
        let now_us = (self.clock)();
        let tx = self.store.begin().await?;
        let roster = import::seal(&tx, &request.import_id, now_us).await?;
        let answer = SealRosterResponse { roster: Some(message::roster(roster)) };
        replay.keep(&tx, answer.encode_to_vec(), now_us).await?;
        tx.commit().await?;
        Ok(answer)
    }
}

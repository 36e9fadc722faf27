//! DiscardImport.

use prost::Message as _;
use tepat_faults::Invalid;
use tepat_proto::membership::{DiscardImportRequest, DiscardImportResponse};
use tepat_store::Replay;

use super::{check_import_id, check_request_id, message};
use crate::Membership;
use crate::fault::ImportFault;
use crate::flow::import;

impl Membership {
    pub(super) async fn answer_discard_import(
        &self,
        request: DiscardImportRequest,
    ) -> Result<DiscardImportResponse, ImportFault> {
        let mut invalid = Invalid::new();
        check_request_id(&mut invalid, &request.request_id);
        check_import_id(&mut invalid, "import_id", &request.import_id);
        invalid.into_result()?;
        let replay = Replay::of(&request.request_id, "DiscardImport", &request.encode_to_vec());
        if let Some(answer) = self.replayed(&replay).await? {
            return Ok(answer);
        }
        let tx = self.store.begin().await?;
        let (import, files) = import::discard(&tx, &request.import_id).await?;
        let answer = DiscardImportResponse { import: Some(message::import(import, &files)) };
        replay.keep(&tx, answer.encode_to_vec(), (self.clock)()).await?;
        tx.commit().await?;
        Ok(answer)
    }
}

//! ListImportFaults.

use tepat_faults::Invalid;
use tepat_proto::membership::{ImportFault as WireFault, ListImportFaultsRequest, ListImportFaultsResponse};
use tepat_serve::{PageFault, PageToken, page_size};

use super::check_import_id;
use crate::Membership;
use crate::fault::ImportFault;
use crate::store::page::StoredFault;
use crate::store::{import, roster};

impl Membership {
    pub(super) async fn answer_list_import_faults(
        &self,
        request: ListImportFaultsRequest,
    ) -> Result<ListImportFaultsResponse, ImportFault> {
        let mut invalid = Invalid::new();
        check_import_id(&mut invalid, "import_id", &request.import_id);
        invalid.into_result()?;
        let size = page_size(request.page_size, 1_000, 10_000)?;
        let filter = ["import_faults", request.import_id.as_str()];
        let after =
            PageToken::decode(&request.page_token, &filter)?.map_or(Ok((0, 0, 0)), |key| place_of(&key))?;
        let import = import::find(&self.store, &request.import_id).await?.ok_or(ImportFault::Unknown)?;
        let mut faults = roster::faults(&self.store, import.number, after, size + 1).await?;
        let more = faults.len() > size;
        faults.truncate(size);
        let next = faults.last().filter(|_| more).map(|last| {
            PageToken::encode(&format!("{}/{}/{}", last.file.number(), last.line, last.place), &filter)
        });
        let faults = faults.into_iter().map(|StoredFault { file, line, column, fault, .. }| WireFault {
            file: file.number(),
            line,
            column,
            fault,
        });
        Ok(ListImportFaultsResponse { faults: faults.collect(), next_page_token: next.unwrap_or_default() })
    }
}

/// File, line and place that a token was made of.
fn place_of(key: &str) -> Result<(i64, i64, i64), PageFault> {
    let numbers: Result<Vec<i64>, _> = key.split('/').map(str::parse).collect();
    match numbers.as_deref() {
        Ok([file, line, place]) => Ok((*file, *line, *place)),
        _ => Err(PageFault::Token),
    }
}

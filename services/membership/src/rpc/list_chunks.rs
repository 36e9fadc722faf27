//! ListChunks.

use tepat_faults::Invalid;
use tepat_proto::membership::{Chunk, ListChunksRequest, ListChunksResponse};
use tepat_serve::{PageFault, PageToken, page_size};
use tepat_terms::Slice;

use crate::Membership;
use crate::fault::RosterFault;
use crate::rpc::message::slice_of;
use crate::store::bounds::{self, Bounds};

/// Members a chunk when the caller names no number: enough for a page to pay, few enough for a
/// worker to lose little when it dies.
const MEMBERS_USUAL: i64 = 2_000;

impl Membership {
    pub(super) async fn answer_list_chunks(
        &self,
        request: ListChunksRequest,
    ) -> Result<ListChunksResponse, RosterFault> {
        let (members, slice) = checked(&request)?;
        let size = page_size(request.page_size, 1_000, 10_000)?;
        // A list that began at the newest version goes on at the same one.
        let asked = request.roster_version.to_string();
        let members_text = members.to_string();
        let slice_text = slice.map(|slice| format!("{slice:?}")).unwrap_or_default();
        let filter = ["chunks", asked.as_str(), members_text.as_str(), slice_text.as_str()];
        let key = PageToken::decode(&request.page_token, &filter)?;
        let (version, after_nik) = match key.as_deref().map(place_of).transpose()? {
            Some(place) => place,
            None => (self.sealed(request.roster_version).await?, 0),
        };
        let chunks = match slice {
            None => bounds::list(&self.store, version, after_nik, members, size).await?,
            Some(slice) => bounds::list_slice(&self.store, version, slice, after_nik, members, size).await?,
        };
        let full = chunks.last().filter(|last| chunks.len() == size && last.members == members);
        let next = match full {
            Some(last) if bounds::any_behind(&self.store, version, last.through_nik).await? => {
                PageToken::encode(&format!("{version}/{}", last.through_nik), &filter)
            }
            _ => String::new(),
        };
        let chunks = chunks.into_iter().map(|Bounds { after_nik, through_nik, members }| Chunk {
            after_nik,
            through_nik,
            members,
        });
        Ok(ListChunksResponse { chunks: chunks.collect(), next_page_token: next, roster_version: version })
    }
}

/// Members a chunk, and of whom.
fn checked(request: &ListChunksRequest) -> Result<(i64, Option<Slice>), Invalid> {
    let mut invalid = Invalid::new();
    if request.roster_version < 0 {
        invalid.add("roster_version", format!("must not be negative, found {}", request.roster_version));
    }
    let asked = request.members_per_chunk;
    if asked != 0 && !(100..=50_000).contains(&asked) {
        invalid.add("members_per_chunk", format!("must be 100 to 50000, or 0 for 2000, found {asked}"));
    }
    let slice = slice_of(&mut invalid, request.slice);
    invalid.into_result()?;
    Ok((if asked == 0 { MEMBERS_USUAL } else { asked.into() }, slice))
}

/// Version and NIK that a token was made of.
fn place_of(key: &str) -> Result<(i64, i64), PageFault> {
    let place =
        key.split_once('/').and_then(|(version, nik)| Some((version.parse().ok()?, nik.parse().ok()?)));
    place.ok_or(PageFault::Token)
}

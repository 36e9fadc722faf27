//! ListRosterVersions.

use tepat_proto::membership::{ListRosterVersionsRequest, ListRosterVersionsResponse};
use tepat_serve::{PageFault, PageToken, page_size};

use super::message;
use crate::Membership;
use crate::fault::RosterFault;
use crate::store::roster;

const FILTER: [&str; 1] = ["roster_versions"];

impl Membership {
    pub(super) async fn answer_list_roster_versions(
        &self,
        request: ListRosterVersionsRequest,
    ) -> Result<ListRosterVersionsResponse, RosterFault> {
        let size = page_size(request.page_size, 100, 1_000)?;
        let before = match PageToken::decode(&request.page_token, &FILTER)? {
            None => i64::MAX,
            Some(key) => key.parse().map_err(|_| PageFault::Token)?,
        };
        let mut rosters = roster::list(&self.store, before, size + 1).await?;
        let more = rosters.len() > size;
        rosters.truncate(size);
        let next = rosters.last().filter(|_| more);
        let next_page_token =
            next.map_or_else(String::new, |last| PageToken::encode(&last.version.to_string(), &FILTER));
        Ok(ListRosterVersionsResponse {
            rosters: rosters.into_iter().map(message::roster).collect(),
            next_page_token,
        })
    }
}

//! GetMember.

use tepat_faults::Invalid;
use tepat_proto::membership::{GetMemberRequest, GetMemberResponse};
use tepat_terms::Nik;

use crate::Membership;
use crate::fault::RosterFault;
use crate::store::range;

impl Membership {
    pub(super) async fn answer_get_member(
        &self,
        request: GetMemberRequest,
    ) -> Result<GetMemberResponse, RosterFault> {
        let mut invalid = Invalid::new();
        invalid.take("nik", Nik::from_number(request.nik));
        if request.roster_version < 0 {
            invalid.add("roster_version", format!("must not be negative, found {}", request.roster_version));
        }
        invalid.into_result()?;
        let version = self.sealed(request.roster_version).await?;
        let frame = self.frames.of(&self.store, version).await?;
        let part = range::read(&self.store, &frame, request.nik - 1, request.nik).await?;
        let found = part.members.into_iter().next().ok_or(RosterFault::MemberUnknown { version })?;
        Ok(GetMemberResponse { member: Some(found), roster_version: version })
    }
}

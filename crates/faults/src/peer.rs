//! What a peer service answered, as a fault of the service that asked it.

use thiserror::Error;
use tonic_types::StatusExt;

use crate::{Code, Fault, Reason, reason, reason_of};

/// Pause before asking a silent peer again, where it named none.
const RETRY_AFTER_MS: u64 = 1_000;

/// A refusal or trouble of a peer service.
///
/// A refusal that concerns our own caller (a roster that does not exist, a state) passes with its
/// reason; a silent or overloaded peer is `PEER_AWAY`; a request that the peer calls malformed is our
/// mistake and `INTERNAL`.
#[derive(Debug, Error)]
#[error("{peer} answered {}: {}", status.code(), status.message())]
pub struct PeerFault {
    peer: &'static str,
    status: Box<tonic::Status>,
}

impl PeerFault {
    /// The fault of `peer` (its service name, e.g. `membership`).
    #[must_use]
    pub fn new(peer: &'static str, status: tonic::Status) -> Self {
        Self { peer, status: Box::new(status) }
    }

    /// Whether the same call may succeed later without anybody mending anything.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self.code(), Code::Unavailable | Code::Aborted | Code::DeadlineExceeded)
    }

    /// The peer's answer as it came.
    #[must_use]
    pub fn status(&self) -> &tonic::Status {
        &self.status
    }
}

impl Fault for PeerFault {
    fn reason(&self) -> Reason {
        match self.status.code() {
            tonic::Code::NotFound
            | tonic::Code::AlreadyExists
            | tonic::Code::FailedPrecondition
            | tonic::Code::PermissionDenied
            | tonic::Code::Unauthenticated
            | tonic::Code::Aborted => reason_of(&self.status).unwrap_or(reason::INTERNAL),
            tonic::Code::Unavailable | tonic::Code::ResourceExhausted | tonic::Code::Cancelled => {
                reason::PEER_AWAY
            }
            tonic::Code::DeadlineExceeded => reason::DEADLINE_EXCEEDED,
            _ => reason::INTERNAL,
        }
    }

    fn metadata(&self) -> Vec<(&'static str, String)> {
        vec![("peer", self.peer.to_owned())]
    }

    fn retry_after_ms(&self) -> Option<u64> {
        if self.reason() != reason::PEER_AWAY {
            return None;
        }
        let named = self.status.get_details_retry_info().and_then(|info| info.retry_delay);
        Some(named.map_or(RETRY_AFTER_MS, |delay| u64::try_from(delay.as_millis()).unwrap_or(u64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{IntoStatus, Invalid};

    #[derive(Debug, Error)]
    #[error("no roster version 7")]
    struct NoRoster;

    impl Fault for NoRoster {
        fn reason(&self) -> Reason {
            reason::ROSTER_UNKNOWN
        }
    }

    #[test]
    fn a_refusal_passes_and_trouble_is_named() {
        let check = |status: tonic::Status, reason: Reason, code: Code, retry_after_ms: Option<u64>| {
            let fault = PeerFault::new("membership", status);
            assert_eq!(
                (fault.reason(), fault.code(), fault.retry_after_ms()),
                (reason, code, retry_after_ms)
            );
        };
        check(NoRoster.into_status(), reason::ROSTER_UNKNOWN, Code::NotFound, None);
        check(tonic::Status::unavailable("tcp"), reason::PEER_AWAY, Code::Unavailable, Some(1_000));
        check(tonic::Status::resource_exhausted("busy"), reason::PEER_AWAY, Code::Unavailable, Some(1_000));
        check(
            tonic::Status::deadline_exceeded("late"),
            reason::DEADLINE_EXCEEDED,
            Code::DeadlineExceeded,
            None,
        );
        check(Invalid::one("nik", "wrong").into_status(), reason::INTERNAL, Code::Internal, None);
        check(tonic::Status::not_found("foreign"), reason::INTERNAL, Code::Internal, None);
    }
}

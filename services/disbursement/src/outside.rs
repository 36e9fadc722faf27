//! Peers that are asked, always in pages: membership, wages, accounts.

pub(crate) mod accounts;
pub(crate) mod membership;
pub(crate) mod wages;

use tepat_faults::{Fault, Reason, reason};
use thiserror::Error;
use tonic::{Code, Status};

/// A peer did not do its part.
#[derive(Debug, Error)]
pub(crate) enum PeerFault {
    /// The peer answered with a refusal or with trouble.
    #[error("{peer} answered {code:?}: {message}", code = .status.code(), message = .status.message())]
    Status {
        /// The peer's name.
        peer: &'static str,
        status: Box<Status>,
    },
    /// The peer's answer does not fit the question: a mistake of ours or of a version.
    #[error("{peer} answered with {found}, expected {wanted}")]
    Answer { peer: &'static str, wanted: String, found: String },
}

impl PeerFault {
    pub(crate) fn status(peer: &'static str) -> impl Fn(Status) -> Self {
        move |status| Self::Status { peer, status: Box::new(status) }
    }

    /// Whether the same question may be answered later.
    pub(crate) fn passes(&self) -> bool {
        match self {
            Self::Status { status, .. } => matches!(
                status.code(),
                Code::Unavailable
                    | Code::ResourceExhausted
                    | Code::DeadlineExceeded
                    | Code::Aborted
                    | Code::Cancelled
            ),
            Self::Answer { .. } => false,
        }
    }
}

impl Fault for PeerFault {
    fn reason(&self) -> Reason {
        match self {
            Self::Status { status, .. } if status.code() == Code::NotFound => reason::ROSTER_UNKNOWN,
            _ if self.passes() => reason::PEER_AWAY,
            _ => reason::INTERNAL,
        }
    }

    fn retry_after_ms(&self) -> Option<u64> {
        self.passes().then_some(1_000)
    }
}

//! Peers that are asked, always in pages: membership, wages, accounts.

pub(crate) mod accounts;
pub(crate) mod membership;
pub(crate) mod wages;

use tepat_faults::{Fault, Reason, reason};
use thiserror::Error;
use tonic::Status;

/// A peer did not do its part.
#[derive(Debug, Error)]
pub(crate) enum PeerFault {
    /// The peer answered with a refusal or with trouble.
    #[error(transparent)]
    Refused(#[from] tepat_faults::PeerFault),
    /// The peer's answer does not fit the question: a mistake of ours or of a version.
    #[error("{peer} answered with {found}, expected {wanted}")]
    Answer { peer: &'static str, wanted: String, found: String },
}

impl PeerFault {
    /// Names the peer whose status it is.
    pub(crate) fn status(peer: &'static str) -> impl Fn(Status) -> Self {
        move |status| tepat_faults::PeerFault::new(peer, status).into()
    }
}

impl Fault for PeerFault {
    fn reason(&self) -> Reason {
        match self {
            Self::Refused(fault) => fault.reason(),
            Self::Answer { .. } => reason::INTERNAL,
        }
    }

    fn metadata(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Refused(fault) => fault.metadata(),
            Self::Answer { peer, .. } => vec![("peer", (*peer).to_owned())],
        }
    }

    fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::Refused(fault) => fault.retry_after_ms(),
            Self::Answer { .. } => None,
        }
    }
}

//! A peer that does not answer, as a status.

use std::error::Error;
use std::time::Duration;

use tepat_faults::{Fault, Reason, reason, to_status_unlogged};
use thiserror::Error as ThisError;
use tonic::{Status, TimeoutExpired};

use crate::layers::DeadlineExceeded;

/// Pause before a silent peer is worth asking again.
const RETRY_AFTER_MS: u64 = 1_000;

/// The peer did not answer. Its address is ours to know, so it stands in the metadata.
#[derive(Debug, ThisError)]
#[error("no answer from {address}")]
struct PeerAway {
    address: String,
}

impl Fault for PeerAway {
    fn reason(&self) -> Reason {
        reason::PEER_AWAY
    }

    fn metadata(&self) -> Vec<(&'static str, String)> {
        vec![("address", self.address.clone())]
    }

    fn retry_after_ms(&self) -> Option<u64> {
        Some(RETRY_AFTER_MS)
    }
}

pub(super) fn away(address: &str, cause: &(dyn Error + 'static)) -> Status {
    tracing::debug!(address, cause = %causes(cause), "peer away");
    to_status_unlogged(&PeerAway { address: address.to_owned() })
}

pub(super) fn late(allowed: Duration) -> Status {
    to_status_unlogged(&DeadlineExceeded { allowed })
}

/// Whether the network stack's own timer for the same header fired first.
pub(super) fn is_timeout(err: &(dyn Error + 'static)) -> bool {
    err.is::<TimeoutExpired>() || err.source().is_some_and(is_timeout)
}

fn causes(err: &(dyn Error + 'static)) -> String {
    match err.source() {
        Some(cause) => format!("{err}: {}", causes(cause)),
        None => err.to_string(),
    }
}

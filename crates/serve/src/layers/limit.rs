//! How many calls are open at once.

use std::sync::Arc;

use tepat_faults::{Fault, Reason, reason};
use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Pause after which a shed call may be tried again.
const RETRY_AFTER_MS: u64 = 200;

/// The bound, shared by every clone.
#[derive(Clone)]
pub(super) struct Limit {
    free: Arc<Semaphore>,
    most: usize,
}

impl Limit {
    pub(super) fn new(most: usize) -> Self {
        let most = most.clamp(1, Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(most)), most }
    }

    /// The right to be open until the permit is dropped; `None` when the bound is reached.
    pub(super) fn permit(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.free).try_acquire_owned().ok()
    }

    pub(super) fn open(&self) -> usize {
        self.most - self.free.available_permits()
    }
}

/// The call was shed.
#[derive(Debug, Error)]
#[error("the process already serves as many requests as it may")]
pub(super) struct Overloaded;

impl Fault for Overloaded {
    fn reason(&self) -> Reason {
        reason::OVERLOADED
    }

    fn retry_after_ms(&self) -> Option<u64> {
        Some(RETRY_AFTER_MS)
    }
}

//! A panic of a handler, as the caller sees it.

use tepat_faults::{Fault, Reason, reason};
use thiserror::Error;

/// The handler panicked. Message and place are what the panic hook prints; they never leave.
#[derive(Debug, Error)]
#[error("the handler panicked")]
pub(super) struct Panicked;

impl Fault for Panicked {
    fn reason(&self) -> Reason {
        reason::INTERNAL
    }
}

//! What every fault of the suite can say about itself.

use crate::{Code, Reason};

/// One thing that is wrong in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Path of the field as the proto spells it, e.g. `claims[3].bank`; empty means the whole request.
    pub field: String,
    /// What was wanted and what was found, lowercase, without personal data.
    pub problem: String,
}

/// An error that can leave the process as a gRPC status.
///
/// The `Display` text is the message: lowercase, without full stop, saying what was wanted and what
/// was found. For [`Code::Internal`] and [`Code::Unavailable`] it is only logged, with its sources.
pub trait Fault: std::error::Error + Send + Sync {
    /// The machine-readable reason; one of [`crate::reason`].
    fn reason(&self) -> Reason;

    /// The status code; that of the reason's row in [`crate::REASONS`] unless said otherwise.
    fn code(&self) -> Code {
        self.reason().code()
    }

    /// Facts for machines, e.g. `("state", "SCREENED")`; never personal data. Empty means none.
    fn metadata(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// Everything wrong in the request; empty for faults that are not about its content.
    fn violations(&self) -> Vec<Violation> {
        Vec::new()
    }

    /// Milliseconds after which the same call may succeed; `None` means that waiting does not help.
    fn retry_after_ms(&self) -> Option<u64> {
        None
    }
}

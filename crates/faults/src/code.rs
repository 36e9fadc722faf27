//! The codes that this suite answers with.

use std::fmt;

/// The gRPC status codes in use; the others of the standard are never answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// The request is malformed whatever the state; every violation is listed.
    InvalidArgument,
    /// The named thing does not exist.
    NotFound,
    /// The id exists already, with other content.
    AlreadyExists,
    /// The step is not allowed in the present state.
    FailedPrecondition,
    /// The caller is known and may not do this.
    PermissionDenied,
    /// The caller did not say who acts.
    Unauthenticated,
    /// Two writers met; the same call may succeed when repeated.
    Aborted,
    /// A bound of the process is reached.
    ResourceExhausted,
    /// Something that the process needs is away for the moment.
    Unavailable,
    /// The time allowed for the call ran out; whether it had an effect is unknown.
    DeadlineExceeded,
    /// A mistake of the suite itself.
    Internal,
}

impl Code {
    /// Name on the wire, as in the gRPC standard.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidArgument => "INVALID_ARGUMENT",
            Self::NotFound => "NOT_FOUND",
            Self::AlreadyExists => "ALREADY_EXISTS",
            Self::FailedPrecondition => "FAILED_PRECONDITION",
            Self::PermissionDenied => "PERMISSION_DENIED",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Aborted => "ABORTED",
            Self::ResourceExhausted => "RESOURCE_EXHAUSTED",
            Self::Unavailable => "UNAVAILABLE",
            Self::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Self::Internal => "INTERNAL",
        }
    }

    /// Whether the fault's own message stays inside: it may hold driver text or an address.
    #[must_use]
    pub fn hides_message(self) -> bool {
        matches!(self, Self::Internal | Self::Unavailable)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<Code> for tonic::Code {
    fn from(code: Code) -> Self {
        match code {
            Code::InvalidArgument => Self::InvalidArgument,
            Code::NotFound => Self::NotFound,
            Code::AlreadyExists => Self::AlreadyExists,
            Code::FailedPrecondition => Self::FailedPrecondition,
            Code::PermissionDenied => Self::PermissionDenied,
            Code::Unauthenticated => Self::Unauthenticated,
            Code::Aborted => Self::Aborted,
            Code::ResourceExhausted => Self::ResourceExhausted,
            Code::Unavailable => Self::Unavailable,
            Code::DeadlineExceeded => Self::DeadlineExceeded,
            Code::Internal => Self::Internal,
        }
    }
}

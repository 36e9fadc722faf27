//! Why a command did not do what was asked, and how the process ends then.

use std::fmt::Display;
use std::path::Path;
use std::process::ExitCode;

use tonic::Status;

/// A command that ends without its result: one clear text on stderr and an exit code.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Refused or failed: exit code 1.
    Failed(String),
    /// Wrong usage or wrong settings: exit code 2.
    Usage(String),
}

impl Failure {
    /// Refused or failed, for this reason.
    pub(crate) fn failed(why: impl Display) -> Self {
        Self::Failed(why.to_string())
    }

    /// Asked wrongly, for this reason.
    pub(crate) fn usage(why: impl Display) -> Self {
        Self::Usage(why.to_string())
    }

    /// A file or folder that cannot be used: what was wanted of it, and what the system says.
    pub(crate) fn file(wanted: &str, path: &Path, err: &std::io::Error) -> Self {
        Self::Failed(format!("cannot {wanted} {}: {err}", path.display()))
    }

    /// Tells it on stderr and gives the exit code.
    pub(crate) fn tell(&self) -> ExitCode {
        let (why, code) = match self {
            Self::Failed(why) => (why, 1),
            Self::Usage(why) => (why, 2),
        };
        eprintln!("tepat: {why}");
        ExitCode::from(code)
    }
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        Self::Failed(tepat_faults::describe(&status))
    }
}

/// For tasks and closures that return a plain text.
impl From<String> for Failure {
    fn from(why: String) -> Self {
        Self::Failed(why)
    }
}

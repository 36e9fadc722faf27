//! What can go wrong.

use std::io;
use std::path::PathBuf;

use tepat_faults::{Fault, Invalid, Reason, Violation};
use tepat_serve::settings::SettingsFaults;
use tepat_store::{ReplayFault, StoreFault};
use thiserror::Error;

use crate::outside::bank::SandboxFault;

/// A page of claims was not judged.
#[derive(Debug, Error)]
pub(crate) enum ValidateFault {
    /// The request is malformed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// What banks answered could not be looked up or kept.
    #[error(transparent)]
    Store(#[from] StoreFault),
}

impl Fault for ValidateFault {
    fn reason(&self) -> Reason {
        match self {
            Self::Invalid(fault) => fault.reason(),
            Self::Store(fault) => fault.reason(),
        }
    }

    fn violations(&self) -> Vec<Violation> {
        match self {
            Self::Invalid(fault) => fault.violations(),
            Self::Store(_) => Vec::new(),
        }
    }

    fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::Invalid(_) => None,
            Self::Store(fault) => fault.retry_after_ms(),
        }
    }
}

/// Closed accounts were not kept, or not looked for.
#[derive(Debug, Error)]
pub(crate) enum ClosureFault {
    /// The request is malformed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The request id was used for something else, or the store failed.
    #[error(transparent)]
    Replay(#[from] ReplayFault),
}

impl From<StoreFault> for ClosureFault {
    fn from(fault: StoreFault) -> Self {
        Self::Replay(fault.into())
    }
}

impl Fault for ClosureFault {
    fn reason(&self) -> Reason {
        match self {
            Self::Invalid(fault) => fault.reason(),
            Self::Replay(fault) => fault.reason(),
        }
    }

    fn violations(&self) -> Vec<Violation> {
        match self {
            Self::Invalid(fault) => fault.violations(),
            Self::Replay(_) => Vec::new(),
        }
    }

    fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::Invalid(_) => None,
            Self::Replay(fault) => fault.retry_after_ms(),
        }
    }
}

/// The service cannot be built from its settings.
#[derive(Debug, Error)]
pub enum BuildFault {
    /// Settings are outside their range.
    #[error("{0}")]
    Settings(SettingsFaults),
    /// The file with the claim key holds something else.
    #[error("the file {path} of accounts.claim_key_file must hold 64 to 128 hexadecimal digits")]
    KeyFile {
        /// The file.
        path: PathBuf,
    },
    /// The file with the claim key cannot be read.
    #[error("the file {path} of accounts.claim_key_file cannot be read")]
    KeyFileUnreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// A file that the shared cache needs cannot be read.
    #[error("the file {path} of accounts.redis.{key} cannot be read")]
    RedisFile {
        /// The setting that names it.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// The file of the sandbox's accounts is not one.
    #[error("accounts.sandbox.accounts_file {path}: {fault}")]
    Sandbox {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its line.
        fault: String,
    },
}

impl BuildFault {
    pub(crate) fn sandbox(path: PathBuf, fault: &SandboxFault) -> Self {
        Self::Sandbox { path, fault: fault.to_string() }
    }
}

//! What the service refuses, and how it says so.

use tepat_faults::{Code, Fault, Invalid, Reason, Violation, reason};
use tepat_serve::PageFault;
use tepat_store::{ReplayFault, StoreFault};
use thiserror::Error;

use crate::rules::file::File;
use crate::rules::import::FileState;

/// Why a step of an import is refused.
#[derive(Debug, Error)]
pub(crate) enum ImportFault {
    /// The request is malformed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// No import of this id, or it was discarded.
    #[error("no import of this id that is not discarded")]
    Unknown,
    /// Another one is open.
    #[error("import {import_id} is open; seal or discard it first")]
    Open {
        /// The other one.
        import_id: String,
    },
    /// The id stands for other content.
    #[error("the import of this id has other files, column names or settings")]
    Differs,
    /// The import announced no such file.
    #[error("the import did not announce this file")]
    NotAnnounced,
    /// A file that comes before is not read to its end.
    #[error("{} must be read to its end first, found it {}", name(*.file), .state.text())]
    OutOfOrder {
        /// The earlier file.
        file: File,
        /// Where it stands.
        state: FileState,
    },
    /// The upload does not go on where the stored file ends.
    #[error("the upload must begin at byte {wanted}, found {found}")]
    OffsetDiffers {
        /// The stored offset.
        wanted: i64,
        /// The caller's.
        found: i64,
    },
    /// Another upload of the same file, or the end of the import, came first.
    #[error("another upload of this file or the end of the import came first")]
    Overtaken,
    /// More bytes than announced.
    #[error("the file has more bytes than announced")]
    TooManyBytes,
    /// The bytes are not those announced.
    #[error("the SHA-256 of the bytes sent is not the announced one; discard the import and open another")]
    FileDiffers,
    /// Sealing needs every file read.
    #[error("every file must be read to its end, found {} {}", name(*.file), .state.text())]
    NotFinished {
        /// The first that is not.
        file: File,
        /// Where it stands.
        state: FileState,
    },
    /// Dry runs are never sealed.
    #[error("a dry run is never sealed; open the import without it")]
    DryRun,
    /// What is sealed stays.
    #[error("the import is sealed as roster version {version} and stays")]
    Sealed {
        /// The version.
        version: i64,
    },
    /// The request id was used otherwise.
    #[error(transparent)]
    Replay(#[from] ReplayFault),
    /// The page was asked for wrongly.
    #[error(transparent)]
    Page(#[from] PageFault),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreFault),
}

fn name(file: File) -> &'static str {
    match file {
        File::Employers => "employers.csv",
        File::Members => "members.csv",
        File::Wages => "wages.csv",
        File::Lists => "lists.csv",
    }
}

impl Fault for ImportFault {
    fn reason(&self) -> Reason {
        match self {
            Self::Invalid(_) | Self::NotAnnounced | Self::TooManyBytes => reason::BAD_REQUEST,
            Self::Unknown => reason::IMPORT_UNKNOWN,
            Self::Open { .. } => reason::IMPORT_OPEN,
            Self::Differs | Self::FileDiffers => reason::IMPORT_DIFFERS,
            Self::OffsetDiffers { .. } => reason::OFFSET_DIFFERS,
            Self::OutOfOrder { .. } | Self::NotFinished { .. } | Self::DryRun => reason::IMPORT_NOT_FINISHED,
            Self::Sealed { .. } => reason::IMPORT_SEALED,
            Self::Overtaken => reason::CONFLICT,
            Self::Replay(fault) => fault.reason(),
            Self::Page(fault) => fault.reason(),
            Self::Store(fault) => fault.reason(),
        }
    }

    fn code(&self) -> Code {
        match self {
            Self::Sealed { .. } => Code::FailedPrecondition,
            Self::Store(fault) => fault.code(),
            Self::Replay(fault) => fault.code(),
            other => other.reason().code(),
        }
    }

    fn metadata(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Open { import_id } => vec![("import_id", import_id.clone())],
            Self::OffsetDiffers { wanted, .. } => vec![("offset", wanted.to_string())],
            Self::OutOfOrder { file, state } | Self::NotFinished { file, state } => {
                vec![("file", name(*file).to_owned()), ("state", state.text().to_owned())]
            }
            Self::Sealed { version } => vec![("roster_version", version.to_string())],
            _ => Vec::new(),
        }
    }

    fn violations(&self) -> Vec<Violation> {
        let one = |field: &str| vec![Violation { field: field.to_owned(), problem: self.to_string() }];
        match self {
            Self::Invalid(invalid) => invalid.violations(),
            Self::Page(fault) => fault.violations(),
            Self::NotAnnounced => one("header.file"),
            Self::TooManyBytes => one("data"),
            _ => Vec::new(),
        }
    }

    fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::Store(fault) => fault.retry_after_ms(),
            Self::Replay(fault) => fault.retry_after_ms(),
            _ => None,
        }
    }
}

/// Why a question about the roster is refused.
#[derive(Debug, Error)]
pub(crate) enum RosterFault {
    /// The request is malformed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// No such version is sealed.
    #[error("roster version {version} is not sealed")]
    Unknown {
        /// The version asked for; 0 when there is none at all.
        version: i64,
    },
    /// Nobody of this NIK.
    #[error("roster version {version} has no member of this NIK")]
    MemberUnknown {
        /// The version asked.
        version: i64,
    },
    /// The page was asked for wrongly.
    #[error(transparent)]
    Page(#[from] PageFault),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreFault),
}

impl Fault for RosterFault {
    fn reason(&self) -> Reason {
        match self {
            Self::Invalid(fault) => fault.reason(),
            Self::Unknown { .. } => reason::ROSTER_UNKNOWN,
            Self::MemberUnknown { .. } => reason::MEMBER_UNKNOWN,
            Self::Page(fault) => fault.reason(),
            Self::Store(fault) => fault.reason(),
        }
    }

    fn code(&self) -> Code {
        match self {
            Self::Store(fault) => fault.code(),
            other => other.reason().code(),
        }
    }

    fn metadata(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Unknown { version } | Self::MemberUnknown { version } => {
                vec![("roster_version", version.to_string())]
            }
            _ => Vec::new(),
        }
    }

    fn violations(&self) -> Vec<Violation> {
        match self {
            Self::Invalid(fault) => fault.violations(),
            Self::Page(fault) => fault.violations(),
            _ => Vec::new(),
        }
    }

    fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::Store(fault) => fault.retry_after_ms(),
            _ => None,
        }
    }
}

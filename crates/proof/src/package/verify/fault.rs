//! What can be wrong with a package.

use std::io;

use thiserror::Error;

use super::super::row::{ReadProblem, RowProblem};
use crate::canonical::CanonicalFault;
use crate::cms::CmsFault;

/// The first thing wrong with a package.
#[derive(Debug, Error)]
#[error("{file}: {wrong}")]
pub struct VerifyFault {
    /// Path inside the package; `roots` for the certificates that the reader brought.
    pub file: String,
    /// What is wrong there.
    pub wrong: Wrong,
}

/// What is wrong with a file.
#[derive(Debug, Error)]
pub enum Wrong {
    /// It is not there.
    #[error("missing")]
    Missing,
    /// It is there, and the manifest does not list it.
    #[error("not listed by the manifest")]
    Unlisted,
    /// The manifest lists it, and no package of this version may hold it.
    #[error("no file of this name belongs into a package")]
    Unknown,
    /// It is a link, a device or a folder.
    #[error("must be an ordinary file")]
    NotAFile,
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(#[source] io::Error),
    /// It is larger than any sound one.
    #[error("must have at most {0} bytes")]
    TooLarge(u64),
    /// It has another length than the manifest says.
    #[error("the manifest says {listed} bytes, found {found}")]
    Size {
        /// In the manifest.
        listed: u64,
        /// On the disk.
        found: u64,
    },
    /// It has other content than was sealed.
    #[error("SHA-256 must be {wanted}, found {found}")]
    Digest {
        /// What was sealed, hexadecimal.
        wanted: String,
        /// What is there, hexadecimal.
        found: String,
    },
    /// It is not the canonical JSON it must be.
    #[error(transparent)]
    Json(#[from] CanonicalFault),
    /// Its signature does not hold.
    #[error(transparent)]
    Signature(#[from] CmsFault),
    /// It differs from what the manifest makes it.
    #[error("byte {0} differs from what the manifest makes of it")]
    Differs(usize),
    /// A value is not what the rest of the package makes it.
    #[error("{field} must be {wanted}, found {found}")]
    Value {
        /// The key or what is compared.
        field: String,
        /// What it must be.
        wanted: String,
        /// What it is.
        found: String,
    },
    /// A line is wrong.
    #[error("row {row}: {problem}")]
    Row {
        /// From 1; 0 is the header.
        row: u64,
        /// What is wrong with it.
        problem: RowProblem,
    },
}

impl VerifyFault {
    pub(in crate::package) fn new(file: &str, wrong: impl Into<Wrong>) -> Self {
        Self { file: file.to_owned(), wrong: wrong.into() }
    }

    pub(in crate::package) fn io(file: &str, fault: io::Error) -> Self {
        let is_missing = fault.kind() == io::ErrorKind::NotFound;
        Self::new(file, if is_missing { Wrong::Missing } else { Wrong::Unreadable(fault) })
    }

    pub(in crate::package) fn row(file: &str, row: u64, problem: RowProblem) -> Self {
        Self::new(file, Wrong::Row { row, problem })
    }

    pub(in crate::package) fn read(file: &str, problem: ReadProblem) -> Self {
        match problem {
            ReadProblem::Io(fault) => Self::io(file, fault),
            ReadProblem::Row(row, problem) => Self::row(file, row, problem),
        }
    }
}

/// Refuses when a value differs from what it must be.
pub(super) fn expect<T: PartialEq + ToString + ?Sized>(
    file: &str,
    field: &str,
    wanted: &T,
    found: &T,
) -> Result<(), VerifyFault> {
    if wanted == found {
        return Ok(());
    }
    let (wanted, found) = (wanted.to_string(), found.to_string());
    Err(VerifyFault::new(file, Wrong::Value { field: field.to_owned(), wanted, found }))
}

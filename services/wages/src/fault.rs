//! What the service refuses, and what keeps it from starting.

use std::path::PathBuf;

use tepat_faults::{Fault, Invalid, Reason, Violation, reason};
use tepat_terms::Region;
use thiserror::Error;

use crate::rules::table_fault::TableFaults;

/// Why a request is refused.
#[derive(Debug, Error)]
pub(crate) enum WagesFault {
    #[error(transparent)]
    Malformed(#[from] Invalid),
    #[error("no wage rule has the id {rule_id:?}")]
    RuleUnknown { rule_id: String },
    #[error("no regency, city or province has the code {code} today")]
    RegionUnknown {
        code: i32,
        /// Today's code, where the asked one was given up in the 2022 Papua splits.
        now: Option<Region>,
    },
}

impl Fault for WagesFault {
    fn reason(&self) -> Reason {
        match self {
            Self::Malformed(invalid) => invalid.reason(),
            Self::RuleUnknown { .. } => reason::WAGE_RULE_UNKNOWN,
            Self::RegionUnknown { .. } => reason::REGION_UNKNOWN,
        }
    }

    fn metadata(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::RegionUnknown { now: Some(now), .. } => vec![("code_now", now.to_string())],
            _ => Vec::new(),
        }
    }

    fn violations(&self) -> Vec<Violation> {
        match self {
            Self::Malformed(invalid) => invalid.violations(),
            _ => Vec::new(),
        }
    }
}

/// Why the service cannot start.
#[derive(Debug, Error)]
pub enum BuildFault {
    /// A file of `wages.data_folder` cannot be read.
    #[error("wages.data_folder must hold {file}, {path} cannot be read")]
    Unreadable {
        /// The file wanted.
        file: &'static str,
        /// Where it was looked for.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Rules or tables are wrong; each fault on a line of its own.
    #[error("the wage tables are wrong\n{0}")]
    Tables(#[from] TableFaults),
}

//! The signed package: written as a stream, checked and proved offline with nothing but its own files.
//!
//! ```text
//! manifest.json          canonical JSON: what is in the package and what it comes to
//! manifest.json.p7s      the suite's seal, made last
//! recipients/<bank>.csv  who gets what, sorted by NIK
//! rejected.csv           who was left out and why, without account data
//! statement.json         what officials sign
//! signatures/<act>-<role>.p7s
//! SHA256SUMS
//! ```

mod end_to_end;
mod manifest;
mod path;
mod proof;
mod row;
mod sums;
mod verify;
mod writer;

pub use end_to_end::{end_to_end_id, parse_end_to_end_id};
pub use manifest::{
    AmountRupiah, BankTotal, Counts, FileEntry, MANIFEST_FORMAT, Manifest, Merkle, Predecessor, Rules,
    STATEMENT_FORMAT, Slice, Software, Stage, Statement,
};
pub use path::PackagePath;
pub use proof::{PROOF_FORMAT, Proof, ProofFault, Proven, prove, verify_proof};
pub use row::{RECIPIENT_COLUMNS, REJECTED_COLUMNS, Recipient, RejectedRow, RowProblem};
pub use verify::{OfficialSignature, Report, VerifyFault, Wrong, verify};
pub use writer::{BankList, Delivered, Lists, PackageWriter, WriteFault};

/// Name of the manifest inside a package.
pub const MANIFEST_FILE: &str = "manifest.json";
/// Name of the seal inside a package.
pub const SEAL_FILE: &str = "manifest.json.p7s";
/// Name of the statement inside a package.
pub const STATEMENT_FILE: &str = "statement.json";
/// Name of the list of those left out.
pub const REJECTED_FILE: &str = "rejected.csv";
/// Name of the digests for `sha256sum -c`.
pub const SUMS_FILE: &str = "SHA256SUMS";

//! The strict check of a package: offline, in flat memory but for the account numbers of one bank, naming the first thing wrong.

mod fault;
mod listing;
mod manifest;
mod recipients;
mod rejected;
mod signatures;

use std::path::Path;

use serde::Serialize;

pub use fault::{VerifyFault, Wrong};
pub(super) use listing::open;
pub(super) use signatures::sealed_manifest;

use super::{MANIFEST_FILE, Manifest, REJECTED_FILE, SEAL_FILE, STATEMENT_FILE, Stage};
use crate::cms::Signed;
use crate::digest::{hex, sha256};

/// A manifest of 127 banks has about 40 kB.
const LARGEST_MANIFEST: u64 = 4 * 1024 * 1024;
const LARGEST_SMALL_FILE: u64 = 64 * 1024;

/// What a sound package says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The batch.
    pub batch_id: String,
    /// The stage.
    pub stage: Stage,
    /// The round.
    pub round: String,
    /// The tranche, from 1.
    pub tranche: u32,
    /// Candidates of the batch.
    pub received: u64,
    /// Persons in `recipients/`.
    pub recipients: u64,
    /// Whole rupiah of all recipients.
    pub amount_rupiah: i64,
    /// Persons refused.
    pub refused: u64,
    /// Persons pending.
    pub pending: u64,
    /// Files listed by the manifest.
    pub files: usize,
    /// Root over all recipients' lines, hexadecimal.
    pub merkle_root: String,
    /// SHA-256 of the manifest, hexadecimal: what a successor names.
    pub manifest_sha256: String,
    /// Who sealed it, and when.
    pub seal: Signed,
    /// Who signed the statement, and when.
    pub signatures: Vec<OfficialSignature>,
}

/// An official's signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OfficialSignature {
    /// Path inside the package.
    pub path: String,
    /// Who and when.
    pub signed: Signed,
}

/// Checks everything that a package says about itself, given the roots (PEM) that its reader trusts.
///
/// In order: seal and manifest, what the manifest says of itself, SHA256SUMS, the folder's files against the list,
/// sizes and digests, statement and its signatures, every recipient's line, every rejected row.
/// What an offline check cannot know: whether a certificate was revoked, and what other batches paid.
///
/// # Errors
/// The first thing wrong, with its file. Never a NIK, name or account number.
pub fn verify(dir: &Path, roots_pem: &[u8]) -> Result<Report, VerifyFault> {
    let manifest_bytes = listing::read_small(dir, MANIFEST_FILE, LARGEST_MANIFEST)?;
    let seal_bytes = listing::read_small(dir, SEAL_FILE, LARGEST_SMALL_FILE)?;
    let (manifest, seal) = sealed_manifest(&manifest_bytes, &seal_bytes, roots_pem)?;
    manifest::check(&manifest)?;

    let manifest_sha256 = sha256(&manifest_bytes);
    listing::check_sums(dir, &manifest, &manifest_sha256)?;
    listing::check_presence(dir, &manifest)?;
    listing::check_digests(dir, &manifest)?;

    let statement = listing::read_small(dir, STATEMENT_FILE, LARGEST_SMALL_FILE)?;
    manifest::check_statement(&manifest, &statement)?;
    let signatures = signatures::officials(dir, &manifest, &statement, &seal, roots_pem)?;
    recipients::check(dir, &manifest)?;
    rejected::check(dir, &manifest)?;

    Ok(Report {
        files: manifest.files.len(),
        batch_id: manifest.batch_id,
        stage: manifest.stage,
        round: manifest.round,
        tranche: manifest.tranche,
        received: manifest.counts.received,
        recipients: manifest.counts.eligible,
        amount_rupiah: manifest.amount_rupiah.total,
        refused: manifest.counts.refused,
        pending: manifest.counts.pending,
        merkle_root: manifest.merkle.root,
        manifest_sha256: hex(&manifest_sha256),
        seal,
        signatures,
    })
}

/// The manifest of a package, not yet checked against its seal.
pub(super) fn read_manifest(dir: &Path) -> Result<Manifest, VerifyFault> {
    let text = listing::read_small(dir, MANIFEST_FILE, LARGEST_MANIFEST)?;
    Manifest::from_bytes(&text).map_err(|fault| VerifyFault::new(MANIFEST_FILE, fault))
}

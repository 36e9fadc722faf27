//! That one recipient's line is in a package, shown with nothing but the manifest and its seal.

use std::path::Path;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::row::{Line, LineReader, RECIPIENT_COLUMNS, Recipient};
use super::verify::{open, read_manifest, sealed_manifest};
use super::{Manifest, PackagePath, VerifyFault};
use crate::cms::Signed;
use crate::digest::{Sha256Digest, from_hex, hex};
use crate::merkle::{InclusionBuilder, leaf_hash, root_from_path};

/// `format` of a proof.
pub const PROOF_FORMAT: &str = "tepat-proof/1";

/// An inclusion proof; holds the personal data of one recipient. Canonical JSON when written with [`crate::canonical`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// [`PROOF_FORMAT`].
    pub format: String,
    /// The batch.
    pub batch_id: String,
    /// The recipient's file.
    pub file: String,
    /// The line in it without its line end.
    pub line: String,
    /// Place of the leaf among all leaves, from 0.
    pub leaf_index: u64,
    /// Leaves of the tree.
    pub tree_size: u64,
    /// Digests from the leaf's sibling up to the root's child, hexadecimal.
    pub path: Vec<String>,
    /// Root of the tree, hexadecimal.
    pub root: String,
}

/// What a good proof shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proven {
    /// The batch.
    pub batch_id: String,
    /// The recipient's file.
    pub file: String,
    /// The number of the row in it, from 1.
    pub row: u64,
    /// Whole rupiah that the line promises.
    pub amount_rupiah: i64,
    /// Who sealed the manifest, and when.
    pub seal: Signed,
}

/// Why there is no proof, or a proof does not hold.
#[derive(Debug, Error)]
pub enum ProofFault {
    /// The package is not sound.
    #[error(transparent)]
    Package(#[from] VerifyFault),
    /// The NIK is in no list of recipients.
    #[error("the NIK is not among the recipients")]
    NotRecipient,
    /// The lists lead to another root than the manifest says.
    #[error("the lists do not lead to the root of the manifest: verify the package")]
    OtherRoot,
    /// The proof speaks of another package than the manifest.
    #[error("{0} of the proof must be that of the manifest")]
    OtherPackage(&'static str),
    /// The proof itself is broken.
    #[error("{0}")]
    Broken(&'static str),
    /// The path does not lead from the line to the root.
    #[error("the path does not lead from the line to the root")]
    Path,
}

/// Makes the proof for one recipient: two passes over the lists in flat memory. Does not verify the whole package.
///
/// # Errors
/// [`ProofFault::NotRecipient`], or what is wrong with the package as far as it was read.
pub fn prove(dir: &Path, nik: i64) -> Result<Proof, ProofFault> {
    let manifest = read_manifest(dir)?;
    let (mut leaves, mut found) = (0, None);
    each_line(dir, &manifest, |path, line| {
        if found.is_none() && nik_of(line).is_some_and(|other| other == nik) {
            found = Some((leaves, path.to_owned(), line.text.to_owned()));
        }
        leaves += 1;
    })?;
    let (leaf_index, file, line) = found.ok_or(ProofFault::NotRecipient)?;
    let mut builder = InclusionBuilder::new(leaf_index, leaves).ok_or(ProofFault::OtherRoot)?;
    each_line(dir, &manifest, |_, line| builder.push(line.text.as_bytes()))?;
    let path = builder.finish().ok_or(ProofFault::OtherRoot)?;
    let root = root_from_path(leaf_hash(line.as_bytes()), leaf_index, leaves, &path).map(|root| hex(&root));
    if leaves != manifest.merkle.leaves || root.as_ref() != Some(&manifest.merkle.root) {
        return Err(ProofFault::OtherRoot);
    }
    Ok(Proof {
        format: PROOF_FORMAT.to_owned(),
        batch_id: manifest.batch_id,
        file,
        line,
        leaf_index,
        tree_size: leaves,
        path: path.iter().map(|node| hex(node)).collect(),
        root: manifest.merkle.root,
    })
}

/// Checks a proof against the manifest, its seal and the roots (PEM) that the reader trusts.
///
/// # Errors
/// What is wrong with the seal, the manifest or the proof.
pub fn verify_proof(
    proof: &Proof,
    manifest: &[u8],
    seal: &[u8],
    roots_pem: &[u8],
) -> Result<Proven, ProofFault> {
    let (manifest, seal) = sealed_manifest(manifest, seal, roots_pem)?;
    for (is_same, field) in [
        (proof.batch_id == manifest.batch_id, "batch_id"),
        (proof.root == manifest.merkle.root, "root"),
        (proof.tree_size == manifest.merkle.leaves, "tree_size"),
    ] {
        if !is_same {
            return Err(ProofFault::OtherPackage(field));
        }
    }
    if proof.format != PROOF_FORMAT {
        return Err(ProofFault::Broken("format must be tepat-proof/1"));
    }
    let path: Option<Vec<Sha256Digest>> = proof.path.iter().map(|node| from_hex(node)).collect();
    let path = path.ok_or(ProofFault::Broken("path must be digests of 64 hexadecimal digits"))?;
    let leaf = leaf_hash(proof.line.as_bytes());
    let root = root_from_path(leaf, proof.leaf_index, proof.tree_size, &path).ok_or(ProofFault::Path)?;
    if hex(&root) != manifest.merkle.root {
        return Err(ProofFault::Path);
    }
    proven(proof, seal)
}

/// The line is sealed; what remains is that the proof names the file that the line belongs to.
fn proven(proof: &Proof, seal: Signed) -> Result<Proven, ProofFault> {
    let broken = ProofFault::Broken("line must be a recipient's line");
    let mut columns = Vec::new();
    super::row::RowEncoder::new().encode(&RECIPIENT_COLUMNS, &mut columns);
    let text = [columns.as_slice(), proof.line.as_bytes(), b"\r\n"].concat();
    let Ok(mut reader) = LineReader::new(text.as_slice(), &RECIPIENT_COLUMNS) else { return Err(broken) };
    let Ok(Some(line)) = reader.next() else { return Err(broken) };
    let Ok((row, recipient)) = Recipient::from_fields(&line.fields) else { return Err(broken) };
    if (PackagePath::Recipients { bank: recipient.bank.to_owned() }).to_text() != proof.file {
        return Err(ProofFault::Broken("file must be that of the line's bank"));
    }
    Ok(Proven {
        batch_id: proof.batch_id.clone(),
        file: proof.file.clone(),
        row,
        amount_rupiah: recipient.amount_rupiah,
        seal,
    })
}

fn each_line(
    dir: &Path,
    manifest: &Manifest,
    mut take: impl FnMut(&str, &Line<'_, 9>),
) -> Result<(), VerifyFault> {
    for file in &manifest.files {
        let Some(PackagePath::Recipients { .. }) = PackagePath::parse(&file.path) else { continue };
        let broken = |problem| VerifyFault::read(&file.path, problem);
        let mut lines = LineReader::new(open(dir, &file.path)?, &RECIPIENT_COLUMNS).map_err(broken)?;
        while let Some(line) = lines.next().map_err(broken)? {
            take(&file.path, &line);
        }
    }
    Ok(())
}

fn nik_of(line: &Line<'_, 9>) -> Option<i64> {
    Recipient::from_fields(&line.fields).ok().map(|(_, recipient)| recipient.nik)
}

//! The seal over the manifest and the officials' signatures over the statement.

use std::path::Path;

use super::super::path::PackagePath;
use super::super::{MANIFEST_FILE, Manifest, SEAL_FILE};
use super::fault::expect;
use super::listing::read_small;
use super::{LARGEST_SMALL_FILE, OfficialSignature, VerifyFault, Wrong};
use crate::cms::{CmsFault, Signed, verify_strict};
use crate::digest::sha256;

/// The manifest, once its seal holds. A sound seal over other content is the manifest's fault, not the seal's.
pub(in crate::package) fn sealed_manifest(
    manifest: &[u8],
    seal: &[u8],
    roots_pem: &[u8],
) -> Result<(Manifest, Signed), VerifyFault> {
    let signed = verify_strict(seal, &sha256(manifest), roots_pem);
    let signed = signed.map_err(|fault| blame(SEAL_FILE, MANIFEST_FILE, fault))?;
    let manifest = Manifest::from_bytes(manifest).map_err(|fault| VerifyFault::new(MANIFEST_FILE, fault))?;
    Ok((manifest, signed))
}

/// Every signature holds over the statement, is by someone else than the seal and not later than it.
pub(super) fn officials(
    dir: &Path,
    manifest: &Manifest,
    statement: &[u8],
    seal: &Signed,
    roots_pem: &[u8],
) -> Result<Vec<OfficialSignature>, VerifyFault> {
    let content = sha256(statement);
    let mut found = Vec::new();
    for file in &manifest.files {
        let path = &file.path;
        if !matches!(PackagePath::parse(path), Some(PackagePath::Signature { .. })) {
            continue;
        }
        let der = read_small(dir, path, LARGEST_SMALL_FILE)?;
        let signed = verify_strict(&der, &content, roots_pem).map_err(|fault| blame(path, path, fault))?;
        if signed.key_sha256 == seal.key_sha256 || signed.signer_cn == seal.signer_cn {
            return Err(value(path, "signer", "someone else than the seal's", &signed.signer_cn));
        }
        if signed.signing_time_s > seal.signing_time_s {
            let found = signed.signing_time_s.to_string();
            return Err(value(path, "signing time", "no later than the seal's, which is made last", &found));
        }
        found.push(OfficialSignature { path: path.clone(), signed });
    }
    let signatures = if found.is_empty() { "none" } else { "one or more" };
    expect(MANIFEST_FILE, "signatures over the statement", "one or more", signatures)?;
    Ok(found)
}

fn blame(signature: &str, content: &str, fault: CmsFault) -> VerifyFault {
    match fault {
        CmsFault::Roots => VerifyFault::new("roots", CmsFault::Roots),
        CmsFault::Content { signed, found } => {
            VerifyFault::new(content, Wrong::Digest { wanted: signed, found })
        }
        other => VerifyFault::new(signature, other),
    }
}

fn value(file: &str, field: &str, wanted: &str, found: &str) -> VerifyFault {
    let wrong = Wrong::Value { field: field.to_owned(), wanted: wanted.to_owned(), found: found.to_owned() };
    VerifyFault::new(file, wrong)
}

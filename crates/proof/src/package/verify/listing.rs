//! The folder against the manifest: which files are there, their lengths and digests.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::Path;

use super::super::{MANIFEST_FILE, Manifest, SEAL_FILE, SUMS_FILE, sums};
use super::{VerifyFault, Wrong};
use crate::canonical::first_difference;
use crate::digest::{Sha256Digest, hex, sha256_of_reader};

const BUFFER_BYTES: usize = 64 * 1024;

/// Opens an ordinary file of the package; links are not followed.
pub(in crate::package) fn open(dir: &Path, path: &str) -> Result<BufReader<File>, VerifyFault> {
    let full = dir.join(path);
    let found = fs::symlink_metadata(&full).map_err(|fault| VerifyFault::io(path, fault))?;
    if !found.is_file() {
        return Err(VerifyFault::new(path, Wrong::NotAFile));
    }
    let file = File::open(&full).map_err(|fault| VerifyFault::io(path, fault))?;
    Ok(BufReader::with_capacity(BUFFER_BYTES, file))
}

/// Reads a file whole, up to a limit.
pub(in crate::package) fn read_small(dir: &Path, path: &str, limit: u64) -> Result<Vec<u8>, VerifyFault> {
    let mut content = Vec::new();
    let mut limited = open(dir, path)?.take(limit + 1);
    limited.read_to_end(&mut content).map_err(|fault| VerifyFault::io(path, fault))?;
    if content.len() as u64 > limit {
        return Err(VerifyFault::new(path, Wrong::TooLarge(limit)));
    }
    Ok(content)
}

/// SHA256SUMS must be, byte for byte, what the manifest makes it.
pub(super) fn check_sums(
    dir: &Path,
    manifest: &Manifest,
    manifest_sha256: &Sha256Digest,
) -> Result<(), VerifyFault> {
    let wanted = sums::text(&manifest.files, manifest_sha256);
    let found = read_small(dir, SUMS_FILE, wanted.len() as u64)?;
    match first_difference(wanted.as_bytes(), &found) {
        None => Ok(()),
        Some(at) => Err(VerifyFault::new(SUMS_FILE, Wrong::Differs(at))),
    }
}

/// Every listed file is there, and nothing else.
pub(super) fn check_presence(dir: &Path, manifest: &Manifest) -> Result<(), VerifyFault> {
    let mut found = BTreeSet::new();
    walk(dir, "", &mut found)?;
    let listed = manifest.files.iter().map(|file| file.path.as_str());
    let mut wanted: BTreeSet<_> =
        listed.chain([MANIFEST_FILE, SEAL_FILE, SUMS_FILE]).map(str::to_owned).collect();
    for file in &manifest.files {
        // A folder belongs to the package as far as a listed file stands in it.
        wanted.extend(file.path.rfind('/').map(|end| file.path[..=end].to_owned()));
    }
    if let Some(path) = wanted.iter().find(|path| !found.contains(*path)) {
        return Err(VerifyFault::new(path, Wrong::Missing));
    }
    match found.iter().find(|path| !wanted.contains(*path)) {
        Some(path) => Err(VerifyFault::new(path, Wrong::Unlisted)),
        None => Ok(()),
    }
}

/// Collects files, and folders with a `/` at their end; folders inside folders are not entered, for none is allowed there.
fn walk(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) -> Result<(), VerifyFault> {
    let entries = fs::read_dir(folder).map_err(|fault| VerifyFault::io(prefix, fault))?;
    for entry in entries {
        let entry = entry.map_err(|fault| VerifyFault::io(prefix, fault))?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type().map_err(|fault| VerifyFault::io(&path, fault))?;
        if !kind.is_dir() {
            found.insert(path);
            continue;
        }
        let inside = format!("{path}/");
        if prefix.is_empty() {
            walk(&entry.path(), &inside, found)?;
        }
        found.insert(inside);
    }
    Ok(())
}

/// Every listed file has its length and digest.
pub(super) fn check_digests(dir: &Path, manifest: &Manifest) -> Result<(), VerifyFault> {
    for file in &manifest.files {
        let mut source = open(dir, &file.path)?;
        let (digest, bytes) =
            sha256_of_reader(&mut source).map_err(|fault| VerifyFault::io(&file.path, fault))?;
        if bytes != file.bytes {
            return Err(VerifyFault::new(&file.path, Wrong::Size { listed: file.bytes, found: bytes }));
        }
        let found = hex(&digest);
        if found != file.sha256 {
            return Err(VerifyFault::new(&file.path, Wrong::Digest { wanted: file.sha256.clone(), found }));
        }
    }
    Ok(())
}

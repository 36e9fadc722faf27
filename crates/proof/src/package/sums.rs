//! SHA256SUMS: what `sha256sum -c` reads.

use super::{FileEntry, MANIFEST_FILE};
use crate::digest::{Sha256Digest, hex};

/// The one text of SHA256SUMS: every listed file and the manifest, sorted by the bytes of the path.
pub(super) fn text(files: &[FileEntry], manifest_sha256: &Sha256Digest) -> String {
    let manifest = (MANIFEST_FILE, hex(manifest_sha256));
    let mut lines: Vec<_> = files.iter().map(|file| (file.path.as_str(), file.sha256.clone())).collect();
    lines.push(manifest);
    lines.sort();
    lines.iter().map(|(path, sha256)| format!("{sha256}  {path}\n")).collect()
}

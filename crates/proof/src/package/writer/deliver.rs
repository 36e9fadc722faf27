//! Moving a whole package to its place.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::super::path::PackagePath;
use super::super::{MANIFEST_FILE, SEAL_FILE, SUMS_FILE};
use super::{PackageWriter, WriteFault, io_fault};
use crate::digest::{Sha256Digest, hex, sha256_of_file};

/// A package at its final place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// Its folder.
    pub dir: PathBuf,
    /// SHA-256 of its manifest, read back from there.
    pub manifest_sha256: Sha256Digest,
}

impl PackageWriter {
    /// Moves the package to `final_dir`, which must be on the same file system, and reads its digests back.
    ///
    /// When the same package is there already (a run was cut after the move), that one stays and counts.
    ///
    /// # Errors
    /// [`WriteFault::Exists`] when another package is there, [`WriteFault::Io`] naming the file or folder,
    /// [`WriteFault::ReadBack`] when a file does not read back as written.
    pub fn deliver(mut self, final_dir: &Path) -> Result<Delivered, WriteFault> {
        let (Some(manifest), Some(_), Some(_)) =
            (self.outer.get(MANIFEST_FILE), self.outer.get(SEAL_FILE), self.outer.get(SUMS_FILE))
        else {
            return Err(WriteFault::Order("manifest, seal and sums come before deliver"));
        };
        let delivered = Delivered { dir: final_dir.to_owned(), manifest_sha256: *manifest };
        if final_dir.symlink_metadata().is_ok() {
            // Dropping the writer removes its own copy.
            let is_same = self.is_at(final_dir, true).unwrap_or(false);
            return if is_same { Ok(delivered) } else { Err(WriteFault::Exists(final_dir.to_owned())) };
        }
        for folder in [self.part.join("recipients"), self.part.join("signatures"), self.part.clone()] {
            if folder.is_dir() {
                sync(&folder)?;
            }
        }
        let parent =
            final_dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(|source| io_fault(parent, source))?;
        fs::rename(&self.part, final_dir).map_err(|source| io_fault(final_dir, source))?;
        // The lists were read back line by line before; of them the lengths suffice here.
        let read_back = sync(parent).and_then(|()| self.is_at(final_dir, false));
        if matches!(read_back, Ok(true)) {
            self.delivered = true;
            return Ok(delivered);
        }
        // Nothing unsound may stay at the final path; dropping the writer removes it from the working folder.
        fs::rename(final_dir, &self.part).map_err(|source| io_fault(final_dir, source))?;
        Err(read_back.err().unwrap_or_else(|| WriteFault::ReadBack(final_dir.to_owned())))
    }

    /// Whether the lists that were written still stand in the working folder, byte for byte.
    ///
    /// # Errors
    /// [`WriteFault::Io`] naming the file that cannot be read.
    pub fn still_stands(&self) -> Result<bool, WriteFault> {
        self.is_at(&self.part, true)
    }

    /// Whether every file stands in `dir` as written.
    fn is_at(&self, dir: &Path, digest_lists: bool) -> Result<bool, WriteFault> {
        for file in self.files.values() {
            let full = dir.join(&file.path);
            let is_list = matches!(PackagePath::parse(&file.path), Some(PackagePath::Recipients { .. }));
            let is_same = if is_list && !digest_lists {
                fs::metadata(&full).map(|found| found.len() == file.bytes)
            } else {
                sha256_of_file(&full).map(|(digest, _)| hex(&digest) == file.sha256)
            };
            if !is_same.map_err(|source| io_fault(&full, source))? {
                return Ok(false);
            }
        }
        for (path, digest) in &self.outer {
            let full = dir.join(path);
            let (found, _) = sha256_of_file(&full).map_err(|source| io_fault(&full, source))?;
            if found != *digest {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn sync(folder: &Path) -> Result<(), WriteFault> {
    File::open(folder).and_then(|handle| handle.sync_all()).map_err(|source| io_fault(folder, source))
}

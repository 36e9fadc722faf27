//! The files of an import and their digests.

use std::fs::File;
use std::path::{Path, PathBuf};

use tepat_proof::digest::{Sha256Digest, sha256, sha256_of_reader};
use tepat_proto::membership::{FileAnnounced, ImportFile};

use super::Asked;
use crate::failure::Failure;

/// A file to be uploaded.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) file: ImportFile,
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    sha256: Sha256Digest,
}

/// The files of an import in the order of upload.
const ORDER: [ImportFile; 4] =
    [ImportFile::Employers, ImportFile::Members, ImportFile::Wages, ImportFile::Lists];

/// The name of a file inside its folder; `unknown` for none of the four.
pub(crate) fn file_name(file: ImportFile) -> &'static str {
    match file {
        ImportFile::Employers => "employers.csv",
        ImportFile::Members => "members.csv",
        ImportFile::Wages => "wages.csv",
        ImportFile::Lists => "lists.csv",
        ImportFile::Unspecified => "unknown",
    }
}

impl Found {
    /// The file as it is announced.
    pub(super) fn announce(&self) -> FileAnnounced {
        FileAnnounced {
            file: self.file as i32,
            bytes: i64::try_from(self.bytes).unwrap_or(i64::MAX),
            sha256: self.sha256.to_vec(),
        }
    }
}

/// The files that the folder has; none at all is a failure.
pub(super) fn find(dir: &Path) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    for file in ORDER {
        let path = dir.join(file_name(file));
        if !path.is_file() {
            continue;
        }
        let digest = File::open(&path).and_then(|mut file| sha256_of_reader(&mut file));
        let (sha256, bytes) = digest.map_err(|err| Failure::file("read", &path, &err))?;
        found.push(Found { file, path, bytes, sha256 });
    }
    if found.is_empty() {
        let names = ORDER.map(file_name).join(", ");
        return Err(Failure::failed(format!("{} holds none of {names}", dir.display())));
    }
    Ok(found)
}

/// The id that the same files with the same flags always have: `i` and 24 hexadecimal digits.
pub(super) fn import_id(found: &[Found], asked: &Asked<'_>) -> String {
    let mut content = Vec::new();
    for file in found {
        content.push(file.file as u8);
        content.extend_from_slice(&file.sha256);
    }
    content.extend([u8::from(asked.dry_run), u8::from(asked.allow_extra)]);
    for column in &asked.columns {
        content.extend(format!("{} {:?} {:?}\n", column.file, column.from, column.to).into_bytes());
    }
    let digest = sha256(&content);
    digest[..12].iter().fold("i".to_owned(), |id, byte| format!("{id}{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(dir: &Path, dry_run: bool) -> Asked<'_> {
        Asked {
            dir,
            dry_run,
            allow_extra: false,
            columns: Vec::new(),
            errors: PathBuf::new(),
            import_id: None,
        }
    }

    #[test]
    fn an_import_is_named_by_its_files_and_flags() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path();
        assert!(find(path).is_err());
        std::fs::write(path.join("members.csv"), "nik\n").unwrap();
        let found = find(path).unwrap();
        assert_eq!((found.len(), found[0].bytes, found[0].file), (1, 4, ImportFile::Members));
        let id = import_id(&found, &asked(path, false));
        assert_eq!((id.len(), &id[..1]), (25, "i"));
        assert_eq!(import_id(&find(path).unwrap(), &asked(path, false)), id);
        assert_ne!(import_id(&found, &asked(path, true)), id);
        std::fs::write(path.join("members.csv"), "nil\n").unwrap();
        assert_ne!(import_id(&find(path).unwrap(), &asked(path, false)), id);
    }
}

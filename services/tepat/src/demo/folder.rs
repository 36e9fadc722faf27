//! The folder of a demonstration. One that an earlier demonstration made is replaced; any other stays.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The file by which a demonstration knows its own folder.
const MARKER: &str = ".tepat-demo";

/// What a chunk and its journal need on the disk, generously.
const PROBE_BYTES: usize = 4 * 1024 * 1024;

/// A folder for sample, data and outcomes.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// An empty folder at this path.
    pub(super) fn fresh(path: &Path) -> Result<Self, Failure> {
        if is_ours(path) {
            fs::remove_dir_all(path).map_err(|err| Failure::file("replace", path, &err))?;
        } else if !is_free(path) {
            return Err(Failure::failed(format!(
                "{} is there and no demonstration made it: choose another folder with --out",
                path.display()
            )));
        }
        fs::create_dir_all(path).map_err(|err| Failure::file("make the folder", path, &err))?;
        let marker = path.join(MARKER);
        let text = "made by `tepat demo`; the next run replaces this folder\n";
        fs::write(&marker, text).map_err(|err| Failure::file("write", &marker, &err))?;
        let path = fs::canonicalize(path).map_err(|err| Failure::file("use the folder", path, &err))?;
        Ok(Self { path })
    }

    /// The roster and what the sandbox's banks hold.
    pub(super) fn sample(&self) -> PathBuf {
        self.path.join("sample")
    }

    /// The data folder of the suite.
    pub(super) fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    /// What became of the payments.
    pub(super) fn outcomes(&self) -> PathBuf {
        self.path.join("outcomes.csv")
    }

    /// Why work in this folder stands still: what the suite says of it, else what a write into the
    /// folder meets. A full disk may keep the suite itself from noting its trouble.
    pub(super) fn why_not(&self, trouble: &str) -> Failure {
        let probe = self.path.join(".probe");
        let written = fs::write(&probe, vec![1; PROBE_BYTES]);
        // What is left of it goes with the folder.
        let _ = fs::remove_file(&probe);
        match written {
            Err(err) => Failure::file("write into", &self.path, &err),
            Ok(()) if trouble.is_empty() => Failure::failed("screening stands still; the log says why"),
            Ok(()) => Failure::failed(format!("screening stands still: {trouble}")),
        }
    }

    /// Faults of the import.
    pub(super) fn errors(&self) -> PathBuf {
        self.path.join("import-errors.csv")
    }
}

fn is_ours(path: &Path) -> bool {
    path.join(MARKER).is_file()
}

/// Nothing is there, or an empty folder.
fn is_free(path: &Path) -> bool {
    match fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_none(),
        Err(err) => err.kind() == std::io::ErrorKind::NotFound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_folder_of_an_earlier_demonstration_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("demo");
        let folder = Folder::fresh(&path).unwrap();
        fs::write(folder.outcomes(), "old").unwrap();
        assert!(!Folder::fresh(&path).unwrap().outcomes().exists());

        let foreign = dir.path().join("foreign");
        fs::create_dir(&foreign).unwrap();
        assert!(Folder::fresh(&foreign).is_ok(), "an empty folder is free");
        let kept = dir.path().join("kept");
        fs::create_dir(&kept).unwrap();
        fs::write(kept.join("thesis.txt"), "years").unwrap();
        let Err(Failure::Failed(why)) = Folder::fresh(&kept) else { panic!("a foreign folder was taken") };
        assert!(why.contains("kept is there"), "{why}");
        assert_eq!(fs::read_to_string(kept.join("thesis.txt")).unwrap(), "years");
    }
}

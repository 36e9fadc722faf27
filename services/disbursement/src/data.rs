//! The rounds that the service goes by: those shipped, or those of a folder. The sources of the shipped
//! ones stand in `data/PROVENANCE.md`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::rules::round::{Rounds, annex_file, with_annex};

/// What keeps the service from starting.
#[derive(Debug, Error)]
pub enum BuildFault {
    /// The folder of the rounds, or a file of it, cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Rounds that no round can be; every fault of every file.
    #[error("the rounds of {folder} are refused: {}", .faults.join("; "))]
    Rounds {
        /// The folder.
        folder: PathBuf,
        /// One for each file with a fault.
        faults: Vec<String>,
    },
}

/// The rounds of a folder; the shipped ones for no folder.
pub(crate) fn rounds(folder: &Path) -> Result<Rounds, BuildFault> {
    if folder.as_os_str().is_empty() {
        return Ok(Rounds::shipped());
    }
    let read = |path: &Path| {
        fs::read_to_string(path).map_err(|source| BuildFault::Unreadable { path: path.to_owned(), source })
    };
    let unreadable = |source| BuildFault::Unreadable { path: folder.to_owned(), source };
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        let data = read(&path)?;
        let text = match annex_file(&data) {
            Some(file) => with_annex(&data, &read(&folder.join(file))?),
            None => data,
        };
        texts.push(text.into());
    }
    Rounds::parse(texts).map_err(|faults| BuildFault::Rounds { folder: folder.to_owned(), faults })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with the shipped files.
    fn copy_of_shipped() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/rounds");
        for entry in fs::read_dir(shipped).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
        folder
    }

    fn change(folder: &Path, file: &str, from: &str, to: &str) {
        let path = folder.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    }

    #[test]
    fn a_folder_of_the_shipped_files_holds_the_shipped_rounds() {
        let folder = copy_of_shipped();
        let digests = |rounds: &Rounds| rounds.iter().map(|round| round.sha256).collect::<Vec<_>>();
        let shipped = digests(&rounds(Path::new("")).unwrap());
        assert_eq!((shipped.len(), digests(&rounds(folder.path()).unwrap())), (4, shipped.clone()));
        change(folder.path(), "ppkm_2021.csv", "1171,3,", "1172,3,");
        let changed = digests(&rounds(folder.path()).unwrap());
        assert_eq!(
            shipped.iter().zip(&changed).map(|(one, other)| one == other).collect::<Vec<_>>(),
            [true, false, true, true],
            "the annex is part of its round"
        );
    }

    #[test]
    fn every_fault_of_the_folder_is_named() {
        let folder = copy_of_shipped();
        change(folder.path(), "bsu-2020.toml", "tranches = 2", "tranches = 0");
        change(folder.path(), "bsu-2025.toml", "id = \"bsu-2025\"", "id = \"bsu-2022\"");
        change(folder.path(), "ppkm_2021.csv", "1171,3,", "1171,2,");
        let fault = rounds(folder.path()).unwrap_err().to_string();
        for part in [
            "tranches of round bsu-2020 must be above 0",
            "round bsu-2022 stands twice",
            "line 2 of ppkm_2021.csv of round bsu-2021 must be of a level that counts, found 2",
        ] {
            assert!(fault.contains(part), "{fault}");
        }
        fs::remove_file(folder.path().join("ppkm_2021.csv")).unwrap();
        let fault = rounds(folder.path()).unwrap_err();
        assert!(matches!(&fault, BuildFault::Unreadable { path, .. } if path.ends_with("ppkm_2021.csv")));
        assert!(rounds(&folder.path().join("nowhere")).is_err());
        let empty = tempfile::tempdir().unwrap();
        assert!(rounds(empty.path()).unwrap_err().to_string().contains("at least one round"));
    }
}

//! Opening, sealing and discarding an import.

use sha2::{Digest as _, Sha256};
use tepat_store::{Tx, lock};

use crate::fault::ImportFault;
use crate::hex;
use crate::rules::file::File;
use crate::rules::import::{FileState, Import, ImportState, ImportedFile};
use crate::store::import;
use crate::store::roster::{self, Roster};

/// An import as it is announced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Announced {
    /// The caller's name for it.
    pub(crate) import_id: String,
    /// Size and SHA-256 in hexadecimal of each file, in the order of upload.
    pub(crate) files: Vec<(File, i64, String)>,
    /// Check everything, seal nothing.
    pub(crate) dry_run: bool,
    /// Ignore columns that the interface does not name.
    pub(crate) allow_extra: bool,
    /// File, name in the file, the interface's name; sorted.
    pub(crate) renames: Vec<(File, String, String)>,
}

impl Announced {
    /// Digest of everything that has to be the same when the import is opened again.
    fn content(&self) -> String {
        let mut hash = Sha256::new();
        for (file, bytes, sha256) in &self.files {
            hash.update(format!("file {} {bytes} {sha256}\n", file.number()));
        }
        for (file, from, to) in &self.renames {
            hash.update(format!("column {} {} {from} {to}\n", file.number(), from.len()));
        }
        hash.update(format!("dry_run {} allow_extra {}\n", self.dry_run, self.allow_extra));
        hex::encode(&hash.finalize())
    }
}

/// Serialises opening, storing pages, sealing and discarding: two imports must not take the same version,
/// and no page may follow the end of its import.
pub(super) const LOCK: &str = "import";

/// Opens an import, or finds where the same one stands.
pub(crate) async fn open(
    tx: &Tx,
    announced: &Announced,
    now_us: i64,
) -> Result<(Import, Vec<ImportedFile>), ImportFault> {
    lock(tx, LOCK).await?;
    let content = announced.content();
    if let Some(import) = import::find_in(tx, &announced.import_id).await? {
        if import.content != content {
            return Err(ImportFault::Differs);
        }
        let files = import::files_in(tx, import.number).await?;
        return Ok((import, files));
    }
    if let Some(other) = import::find_open(tx).await? {
        return Err(ImportFault::Open { import_id: other.import_id });
    }
    let (number, version) = import::next_numbers(tx).await?;
    let import = Import {
        number,
        import_id: announced.import_id.clone(),
        content,
        version,
        dry_run: announced.dry_run,
        allow_extra: announced.allow_extra,
        state: ImportState::Open,
    };
    let files = announced
        .files
        .iter()
        .map(|(file, bytes, sha256)| ImportedFile::announced(*file, *bytes, sha256.clone()));
    let files: Vec<ImportedFile> = files.collect();
    import::insert(tx, &import, &files, &announced.renames, now_us).await?;
    Ok((import, files))
}

/// Makes an import a roster version, or finds the one it is.
pub(crate) async fn seal(tx: &Tx, import_id: &str, now_us: i64) -> Result<Roster, ImportFault> {
    lock(tx, LOCK).await?;
    let import = import::find_in(tx, import_id).await?.ok_or(ImportFault::Unknown)?;
    match import.state {
        ImportState::Sealed => return Ok(roster::of_import(tx, import.number).await?),
        ImportState::Discarded => return Err(ImportFault::Unknown),
        ImportState::Open if import.dry_run => return Err(ImportFault::DryRun),
        ImportState::Open => {}
    }
    let files = import::files_in(tx, import.number).await?;
    if let Some(file) = files.iter().find(|file| file.state != FileState::Done) {
        return Err(ImportFault::NotFinished { file: file.file, state: file.state });
    }
    roster::seal(tx, import.version, import.number, now_us).await?;
    import::close(tx, import.number, ImportState::Sealed).await?;
    Ok(roster::of_import(tx, import.number).await?)
}

/// Forgets the rows of an import that is not sealed. Its faults stay.
pub(crate) async fn discard(tx: &Tx, import_id: &str) -> Result<(Import, Vec<ImportedFile>), ImportFault> {
    lock(tx, LOCK).await?;
    let mut import = import::find_in(tx, import_id).await?.ok_or(ImportFault::Unknown)?;
    match import.state {
        ImportState::Sealed => return Err(ImportFault::Sealed { version: import.version }),
        ImportState::Discarded => {}
        ImportState::Open => {
            roster::discard(tx, import.version, import.number).await?;
            import::close(tx, import.number, ImportState::Discarded).await?;
            import.state = ImportState::Discarded;
        }
    }
    let files = import::files_in(tx, import.number).await?;
    Ok((import, files))
}

//! Bringing a folder of files into the roster: announce, upload from where it stands, fetch the faults, seal.

mod faults;
mod files;
mod mapping;
mod upload;

use std::path::{Path, PathBuf};

use tepat_proto::membership as wire;
use tepat_proto::membership::{FileState, ImportState};

use crate::chain::the;
use crate::client::{Clients, long, quick, request_id};
use crate::failure::Failure;

pub(crate) use files::file_name;
pub(crate) use mapping::read_mapping;

/// What is to be imported and how.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    /// Folder with at least one of the four files.
    pub(crate) dir: &'a Path,
    /// Check everything, seal nothing.
    pub(crate) dry_run: bool,
    /// Pass over columns that the interface does not name.
    pub(crate) allow_extra: bool,
    /// Columns under other names.
    pub(crate) columns: Vec<wire::ColumnName>,
    /// Where the faults go.
    pub(crate) errors: PathBuf,
    /// The import's id; none makes one from the files and the flags.
    pub(crate) import_id: Option<String>,
}

/// How an import ended.
#[derive(Debug)]
pub(crate) struct Imported {
    /// The import as it stands.
    pub(crate) import: wire::Import,
    /// Faults written to the file.
    pub(crate) faults: u64,
    /// The roster version it became; none for a dry run and where a file was refused.
    pub(crate) roster: Option<wire::RosterVersion>,
    /// Whether it was sealed before this run.
    pub(crate) sealed_before: bool,
}

impl Imported {
    /// The first file that was refused whole.
    pub(crate) fn refused(&self) -> Option<&wire::FileProgress> {
        self.import.files.iter().find(|file| file.state() == FileState::Refused)
    }
}

/// Discarded imports of the same content that are passed over before giving up.
const DISCARDED_MAX: u32 = 1_000;

/// Runs an import to its end. A cut one goes on where it stood.
pub(crate) async fn run(clients: &Clients, asked: Asked<'_>) -> Result<Imported, Failure> {
    let found = files::find(asked.dir)?;
    let import_id = asked.import_id.clone().unwrap_or_else(|| files::import_id(&found, &asked));
    let import = open(clients, &asked, &found, &import_id).await?;
    let sealed_before = import.state() == ImportState::Sealed;
    let import = if sealed_before { import } else { upload::all(clients, import, &found).await? };
    let faults = faults::write(clients, &import.import_id, &asked.errors).await?;
    let mut imported = Imported { import, faults, roster: None, sealed_before };
    if asked.dry_run || imported.refused().is_some() {
        discard(clients, &imported.import.import_id).await?;
    } else {
        imported.roster = Some(seal(clients, &imported.import.import_id).await?);
    }
    Ok(imported)
}

/// Forgets an import that is not sealed.
pub(crate) async fn discard(clients: &Clients, import_id: &str) -> Result<wire::Import, Failure> {
    let request = wire::DiscardImportRequest { request_id: request_id(), import_id: import_id.to_owned() };
    the(clients.membership().discard_import(long(request)).await?.into_inner().import)
}

/// Opens the import, or finds where it stands. One that was discarded stays so: the same content is
/// imported anew under the next id, `-2`, `-3`, …
async fn open(
    clients: &Clients,
    asked: &Asked<'_>,
    found: &[files::Found],
    import_id: &str,
) -> Result<wire::Import, Failure> {
    for attempt in 1..=DISCARDED_MAX {
        let import_id = if attempt == 1 { import_id.to_owned() } else { format!("{import_id}-{attempt}") };
        let request = wire::OpenImportRequest {
            request_id: request_id(),
            import_id,
            files: found.iter().map(files::Found::announce).collect(),
            dry_run: asked.dry_run,
            allow_extra: asked.allow_extra,
            columns: asked.columns.clone(),
        };
        let import = the(clients.membership().open_import(quick(request)).await?.into_inner().import)?;
        if import.state() != ImportState::Discarded {
            return Ok(import);
        }
    }
    Err(Failure::failed(format!(
        "import {import_id} was discarded {DISCARDED_MAX} times; name another with --import-id"
    )))
}

async fn seal(clients: &Clients, import_id: &str) -> Result<wire::RosterVersion, Failure> {
    let request = wire::SealRosterRequest { request_id: request_id(), import_id: import_id.to_owned() };
    the(clients.membership().seal_roster(long(request)).await?.into_inner().roster)
}

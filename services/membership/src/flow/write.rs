//! Judged pages are stored while the next one is read: each with its faults and with the place behind
//! it, all or nothing, in the order of the file.

use tepat_store::{Store, lock};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinSet;

use super::import::LOCK;
use crate::fault::ImportFault;
use crate::rules::import::{FileState, Import, ImportedFile};
use crate::store::page::{Page, StoredFault, append_faults};
use crate::store::{import, partition};

/// Pages that wait while one is being stored.
const PAGES_WAITING: usize = 1;

/// Most pages that are handed over and not yet stored: those that wait and the one being stored.
pub(super) const PAGES_UNDER_WAY: usize = PAGES_WAITING + 1;

/// A judged page on its way to the store.
#[derive(Debug)]
pub(super) struct Written {
    /// Rows to append.
    pub(super) page: Page,
    /// Faults of its lines.
    pub(super) faults: Vec<StoredFault>,
    /// Where the page begins.
    pub(super) offset: i64,
    /// The file as it stands behind the page.
    pub(super) moved: ImportedFile,
}

/// Stores pages one after the other. Dropping it leaves what was not stored yet.
#[derive(Debug)]
pub(super) struct Writer {
    pages: Sender<Written>,
    /// One task, which ends with this value.
    task: JoinSet<Result<(), ImportFault>>,
}

impl Writer {
    /// A writer of the pages of one file of an import.
    pub(super) fn start(store: Store, import: &Import) -> Self {
        let (pages, receiver) = mpsc::channel(PAGES_WAITING);
        let mut task = JoinSet::new();
        task.spawn(write(store, (import.number, import.version), receiver));
        Self { pages, task }
    }

    /// Hands over the next page, waiting for its turn.
    pub(super) async fn hand(&mut self, written: Written) -> Result<(), ImportFault> {
        if self.pages.send(written).await.is_err() {
            // Nobody takes pages any more: a page before failed.
            return self.outcome().await.and(Err(ImportFault::Overtaken));
        }
        Ok(())
    }

    /// Waits until everything is stored.
    pub(super) async fn end(self) -> Result<(), ImportFault> {
        let Self { pages, task } = self;
        drop(pages);
        outcome(task).await
    }

    async fn outcome(&mut self) -> Result<(), ImportFault> {
        outcome(std::mem::take(&mut self.task)).await
    }
}

async fn outcome(mut task: JoinSet<Result<(), ImportFault>>) -> Result<(), ImportFault> {
    match task.join_next().await {
        Some(Ok(ended)) => ended,
        // It panicked, or the runtime goes down.
        Some(Err(_)) | None => Err(ImportFault::Overtaken),
    }
}

async fn write(
    store: Store,
    (import, version): (i64, i64),
    mut pages: Receiver<Written>,
) -> Result<(), ImportFault> {
    let mut analyzed = false;
    while let Some(Written { page, faults, offset, moved }) = pages.recv().await {
        let tx = store.begin().await?;
        // Nobody seals or discards the import meanwhile.
        lock(&tx, LOCK).await?;
        if !import::advance(&tx, import, offset, &moved).await? {
            return Err(ImportFault::Overtaken);
        }
        page.append(&tx).await?;
        append_faults(&tx, import, faults).await?;
        tx.commit().await?;
        // The last page of a file leaves nothing to ask.
        if !analyzed && moved.state == FileState::Reading {
            partition::analyze(&store, version, moved.file).await?;
            analyzed = true;
        }
    }
    Ok(())
}

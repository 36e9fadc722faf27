//! Judged pages are stored while the next one is read: each with its faults and with the place behind
//! it, all or nothing, in the order of the file.

use tepat_store::{Store, Tx, lock};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinSet;

use super::import::LOCK;
use crate::fault::ImportFault;
use crate::rules::import::ImportedFile;
use crate::store::aside::{self, Aside};
use crate::store::import;
use crate::store::page::{Page, StoredFault, append_faults};

/// Pages that wait while one is being stored.
const PAGES_WAITING: usize = 1;

/// A judged page on its way to the store.
#[derive(Debug)]
pub(super) struct Written {
    /// Rows to append.
    pub(super) page: Page,
    /// Faults of its lines.
    pub(super) faults: Vec<StoredFault>,
    /// Lines put aside.
    pub(super) aside: Vec<Aside>,
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
    /// A writer of the pages of one file of an import, which is named by its number.
    pub(super) fn start(store: Store, import: i64) -> Self {
        let (pages, receiver) = mpsc::channel(PAGES_WAITING);
        let mut task = JoinSet::new();
        task.spawn(write(store, import, receiver));
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

async fn write(store: Store, import: i64, mut pages: Receiver<Written>) -> Result<(), ImportFault> {
    while let Some(page) = pages.recv().await {
        let tx = begin(&store).await?;
        put(&tx, import, page).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// A transaction in which nobody seals or discards the import.
pub(super) async fn begin(store: &Store) -> Result<Tx, ImportFault> {
    let tx = store.begin().await?;
    lock(&tx, LOCK).await?;
    Ok(tx)
}

/// Writes a page.
pub(super) async fn put(tx: &Tx, import: i64, written: Written) -> Result<(), ImportFault> {
    let Written { page, faults, aside, offset, moved } = written;
    if !import::advance(tx, import, offset, &moved).await? {
        return Err(ImportFault::Overtaken);
    }
    page.append(tx).await?;
    append_faults(tx, import, faults).await?;
    aside::put(tx, import, moved.file, &aside).await?;
    Ok(())
}

//! What every range of a version shares, read once: a sealed version never changes.

use std::collections::HashMap;
use std::sync::Arc;

use tepat_store::Column::{Number, Text};
use tepat_store::{Row, Select, Store, StoreFault, scan};
use tokio::sync::Mutex;

use super::narrow;
use crate::rules::row::EmployerKey;

/// Frames of the versions read last. A batch reads one version; two may run side by side.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    kept: Mutex<Vec<Arc<Frame>>>,
}

const FRAMES_KEPT: usize = 2;

impl Frames {
    /// The frame of a sealed version. Whoever asks while it is read waits for that one read.
    pub(crate) async fn of(&self, store: &Store, version: i64) -> Result<Arc<Frame>, StoreFault> {
        let mut kept = self.kept.lock().await;
        if let Some(frame) = kept.iter().find(|frame| frame.version == version) {
            return Ok(Arc::clone(frame));
        }
        let frame = Arc::new(Frame::read(store, version).await?);
        kept.truncate(FRAMES_KEPT - 1);
        kept.insert(0, Arc::clone(&frame));
        Ok(frame)
    }
}

/// What is read once per version: it is the same for every range.
#[derive(Debug)]
pub(crate) struct Frame {
    version: i64,
    /// By number, with gaps where a version that was discarded had taken one.
    employers: Vec<Option<EmployerFound>>,
    /// The snapshot of each list that counts: list to (as_of, version).
    snapshots: HashMap<i64, (i64, i64)>,
}

/// An employer at a version.
#[derive(Clone, Debug)]
pub(super) struct EmployerFound {
    /// NPP and division.
    pub(super) key: EmployerKey,
    /// Today's code of its region.
    pub(super) region_code: i32,
    /// Code of KBLI 2020.
    pub(super) sector_code: Box<str>,
}

impl Frame {
    /// Reads employers and the current snapshots of a sealed version.
    async fn read(store: &Store, version: i64) -> Result<Self, StoreFault> {
        let columns =
            [Number("employer"), Number("region_code"), Text("npp"), Text("division"), Text("sector_code")];
        let from = "employer WHERE version <= $1 ORDER BY employer, version";
        let found = |row: &mut Row<'_>| {
            let (number, region_code) = (narrow::<usize>(row)?, narrow(row)?);
            let key = EmployerKey::of(row.text()?, row.text()?)?;
            let sector_code = row.text()?.into();
            Some((number, EmployerFound { key, region_code, sector_code }))
        };
        let found = scan(store, Select { columns: &columns, from, numbers: &[version] }, found).await?;
        let mut employers = vec![None; found.last().map_or(0, |(highest, _)| highest + 1)];
        for (number, employer) in found {
            // The row of the newest version comes last.
            employers[number] = Some(employer);
        }
        // A list is replaced whole by its newer snapshot; of two of one day the later version counts.
        let columns = [Number("list"), Number("as_of"), Number("version")];
        let from = "list_snapshot WHERE version <= $1 ORDER BY list, as_of, version";
        let snapshot = |row: &mut Row<'_>| Some((row.number()?, (row.number()?, row.number()?)));
        let snapshots =
            scan(store, Select { columns: &columns, from, numbers: &[version] }, snapshot).await?;
        Ok(Self { version, employers, snapshots: snapshots.into_iter().collect() })
    }

    /// The version it is of.
    pub(crate) fn version(&self) -> i64 {
        self.version
    }

    /// The employer of a number; none when the version knows no such employer.
    pub(super) fn employer(&self, number: i32) -> Option<&EmployerFound> {
        self.employers.get(usize::try_from(number).ok()?)?.as_ref()
    }

    /// Day and version of the snapshot of a list that counts; none when the list never came.
    pub(super) fn snapshot(&self, list: i64) -> Option<(i64, i64)> {
        self.snapshots.get(&list).copied()
    }
}

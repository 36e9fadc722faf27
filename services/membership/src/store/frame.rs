//! What every range of a version shares, read once: a sealed version never changes.

use std::collections::HashMap;
use std::sync::Arc;

use tepat_store::{Store, StoreFault};
use tokio::sync::Mutex;

use super::columns;

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
    /// Region of each division of each employer.
    regions: HashMap<String, Vec<(String, i64)>>,
    /// The snapshot of each list that counts: list to (as_of, version).
    snapshots: HashMap<i64, (i64, i64)>,
}

impl Frame {
    /// Reads employers' regions and the current snapshots of a sealed version.
    async fn read(store: &Store, version: i64) -> Result<Self, StoreFault> {
        let sql = "SELECT npp, division, region_code FROM employer WHERE version <= $1 ORDER BY npp, division, version";
        let mut regions: HashMap<String, Vec<(String, i64)>> = HashMap::new();
        for row in store.rows(sql, [version.into()]).await? {
            let (npp, division, region): (String, String, i64) = columns(&row)?;
            let divisions = regions.entry(npp).or_default();
            match divisions.last_mut() {
                Some((last, of_last)) if *last == division => *of_last = region,
                _ => divisions.push((division, region)),
            }
        }
        // A list is replaced whole by its newer snapshot; of two of one day the later version counts.
        let sql = "SELECT list, as_of, version FROM list_snapshot WHERE version <= $1 ORDER BY list, as_of, version";
        let mut snapshots = HashMap::new();
        for row in store.rows(sql, [version.into()]).await? {
            let (list, as_of, of_version) = columns(&row)?;
            snapshots.insert(list, (as_of, of_version));
        }
        Ok(Self { version, regions, snapshots })
    }

    /// The version it is of.
    pub(crate) fn version(&self) -> i64 {
        self.version
    }

    /// Today's code of the region of an employer; none when the version knows no such employer.
    pub(super) fn region(&self, npp: &str, division: &str) -> Option<i64> {
        self.regions.get(npp)?.iter().find(|(name, _)| name == division).map(|(_, region)| *region)
    }

    /// Day and version of the snapshot of a list that counts; none when the list never came.
    pub(super) fn snapshot(&self, list: i64) -> Option<(i64, i64)> {
        self.snapshots.get(&list).copied()
    }
}

//! Which employments the roster has: every row of wages asks.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

use tepat_store::{Backend, Store, StoreFault};

use crate::rules::row::EmploymentKey;
use crate::store::known;

/// Most employments whose marks are held, 8 bytes each. Of more the store is asked page by page.
const MARKS_MAX: i64 = 10_000_000;

/// The employments of the roster up to a version, while nothing adds to them.
#[derive(Debug)]
pub(super) enum Employed {
    /// A keyed hash of each key, sorted. A row that names an employment which does not exist is let in by
    /// mistake once in a million million times; whoever reads passes over it.
    Held(RandomState, Vec<u64>),
    /// Those of one page.
    Asked(HashSet<EmploymentKey>),
}

impl Employed {
    /// Reads every employment; none when they are too many, or asking is as quick.
    pub(super) async fn read(store: &Store, version: i64) -> Result<Self, StoreFault> {
        if store.backend() == Backend::Sqlite || known::employments_max(store).await? > MARKS_MAX {
            return Ok(Self::Asked(HashSet::new()));
        }
        let keyed = RandomState::new();
        let mut marks = known::employment_marks(store, version, |key| keyed.hash_one(key)).await?;
        marks.sort_unstable();
        Ok(Self::Held(keyed, marks))
    }

    /// Makes sure that what these NIK have is known.
    pub(super) async fn ask(&mut self, store: &Store, version: i64, niks: &[i64]) -> Result<(), StoreFault> {
        if let Self::Asked(employments) = self {
            *employments = known::employment_keys(store, version, niks).await?;
        }
        Ok(())
    }

    /// Whether there is such an employment, of a NIK that was asked for.
    pub(super) fn has(&self, key: &EmploymentKey) -> bool {
        match self {
            Self::Held(keyed, marks) => marks.binary_search(&keyed.hash_one(key)).is_ok(),
            Self::Asked(employments) => employments.contains(key),
        }
    }
}

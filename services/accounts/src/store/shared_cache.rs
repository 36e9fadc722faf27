//! Verdicts in Redis, shared by all processes: keyed hash of the claim to verdict, time and name rules.
//!
//! Nothing depends on it but time. What it does not tell, the table does; when it is away, calls go on
//! without it and do not wait for it ([`link`]). Nothing personal is in it.

mod keys;
mod link;
mod nodes;
mod singles;
mod trip;

use std::sync::Arc;

use super::claim_hash::ClaimHash;
use super::known::Known;
use crate::rules::freshness::{AgesMax, age_max_seconds};

use keys::Keys;
use link::Link;
pub(crate) use nodes::{Kind, Login, Reach};
use singles::Singles;
use trip::Trips;

/// The door to the shared cache.
pub(crate) struct SharedCache {
    trips: Arc<Trips>,
    singles: Singles,
    ages_max: AgesMax,
}

impl SharedCache {
    /// Opens the door. A server that does not answer now is looked for until it does.
    pub(crate) async fn open(reach: Reach, ages_max: AgesMax) -> Self {
        let keys = Keys::new(&reach.prefix);
        let pages_max = reach.pages_max;
        let link = Link::open(reach).await;
        let trips = Arc::new(Trips::new(link, keys, pages_max));
        Self { singles: Singles::new(Arc::clone(&trips)), trips, ages_max }
    }

    /// What it has of each claim, in their order; nothing while it is away.
    pub(crate) async fn get(&self, claims: &[ClaimHash]) -> Vec<Option<Known>> {
        match claims {
            [] => Vec::new(),
            [single] => vec![self.singles.get(*single).await],
            page => self.trips.get(page).await,
        }
    }

    /// Remembers verdicts until they are too old for anybody.
    pub(crate) async fn put(&self, verdicts: &[(ClaimHash, Known)], now_us: i64) {
        let entries: Vec<Entry> = verdicts
            .iter()
            .filter_map(|(claim, known)| {
                let expiry_ms = expiry_ms(*claim, *known, now_us, self.ages_max)?;
                Some(Entry { claim: *claim, known: *known, expiry_ms })
            })
            .collect();
        if !entries.is_empty() {
            self.trips.put(&entries).await;
        }
    }
}

/// A verdict on its way into the cache.
struct Entry {
    claim: ClaimHash,
    known: Known,
    expiry_ms: u64,
}

/// For how long a verdict is remembered; none for one that is too old already.
///
/// Up to a tenth less than it might be, by the hash: what came in one minute does not go in one.
fn expiry_ms(claim: ClaimHash, known: Known, now_us: i64, ages_max: AgesMax) -> Option<u64> {
    let age_max_ms = age_max_seconds(known.judgement.verdict, ages_max).saturating_mul(1_000);
    let age_ms = now_us.saturating_sub(known.checked_at_us).max(0) / 1_000;
    let left_ms = u64::try_from(age_max_ms.saturating_sub(age_ms)).unwrap_or(0);
    let sooner_ms = left_ms / 2_560 * u64::from(claim.0[15]);
    (left_ms > 0).then_some(left_ms - sooner_ms)
}

/// Whether the connection is there, for tests to wait on.
#[cfg(test)]
impl SharedCache {
    pub(crate) async fn until_connected(&self, connected: bool) {
        let wait = self.trips.link().until_connected(connected);
        tokio::time::timeout(std::time::Duration::from_secs(30), wait).await.expect("the circuit moves");
    }
}

#[cfg(test)]
mod tests;

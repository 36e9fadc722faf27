//! Holding leases while their chunks are on the way: one heartbeat for all of a process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tepat_store::{Lease, renew};
use tokio::time::{MissedTickBehavior, interval};

use crate::Service;
use crate::store::chunks::CHUNKS;

/// The leases in the hands of this process.
#[derive(Debug)]
pub(crate) struct Holder {
    beat: Duration,
    /// By batch and chunk.
    held: Mutex<BTreeMap<(String, i64), Lease>>,
}

/// A lease that is renewed until this is dropped.
#[derive(Debug)]
pub(crate) struct Hold {
    holder: Arc<Holder>,
    batch_id: String,
    lease: Lease,
}

impl Holder {
    /// Holds nothing yet.
    pub(crate) fn new(service: &Service) -> Arc<Self> {
        let third = u64::try_from(service.settings.lease_ms / 3).unwrap_or(1).max(1);
        Arc::new(Self { beat: Duration::from_millis(third), held: Mutex::default() })
    }

    /// Takes a lease into its care.
    pub(crate) fn hold(self: &Arc<Self>, batch_id: &str, lease: Lease) -> Hold {
        self.change(|held| held.insert((batch_id.to_owned(), lease.item), lease));
        Hold { holder: Arc::clone(self), batch_id: batch_id.to_owned(), lease }
    }

    /// Renews every lease at a third of its time, until the process ends. One that is lost stays lost: its
    /// chunk finds out when it is written.
    pub(crate) async fn beat(&self, service: &Service) {
        let mut beat = interval(self.beat);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beat.tick().await;
        loop {
            beat.tick().await;
            let held = self.change(|held| held.clone());
            for ((batch_id, _), lease) in held {
                let renewed =
                    renew(&service.store, CHUNKS, &batch_id, lease, service.settings.lease_ms).await;
                if let Err(fault) = renewed {
                    tracing::debug!(batch = batch_id, chunk = lease.item, error = %fault, "lease not renewed");
                }
            }
        }
    }

    fn change<T>(&self, change: impl FnOnce(&mut BTreeMap<(String, i64), Lease>) -> T) -> T {
        change(&mut self.held.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Hold {
    /// Ends the lease now, so that the chunk need not wait for its time to run out.
    pub(crate) async fn give_back(self, service: &Service) {
        // A lease that is lost or cannot be shortened runs out by itself.
        let _ = renew(&service.store, CHUNKS, &self.batch_id, self.lease, 0).await;
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let key = (std::mem::take(&mut self.batch_id), self.lease.item);
        self.holder.change(|held| {
            // The same chunk may have been leased again, by this very process.
            if held.get(&key) == Some(&self.lease) {
                held.remove(&key);
            }
        });
    }
}

//! Screening: workers lease chunks of open batches until there are none left.

use std::sync::Arc;
use std::time::Duration;

use tepat_faults::Fault as _;
use tepat_store::{Lease, StoreFault, lease, renew};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{interval, sleep};

use crate::Service;
use crate::flow::screen_chunk::{ScreenFault, screen_chunk};
use crate::store::batches::{self, BatchRow};
use crate::store::chunks::CHUNKS;

/// Wakes the workers of this process when a batch was opened.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bell(Arc<Notify>);

impl Bell {
    /// There is work.
    pub(crate) fn ring(&self) {
        self.0.notify_waiters();
        self.0.notify_one();
    }
}

/// Pause before an idle worker looks for batches that another process opened.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// Runs the workers of this process until the returned set is dropped.
pub(crate) fn start(service: &Arc<Service>) -> JoinSet<()> {
    let mut workers = JoinSet::new();
    for _ in 0..service.settings.screen_workers {
        let service = Arc::clone(service);
        workers.spawn(async move { work(&service).await });
    }
    workers
}

async fn work(service: &Service) {
    loop {
        match one_chunk(service).await {
            Ok(true) => {}
            Ok(false) => {
                tokio::select! {
                    () = service.bell.0.notified() => {}
                    () = sleep(LOOK_AGAIN) => {}
                }
            }
            Err(fault) => {
                tracing::warn!(reason = %fault.reason(), error = %fault, "screening met trouble and is tried again");
                sleep(Duration::from_millis(service.settings.retry_ms)).await;
            }
        }
    }
}

/// Leases and screens one chunk; false when there is none to lease.
async fn one_chunk(service: &Service) -> Result<bool, ScreenFault> {
    for batch in batches::screening(&service.store).await? {
        if let Err(differs) = service.same_round(&batch) {
            // A process with the batch's own rules may screen it; this one must not.
            tell_trouble(service, &batch, &differs.to_string()).await?;
            continue;
        }
        let held = lease(&service.store, CHUNKS, &batch.batch_id, service.settings.lease_ms).await?;
        if let Some(held) = held {
            return screen(service, &batch, held).await.map(|()| true);
        }
    }
    Ok(false)
}

/// Screens a leased chunk beside a heartbeat that keeps the lease while a bank is slow.
async fn screen(service: &Service, batch: &BatchRow, held: Lease) -> Result<(), ScreenFault> {
    let screened = tokio::select! {
        screened = screen_chunk(service, batch, held) => screened,
        lost = keep(service, batch, held) => Err(lost.into()),
    };
    match screened {
        // Another worker has the chunk; what was found here is written by nobody.
        Err(ScreenFault::Store(StoreFault::LeaseLost)) => Ok(()),
        Err(fault) => {
            give_back(service, batch, held).await;
            tell_trouble(service, batch, &fault.to_string()).await?;
            Err(fault)
        }
        Ok(()) => {
            tell_trouble(service, batch, "").await?;
            service.tell_changed(&batch.batch_id);
            Ok(())
        }
    }
}

/// Says why a batch does not get on, or with nothing to say that it does again.
async fn tell_trouble(service: &Service, batch: &BatchRow, trouble: &str) -> Result<(), StoreFault> {
    if batch.trouble == trouble {
        return Ok(());
    }
    batches::note_trouble(&service.store, batch.batch_no, trouble).await?;
    service.tell_changed(&batch.batch_id);
    Ok(())
}

async fn keep(service: &Service, batch: &BatchRow, held: Lease) -> StoreFault {
    let third = u64::try_from(service.settings.lease_ms / 3).unwrap_or(1).max(1);
    let mut beat = interval(Duration::from_millis(third));
    beat.tick().await;
    loop {
        beat.tick().await;
        if let Err(lost) =
            renew(&service.store, CHUNKS, &batch.batch_id, held, service.settings.lease_ms).await
        {
            return lost;
        }
    }
}

/// Ends the lease now, so that the chunk need not wait for its time to run out.
async fn give_back(service: &Service, batch: &BatchRow, held: Lease) {
    // A lease that is lost or cannot be shortened runs out by itself.
    let _ = renew(&service.store, CHUNKS, &batch.batch_id, held, 0).await;
}

//! Screening: a line of workers takes chunk after chunk of open batches from the roster to decisions.
//!
//! Some lease and read, some ask wages and banks and decide, some write; short channels between them let the
//! three go on at once and bound what is under way. Each step may fail and be tried again by anybody: what
//! counts is the transaction of the last one, which refuses whoever has lost the lease.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tepat_faults::Fault as _;
use tepat_serve::metrics::{Counter, Gauge, Timing};
use tepat_store::{StoreFault, lease};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::{Mutex, Notify};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tracing::Instrument as _;

use crate::Service;
use crate::flow::finish_screening::finish_screening;
use crate::flow::screen_chunk::{Leased, ScreenFault, decide, read, write};
use crate::outside::membership::RosterMember;
use crate::store::batches::{self, BatchRow};
use crate::store::chunks::{self, CHUNKS};
use crate::store::decisions::DecisionRow;
use crate::work::hold::{Hold, Holder};

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

/// Workers that read ahead, and workers that write. Each mostly waits for a database, so there are more of
/// them than of those that decide.
const READERS: usize = 3;
const WRITERS: usize = 6;

static STAGE_SECONDS: Timing = Timing::by(
    "tepat_chunk_stage_seconds",
    "Time of a chunk in one stage.",
    "stage",
    &["read", "ask", "write"],
);
static CHUNKS_LOST: Counter = Counter::new(
    "tepat_chunk_leases_lost_total",
    "Chunks whose lease another worker had taken when they were to be written.",
);
static CANDIDATES: Counter =
    Counter::new("tepat_candidates_screened_total", "Candidates decided on by this process.");
static QUEUE_DEPTH: Gauge =
    Gauge::by("tepat_queue_depth", "Items that wait or are being worked on.", "queue", &["screening"]);

/// A chunk on its way down the line, with what was found so far.
struct Job<T> {
    leased: Leased,
    found: T,
    /// Keeps the lease while the job lives.
    hold: Hold,
    /// One trace a chunk, whichever workers it passes.
    span: tracing::Span,
}

/// Runs the workers of this process until the returned set is dropped.
pub(crate) fn start(service: &Arc<Service>) -> JoinSet<()> {
    let deciders = service.settings.screen_workers;
    // A place for each reader: one that reads has taken its place already.
    let (read_out, read_in) = channel::<Job<Vec<RosterMember>>>(READERS);
    let (decided_out, decided_in) = channel::<Job<Vec<DecisionRow>>>(1);
    let (read_in, decided_in) = (Arc::new(Mutex::new(read_in)), Arc::new(Mutex::new(decided_in)));
    let holder = Holder::new(service);
    let mut workers = JoinSet::new();
    workers.spawn({
        let (holder, service) = (Arc::clone(&holder), Arc::clone(service));
        async move { holder.beat(&service).await }
    });
    for _ in 0..READERS {
        let (service, holder, out) = (Arc::clone(service), Arc::clone(&holder), read_out.clone());
        workers.spawn(async move { read_on(&service, &holder, &out).await });
    }
    for _ in 0..deciders {
        let (service, jobs, out) = (Arc::clone(service), Arc::clone(&read_in), decided_out.clone());
        workers.spawn(async move { decide_on(&service, &jobs, &out).await });
    }
    for _ in 0..WRITERS {
        let (service, jobs) = (Arc::clone(service), Arc::clone(&decided_in));
        workers.spawn(async move { write_on(&service, &jobs).await });
    }
    workers
}

/// Leases and reads while the line has room: nothing is leased that nobody can take yet.
async fn read_on(service: &Service, holder: &Arc<Holder>, out: &Sender<Job<Vec<RosterMember>>>) {
    while let Ok(room) = out.reserve().await {
        match take(service, holder).await {
            Ok(Some(job)) => {
                let found = staged("read", read(service, &job.leased)).instrument(job.span.clone()).await;
                match found {
                    Ok(found) => room.send(Job { leased: job.leased, found, hold: job.hold, span: job.span }),
                    Err(fault) => give_up(service, job, fault).await,
                }
            }
            Ok(None) => {
                tokio::select! {
                    () = service.bell.0.notified() => {}
                    () = sleep(LOOK_AGAIN) => {}
                }
            }
            Err(fault) => pause(service, &fault).await,
        }
    }
}

async fn decide_on(
    service: &Service,
    jobs: &Mutex<Receiver<Job<Vec<RosterMember>>>>,
    out: &Sender<Job<Vec<DecisionRow>>>,
) {
    while let Some(job) = next(jobs).await {
        let decided =
            staged("ask", decide(service, &job.leased, &job.found)).instrument(job.span.clone()).await;
        match decided {
            Ok(found) => {
                let job = Job { leased: job.leased, found, hold: job.hold, span: job.span };
                if out.send(job).await.is_err() {
                    return;
                }
            }
            Err(fault) => give_up(service, job, fault).await,
        }
    }
}

async fn write_on(service: &Service, jobs: &Mutex<Receiver<Job<Vec<DecisionRow>>>>) {
    while let Some(mut job) = next(jobs).await {
        let found = std::mem::take(&mut job.found);
        let candidates = found.len();
        let written = staged("write", write(service, &job.leased, found)).instrument(job.span.clone()).await;
        match written {
            Ok(()) => {
                CANDIDATES.add("", candidates as u64);
                if let Err(fault) = written_one(service, &job.leased.batch).await {
                    pause(service, &fault).await;
                }
            }
            Err(fault) => give_up(service, job, fault).await,
        }
    }
}

async fn next<T>(jobs: &Mutex<Receiver<T>>) -> Option<T> {
    jobs.lock().await.recv().await
}

/// Measures a stage.
async fn staged<T>(stage: &'static str, work: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let done = work.instrument(tracing::info_span!("stage", stage)).await;
    STAGE_SECONDS.note(stage, began.elapsed());
    done
}

/// Leases a chunk of the oldest batch that has one; none when none has. A batch whose chunks are all done
/// is moved on, should the worker that did the last one have ended before.
async fn take(service: &Service, holder: &Arc<Holder>) -> Result<Option<Job<()>>, ScreenFault> {
    for batch in batches::screening(&service.store).await? {
        if let Err(differs) = service.same_round(&batch) {
            // A process with the batch's own rules may screen it; this one must not.
            tell_trouble(service, &batch, &differs.to_string()).await?;
            continue;
        }
        let held = lease(&service.store, CHUNKS, &batch.batch_id, service.settings.lease_ms).await?;
        if let Some(held) = held {
            let span = tracing::info_span!(parent: None, "chunk", batch = batch.batch_id, chunk = held.item);
            let hold = holder.hold(&batch.batch_id, held);
            let chunk = chunks::get(&service.store, &batch.batch_id, held.item).await?;
            let leased = Leased { batch, chunk, held };
            return Ok(Some(Job { leased, found: (), hold, span }));
        }
        if finish_screening(service, &batch).await? {
            service.tell_changed(&batch.batch_id);
        }
    }
    QUEUE_DEPTH.set("screening", 0);
    Ok(None)
}

/// Behind a chunk that was written: whoever watches is told, and after the last one the batch moves on.
async fn written_one(service: &Service, batch: &BatchRow) -> Result<(), ScreenFault> {
    tell_trouble(service, batch, "").await?;
    finish_screening(service, batch).await?;
    service.tell_changed(&batch.batch_id);
    QUEUE_DEPTH.set("screening", chunks::open(&service.store, &batch.batch_id).await?);
    Ok(())
}

/// Leaves a chunk to whoever leases it next.
async fn give_up<T>(service: &Service, job: Job<T>, fault: ScreenFault) {
    let Job { leased, hold, .. } = job;
    if matches!(fault, ScreenFault::Store(StoreFault::LeaseLost)) {
        // Another worker has the chunk; what was found here is written by nobody.
        let Leased { batch, held, .. } = &leased;
        tracing::warn!(
            batch = batch.batch_id,
            chunk = held.item,
            token = held.token,
            "lease lost, nothing written"
        );
        CHUNKS_LOST.add("", 1);
        return;
    }
    hold.give_back(service).await;
    if let Err(beside) = tell_trouble(service, &leased.batch, &fault.to_string()).await {
        tracing::warn!(error = %beside, "the trouble of a batch could not be noted");
    }
    pause(service, &fault).await;
}

async fn pause(service: &Service, fault: &ScreenFault) {
    tracing::warn!(reason = %fault.reason(), error = %fault, "screening met trouble and is tried again");
    sleep(Duration::from_millis(service.settings.retry_ms)).await;
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

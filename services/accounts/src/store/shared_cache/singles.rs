//! Single claims of many calls, gathered into one request while the request before is under way.

use std::sync::Arc;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::trip::Trips;
use crate::store::claim_hash::ClaimHash;
use crate::store::known::Known;

/// Most claims of one request, and most that wait for one.
const CLAIMS_MAX: usize = 1_000;
/// With two requests under way the server never waits for us, and what comes meanwhile goes together.
const REQUESTS_MAX: usize = 2;

/// The desk where calls leave single claims.
pub(super) struct Singles {
    desk: mpsc::Sender<Single>,
    gatherer: JoinHandle<()>,
}

struct Single {
    claim: ClaimHash,
    answer: oneshot::Sender<Option<Known>>,
}

impl Singles {
    pub(super) fn new(trips: Arc<Trips>) -> Self {
        let (desk, waiting) = mpsc::channel(CLAIMS_MAX);
        Self { desk, gatherer: tokio::spawn(gather(trips, waiting)) }
    }

    /// What the cache has of a claim.
    pub(super) async fn get(&self, claim: ClaimHash) -> Option<Known> {
        let (answer, answered) = oneshot::channel();
        self.desk.send(Single { claim, answer }).await.ok()?;
        answered.await.ok().flatten()
    }
}

impl Drop for Singles {
    fn drop(&mut self) {
        self.gatherer.abort();
    }
}

async fn gather(trips: Arc<Trips>, mut desk: mpsc::Receiver<Single>) {
    let mut under_way = FuturesUnordered::new();
    let mut gathered = Vec::new();
    loop {
        tokio::select! {
            Some(()) = under_way.next(), if !under_way.is_empty() => {}
            count = desk.recv_many(&mut gathered, CLAIMS_MAX), if under_way.len() < REQUESTS_MAX => {
                if count == 0 {
                    return;
                }
                under_way.push(ask(&trips, std::mem::take(&mut gathered)));
            }
        }
    }
}

async fn ask(trips: &Trips, singles: Vec<Single>) {
    let claims: Vec<ClaimHash> = singles.iter().map(|single| single.claim).collect();
    let found = trips.get(&claims).await;
    for (single, known) in singles.into_iter().zip(found) {
        // A call that gave up does not want its answer any more.
        let _gave_up = single.answer.send(known);
    }
}

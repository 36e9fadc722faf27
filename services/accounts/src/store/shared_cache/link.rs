//! The circuit to the shared cache: closed while it answers, open while it does not.
//!
//! The first call that fails opens the circuit; from then on no call waits for the cache. One task looks
//! for the servers again, connects and asks for a sign of life, and closes the circuit when there is one.
//! So a call is never the one that tries.

use std::sync::Arc;

use tepat_serve::metrics::Gauge;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::nodes::{LinkFault, Nodes, Reach};

static AWAY: Gauge =
    Gauge::new("tepat_shared_cache_away", "1 while the shared cache of verdicts does not answer, else 0.");

/// The way to the servers, as it is now.
pub(super) struct Link {
    state: Arc<State>,
    mender: JoinHandle<()>,
}

struct State {
    /// None while the circuit is open.
    nodes: watch::Sender<Option<Arc<Nodes>>>,
    /// Told when the servers should be looked for.
    wanted: Notify,
}

impl Link {
    /// Connects; when nobody answers, the circuit is open and the servers are looked for.
    pub(super) async fn open(reach: Reach) -> Self {
        let connected = Nodes::connect(&reach).await;
        let state = Arc::new(State { nodes: watch::Sender::new(None), wanted: Notify::new() });
        match connected {
            Ok(nodes) => state.close(nodes),
            Err(fault) => {
                tell_away(fault);
                state.wanted.notify_one();
            }
        }
        let mender = tokio::spawn(mend(Arc::clone(&state), reach));
        Self { state, mender }
    }

    /// The servers; none while the circuit is open.
    pub(super) fn nodes(&self) -> Option<Arc<Nodes>> {
        self.state.nodes.borrow().clone()
    }

    /// Opens the circuit because `seen` did not answer; once, however many calls say so.
    pub(super) fn trip(&self, seen: &Arc<Nodes>, fault: LinkFault) {
        let opened = self.state.nodes.send_if_modified(|nodes| {
            let is_seen = nodes.as_ref().is_some_and(|nodes| Arc::ptr_eq(nodes, seen));
            if is_seen {
                *nodes = None;
            }
            is_seen
        });
        if opened {
            tell_away(fault);
            self.state.wanted.notify_one();
        }
    }

    /// Has the servers looked for because keys moved between them; the circuit stays closed meanwhile.
    pub(super) fn look_again(&self) {
        self.state.wanted.notify_one();
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.mender.abort();
    }
}

impl State {
    fn close(&self, nodes: Nodes) {
        let before = self.nodes.send_replace(Some(Arc::new(nodes)));
        AWAY.set("", 0);
        if before.is_none() {
            tracing::info!("the shared cache of verdicts answers");
        }
    }
}

fn tell_away(fault: LinkFault) {
    AWAY.set("", 1);
    tracing::warn!(%fault, "the shared cache of verdicts is away: verdicts come from the table until it is back");
}

async fn mend(state: Arc<State>, reach: Reach) {
    loop {
        state.wanted.notified().await;
        loop {
            match Nodes::connect(&reach).await {
                Ok(nodes) => break state.close(nodes),
                Err(fault) => tracing::debug!(%fault, "the shared cache is looked for again"),
            }
            tokio::time::sleep(reach.look_every).await;
        }
        // Keys that move one after another are no reason to connect all the time.
        tokio::time::sleep(reach.look_every).await;
    }
}

#[cfg(test)]
impl Link {
    pub(super) async fn until_connected(&self, connected: bool) {
        let mut nodes = self.state.nodes.subscribe();
        nodes.wait_for(|nodes| nodes.is_some() == connected).await.expect("the link holds the sender");
    }
}

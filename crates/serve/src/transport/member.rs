//! One address of a peer: its connection, how many calls it has and whether it answers.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::net::TcpStream;
use tonic::transport::{Channel, Endpoint};

/// First pause before an address that is away is tried again; each further one is twice as long.
const PROBE_PAUSE: Duration = Duration::from_millis(100);
/// Longest pause before an address that is away is tried again.
const PROBE_PAUSE_MAX: Duration = Duration::from_secs(2);

const UNKNOWN: u8 = 0;
const THERE: u8 = 1;
const AWAY: u8 = 2;

/// One address of a peer.
#[derive(Debug)]
pub(super) struct Member {
    /// `host:port` to connect to.
    pub(super) address: String,
    /// Connects with the first call and again when the connection was lost.
    pub(super) channel: Channel,
    connect_timeout: Duration,
    state: AtomicU8,
    open: AtomicUsize,
}

impl Member {
    pub(super) fn new(address: String, endpoint: &Endpoint, connect_timeout: Duration) -> Arc<Self> {
        Arc::new(Self {
            address,
            channel: endpoint.connect_lazy(),
            connect_timeout,
            state: AtomicU8::new(UNKNOWN),
            open: AtomicUsize::new(0),
        })
    }

    /// Calls that are open over this address.
    pub(super) fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    pub(super) fn is_away(&self) -> bool {
        self.state.load(Ordering::Relaxed) == AWAY
    }

    /// It answered.
    pub(super) fn there(&self) {
        if self.state.load(Ordering::Relaxed) != THERE {
            self.state.store(THERE, Ordering::Relaxed);
        }
    }

    /// It did not answer. From now on it is tried in the background until it takes a connection.
    pub(super) fn away(self: &Arc<Self>) {
        if self.state.swap(AWAY, Ordering::Relaxed) != AWAY {
            tracing::warn!(address = self.address, "a peer's address does not answer; others take its calls");
            tokio::spawn(back(Arc::downgrade(self)));
        }
    }

    /// Whether a call that cannot be repeated may be sent here: an address that never answered has to
    /// take a connection first.
    pub(super) async fn is_proven(self: &Arc<Self>) -> bool {
        if self.state.load(Ordering::Relaxed) == UNKNOWN {
            if self.connects().await { self.there() } else { self.away() }
        }
        !self.is_away()
    }

    async fn connects(&self) -> bool {
        let connecting = TcpStream::connect(&self.address);
        matches!(tokio::time::timeout(self.connect_timeout, connecting).await, Ok(Ok(_)))
    }
}

/// Waits until the address takes a connection again, or until nobody needs it any more.
async fn back(member: Weak<Member>) {
    let mut pause = PROBE_PAUSE;
    loop {
        tokio::time::sleep(pause).await;
        let Some(member) = member.upgrade() else { return };
        if !member.is_away() {
            return;
        }
        if member.connects().await {
            tracing::info!(address = member.address, "a peer's address answers again");
            return member.there();
        }
        pause = (pause * 2).min(PROBE_PAUSE_MAX);
    }
}

/// A call that is open over an address until this is dropped.
#[derive(Debug)]
pub(super) struct Open(Arc<Member>);

impl Open {
    pub(super) fn over(member: Arc<Member>) -> Self {
        member.open.fetch_add(1, Ordering::Relaxed);
        Self(member)
    }

    pub(super) fn member(&self) -> &Arc<Member> {
        &self.0
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

//! How one service calls another: over a socket, or in the same process without one.

mod answer;
mod away;
mod content;
mod fleet;
mod member;
mod peer;
mod remote;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use tokio::time::Instant;
use tonic::Status;
use tonic::body::Body;
use tonic::service::Routes;
use tower::Service;

use self::fleet::Fleet;
pub use self::peer::{PeerSettings, TransportFault};
use crate::layers::{self, CALL, Guard, Limits, TIMEOUT_KEY, timeout_text};
use crate::telemetry;

/// Largest message in either direction, bytes. Generated clients and servers are told by
/// `max_decoding_message_size(MESSAGE_BYTES_MAX)`; pages and chunks stay well below it.
pub const MESSAGE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Windows of HTTP/2: a chunk of some 2,000 members travels without waiting for the reader's word.
pub(crate) const STREAM_WINDOW_BYTES: u32 = 1024 * 1024;
/// The same for a whole connection.
pub(crate) const CONNECTION_WINDOW_BYTES: u32 = 4 * 1024 * 1024;
/// A silent connection is asked for a sign of life after this time.
pub(crate) const KEEPALIVE_EVERY: Duration = Duration::from_secs(30);
/// A connection that gives no sign of life for this time is closed.
pub(crate) const KEEPALIVE_WAIT: Duration = Duration::from_secs(20);

/// What carries the calls of a generated client: `XClient::new(transport)`. Cheap to clone; clones
/// share their connections, or one in-process stack with its bounds.
///
/// A call takes along the request id and the trace of the call that causes it and never outlives that
/// call's deadline. Trouble on the way is a status like any other: `UNAVAILABLE` with reason
/// `PEER_AWAY`, or `DEADLINE_EXCEEDED`.
///
/// Over sockets, calls go to all addresses of the peer: each to the one with the fewest open calls, and
/// not to one that does not answer, which is tried in the background until it does. A call that finds
/// the peer unavailable (no connection, one that breaks before the answer, or the answer
/// `UNAVAILABLE`) is repeated, with growing pauses and within its deadline, when what it sends is one
/// whole message; calls that change something carry a request id for that. A stream is sent once, and an
/// answer that breaks off in the middle is for the caller to ask for again.
#[derive(Clone)]
pub struct Transport {
    way: Way,
    deadline: Duration,
}

#[derive(Clone)]
enum Way {
    Local(Guard),
    Remote(Arc<Fleet>),
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.way {
            Way::Local(_) => f.write_str("Transport(local)"),
            Way::Remote(fleet) => write!(f, "Transport({})", fleet.peer().address),
        }
    }
}

impl Transport {
    /// Calls the services of `routes` in this process, through the same layers as over a socket.
    #[must_use]
    pub fn local(routes: Routes, limits: Limits) -> Self {
        let deadline = Duration::from_millis(limits.deadline_ms);
        Self { way: Way::Local(Guard::new(routes, limits)), deadline }
    }

    /// Calls a peer at its addresses. A connection is made by the first call and made again when it
    /// was lost. Needs a running tokio runtime.
    ///
    /// # Errors
    /// When an address is not `host:port`.
    pub fn remote(peer: &PeerSettings) -> Result<Self, TransportFault> {
        let way = Way::Remote(Fleet::of(peer)?);
        Ok(Self { way, deadline: Duration::from_millis(peer.deadline_ms) })
    }
}

impl Service<Request<Body>> for Transport {
    type Response = Response<Body>;
    type Error = Status;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Status>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Status>> {
        match &mut self.way {
            Way::Local(guard) => guard.poll_ready(cx).map_err(|never| match never {}),
            // Each address has a queue of its own, which the call waits for.
            Way::Remote(_) => Poll::Ready(Ok(())),
        }
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        layers::carry(request.headers_mut());
        telemetry::carry(request.headers_mut());
        let allowed = bound(request.headers_mut(), self.deadline);
        match &mut self.way {
            Way::Local(guard) => {
                let answering = guard.call(request);
                Box::pin(async move { answering.await.map_err(|never| match never {}) })
            }
            Way::Remote(fleet) => Box::pin(remote::call(Arc::clone(fleet), request, allowed)),
        }
    }
}

/// Writes the time that this call may take into its headers and returns it: what it asks for (or the
/// peer's usual time), and never more than what is left of the call that causes it.
fn bound(headers: &mut HeaderMap, usual: Duration) -> Duration {
    let nothing_shorter = Duration::from_secs(24 * 3_600);
    let milliseconds = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let limits = Limits {
        requests_max: 1,
        deadline_ms: milliseconds(usual),
        deadline_max_ms: milliseconds(nothing_shorter),
    };
    let asked = layers::allowed(headers, limits);
    let left = CALL.try_with(|call| call.until.saturating_duration_since(Instant::now()));
    let allowed = left.map_or(asked, |left| asked.min(left));
    say_allowed(headers, allowed);
    allowed
}

/// Tells the peer how long it may take.
fn say_allowed(headers: &mut HeaderMap, allowed: Duration) {
    static NAME: HeaderName = HeaderName::from_static(TIMEOUT_KEY);
    let text = HeaderValue::try_from(timeout_text(allowed)).expect("digits and a letter are a header");
    headers.insert(&NAME, text);
}

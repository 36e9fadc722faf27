//! How one service calls another: over a socket, or in the same process without one.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{HeaderMap, HeaderValue, Request, Response};
use http_body::Body as _;
use serde::Deserialize;
use tepat_faults::{Fault, Reason, reason, to_status_unlogged};
use thiserror::Error;
use tokio::time::Instant;
use tonic::body::Body;
use tonic::service::Routes;
use tonic::transport::{Channel, Endpoint};
use tonic::{Status, TimeoutExpired};
use tower::Service;

use crate::layers::{self, CALL, DeadlineExceeded, Guard, Limits, TIMEOUT_KEY, timeout_text};
use crate::settings::SettingsFaults;

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

/// Pause before a silent peer is worth asking again.
const RETRY_AFTER_MS: u64 = 1_000;

/// Where a peer service listens and how long to wait for it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerSettings {
    /// `host:port`; empty means that the peer runs in the same process.
    pub address: String,
    /// Longest wait for a connection, milliseconds, 1 to 60,000.
    pub connect_timeout_ms: u64,
    /// Time for a call that names no deadline, milliseconds, 1 to 3,600,000.
    pub deadline_ms: u64,
}

impl PeerSettings {
    /// A peer at `host:port`, with the usual waits.
    #[must_use]
    pub fn at(address: impl Into<String>) -> Self {
        Self { address: address.into(), connect_timeout_ms: 5_000, deadline_ms: 60_000 }
    }

    /// Notes what is out of range; `key` is where these settings stand, e.g. `membership`.
    pub fn check(&self, key: &str, faults: &mut SettingsFaults) {
        if !self.address.is_empty() && endpoint(self).is_err() {
            faults.fault(&format!("{key}.address"), "must be host:port, or empty for the same process");
        }
        faults.range(&format!("{key}.connect_timeout_ms"), self.connect_timeout_ms, 1..=60_000);
        faults.range(&format!("{key}.deadline_ms"), self.deadline_ms, 1..=3_600_000);
    }
}

/// The address of a peer cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the address of a peer must be host:port, found {found:?}")]
pub struct TransportFault {
    found: String,
}

/// What carries the calls of a generated client: `XClient::new(transport)`. Cheap to clone; clones
/// share one connection, or one in-process stack with its bounds.
///
/// A call takes along the request id of the call that causes it and never outlives that call's
/// deadline. Trouble on the way is a status like any other: `UNAVAILABLE` with reason `PEER_AWAY`, or
/// `DEADLINE_EXCEEDED`.
#[derive(Clone)]
pub struct Transport {
    way: Way,
    deadline: Duration,
}

#[derive(Clone)]
enum Way {
    Local(Guard),
    Remote { channel: Channel, address: String },
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.way {
            Way::Local(_) => f.write_str("Transport(local)"),
            Way::Remote { address, .. } => write!(f, "Transport({address})"),
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

    /// Calls a peer at its address. The connection is made by the first call and made again when it
    /// was lost. Needs a running tokio runtime.
    ///
    /// # Errors
    /// When the address is not `host:port`.
    pub fn remote(peer: &PeerSettings) -> Result<Self, TransportFault> {
        let channel = endpoint(peer)?.connect_lazy();
        let way = Way::Remote { channel, address: peer.address.clone() };
        Ok(Self { way, deadline: Duration::from_millis(peer.deadline_ms) })
    }
}

fn endpoint(peer: &PeerSettings) -> Result<Endpoint, TransportFault> {
    let malformed = || TransportFault { found: peer.address.clone() };
    let host_and_port = peer.address.strip_prefix("http://").unwrap_or(&peer.address);
    let authority = http::uri::Authority::from_str(host_and_port).map_err(|_| malformed())?;
    if authority.port_u16().is_none() || authority.as_str().contains('@') {
        return Err(malformed());
    }
    let endpoint = Endpoint::from_shared(format!("http://{authority}")).map_err(|_| malformed())?;
    Ok(endpoint
        .connect_timeout(Duration::from_millis(peer.connect_timeout_ms))
        .tcp_nodelay(true)
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .http2_keep_alive_interval(KEEPALIVE_EVERY)
        .keep_alive_timeout(KEEPALIVE_WAIT))
}

impl Service<Request<Body>> for Transport {
    type Response = Response<Body>;
    type Error = Status;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Status>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Status>> {
        match &mut self.way {
            Way::Local(guard) => guard.poll_ready(cx).map_err(|never| match never {}),
            Way::Remote { channel, address } => channel.poll_ready(cx).map_err(|err| away(address, &err)),
        }
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        layers::carry(request.headers_mut());
        let allowed = bound(request.headers_mut(), self.deadline);
        match &mut self.way {
            Way::Local(guard) => {
                let answering = guard.call(request);
                Box::pin(async move { answering.await.map_err(|never| match never {}) })
            }
            Way::Remote { channel, address } => {
                let (timer, address) = (tokio::time::sleep(allowed), address.clone());
                let answering = channel.call(request);
                Box::pin(async move {
                    tokio::select! {
                        biased;
                        answer = answering => match answer {
                            Ok(response) => Ok(named(response, address)),
                            Err(err) if is_timeout(&err) => Err(late(allowed)),
                            Err(err) => Err(away(&address, &err)),
                        },
                        () = timer => Err(late(allowed)),
                    }
                })
            }
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
    let text = HeaderValue::try_from(timeout_text(allowed)).expect("digits and a letter are a header");
    headers.insert(TIMEOUT_KEY, text);
    allowed
}

/// The answer with a body whose breaking off is told like a peer that is away.
fn named(response: Response<Body>, address: String) -> Response<Body> {
    response.map(|body| if body.is_end_stream() { body } else { Body::new(PeerBody { body, address }) })
}

struct PeerBody {
    body: Body,
    address: String,
}

impl http_body::Body for PeerBody {
    type Data = bytes::Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<bytes::Bytes>, Status>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        polled.map(|frame| frame.map(|frame| frame.map_err(|status| away(&self.address, &status))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}

/// The peer did not answer. Its address is ours to know, so it stands in the metadata.
#[derive(Debug, Error)]
#[error("no answer from {address}")]
struct PeerAway {
    address: String,
}

impl Fault for PeerAway {
    fn reason(&self) -> Reason {
        reason::PEER_AWAY
    }

    fn metadata(&self) -> Vec<(&'static str, String)> {
        vec![("address", self.address.clone())]
    }

    fn retry_after_ms(&self) -> Option<u64> {
        Some(RETRY_AFTER_MS)
    }
}

fn away(address: &str, cause: &(dyn Error + 'static)) -> Status {
    tracing::debug!(address, cause = %causes(cause), "peer away");
    to_status_unlogged(&PeerAway { address: address.to_owned() })
}

fn late(allowed: Duration) -> Status {
    to_status_unlogged(&DeadlineExceeded { allowed })
}

/// Whether the network stack's own timer for the same header fired first.
fn is_timeout(err: &(dyn Error + 'static)) -> bool {
    err.is::<TimeoutExpired>() || err.source().is_some_and(is_timeout)
}

fn causes(err: &(dyn Error + 'static)) -> String {
    match err.source() {
        Some(cause) => format!("{err}: {}", causes(cause)),
        None => err.to_string(),
    }
}

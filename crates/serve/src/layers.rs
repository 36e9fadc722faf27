//! The stack that every call passes, over a socket and in process alike.
//!
//! Read aloud, from outside to inside:
//! 1. Every call has a request id: the caller's own, or a new one; the answer echoes it and every log
//!    line of the call stands in a span that holds it.
//! 2. At most `requests_max` calls are open at once; one more is shed at once, never queued. A call
//!    is open until the last byte of its answer.
//! 3. A call ends by its deadline: what the caller allows in `grpc-timeout`, bounded by
//!    `deadline_max_ms`, or `deadline_ms` when it says nothing. The deadline covers the time until the
//!    answer begins; the messages of a server stream may take longer.
//! 4. A panic becomes `INTERNAL` for that call alone, also in the middle of a stream.
//!
//! Whatever happens, the caller gets a proper gRPC answer, and the call is counted with its code and
//! its duration (`rpc_server_call_duration_seconds`).

mod answer;
mod deadline;
mod limit;
mod panic;
mod request_id;

use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::FutureExt;
use http::uri::PathAndQuery;
use http::{Request, Response};
use tepat_faults::{IntoStatus, to_status_unlogged};
use tokio::time::Instant;
use tonic::Status;
use tonic::body::Body;
use tonic::service::Routes;
use tower::Service;
use tracing::Instrument;

use crate::metrics::Timed;
use crate::telemetry;

use self::answer::{GuardedBody, refusal};
pub(crate) use self::deadline::{DeadlineExceeded, TIMEOUT_KEY, allowed, timeout_text};
use self::limit::{Limit, Overloaded};
use self::panic::Panicked;
pub use self::request_id::REQUEST_ID_KEY;
pub(crate) use self::request_id::{RequestId, carry};

/// Bounds of the calls that one stack lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most calls open at once, at least 1.
    pub requests_max: usize,
    /// Time for a call that names no deadline, milliseconds.
    pub deadline_ms: u64,
    /// Longest time that a call may ask for, milliseconds.
    pub deadline_max_ms: u64,
}

tokio::task_local! {
    /// The call that the present task answers, for the calls to peers that it makes meanwhile.
    pub(crate) static CALL: Call;
}

/// What a call hands on to the calls that it causes.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) request_id: RequestId,
    /// When the answer must have begun.
    pub(crate) until: Instant,
}

/// The routes of one or more services behind the stack.
#[derive(Clone)]
pub(crate) struct Guard {
    routes: Routes,
    limit: Limit,
    limits: Limits,
}

impl Guard {
    pub(crate) fn new(routes: Routes, limits: Limits) -> Self {
        Self { routes: routes.prepare(), limit: Limit::new(limits.requests_max), limits }
    }

    /// Calls that are open now.
    pub(crate) fn open(&self) -> usize {
        self.limit.open()
    }
}

/// The future of a whole answer.
pub(crate) type Answering = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

impl Service<Request<Body>> for Guard {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request<Body>>::poll_ready(&mut self.routes, cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let began = Instant::now();
        let request_id = RequestId::of_or_new(request.headers_mut());
        let path = request.uri().path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
        let span = telemetry::span_of(path.path(), &request_id, request.headers());
        let mut timed = Timed::answered(path, began, span.clone());
        let allowed = allowed(request.headers(), self.limits);
        let until = began + allowed;
        // The timer starts here and not at the first poll, so that it fires before the coarser one
        // that the network stack keeps for the same header.
        let timer = tokio::time::sleep_until(until);
        let permit = self.limit.permit();
        let mut routes = self.routes.clone();
        let answering = async move {
            let Some(permit) = permit else {
                return Ok(request_id.echoed(refused(Overloaded.into_status(), &mut timed)));
            };
            let call = Call { request_id: request_id.clone(), until };
            let handler = AssertUnwindSafe(async move { routes.call(request).await }).catch_unwind();
            let answer = tokio::select! {
                biased;
                answer = CALL.scope(call, handler) => match answer {
                    Ok(Ok(response)) => GuardedBody::around(response, permit, timed),
                    Ok(Err(never)) => match never {},
                    Err(_) => refused(Panicked.into_status(), &mut timed),
                },
                () = timer => refused(to_status_unlogged(&DeadlineExceeded { allowed }), &mut timed),
            };
            Ok(request_id.echoed(answer))
        };
        Box::pin(answering.instrument(span))
    }
}

/// The answer to a call that ends here.
fn refused(status: Status, timed: &mut Timed) -> Response<Body> {
    let answer = refusal(status);
    timed.routed(answer.headers());
    timed.end_with(answer.headers());
    answer
}

/// Whole milliseconds of a duration.
fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

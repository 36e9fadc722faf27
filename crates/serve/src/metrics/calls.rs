//! Rate, errors and duration of calls, on the side that answers and on the side that asks.
//!
//! Names and buckets are those of the OpenTelemetry conventions for RPC: `rpc.server.call.duration` and
//! `rpc.client.call.duration`, seconds. A method is named only when it is known to exist: a caller that
//! invents methods makes no new series.

use std::array;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, OnceLock, PoisonError, RwLock};

use http::HeaderMap;
use http::uri::PathAndQuery;
use prometheus::{Histogram, HistogramOpts, HistogramVec};
use tokio::time::Instant;
use tonic::{Code, Status};
use tracing::Span;

use super::{OTHER, REGISTRY};
use crate::telemetry;

const BUCKETS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Most methods that get series of their own.
const METHODS_MAX: usize = 256;

/// Names of the codes in the order of their numbers.
const CODES: [&str; 17] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

/// The name of a code on the wire.
pub(crate) fn code_name(code: Code) -> &'static str {
    CODES[code as usize]
}

/// Calls that this process answers.
static SERVER: LazyLock<Side> = LazyLock::new(|| {
    Side::new("rpc_server_call_duration_seconds", "Calls answered, from the first byte to the last.")
});

/// Calls that this process makes over a socket, with whatever repeating they needed.
static CLIENT: LazyLock<Side> =
    LazyLock::new(|| Side::new("rpc_client_call_duration_seconds", "Calls made, with their repetitions."));

/// One side of calls.
struct Side {
    family: HistogramVec,
    /// By path, e.g. `/tepat.wages.v1.WagesService/VerifyWages`.
    methods: RwLock<HashMap<Box<str>, Arc<Method>>>,
    other: Arc<Method>,
}

/// The series of one method, made as its codes come up.
struct Method {
    name: String,
    by_code: [OnceLock<Histogram>; CODES.len()],
}

impl Method {
    fn new(name: &str) -> Arc<Self> {
        Arc::new(Self { name: name.to_owned(), by_code: array::from_fn(|_| OnceLock::new()) })
    }
}

impl Side {
    fn new(name: &str, help: &str) -> Self {
        let opts =
            HistogramOpts::new(name, help).buckets(BUCKETS.to_vec()).const_label("rpc_system_name", "grpc");
        let family = HistogramVec::new(opts, &["rpc_method", "rpc_response_status_code"]);
        let family = family.expect("the names of this file are names that Prometheus allows");
        REGISTRY.register(Box::new(family.clone())).expect("each side is registered once, by its static");
        Self { family, methods: RwLock::default(), other: Method::new(OTHER) }
    }

    fn known(&self, path: &str) -> Option<Arc<Method>> {
        self.methods.read().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }

    fn learn(&self, path: &str) -> Arc<Method> {
        let mut methods = self.methods.write().unwrap_or_else(PoisonError::into_inner);
        if methods.len() >= METHODS_MAX && !methods.contains_key(path) {
            return Arc::clone(&self.other);
        }
        let method = || Method::new(path.trim_start_matches('/'));
        Arc::clone(methods.entry(path.into()).or_insert_with(method))
    }

    fn note(&self, method: &Method, code: Code, seconds: f64) {
        let series = || self.family.with_label_values(&[method.name.as_str(), code_name(code)]);
        method.by_code[code as usize].get_or_init(series).observe(seconds);
    }
}

/// A call under way. It ends once: with its code, or as `CANCELLED` when it is dropped before.
pub(crate) struct Timed {
    side: &'static Side,
    /// `None` until the method is known to exist.
    method: Option<Arc<Method>>,
    path: PathAndQuery,
    began: Instant,
    /// The span of the call; [`Span::none`] for those that this process makes.
    span: Span,
    ended: bool,
}

impl Timed {
    /// A call that came in.
    pub(crate) fn answered(path: PathAndQuery, began: Instant, span: Span) -> Self {
        let method = SERVER.known(path.path());
        Self { side: &SERVER, method, path, began, span, ended: false }
    }

    /// A call to a peer; the methods that our own clients name are known to exist.
    pub(crate) fn asked(path: PathAndQuery, began: Instant) -> Self {
        let method = CLIENT.known(path.path()).or_else(|| Some(CLIENT.learn(path.path())));
        Self { side: &CLIENT, method, path, began, span: Span::none(), ended: false }
    }

    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    /// The routes have dealt with the call. Of a method that does not exist they say `UNIMPLEMENTED`.
    pub(crate) fn routed(&mut self, headers: &HeaderMap) {
        if self.method.is_none() && code_of(headers) != Some(Code::Unimplemented) {
            self.method = Some(self.side.learn(self.path.path()));
        }
    }

    /// The end of the call, as its headers or trailers tell it; without a status it was broken off.
    pub(crate) fn end_with(&mut self, headers: &HeaderMap) {
        self.end(code_of(headers).unwrap_or(Code::Unknown));
    }

    /// The end of the call.
    pub(crate) fn end(&mut self, code: Code) {
        if self.ended {
            return;
        }
        self.ended = true;
        let took = self.began.elapsed();
        let method = self.method.as_deref().unwrap_or(&self.side.other);
        self.side.note(method, code, took.as_secs_f64());
        if !self.span.is_none() {
            telemetry::ended(&self.span, code, took);
        }
    }
}

impl Drop for Timed {
    fn drop(&mut self) {
        self.end(Code::Cancelled);
    }
}

fn code_of(headers: &HeaderMap) -> Option<Code> {
    headers.get(Status::GRPC_STATUS).map(|value| Code::from_bytes(value.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_name() {
        for (number, name) in (0..).zip(CODES) {
            assert_eq!(code_name(Code::from_i32(number)), name);
        }
        assert_eq!(code_name(Code::Unauthenticated), "UNAUTHENTICATED");
        assert_eq!(Code::from_i32(17), Code::Unknown, "there is no code beyond the table");
    }

    #[test]
    fn methods_are_bounded() {
        let side = Side {
            family: HistogramVec::new(HistogramOpts::new("test_bounded", "Bounded."), &["m", "c"]).unwrap(),
            methods: RwLock::default(),
            other: Method::new(OTHER),
        };
        let path = |number: usize| format!("/test.Bounded/M{number}");
        for number in 0..METHODS_MAX {
            assert_eq!(side.learn(&path(number)).name, format!("test.Bounded/M{number}"));
        }
        assert_eq!(side.learn(&path(METHODS_MAX)).name, OTHER);
        assert_eq!(side.learn(&path(0)).name, "test.Bounded/M0");
    }
}

//! The span of a call, and how a trace goes on in the process that is called.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::TraceContextExt;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tonic::Code;
use tracing::field::{Empty, display};
use tracing::{Span, info, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::layers::RequestId;
use crate::metrics::code_name;

/// Whether the process sends traces. Like the log it begins once and holds for the whole process.
static ON: AtomicBool = AtomicBool::new(false);

/// From now on calls carry their trace.
pub(super) fn put_on() {
    ON.store(true, Ordering::Relaxed);
}

/// The span of a call that came in: every line of the log that the call writes stands in it, and where
/// the caller's trace came along it goes on in it.
pub(crate) fn span_of(path: &str, request_id: &RequestId, headers: &HeaderMap) -> Span {
    if !ON.load(Ordering::Relaxed) {
        return info_span!("call", %request_id, method = path);
    }
    let method = path.trim_start_matches('/');
    let span = info_span!(
        "call",
        %request_id,
        trace_id = Empty,
        otel.name = method,
        otel.kind = "server",
        otel.status_code = Empty,
        rpc.system.name = "grpc",
        rpc.method = method,
        rpc.response.status_code = Empty,
    );
    if headers.contains_key("traceparent") {
        let cause = TraceContextPropagator::new().extract(&Received(headers));
        // Nothing is lost where the span is not exported: the log keeps the request id.
        let _ = span.set_parent(cause);
    }
    let context = span.context();
    let trace = context.span().span_context().clone();
    if trace.is_valid() {
        span.record("trace_id", display(trace.trace_id()));
    }
    span
}

/// Puts the trace of the present task into the headers of a call to a peer.
pub(crate) fn carry(headers: &mut HeaderMap) {
    if ON.load(Ordering::Relaxed) {
        let context = Span::current().context();
        TraceContextPropagator::new().inject_context(&context, &mut Sent(headers));
    }
}

/// The call of this span has ended. With `access=info` in the log's level that is a line.
pub(crate) fn ended(span: &Span, code: Code, took: Duration) {
    let name = code_name(code);
    info!(target: "access", parent: span, code = name, microseconds = u64_of(took), "answered");
    if ON.load(Ordering::Relaxed) {
        span.record("rpc.response.status_code", name);
        if is_ours(code) {
            span.record("otel.status_code", "ERROR");
        }
    }
}

fn u64_of(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}

/// Whether a code tells of trouble of the process that answers and not of what it was asked.
fn is_ours(code: Code) -> bool {
    matches!(
        code,
        Code::Unknown
            | Code::DeadlineExceeded
            | Code::Unimplemented
            | Code::Internal
            | Code::Unavailable
            | Code::DataLoss
    )
}

struct Received<'a>(&'a HeaderMap);

impl Extractor for Received<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

struct Sent<'a>(&'a mut HeaderMap);

impl Injector for Sent<'_> {
    fn set(&mut self, key: &str, value: String) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(key), HeaderValue::try_from(value)) {
            self.0.insert(name, value);
        }
    }
}

//! A fault on the wire and back in front of a person.

use std::sync::{Arc, Mutex};

use tepat_faults::{
    Code, Fault, IntoStatus, Invalid, Reason, VIOLATIONS_ON_WIRE_MAX, describe, reason, reason_of,
};
use thiserror::Error;
use tonic_types::StatusExt;
use tracing::field::{Field, Visit};

#[derive(Debug, Error)]
enum Sample {
    #[error("batch is SCREENING, wanted SCREENED")]
    State,
    #[error("query failed")]
    Store(#[source] std::io::Error),
    #[error("assertion over rows of the batch failed")]
    Ours,
}

impl Fault for Sample {
    fn reason(&self) -> Reason {
        match self {
            Self::State => reason::BATCH_STATE,
            Self::Store(_) => reason::STORE_AWAY,
            Self::Ours => reason::INTERNAL,
        }
    }

    fn metadata(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::State => vec![("wanted", "SCREENED".into()), ("state", "SCREENING".into())],
            _ => Vec::new(),
        }
    }

    fn retry_after_ms(&self) -> Option<u64> {
        matches!(self, Self::Store(_)).then_some(1_500)
    }
}

#[test]
fn a_refusal_keeps_its_message_reason_and_metadata() {
    let status = Sample::State.into_status();
    assert_eq!(status.code(), tonic::Code::FailedPrecondition);
    assert_eq!(status.message(), "batch is SCREENING, wanted SCREENED");
    let info = status.get_details_error_info().unwrap();
    assert_eq!((info.reason.as_str(), info.domain.as_str()), ("BATCH_STATE", "tepat.kemnaker.go.id"));
    assert_eq!(info.metadata["state"], "SCREENING");
    assert_eq!(reason_of(&status), Some(reason::BATCH_STATE));
    assert!(status.get_details_bad_request().is_none() && status.get_details_retry_info().is_none());
    assert_eq!(
        describe(&status),
        "batch is SCREENING, wanted SCREENED (BATCH_STATE, state SCREENING, wanted SCREENED)"
    );
}

#[test]
fn trouble_hides_its_cause_and_logs_it_once() {
    let log = Log::default();
    let status = tracing::subscriber::with_default(log.clone(), || {
        Sample::Store(std::io::Error::other("password of db01 is wrong")).into_status()
    });
    assert_eq!(status.code(), tonic::Code::Unavailable);
    assert_eq!(status.message(), "the store does not answer");
    let wire = String::from_utf8_lossy(status.details()).into_owned();
    assert!(!wire.contains("db01") && !wire.contains("query failed"), "{wire}");
    let delay = status.get_details_retry_info().unwrap().retry_delay.unwrap();
    assert_eq!(delay.as_millis(), 1_500);
    let lines = log.lines.lock().unwrap().clone();
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains("query failed: password of db01 is wrong"), "{lines:?}");
}

#[test]
fn our_own_mistakes_say_nothing_but_where_to_look() {
    let status = Sample::Ours.into_status();
    assert_eq!(status.code(), tonic::Code::Internal);
    assert_eq!(status.message(), "internal fault, see the log under the request id");
    let mut carried = status.clone();
    carried.metadata_mut().insert("x-request-id", "r-1".parse().unwrap());
    assert_eq!(
        describe(&carried),
        "internal fault, see the log under the request id (INTERNAL, request r-1)"
    );
}

#[test]
fn violations_travel_each_on_its_line_and_are_bounded() {
    let mut invalid = Invalid::new();
    invalid.add("claims[0].bank", "must not be empty");
    invalid.add("", "purpose is missing");
    let status = invalid.clone().into_status();
    assert_eq!(status.code(), tonic::Code::InvalidArgument);
    assert_eq!(
        describe(&status),
        "2 fields of the request are malformed (BAD_REQUEST)\n  claims[0].bank: must not be empty\n  purpose is missing"
    );
    for row in 0..1_000 {
        invalid.add(format!("claims[{row}].account_number"), "é".repeat(500));
    }
    let status = invalid.into_status();
    let sent = status.get_details_bad_request().unwrap().field_violations;
    assert_eq!(sent.len(), VIOLATIONS_ON_WIRE_MAX + 1);
    assert_eq!(sent[VIOLATIONS_ON_WIRE_MAX].description, "and 970 more");
    // Base64 in the header makes four bytes of three; the whole list must stay well under 16 KiB.
    assert!(status.details().len() * 4 / 3 < 15_000, "{}", status.details().len());
}

#[test]
fn a_status_of_somebody_else_is_described_too() {
    assert_eq!(
        describe(&tonic::Status::unimplemented("")),
        "operation is not implemented or not supported (Unimplemented)"
    );
    assert_eq!(reason_of(&tonic::Status::not_found("x")), None);
    assert_eq!(Code::NotFound.to_string(), "NOT_FOUND");
}

/// Keeps the events of one thread.
#[derive(Clone, Default)]
struct Log {
    lines: Arc<Mutex<Vec<String>>>,
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.push_str(&format!("{field}={value:?} "));
    }
}

impl tracing::Subscriber for Log {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut text = Text(String::new());
        event.record(&mut text);
        self.lines.lock().expect("no test panics while it holds the log").push(text.0);
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

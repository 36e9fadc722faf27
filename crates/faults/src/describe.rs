//! The client's side: a status as a sentence for people.

use std::fmt::Write as _;

use tonic_types::StatusExt;

use crate::{Reason, reason_of};

/// One clear sentence from a status: message, reason and what it says about itself, then each
/// violation on a line of its own. Without newline at the end.
#[must_use]
pub fn describe(status: &tonic::Status) -> String {
    let mut text = if status.message().is_empty() {
        status.code().description().to_lowercase()
    } else {
        status.message().to_owned()
    };
    let beside = beside(status);
    if !beside.is_empty() {
        write!(text, " ({})", beside.join(", ")).expect("a String takes every write");
    }
    if let Some(request) = status.get_details_bad_request() {
        for violation in request.field_violations {
            let separator = if violation.field.is_empty() { "" } else { ": " };
            write!(text, "\n  {}{separator}{}", violation.field, violation.description)
                .expect("a String takes every write");
        }
    }
    text
}

/// What stands in brackets: the reason, its metadata in the order of keys, the request id.
fn beside(status: &tonic::Status) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some(info) = status.get_details_error_info() {
        parts.push(reason_of(status).map_or(info.reason, |Reason(name)| name.to_owned()));
        let mut metadata: Vec<_> = info.metadata.into_iter().collect();
        metadata.sort();
        parts.extend(metadata.into_iter().map(|(key, value)| format!("{key} {value}")));
    } else {
        parts.push(format!("{:?}", status.code()));
    }
    let hides = matches!(status.code(), tonic::Code::Internal | tonic::Code::Unavailable);
    let request_id = status.metadata().get("x-request-id").and_then(|value| value.to_str().ok());
    if let (true, Some(request_id)) = (hides, request_id) {
        parts.push(format!("request {request_id}"));
    }
    parts
}

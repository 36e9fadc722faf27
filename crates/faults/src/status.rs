//! The one place where a fault becomes a status.

use std::collections::HashMap;
use std::error::Error;
use std::time::Duration;

use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

use crate::{Fault, Reason, Violation};

/// `ErrorInfo.domain` of every status of the suite.
pub const DOMAIN: &str = "tepat.kemnaker.go.id";

/// Most violations that travel in one status: details are a header, and clients bound headers to
/// 16 KiB. What is cut is counted in a last violation.
pub const VIOLATIONS_ON_WIRE_MAX: usize = 32;

/// Most characters of a message on the wire, for the same reason.
const MESSAGE_ON_WIRE_MAX: usize = 400;

/// Most characters of a field, a problem or a metadata value on the wire, for the same reason.
const TEXT_ON_WIRE_MAX: usize = 120;

/// Turns a fault into the status that the caller sees.
pub trait IntoStatus {
    /// The status; a cause that must not leave the process is logged here, once.
    fn into_status(self) -> tonic::Status;
}

impl<F: Fault> IntoStatus for F {
    fn into_status(self) -> tonic::Status {
        to_status(&self)
    }
}

/// The status of a fault, with google.rpc details. See [`IntoStatus`].
///
/// Call it once per fault and at the edge: for codes that hide their message it writes the log line.
#[must_use]
pub fn to_status<F: Fault + ?Sized>(fault: &F) -> tonic::Status {
    let (code, reason) = (fault.code(), fault.reason());
    if code.hides_message() {
        tracing::error!(code = %code, reason = %reason, cause = %chain(fault), "fault");
    }
    to_status_unlogged(fault)
}

/// The same status without the log line: for a fault that this very process shows or logs when it
/// receives it, as a client does.
#[must_use]
pub fn to_status_unlogged<F: Fault + ?Sized>(fault: &F) -> tonic::Status {
    let (code, reason) = (fault.code(), fault.reason());
    let message = if code.hides_message() {
        let meaning = reason.meaning();
        if meaning.is_empty() { crate::reason::INTERNAL.meaning().to_owned() } else { meaning.to_owned() }
    } else {
        shortened(&fault.to_string(), MESSAGE_ON_WIRE_MAX)
    };
    let mut details = ErrorDetails::new();
    let metadata: HashMap<String, String> = fault
        .metadata()
        .into_iter()
        .map(|(key, value)| (key.to_owned(), shortened(&value, TEXT_ON_WIRE_MAX)))
        .collect();
    details.set_error_info(reason.as_str(), DOMAIN, metadata);
    let violations = fault.violations();
    if !violations.is_empty() {
        details.set_bad_request(on_wire(&violations));
    }
    if let Some(after_ms) = fault.retry_after_ms() {
        details.set_retry_info(Some(Duration::from_millis(after_ms)));
    }
    tonic::Status::with_error_details(code.into(), message, details)
}

/// The reason in a status, where it is one of ours and in the table.
#[must_use]
pub fn reason_of(status: &tonic::Status) -> Option<Reason> {
    let info = status.get_details_error_info()?;
    if info.domain == DOMAIN { Reason::of_name(&info.reason) } else { None }
}

fn on_wire(violations: &[Violation]) -> Vec<FieldViolation> {
    let mut sent: Vec<FieldViolation> = violations
        .iter()
        .take(VIOLATIONS_ON_WIRE_MAX)
        .map(|Violation { field, problem }| {
            FieldViolation::new(shortened(field, TEXT_ON_WIRE_MAX), shortened(problem, TEXT_ON_WIRE_MAX))
        })
        .collect();
    let cut = violations.len() - sent.len();
    if cut > 0 {
        sent.push(FieldViolation::new("", format!("and {cut} more")));
    }
    sent
}

fn shortened(text: &str, characters_max: usize) -> String {
    match text.char_indices().nth(characters_max) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// The message and those of its sources, for the log.
fn chain<F: Fault + ?Sized>(fault: &F) -> String {
    let mut text = fault.to_string();
    let mut source = fault.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = Error::source(cause);
    }
    text
}

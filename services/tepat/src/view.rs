//! Batches, rounds and explanations as people and machines see them.

mod batch;
mod explain;
mod round;

pub(crate) use batch::{batch_json, batch_text, by_reason_json, by_reason_table, funnel_table};
pub(crate) use explain::{explain_json, explain_text};
pub(crate) use round::{round_json, round_text};

use tepat_proto::Date;
use tepat_proto::disbursement::{BatchState, Outcome, Reason};

/// A reason as files and tables write it: `DECEASED`; empty when there is none.
pub(crate) fn reason_word(reason: i32) -> &'static str {
    match Reason::try_from(reason) {
        Ok(Reason::Unspecified) | Err(_) => "",
        Ok(reason) => word(reason.as_str_name(), "REASON_"),
    }
}

/// An outcome as files write it: `ELIGIBLE`.
pub(crate) fn outcome_word(outcome: i32) -> &'static str {
    word(Outcome::try_from(outcome).unwrap_or_default().as_str_name(), "OUTCOME_")
}

/// A state as people read it: `SCREENED`.
pub(crate) fn state_word(state: i32) -> &'static str {
    word(BatchState::try_from(state).unwrap_or_default().as_str_name(), "BATCH_STATE_")
}

/// The name of an enum's value without the enum's own.
pub(crate) fn word(name: &'static str, prefix: &str) -> &'static str {
    name.strip_prefix(prefix).unwrap_or(name)
}

/// A date as `2022-07-31`; empty when there is none.
pub(crate) fn date_text(date: Option<&Date>) -> String {
    date.map_or_else(String::new, |date| format!("{:04}-{:02}-{:02}", date.year, date.month, date.day))
}

/// An instant in microseconds as RFC 3339 text; empty for 0.
pub(crate) fn instant_text(micros: i64) -> String {
    use tepat_proof::instant::{seconds_of_micros, to_rfc3339};
    if micros == 0 { String::new() } else { to_rfc3339(seconds_of_micros(micros)).unwrap_or_default() }
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

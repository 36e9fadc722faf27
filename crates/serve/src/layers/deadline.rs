//! How long a call may take.

use std::time::Duration;

use http::HeaderMap;
use tepat_faults::{Fault, Reason, reason};
use thiserror::Error;

use super::{Limits, milliseconds};

/// Header in which gRPC names the time that the caller allows.
pub(crate) const TIMEOUT_KEY: &str = "grpc-timeout";

/// Most digits of a timeout (gRPC over HTTP/2, TimeoutValue).
const DIGITS_MAX: usize = 8;

/// The time allowed: the caller's, bounded; a header that is malformed counts as none.
pub(crate) fn allowed(headers: &HeaderMap, limits: Limits) -> Duration {
    let longest = Duration::from_millis(limits.deadline_max_ms);
    let asked = headers.get(TIMEOUT_KEY).and_then(|value| parse(value.to_str().ok()?));
    asked.unwrap_or(Duration::from_millis(limits.deadline_ms)).min(longest)
}

/// A duration as the header spells it, in the finest unit that holds it in eight digits.
pub(crate) fn timeout_text(duration: Duration) -> String {
    let fits = |amount: u128| amount < 10_u128.pow(8);
    match duration {
        duration if fits(duration.as_micros()) => format!("{}u", duration.as_micros()),
        duration if fits(duration.as_millis()) => format!("{}m", duration.as_millis()),
        duration => format!("{}S", duration.as_secs().min(99_999_999)),
    }
}

fn parse(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if !(1..=DIGITS_MAX).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let amount: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(amount * 3_600),
        "M" => Duration::from_secs(amount * 60),
        "S" => Duration::from_secs(amount),
        "m" => Duration::from_millis(amount),
        "u" => Duration::from_micros(amount),
        "n" => Duration::from_nanos(amount),
        _ => return None,
    })
}

/// The time ran out before the answer began.
#[derive(Debug, Error)]
#[error("no answer within the {} ms allowed", milliseconds(*allowed))]
pub(crate) struct DeadlineExceeded {
    pub(crate) allowed: Duration,
}

impl Fault for DeadlineExceeded {
    fn reason(&self) -> Reason {
        reason::DEADLINE_EXCEEDED
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { requests_max: 1, deadline_ms: 30_000, deadline_max_ms: 600_000 };

    #[test]
    fn the_callers_time_is_taken_and_bounded() {
        let check = |header: Option<&str>, allowed_us: u64| {
            let mut headers = HeaderMap::new();
            if let Some(value) = header {
                headers.insert(TIMEOUT_KEY, value.parse().unwrap());
            }
            assert_eq!(allowed(&headers, LIMITS), Duration::from_micros(allowed_us), "{header:?}");
        };
        check(None, 30_000_000);
        check(Some("250m"), 250_000);
        check(Some("7u"), 7);
        check(Some("2000n"), 2);
        check(Some("0m"), 0);
        check(Some("10M"), 600_000_000);
        check(Some("11M"), 600_000_000);
        check(Some("99999999H"), 600_000_000);
        for malformed in ["", "m", "12", "123456789m", "-1S", "1 S", "1s", "1.5S"] {
            check(Some(malformed), 30_000_000);
        }
    }

    #[test]
    fn what_is_written_reads_back_in_eight_digits() {
        let check = |milliseconds: u64, text: &str| {
            let duration = Duration::from_millis(milliseconds);
            assert_eq!(timeout_text(duration), text);
            assert_eq!(parse(text), Some(duration));
        };
        check(0, "0u");
        check(99_999, "99999000u");
        check(100_000, "100000m");
        check(99_999_999, "99999999m");
        check(100_000_000, "100000S");
    }
}

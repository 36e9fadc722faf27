//! Instants as texts: tables keep microseconds, files say RFC 3339 in UTC to the second.

use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

const MICROS_PER_SECOND: i64 = 1_000_000;

/// Whole seconds since 1970 of a stored instant in microseconds, rounded down.
#[must_use]
pub fn seconds_of_micros(micros: i64) -> i64 {
    micros.div_euclid(MICROS_PER_SECOND)
}

/// An instant as `2026-11-21T00:41:27Z`; seconds since 1970, UTC. `None` outside the years 0 to 9999.
#[must_use]
pub fn to_rfc3339(seconds: i64) -> Option<String> {
    OffsetDateTime::from_unix_timestamp(seconds).ok()?.format(&Rfc3339).ok()
}

/// Reads exactly what [`to_rfc3339`] writes: UTC with `Z`, no fraction. `None` for any other text.
#[must_use]
pub fn from_rfc3339(text: &str) -> Option<i64> {
    let instant = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    let seconds = instant.to_offset(UtcOffset::UTC).unix_timestamp();
    (to_rfc3339(seconds)? == text).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_to_the_second_in_utc() {
        assert_eq!(to_rfc3339(1_795_221_687).as_deref(), Some("2026-11-21T00:41:27Z"));
        assert_eq!(from_rfc3339("2026-11-21T00:41:27Z"), Some(1_795_221_687));
        assert_eq!(to_rfc3339(i64::MAX), None);
    }

    #[test]
    fn other_forms_of_the_same_instant_are_refused() {
        for text in [
            "2026-11-21T00:41:27.0Z",
            "2026-11-21T07:41:27+07:00",
            "2026-11-21 00:41:27Z",
            "2026-11-21t00:41:27z",
        ] {
            assert_eq!(from_rfc3339(text), None, "{text}");
        }
    }

    #[test]
    fn microseconds_are_rounded_down_also_before_1970() {
        assert_eq!(seconds_of_micros(1_999_999), 1);
        assert_eq!(seconds_of_micros(-1), -1);
    }
}

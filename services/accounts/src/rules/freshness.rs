//! How old a verdict may be.

use super::verdict::Verdict;

/// The house's own bounds on the age of a reused verdict, whatever a caller allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AgesMax {
    /// Of a valid account, seconds.
    pub(crate) valid_seconds: i64,
    /// Of every other verdict, seconds: people go to their bank and mend it.
    pub(crate) other_seconds: i64,
}

/// Whether a verdict of `checked_at_us` may be reused at `now_us` by a caller who allows `max_age_seconds`.
///
/// At exactly the age it still may. 0 means always ask. An unanswered claim is no knowledge.
pub(crate) fn is_fresh(
    verdict: Verdict,
    checked_at_us: i64,
    now_us: i64,
    max_age_seconds: i64,
    ages_max: AgesMax,
) -> bool {
    let allowed_seconds = max_age_seconds.min(age_max_seconds(verdict, ages_max));
    let age_us = now_us.saturating_sub(checked_at_us);
    allowed_seconds > 0 && age_us <= allowed_seconds.saturating_mul(1_000_000)
}

/// Whether a verdict of `checked_at_us` outlived the closure of its account at `closed_at_us`.
///
/// What a bank said after it had closed the account is its newer word; at the same microsecond it is not.
pub(crate) const fn stands_after(closed_at_us: i64, checked_at_us: i64) -> bool {
    checked_at_us > closed_at_us
}

/// For how long a verdict may be reused at all, seconds.
pub(crate) const fn age_max_seconds(verdict: Verdict, ages_max: AgesMax) -> i64 {
    match verdict {
        Verdict::BankUnknown | Verdict::BankUnanswered => 0,
        Verdict::Valid => ages_max.valid_seconds,
        _ => ages_max.other_seconds,
    }
}

/// What is wrong with the time of a closing; none when it may be.
pub(crate) fn closing_time_problem(closed_at_us: i64, now_us: i64) -> Option<String> {
    if closed_at_us <= 0 {
        Some(format!("must be microseconds since 1970, found {closed_at_us}"))
    } else if closed_at_us > now_us {
        Some("must not lie in the future".to_owned())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_stands_when_it_is_newer_than_the_closure() {
        assert!(stands_after(100, 101));
        assert!(!stands_after(100, 100));
        assert!(!stands_after(100, 99));
    }

    #[test]
    fn an_account_was_closed_between_1970_and_now() {
        assert_eq!(closing_time_problem(1, 5), None);
        assert_eq!(closing_time_problem(5, 5), None);
        assert!(closing_time_problem(6, 5).is_some());
        assert!(closing_time_problem(0, 5).is_some());
    }

    const AGES: AgesMax = AgesMax { valid_seconds: 100, other_seconds: 10 };

    #[test]
    fn ages_at_their_borders() {
        let cases = [
            (Verdict::Valid, 60_000_000, 60, true),
            (Verdict::Valid, 60_000_001, 60, false),
            (Verdict::Valid, 100_000_000, i64::MAX, true),
            (Verdict::Valid, 100_000_001, i64::MAX, false),
            (Verdict::AccountClosed, 10_000_000, 60, true),
            (Verdict::AccountClosed, 10_000_001, 60, false),
            (Verdict::HolderNameNeedsReview, 10_000_001, 60, false),
            (Verdict::Valid, 0, 1, true),
            // Another process's clock may be ahead.
            (Verdict::Valid, -5, 1, true),
            (Verdict::Valid, 0, 0, false),
            (Verdict::BankUnanswered, 0, 60, false),
            (Verdict::BankUnknown, 0, 60, false),
        ];
        for (verdict, age_us, max_age_seconds, expected) in cases {
            let now_us = 1_600_000_000_000_000;
            let found = is_fresh(verdict, now_us - age_us, now_us, max_age_seconds, AGES);
            assert_eq!(found, expected, "{verdict:?} {age_us} {max_age_seconds}");
        }
    }
}

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
    let bound_seconds = match verdict {
        Verdict::BankUnknown | Verdict::BankUnanswered => return false,
        Verdict::Valid => ages_max.valid_seconds,
        _ => ages_max.other_seconds,
    };
    let allowed_seconds = max_age_seconds.min(bound_seconds);
    let age_us = now_us.saturating_sub(checked_at_us);
    allowed_seconds > 0 && age_us <= allowed_seconds.saturating_mul(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

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

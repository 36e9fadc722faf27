//! Rupiah: whole, in `i64`; no floats come near.

use thiserror::Error;

/// The text is no whole positive amount of at most 15 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an amount is a positive whole number of at most 15 digits")]
pub struct RupiahFault;

/// Parses a positive whole amount of rupiah, 1 to 15 digits, no sign, no separators.
///
/// # Errors
/// [`RupiahFault`] for anything else, zero included.
pub fn parse_rupiah(text: &str) -> Result<i64, RupiahFault> {
    if text.is_empty() || text.len() > 15 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(RupiahFault);
    }
    match text.parse() {
        Ok(0) | Err(_) => Err(RupiahFault),
        Ok(amount) => Ok(amount),
    }
}

const HUNDRED_THOUSAND: i64 = 100_000;

/// Rounds up to the next Rp100,000; an exact multiple stays (Permenaker 16/2021 and 10/2022).
///
/// `amount_rupiah` is positive and at most 15 digits, as [`parse_rupiah`] leaves it.
#[must_use]
pub const fn round_up_to_hundred_thousand(amount_rupiah: i64) -> i64 {
    (amount_rupiah + HUNDRED_THOUSAND - 1) / HUNDRED_THOUSAND * HUNDRED_THOUSAND
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        assert_eq!(parse_rupiah("1"), Ok(1));
        assert_eq!(parse_rupiah("999999999999999"), Ok(999_999_999_999_999));
        for text in ["", "0", "-1", "+1", "1.0", "1,000", "1000000000000000", " 1"] {
            assert_eq!(parse_rupiah(text), Err(RupiahFault), "{text}");
        }
    }

    #[test]
    fn an_exact_hundred_thousand_is_not_rounded_up() {
        for (amount, rounded) in [
            (4_798_312, 4_800_000),
            (3_500_000, 3_500_000),
            (3_500_001, 3_600_000),
            (1, 100_000),
            (3_499_999, 3_500_000),
        ] {
            assert_eq!(round_up_to_hundred_thousand(amount), rounded, "{amount}");
        }
    }
}

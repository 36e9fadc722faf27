//! Amounts, ceilings and verdicts as people read them.

use super::CeilingBasis;
use crate::rules::account_choice::AccountVerdict;
use crate::rules::eligibility::WageVerdict;

/// An amount with thousands separators, for instance `Rp4,999,999`.
pub(super) fn amount(rupiah: i64) -> String {
    let digits = rupiah.unsigned_abs().to_string();
    let mut text = String::from(if rupiah < 0 { "-Rp" } else { "Rp" });
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Where a ceiling comes from.
pub(super) const fn basis(basis: CeilingBasis) -> &'static str {
    match basis {
        CeilingBasis::Fixed => "fixed amount of the rule",
        CeilingBasis::Umk => "UMK rounded up to the next Rp100,000",
        CeilingBasis::Ump => "UMP rounded up to the next Rp100,000",
    }
}

/// A verdict on a wage.
pub(super) const fn wage(verdict: WageVerdict) -> &'static str {
    match verdict {
        WageVerdict::Within => "within",
        WageVerdict::Over => "over",
        WageVerdict::NotReported => "not reported",
        WageVerdict::MinimumWageUnknown => "over, but the regency's own minimum wage is not known",
    }
}

/// A verdict on an account.
pub(super) const fn verdict(verdict: AccountVerdict) -> &'static str {
    match verdict.reason() {
        None => "valid",
        Some(reason) => reason.name(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_thousands_separators() {
        for (rupiah, text) in [
            (0, "Rp0"),
            (999, "Rp999"),
            (1_000, "Rp1,000"),
            (4_999_999, "Rp4,999,999"),
            (37_740_556_800_000, "Rp37,740,556,800,000"),
            (-12_345, "-Rp12,345"),
        ] {
            assert_eq!(amount(rupiah), text);
        }
    }
}

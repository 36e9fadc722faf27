use super::*;

/// The order of precedence, letter by letter.
const ORDER: [&str; 28] = [
    "DECEASED",
    "NOT_ACTIVE_AT_CUTOFF",
    "NOT_WAGE_RECIPIENT",
    "WAGE_NOT_REPORTED",
    "WAGE_OVER_CEILING",
    "OUTSIDE_REGION",
    "CIVIL_SERVANT",
    "MILITARY",
    "POLICE",
    "OTHER_AID",
    "TAX_INCOME_OVER",
    "ALREADY_PAID",
    "ACCOUNT_NOT_REPORTED",
    "BANK_UNKNOWN",
    "ACCOUNT_NOT_FOUND",
    "ACCOUNT_CLOSED",
    "ACCOUNT_FROZEN",
    "ACCOUNT_RESTRICTED",
    "ACCOUNT_DORMANT",
    "HOLDER_NIK_DIFFERS",
    "HOLDER_NAME_DIFFERS",
    "ACCOUNT_SHARED",
    "SENT_BACK",
    "BUDGET_EXHAUSTED",
    "MINIMUM_WAGE_UNKNOWN",
    "ON_HOLD",
    "HOLDER_NAME_NEEDS_REVIEW",
    "BANK_UNANSWERED",
];

fn set(reasons: &[Reason]) -> ReasonSet {
    reasons.iter().copied().collect()
}

#[test]
fn numbers_and_names_follow_the_order_of_precedence() {
    for (index, name) in ORDER.into_iter().enumerate() {
        let number = i32::try_from(index).unwrap() + 1;
        let reason = Reason::ALL[index];
        assert_eq!((reason.number(), reason.name()), (number, name));
        assert_eq!(Reason::parse(name), Some(reason));
        assert_eq!(reason.is_pending(), number >= 25, "{name}");
    }
    assert_eq!(Reason::parse("deceased"), None);
}

#[test]
fn each_reason_stops_at_its_layer() {
    for reason in Reason::ALL {
        let layer = match reason.number() {
            1..=12 | 25 => Layer::CriteriaValid,
            13..=21 | 27 | 28 => Layer::BankValid,
            22 => Layer::UniqueOwner,
            _ => Layer::Eligible,
        };
        assert_eq!(reason.layer(), layer, "{}", reason.name());
    }
}

#[test]
fn outcomes_keep_their_numbers_and_names() {
    for (number, outcome, name) in [
        (1, Outcome::Eligible, "ELIGIBLE"),
        (2, Outcome::Refused, "REFUSED"),
        (3, Outcome::Pending, "PENDING"),
    ] {
        assert_eq!((outcome.number(), outcome.name()), (number, name));
        assert_eq!(Outcome::from_number(number), Some(outcome));
    }
    assert_eq!((Outcome::from_number(0), Outcome::from_number(4)), (None, None));
}

#[test]
fn the_outcome_and_primary_reason_of_a_set() {
    use Outcome::{Eligible, Pending, Refused};
    use Reason::*;
    let cases: [(&[Reason], Outcome, Option<Reason>); 8] = [
        (&[], Eligible, None),
        (&[BankUnanswered], Pending, Some(BankUnanswered)),
        (&[BankUnanswered, OnHold], Pending, Some(OnHold)),
        (&[MinimumWageUnknown, HolderNameNeedsReview], Pending, Some(MinimumWageUnknown)),
        (&[BudgetExhausted], Refused, Some(BudgetExhausted)),
        (&[MinimumWageUnknown, BudgetExhausted], Refused, Some(BudgetExhausted)),
        (&[AccountShared, WageOverCeiling, BankUnanswered], Refused, Some(WageOverCeiling)),
        (&[NotActiveAtCutoff, Deceased], Refused, Some(Deceased)),
    ];
    for (reasons, outcome, primary) in cases {
        assert_eq!((set(reasons).outcome(), set(reasons).primary()), (outcome, primary), "{reasons:?}");
    }
}

#[test]
fn of_any_two_reasons_the_earlier_is_primary() {
    for first in Reason::ALL {
        for second in Reason::ALL {
            assert_eq!(set(&[second, first]).primary(), Some(first.min(second)));
        }
    }
}

#[test]
fn a_set_is_a_mask() {
    assert!(ReasonSet::EMPTY.is_empty());
    let reasons = set(&[Reason::BankUnanswered, Reason::Deceased, Reason::Deceased]);
    assert!(!reasons.is_empty());
    assert_eq!(reasons.bits(), (1 << 28) | (1 << 1));
    assert!(reasons.contains(Reason::Deceased) && !reasons.contains(Reason::OnHold));
    assert_eq!(reasons.iter().collect::<Vec<_>>(), [Reason::Deceased, Reason::BankUnanswered]);
    assert_eq!(reasons.union(Reason::OnHold.into()).iter().count(), 3);
    assert_eq!(ReasonSet::from_bits(reasons.bits()), Some(reasons));
    assert_eq!(ReasonSet::from_bits(0), Some(ReasonSet::EMPTY));
    for unknown in [1, 1 << 29, -1] {
        assert_eq!(ReasonSet::from_bits(unknown), None, "{unknown}");
    }
}

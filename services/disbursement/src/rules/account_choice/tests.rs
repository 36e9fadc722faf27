use tepat_terms::parse_date;

use super::*;
use crate::rules::candidate::tests::{candidate, employment};
use crate::rules::candidate::{Category, Employment};

fn deciding(month: &str, reported_on: &str, monthly_rupiah: i64) -> Option<Deciding> {
    Some(Deciding {
        month: month.parse().unwrap(),
        reported_on: parse_date(reported_on).unwrap(),
        monthly_rupiah,
    })
}

fn job(npp: &str, account_number: Option<&str>) -> Employment {
    employment(npp, Category::Pu, "2019-01-01", None, account_number)
}

fn ask_order(employments: Vec<Employment>, reports: &[Option<Deciding>]) -> Vec<usize> {
    let mut person = candidate();
    person.employments = employments;
    let all: Vec<usize> = (0..person.employments.len()).collect();
    claims(&person, &all, reports)
}

#[test]
fn the_newest_report_comes_first_then_the_ties() {
    let two = || vec![job("A", Some("1")), job("B", Some("2"))];
    for (first, second, expected) in [
        (deciding("2022-06", "2022-07-20", 9), deciding("2022-07", "2022-07-01", 1), [1, 0]),
        (deciding("2022-07", "2022-07-01", 1), deciding("2022-06", "2022-07-20", 9), [0, 1]),
        (deciding("2022-07", "2022-07-19", 9), deciding("2022-07", "2022-07-20", 1), [1, 0]),
        (deciding("2022-07", "2022-07-20", 1), deciding("2022-07", "2022-07-20", 2), [1, 0]),
        (deciding("2022-07", "2022-07-20", 2), deciding("2022-07", "2022-07-20", 2), [0, 1]),
        (None, deciding("2001-01", "2001-01-01", 1), [1, 0]),
        (None, None, [0, 1]),
    ] {
        assert_eq!(ask_order(two(), &[first, second]), expected, "{first:?} {second:?}");
    }
}

#[test]
fn of_equal_reports_the_lower_npp_comes_first_whatever_the_roster_order() {
    let same = deciding("2022-07", "2022-07-20", 2);
    assert_eq!(ask_order(vec![job("B", Some("2")), job("A", Some("1"))], &[same, same]), [1, 0]);
    let mut elder = job("A", Some("3"));
    elder.start = parse_date("2018-01-01").unwrap();
    assert_eq!(ask_order(vec![job("A", Some("2")), elder], &[same, same]), [1, 0]);
}

#[test]
fn only_employments_with_an_account_count_each_account_once_at_most_three() {
    let none: [Option<Deciding>; 5] = [None; 5];
    let jobs = |numbers: [Option<&str>; 5]| {
        ["A", "B", "C", "D", "E"].into_iter().zip(numbers).map(|(npp, number)| job(npp, number)).collect()
    };
    for (numbers, expected) in [
        ([None; 5], &[][..]),
        ([None, Some("1"), None, Some("2"), None], &[1, 3]),
        ([Some("1"), Some("1"), Some("2"), Some("1"), Some("2")], &[0, 2]),
        ([Some("1"), Some("2"), Some("3"), Some("4"), Some("5")], &[0, 1, 2]),
        ([Some("1"), Some("1"), Some("2"), Some("3"), Some("4")], &[0, 2, 3]),
        // A leading zero makes another account.
        ([Some("01"), Some("1"), None, None, None], &[0, 1]),
    ] {
        assert_eq!(ask_order(jobs(numbers), &none), expected, "{numbers:?}");
    }
}

#[test]
fn the_same_number_at_two_banks_is_two_accounts() {
    let mut other = job("B", Some("1"));
    other.account.as_mut().unwrap().bank = "008".to_owned();
    assert_eq!(ask_order(vec![job("A", Some("1")), other], &[None, None]), [0, 1]);
}

#[test]
fn claims_are_indexes_of_employments_and_only_of_those_given() {
    let mut person = candidate();
    person.employments = vec![job("A", Some("1")), job("B", Some("2")), job("C", Some("3"))];
    let reports = [deciding("2022-06", "2022-07-20", 1), deciding("2022-07", "2022-07-20", 1)];
    assert_eq!(claims(&person, &[0, 2], &reports), [2, 0]);
}

fn end(reason: Option<Reason>, chosen: Option<usize>) -> Next {
    Next::Settled(Settlement { reasons: reason.into_iter().collect(), chosen })
}

#[test]
fn what_follows_from_the_answers() {
    use AccountVerdict::*;
    let cases: [(&[AccountVerdict], usize, Next); 22] = [
        (&[], 0, end(Some(Reason::AccountNotReported), None)),
        (&[], 1, Next::Ask(0)),
        (&[], 3, Next::Ask(0)),
        (&[Valid], 1, end(None, Some(0))),
        (&[Valid], 3, end(None, Some(0))),
        (&[AccountClosed], 1, end(Some(Reason::AccountClosed), None)),
        (&[AccountClosed], 2, Next::Ask(1)),
        (&[AccountClosed, Valid], 3, end(None, Some(1))),
        (&[AccountClosed, AccountFrozen], 2, end(Some(Reason::AccountClosed), None)),
        (&[AccountClosed, AccountFrozen], 3, Next::Ask(2)),
        (&[AccountClosed, AccountFrozen, Valid], 3, end(None, Some(2))),
        (&[HolderNameDiffers, AccountFrozen, BankUnknown], 3, end(Some(Reason::HolderNameDiffers), None)),
        (&[HolderNameDiffers, AccountFrozen, BankUnknown], 9, end(Some(Reason::HolderNameDiffers), None)),
        (&[BankUnanswered], 3, end(Some(Reason::BankUnanswered), None)),
        (&[AccountClosed, BankUnanswered], 3, end(Some(Reason::BankUnanswered), None)),
        (&[HolderNameNeedsReview], 1, end(Some(Reason::HolderNameNeedsReview), Some(0))),
        (&[HolderNameNeedsReview], 2, Next::Ask(1)),
        (&[HolderNameNeedsReview, Valid], 2, end(None, Some(1))),
        (&[HolderNameNeedsReview, BankUnanswered], 3, end(Some(Reason::BankUnanswered), None)),
        (&[HolderNameNeedsReview, AccountClosed], 2, end(Some(Reason::HolderNameNeedsReview), Some(0))),
        (
            &[HolderNameNeedsReview, HolderNameNeedsReview],
            2,
            end(Some(Reason::HolderNameNeedsReview), Some(0)),
        ),
        (
            &[AccountClosed, AccountClosed, HolderNameNeedsReview],
            3,
            end(Some(Reason::HolderNameNeedsReview), Some(2)),
        ),
    ];
    for (answers, claims, expected) in cases {
        assert_eq!(next(answers, claims), expected, "{answers:?} of {claims}");
    }
}

#[test]
fn each_verdict_keeps_its_number_and_gives_its_reason() {
    let reasons = [
        None,
        Some(Reason::HolderNameNeedsReview),
        Some(Reason::BankUnanswered),
        Some(Reason::BankUnknown),
        Some(Reason::AccountNotFound),
        Some(Reason::AccountClosed),
        Some(Reason::AccountFrozen),
        Some(Reason::AccountRestricted),
        Some(Reason::AccountDormant),
        Some(Reason::HolderNikDiffers),
        Some(Reason::HolderNameDiffers),
    ];
    for (number, reason) in (1..).zip(reasons) {
        let verdict = AccountVerdict::from_number(number).unwrap();
        assert_eq!((verdict as i32, verdict.reason()), (number, reason));
    }
    assert_eq!((AccountVerdict::from_number(0), AccountVerdict::from_number(12)), (None, None));
}

#[test]
fn verdicts_survive_packing() {
    assert_eq!(pack(&[AccountVerdict::AccountClosed, AccountVerdict::Valid]), 0x0106);
    assert_eq!((pack(&[]), unpack(0)), (0, Some(vec![])));
    for first in AccountVerdict::ALL {
        for second in AccountVerdict::ALL {
            for third in AccountVerdict::ALL {
                let verdicts = [first, second, third];
                for kept in 1..=3 {
                    assert_eq!(unpack(pack(&verdicts[..kept])).unwrap(), verdicts[..kept]);
                }
            }
        }
    }
    for impossible in [12, 0x0100, 0x0101_0101, -1, i32::MIN] {
        assert_eq!(unpack(impossible), None, "{impossible}");
    }
}

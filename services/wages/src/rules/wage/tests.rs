use tepat_terms::parse_date;

use super::super::ceiling::CeilingBasis;
use super::super::table::tests::shipped;
use super::*;

fn day(text: &str) -> Date {
    parse_date(text).unwrap()
}

fn report(month: &str, wage_rupiah: i64, wage_months: u8, reported_on: &str) -> Report {
    Report { month: month.parse().unwrap(), wage_rupiah, wage_months, reported_on: day(reported_on) }
}

/// The deciding report at the cut-off of bsu-2022, as index and monthly wage.
fn deciding(reports: &[Report]) -> Option<(usize, i64)> {
    deciding_report(reports, day("2022-07-31")).map(|deciding| (deciding.report, deciding.monthly_rupiah))
}

#[test]
fn a_report_made_on_the_cut_off_counts_and_one_a_day_later_does_not() {
    assert_eq!(deciding(&[report("2022-07", 1, 1, "2022-07-30")]), Some((0, 1)));
    assert_eq!(deciding(&[report("2022-07", 1, 1, "2022-07-31")]), Some((0, 1)));
    assert_eq!(deciding(&[report("2022-07", 1, 1, "2022-08-01")]), None);
    assert_eq!(
        deciding(&[report("2022-06", 1, 1, "2022-07-31"), report("2022-07", 2, 1, "2022-08-01")]),
        Some((0, 1))
    );
    assert_eq!(deciding(&[]), None);
}

#[test]
fn the_latest_month_decides_whenever_it_was_reported() {
    let early = report("2022-05", 1, 1, "2022-07-31");
    let late = report("2022-06", 2, 1, "2022-06-30");
    assert_eq!(deciding(&[early, late]), Some((1, 2)));
    assert_eq!(deciding(&[late, early]), Some((0, 2)));
    // A month later than the cut-off counts when it was reported by then.
    assert_eq!(deciding(&[late, report("2022-08", 3, 1, "2022-07-15")]), Some((1, 3)));
}

#[test]
fn of_one_month_the_latest_report_decides_then_the_first() {
    let first = report("2022-06", 9, 1, "2022-07-01");
    let corrected = report("2022-06", 5, 1, "2022-07-02");
    assert_eq!(deciding(&[first, corrected]), Some((1, 5)));
    assert_eq!(deciding(&[corrected, first]), Some((0, 5)));
    assert_eq!(deciding(&[corrected, report("2022-06", 6, 1, "2022-07-02")]), Some((0, 5)));
}

#[test]
fn a_wage_of_several_months_is_rounded_down_to_one() {
    for (wage_rupiah, wage_months, monthly) in [
        (3_500_001, 1, 3_500_001),
        (7_000_001, 2, 3_500_000),
        (10_500_002, 3, 3_500_000),
        (10_500_003, 3, 3_500_001),
        (42_000_011, 12, 3_500_000),
        (42_000_012, 12, 3_500_001),
        (100_000, 3, 33_333),
        (11, 12, 0),
        (999_999_999_999_999, 1, 999_999_999_999_999),
    ] {
        assert_eq!(
            deciding(&[report("2022-07", wage_rupiah, wage_months, "2022-07-31")]),
            Some((0, monthly))
        );
    }
}

/// An employment in `region` with one report before either cut-off.
fn employment(region: i64, monthly_rupiah: i64) -> Employment {
    Employment {
        region: Region::from_number(region).unwrap(),
        reports: vec![report("2020-06", monthly_rupiah, 1, "2020-06-15")],
    }
}

fn judged(rule: &str, employments: &[Employment]) -> WageJudgement {
    let table = shipped();
    let cut_off = day(if rule == "bsu-2020" { "2020-06-30" } else { "2022-07-31" });
    judge(table.rule(rule).unwrap(), cut_off, employments, table.minimum_wages())
}

fn verdict(rule: &str, employments: &[Employment]) -> Option<WageVerdict> {
    judged(rule, employments).compared.map(|compared| compared.verdict)
}

// Ceilings of 2022, see the tests of `ceiling`.
const SURABAYA: i64 = 3578; // 4,400,000
const PACITAN: i64 = 3501; // 3,500,000
const MADIUN: i64 = 3577; // 3,500,000
const PONOROGO: i64 = 3502; // 3,500,000, may be higher
const MERAUKE: i64 = 9301; // 3,600,000, may be higher
const JAKARTA: i64 = 3171; // 4,700,000

#[test]
fn the_wage_is_compared_at_the_border_of_each_ceiling() {
    use WageVerdict::{MinimumWageUnknown, Over, Within};
    for (rule, region, monthly, expected) in [
        ("bsu-2020", SURABAYA, 4_999_999, Within),
        ("bsu-2020", SURABAYA, 5_000_000, Over),
        ("bsu-2020", PONOROGO, 5_000_000, Over),
        ("bsu-2022", PACITAN, 3_500_000, Within),
        ("bsu-2022", PACITAN, 3_500_001, Over),
        ("bsu-2022", SURABAYA, 4_400_000, Within),
        ("bsu-2022", SURABAYA, 4_400_001, Over),
        ("bsu-2022", JAKARTA, 4_700_000, Within),
        ("bsu-2022", JAKARTA, 4_700_001, Over),
        ("bsu-2022", PONOROGO, 3_500_000, Within),
        ("bsu-2022", PONOROGO, 3_500_001, MinimumWageUnknown),
        ("bsu-2022", MERAUKE, 3_600_000, Within),
        ("bsu-2022", MERAUKE, 3_600_001, MinimumWageUnknown),
    ] {
        assert_eq!(
            verdict(rule, &[employment(region, monthly)]),
            Some(expected),
            "{rule} {region} {monthly}"
        );
    }
}

/// Judges two employments in both orders; `chosen` is the region of the one to be compared.
fn check_pair(one: (i64, i64), other: (i64, i64), chosen: i64, expected: WageVerdict) {
    for pair in [[one, other], [other, one]] {
        let employments = pair.map(|(region, monthly)| employment(region, monthly));
        let compared = judged("bsu-2022", &employments).compared.unwrap();
        let region = i64::from(employments[compared.employment].region.number());
        assert_eq!((region, compared.verdict), (chosen, expected), "{pair:?}");
    }
}

#[test]
fn the_highest_wage_is_compared_also_where_a_lower_one_would_pass() {
    check_pair((SURABAYA, 2_000_000), (PACITAN, 3_500_001), PACITAN, WageVerdict::Over);
    check_pair((SURABAYA, 4_400_000), (PACITAN, 4_399_999), SURABAYA, WageVerdict::Within);
    check_pair((PONOROGO, 9_000_000), (PACITAN, 9_000_001), PACITAN, WageVerdict::Over);
    check_pair((PONOROGO, 9_000_001), (PACITAN, 9_000_000), PONOROGO, WageVerdict::MinimumWageUnknown);
}

#[test]
fn of_equal_wages_the_one_that_passes_is_compared() {
    check_pair((SURABAYA, 4_000_000), (PACITAN, 4_000_000), SURABAYA, WageVerdict::Within);
    check_pair((SURABAYA, 4_000_000), (PONOROGO, 4_000_000), SURABAYA, WageVerdict::Within);
}

#[test]
fn of_equal_wages_that_fail_the_unknown_one_is_compared_also_under_a_lower_ceiling() {
    check_pair((PONOROGO, 4_800_000), (PACITAN, 4_800_000), PONOROGO, WageVerdict::MinimumWageUnknown);
    check_pair((PONOROGO, 4_800_000), (JAKARTA, 4_800_000), PONOROGO, WageVerdict::MinimumWageUnknown);
}

#[test]
fn of_equal_wages_with_one_verdict_the_higher_ceiling_is_compared_then_the_first() {
    check_pair((SURABAYA, 3_000_000), (PACITAN, 3_000_000), SURABAYA, WageVerdict::Within);
    check_pair((SURABAYA, 4_800_000), (PACITAN, 4_800_000), SURABAYA, WageVerdict::Over);
    check_pair((MERAUKE, 4_800_000), (PONOROGO, 4_800_000), MERAUKE, WageVerdict::MinimumWageUnknown);
    for regions in [[PACITAN, MADIUN], [MADIUN, PACITAN]] {
        let judgement = judged("bsu-2022", &regions.map(|region| employment(region, 3_000_000)));
        assert_eq!(judgement.compared.unwrap().employment, 0);
    }
}

#[test]
fn wages_are_equal_after_they_are_rounded_down() {
    let mut two_months = employment(SURABAYA, 0);
    two_months.reports = vec![report("2022-06", 8_000_001, 2, "2022-07-01")];
    let judgement = judged("bsu-2022", &[employment(PACITAN, 4_000_000), two_months]);
    let compared = judgement.compared.unwrap();
    assert_eq!((compared.employment, compared.verdict), (1, WageVerdict::Within));
}

#[test]
fn an_employment_without_a_report_that_counts_is_passed_over() {
    let mut silent = employment(JAKARTA, 1);
    silent.reports.clear();
    let mut late = employment(JAKARTA, 1);
    late.reports = vec![report("2022-07", 9_000_000, 1, "2022-08-01")];
    let judgement = judged("bsu-2022", &[silent.clone(), employment(PACITAN, 3_000_000), late.clone()]);
    assert_eq!(
        judgement.compared,
        Some(Compared {
            verdict: WageVerdict::Within,
            employment: 1,
            monthly_rupiah: 3_000_000,
            ceiling: Ceiling { amount_rupiah: 3_500_000, basis: CeilingBasis::Fixed, may_be_higher: false },
        })
    );
    let only = DecidingReport { report: 0, monthly_rupiah: 3_000_000 };
    assert_eq!(judgement.deciding, [None, Some(only), None]);

    let nobody = judged("bsu-2022", &[silent, late]);
    assert_eq!(nobody, WageJudgement { compared: None, deciding: vec![None, None] });
    assert_eq!(judged("bsu-2022", &[]), WageJudgement { compared: None, deciding: vec![] });
}

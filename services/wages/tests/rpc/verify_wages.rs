use super::*;
use tepat_proto::wages::{CeilingBasis, DecidingReport, WageResult, WageVerdict};

fn result(
    verdict: WageVerdict,
    compared: i64,
    ceiling: i64,
    basis: CeilingBasis,
    employment: i32,
) -> WageResult {
    WageResult {
        verdict: verdict.into(),
        compared_rupiah: compared,
        ceiling_rupiah: ceiling,
        basis: basis.into(),
        employment,
        deciding: vec![],
    }
}

#[tokio::test]
async fn a_page_is_judged_row_by_row_in_its_order() {
    let mut late = person(&[(3578, 4_000_000)]);
    late.employments[0].reports = vec![
        ReportedWage { month: date(2022, 7, 0), ..report(9_000_000, 1, date(2022, 8, 1)) },
        report(8_800_001, 2, date(2022, 7, 31)),
    ];
    let persons = vec![
        person(&[(3578, 4_400_001)]),
        person(&[(3502, 3_500_001), (3501, 3_500_000)]),
        PersonWages { employments: vec![] },
        late,
        person(&[(3501, 1_000), (3171, 4_700_000)]),
    ];
    let answer = client().await.verify_wages(page(persons)).await.unwrap().into_inner();

    use {CeilingBasis as Basis, WageVerdict as Verdict};
    let deciding = |rows: &[(i32, i64)]| {
        rows.iter().map(|&(report, monthly_rupiah)| DecidingReport { report, monthly_rupiah }).collect()
    };
    let expected = [
        (result(Verdict::Over, 4_400_001, 4_400_000, Basis::Umk, 0), deciding(&[(0, 4_400_001)])),
        (
            result(Verdict::MinimumWageUnknown, 3_500_001, 3_500_000, Basis::Fixed, 0),
            deciding(&[(0, 3_500_001), (0, 3_500_000)]),
        ),
        (result(Verdict::NotReported, 0, 0, Basis::Unspecified, -1), deciding(&[])),
        (result(Verdict::Within, 4_400_000, 4_400_000, Basis::Umk, 0), deciding(&[(1, 4_400_000)])),
        (
            result(Verdict::Within, 4_700_000, 4_700_000, Basis::Ump, 1),
            deciding(&[(0, 1_000), (0, 4_700_000)]),
        ),
    ]
    .map(|(result, deciding)| WageResult { deciding, ..result });
    assert_eq!(answer.results, expected);
    assert_eq!(answer.wage_table_sha256.len(), 32);
}

#[tokio::test]
async fn an_employment_without_a_report_that_counts_has_no_deciding_one() {
    let mut silent = person(&[(3578, 4_400_000), (3578, 1)]);
    silent.employments[0].reports[0].reported_on = date(2022, 8, 1);
    silent.employments[1].reports.clear();
    let answer = client().await.verify_wages(page(vec![silent])).await.unwrap().into_inner();
    let none = DecidingReport { report: -1, monthly_rupiah: 0 };
    let expected = result(WageVerdict::NotReported, 0, 0, CeilingBasis::Unspecified, -1);
    assert_eq!(answer.results, [WageResult { deciding: vec![none, none], ..expected }]);
}

#[tokio::test]
async fn the_rule_and_the_cut_off_of_the_request_decide() {
    let facts = WageFacts {
        region_code: 3501,
        reports: vec![
            ReportedWage { month: date(2020, 5, 0), ..report(4_999_999, 1, date(2020, 6, 30)) },
            ReportedWage { month: date(2020, 6, 0), ..report(5_000_000, 1, date(2020, 7, 1)) },
        ],
    };
    let mut client = client().await;
    for (rule_id, cut_off, verdict) in [
        ("bsu-2020", date(2020, 6, 30), WageVerdict::Within),
        ("bsu-2020", date(2020, 7, 1), WageVerdict::Over),
        ("bsu-2020", date(2020, 6, 29), WageVerdict::NotReported),
        ("bsu-2022", date(2020, 6, 30), WageVerdict::Over),
    ] {
        let persons = vec![PersonWages { employments: vec![facts.clone()] }];
        let request = VerifyWagesRequest { rule_id: rule_id.into(), cut_off, persons };
        let answer = client.verify_wages(request).await.unwrap().into_inner();
        assert_eq!(answer.results[0].verdict(), verdict, "{rule_id} {cut_off:?}");
    }
}

#[tokio::test]
async fn a_page_holds_1_to_5000_persons() {
    let mut client = client().await;
    for (count, refused) in [(0, true), (1, false), (5_000, false), (5_001, true)] {
        let persons = vec![person(&[(3501, 3_500_000)]); count];
        match client.verify_wages(page(persons)).await {
            Ok(answer) => assert_eq!((answer.into_inner().results.len(), false), (count, refused)),
            Err(status) => {
                let problem = format!("1 to 5000 wanted, found {count}");
                assert_eq!(violations(&status), [("persons".to_owned(), problem)]);
                assert!(refused);
            }
        }
    }
}

#[tokio::test]
async fn a_page_of_large_persons_fits_into_a_message() {
    let mut large = person(&[(3501, 3_500_000)]);
    large.employments[0].reports = vec![report(3_500_000, 1, date(2022, 7, 1)); 40];
    let answer = client().await.verify_wages(page(vec![large; 5_000])).await.unwrap().into_inner();
    assert_eq!(answer.results.len(), 5_000);
}

#[tokio::test]
async fn every_violation_of_a_page_is_named_with_its_path() {
    let mut bad = person(&[(3501, 3_500_000), (9101, 0)]);
    bad.employments[0].region_code = 35;
    bad.employments[0].reports.push(ReportedWage {
        month: date(2022, 6, 1),
        wage_rupiah: 1_000_000_000_000_000,
        wage_months: 13,
        reported_on: None,
    });
    bad.employments[1].reports[0].wage_months = 0;
    let persons = vec![person(&[(3501, 999_999_999_999_999)]), bad];
    let request = VerifyWagesRequest { rule_id: String::new(), cut_off: date(2022, 7, 0), persons };
    let status = client().await.verify_wages(request).await.unwrap_err();

    let day = "must be a day that exists, from 1900-01-01 to 2099-12-31";
    let wage = "must be 1 to 999999999999999";
    let expected = [
        ("rule_id", "must not be empty"),
        ("cut_off", day),
        ("persons[1].employments[0].region_code", "must be today's four-digit code of a regency or city"),
        ("persons[1].employments[0].reports[1].month", "must be a month from 2000-01 to 2099-12, with day 0"),
        ("persons[1].employments[0].reports[1].reported_on", day),
        ("persons[1].employments[0].reports[1].wage_rupiah", wage),
        ("persons[1].employments[0].reports[1].wage_months", "must be 1 to 12, found 13"),
        ("persons[1].employments[1].region_code", "must be today's code, this one was replaced by 9301"),
        ("persons[1].employments[1].reports[0].wage_rupiah", wage),
        ("persons[1].employments[1].reports[0].wage_months", "must be 1 to 12, found 0"),
    ]
    .map(|(field, problem)| (field.to_owned(), problem.to_owned()));
    assert_eq!(violations(&status), expected);
}

#[tokio::test]
async fn an_unknown_rule_is_not_found() {
    let request = VerifyWagesRequest { rule_id: "bsu-2019".into(), ..page(vec![person(&[(3501, 1)])]) };
    let status = client().await.verify_wages(request).await.unwrap_err();
    assert_refused(&status, Code::NotFound, reason::WAGE_RULE_UNKNOWN);
    assert_eq!(status.message(), "no wage rule has the id \"bsu-2019\"");
}

use tepat_proto::wages::{CeilingBasis, GetMinimumWageRequest, GetMinimumWageResponse};

use super::*;

#[tokio::test]
async fn a_minimum_wage_is_told_with_its_basis_and_completeness() {
    let mut client = client().await;
    for (region_code, year, amount_rupiah, basis, rounded_rupiah, province_complete) in [
        (3578, 2022, 4_375_479, CeilingBasis::Umk, 4_400_000, false),
        (3215, 2020, 4_594_324, CeilingBasis::Umk, 4_600_000, true),
        (3502, 2022, 0, CeilingBasis::Unspecified, 0, false),
        (3171, 2022, 4_641_854, CeilingBasis::Ump, 4_700_000, true),
        (31, 2022, 4_641_854, CeilingBasis::Ump, 4_700_000, true),
        (35, 2022, 1_891_567, CeilingBasis::Ump, 1_900_000, false),
        (35, 2020, 1_768_777, CeilingBasis::Ump, 1_800_000, true),
        (93, 2022, 3_561_932, CeilingBasis::Ump, 3_600_000, false),
        (96, 2023, 3_282_000, CeilingBasis::Ump, 3_300_000, false),
        (63, 2026, 3_725_000, CeilingBasis::Ump, 3_800_000, false),
        (92, 2022, 3_200_000, CeilingBasis::Ump, 3_200_000, false),
    ] {
        let request = GetMinimumWageRequest { region_code, year };
        let answer = client.get_minimum_wage(request).await.unwrap().into_inner();
        assert_eq!(answer.source.is_empty(), amount_rupiah == 0, "{region_code} {year}");
        let expected = GetMinimumWageResponse {
            amount_rupiah,
            basis: basis.into(),
            rounded_rupiah,
            province_complete,
            source: answer.source.clone(),
            doubt: answer.doubt.clone(),
        };
        assert_eq!(answer, expected, "{region_code} {year}");
    }
}

#[tokio::test]
async fn source_and_doubt_are_those_of_the_row() {
    let mut client = client().await;
    for (region_code, year, source, doubt) in [
        (3578, 2022, "Kepgub 188/803/KPTS/013/2021 via", ""),
        (3209, 2020, "general knowledge", "not seen in a source"),
        (73, 2020, "BPS UMP series", "only one source is known"),
        (3502, 2022, "", "the table of UMK is not complete for the province, whose UMP is 1891567"),
    ] {
        let request = GetMinimumWageRequest { region_code, year };
        let answer = client.get_minimum_wage(request).await.unwrap().into_inner();
        assert!(answer.source.starts_with(source), "{}", answer.source);
        assert!(
            answer.doubt.starts_with(doubt) && answer.doubt.is_empty() == doubt.is_empty(),
            "{}",
            answer.doubt
        );
    }
}

#[tokio::test]
async fn a_region_that_is_none_today_is_not_found() {
    let mut client = client().await;
    for (region_code, code_now) in [(3299, None), (99, None), (9101, Some("9301"))] {
        let status =
            client.get_minimum_wage(GetMinimumWageRequest { region_code, year: 2022 }).await.unwrap_err();
        assert_refused(&status, Code::NotFound, reason::REGION_UNKNOWN);
        let metadata = status.get_details_error_info().unwrap().metadata;
        assert_eq!(metadata.get("code_now").map(String::as_str), code_now);
    }
}

#[tokio::test]
async fn a_malformed_region_or_year_is_refused_in_both_its_fields() {
    let mut client = client().await;
    let region =
        |code: i32| ("region_code".to_owned(), format!("must have two or four digits, found {code}"));
    let year = |year: i32| ("year".to_owned(), format!("must be 2020 to 2026, found {year}"));
    for (region_code, asked, expected) in [
        (31, 2019, vec![year(2019)]),
        (31, 2027, vec![year(2027)]),
        (31, 2022 + 65_536, vec![year(2022 + 65_536)]),
        (9, 2020, vec![region(9)]),
        (100, 2026, vec![region(100)]),
        (999, 2026, vec![region(999)]),
        (10_000, 2026, vec![region(10_000)]),
        (-31, 0, vec![region(-31), year(0)]),
    ] {
        let request = GetMinimumWageRequest { region_code, year: asked };
        let status = client.get_minimum_wage(request).await.unwrap_err();
        assert_eq!(violations(&status), expected, "{region_code} {asked}");
    }
}

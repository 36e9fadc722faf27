//! `ValidateAccounts` through a server in this process, on a database of its own.

use crate::desk::{ACCOUNTS, Desk, claim, nik, page};
use tepat_proto::accounts::{ClaimResult, NameMatch, Purpose, ValidateAccountsRequest, Verdict};
use tepat_store::{Conflict, StoreFault};
use tonic::Code;
use tonic_types::StatusExt as _;

fn verdicts(results: &[ClaimResult]) -> Vec<Verdict> {
    results.iter().map(ClaimResult::verdict).collect()
}

#[tokio::test]
async fn every_claim_of_a_page_gets_its_own_verdict_in_its_own_place() {
    let desk = Desk::open(ACCOUNTS, "").await;
    let rows = [
        (claim("002", "1", "Budi Santoso", 1), Verdict::Valid, NameMatch::Match),
        (claim("999", "1", "Budi Santoso", 1), Verdict::BankUnknown, NameMatch::Unspecified),
        (claim("009", "1", "Budi Santoso", 1), Verdict::BankUnanswered, NameMatch::Unspecified),
        (claim("002", "404", "Budi Santoso", 1), Verdict::AccountNotFound, NameMatch::Unspecified),
        (claim("008", "2", "Budi Santoso", 1), Verdict::AccountClosed, NameMatch::Unspecified),
        (claim("008", "3", "Budi Santoso", 1), Verdict::AccountFrozen, NameMatch::Unspecified),
        (claim("008", "4", "Budi Santoso", 1), Verdict::AccountRestricted, NameMatch::Unspecified),
        (claim("008", "5", "Budi Santoso", 1), Verdict::AccountDormant, NameMatch::Unspecified),
        (claim("002", "5", "Budi Santoso", 1), Verdict::Valid, NameMatch::Match),
        (claim("008", "6", "Budi Santoso", 1), Verdict::HolderNikDiffers, NameMatch::Match),
        (claim("008", "7", "Budi Santoso", 1), Verdict::HolderNameDiffers, NameMatch::None),
        (claim("008", "8", "Budi Santoso", 1), Verdict::HolderNameNeedsReview, NameMatch::Close),
        (claim("008", "9", "Budi Santoso", 1), Verdict::Valid, NameMatch::Close),
        (claim("009", "1", "Siti Aminah", 2), Verdict::BankUnanswered, NameMatch::Unspecified),
        (claim("022-S", "1", "Budi Santoso", 1), Verdict::Valid, NameMatch::Match),
    ];
    let claims = rows.iter().map(|row| row.0.clone()).collect();
    let response = desk.validate(page(claims, 0)).await.unwrap();
    assert_eq!(response.name_rules, "names/1");
    assert_eq!(response.results.len(), rows.len());
    for (row, (result, (claim, verdict, name_match))) in response.results.iter().zip(&rows).enumerate() {
        assert_eq!((result.verdict(), result.name_match()), (*verdict, *name_match), "row {row}");
        assert_eq!(result.dormancy_told, !["002", "999"].contains(&claim.bank.as_str()), "row {row}");
        let nobody_answered = matches!(verdict, Verdict::BankUnknown | Verdict::BankUnanswered);
        assert_eq!(result.checked_at_us, if nobody_answered { 0 } else { desk.now_us() }, "row {row}");
        assert!(!result.reused, "row {row}");
    }
}

#[tokio::test]
async fn a_verdict_is_reused_as_long_as_the_caller_allows() {
    let desk = Desk::open(ACCOUNTS, "").await;
    let began_us = desk.now_us();
    let ask = async |max_age_seconds| {
        let request = page(vec![claim("002", "1", "Budi Santoso", 1)], max_age_seconds);
        let result = desk.validate(request).await.unwrap().results[0];
        assert_eq!(result.verdict(), Verdict::Valid);
        (result.reused, result.checked_at_us - began_us)
    };
    assert_eq!(ask(60).await, (false, 0));
    desk.pass_us(60_000_000);
    assert_eq!(ask(60).await, (true, 0), "at exactly the age");
    desk.pass_us(1);
    assert_eq!(ask(0).await, (false, 60_000_001), "0 always asks the bank");
    desk.pass_us(60_000_000);
    assert_eq!(ask(60).await, (true, 60_000_001), "the newest holds");
    desk.pass_us(1);
    assert_eq!(ask(60).await, (false, 120_000_002));
    assert_eq!(desk.count("attempt").await, 3);
}

#[tokio::test]
async fn the_house_bounds_ages_too_and_more_tightly_for_refusals() {
    let desk = Desk::open(ACCOUNTS, "").await;
    let ask = async || {
        let claims = vec![claim("002", "1", "Budi Santoso", 1), claim("008", "2", "Budi Santoso", 1)];
        let results = desk.validate(page(claims, i64::MAX)).await.unwrap().results;
        results.iter().map(|result| result.reused).collect::<Vec<_>>()
    };
    assert_eq!(ask().await, [false, false]);
    desk.pass_us(86_400_000_000);
    assert_eq!(ask().await, [true, true]);
    desk.pass_us(1);
    assert_eq!(ask().await, [true, false]);
    desk.pass_us(29 * 86_400_000_000 - 1);
    assert_eq!(ask().await, [true, false]);
    desk.pass_us(1);
    assert!(!ask().await[0]);
}

#[tokio::test]
async fn verdicts_outlive_the_process_and_need_no_memory() {
    for (more, cache) in [("a new process", "200000"), ("no memory", "0")] {
        let desk = Desk::open(ACCOUNTS, "").await;
        let claims: Vec<_> = (1..=600).map(|n| claim("008", &(n + 1_000).to_string(), "Budi", n)).collect();
        let first = desk.validate(page(claims.clone(), 60)).await.unwrap().results;
        let again =
            desk.reopen(&[("cache_claims_max = 200000", &format!("cache_claims_max = {cache}"))]).await;
        again.pass_us(5);
        let second = again.validate(page(claims, 60)).await.unwrap().results;
        let expected: Vec<_> = first.iter().map(|result| ClaimResult { reused: true, ..*result }).collect();
        assert_eq!(second, expected, "{more}");
        assert_eq!(again.count("attempt").await, 600, "{more}");
    }
}

#[tokio::test]
async fn a_verdict_of_other_rules_or_another_profile_is_not_reused() {
    let desk = Desk::open(ACCOUNTS, "").await;
    let request = || page(vec![claim("008", "1", "Budi Santoso", 1)], 60);
    desk.validate(request()).await.unwrap();
    let other_profile =
        desk.reopen(&[("[accounts.profiles]", "[accounts.profiles.008]\nname_length = 30")]).await;
    assert!(!other_profile.validate(request()).await.unwrap().results[0].reused);
    let same = other_profile.reopen(&[]).await;
    assert!(same.validate(request()).await.unwrap().results[0].reused);
    same.execute("UPDATE attempt SET name_rules = 0").await;
    let other_rules = same.reopen(&[]).await;
    assert!(!other_rules.validate(request()).await.unwrap().results[0].reused);
}

#[tokio::test]
async fn identical_claims_are_asked_once_and_different_ones_each() {
    let desk = Desk::open(ACCOUNTS, "").await;
    let budi = || claim("002", "1", "Budi Santoso", 1);
    let claims = vec![
        budi(),
        claim("002", "1", "Siti Aminah", 2),
        budi(),
        claim("002", "1", "Budi Santoso", 2),
        budi(),
    ];
    let results = desk.validate(page(claims, 0)).await.unwrap().results;
    assert_eq!(
        verdicts(&results),
        [
            Verdict::Valid,
            Verdict::HolderNikDiffers,
            Verdict::Valid,
            Verdict::HolderNikDiffers,
            Verdict::Valid
        ]
    );
    assert_eq!(desk.count("attempt").await, 3);
    assert_eq!(desk.count("attempt WHERE verdict IS NOT NULL").await, 3);
}

#[tokio::test]
async fn a_silent_bank_leaves_attempts_and_is_asked_again() {
    let desk = Desk::open(ACCOUNTS, "").await;
    let request = || page(vec![claim("009", "1", "Budi Santoso", 1)], 60);
    for attempts in 1..=2 {
        let results = desk.validate(request()).await.unwrap().results;
        assert_eq!(verdicts(&results), [Verdict::BankUnanswered]);
        assert_eq!(desk.count("attempt").await, attempts);
    }
    assert_eq!(desk.count("attempt WHERE verdict IS NOT NULL").await, 0);
    let answering = desk.reopen(&[("silent_banks = [\"009\"]", "silent_banks = []")]).await;
    let results = answering.validate(request()).await.unwrap().results;
    assert_eq!(verdicts(&results), [Verdict::Valid]);
}

#[tokio::test]
async fn without_a_sandbox_every_bank_is_unanswered() {
    let desk = Desk::open("", "").await;
    let claims = vec![claim("002", "1", "Budi Santoso", 1), claim("999", "1", "Budi Santoso", 1)];
    let results = desk.validate(page(claims, 60)).await.unwrap().results;
    assert_eq!(verdicts(&results), [Verdict::BankUnanswered, Verdict::BankUnknown]);
}

#[tokio::test]
async fn a_call_that_asked_banks_leaves_its_reason_and_nothing_personal() {
    let desk = Desk::open(ACCOUNTS, "").await;
    let number = "98765432101234";
    let results =
        desk.validate(page(vec![claim("008", number, "Kusumawardhani", 77)], 60)).await.unwrap().results;
    assert_eq!(verdicts(&results), [Verdict::Valid]);
    desk.validate(page(vec![claim("008", number, "Kusumawardhani", 77)], 60)).await.unwrap();
    let sql = "SELECT purpose || legal_basis || instrument_reference || claims || asked FROM inquiry";
    assert_eq!(desk.texts(sql).await, ["1UU 40/2004Keputusan 1/202211"], "the repeat asked nobody");
    desk.execute("PRAGMA wal_checkpoint(TRUNCATE)").await;
    let database = String::from_utf8_lossy(&std::fs::read(desk.database()).unwrap()).into_owned();
    assert!(database.contains("UU 40/2004"));
    for personal in [number, "Kusumawardhani", "KUSUMAWARDHANI", &nik(77).to_string()] {
        assert!(!database.contains(personal));
    }
}

#[tokio::test]
async fn every_violation_of_a_request_is_told_at_once() {
    let desk = Desk::open(ACCOUNTS, "").await;
    let mut broken = page(vec![claim("002", "1", "Budi", 1), claim("bri", "12-3", "", 1)], -1);
    broken.claims[1].nik = 123;
    let request = ValidateAccountsRequest {
        request_id: "1".into(),
        purpose: 9,
        legal_basis: " ".into(),
        instrument_reference: "x".repeat(201),
        ..broken
    };
    let status = desk.validate(request).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    let fields: Vec<String> = status
        .get_details_bad_request()
        .unwrap()
        .field_violations
        .into_iter()
        .map(|violation| violation.field)
        .collect();
    assert_eq!(
        fields,
        [
            "request_id",
            "purpose",
            "legal_basis",
            "instrument_reference",
            "max_age_seconds",
            "claims[1].bank",
            "claims[1].account_number",
            "claims[1].name",
            "claims[1].nik",
        ]
    );
    assert_eq!(desk.count("attempt").await, 0);
}

#[tokio::test]
async fn requests_at_their_borders() {
    let desk = Desk::open(ACCOUNTS, "").await;
    let claims = |count| vec![claim("002", "1", "Budi Santoso", 1); count];
    let check = async |change: fn(&mut ValidateAccountsRequest), count, good: bool| {
        let mut request = page(claims(count), 0);
        change(&mut request);
        let answer = desk.validate(request).await;
        assert_eq!(
            answer.as_ref().map_err(tonic::Status::code).err(),
            (!good).then_some(Code::InvalidArgument)
        );
    };
    check(|_| {}, 0, false).await;
    check(|_| {}, 5_000, true).await;
    check(|_| {}, 5_001, false).await;
    check(|request| request.legal_basis = "é".repeat(200), 1, true).await;
    check(|request| request.legal_basis = "é".repeat(201), 1, false).await;
    check(|request| request.instrument_reference = "a\nb".into(), 1, false).await;
    check(|request| request.set_purpose(Purpose::Unspecified), 1, false).await;
    check(|request| request.set_purpose(Purpose::SingleCheck), 1, true).await;
    check(|request| request.max_age_seconds = -1, 1, false).await;
}

#[tokio::test]
async fn a_failing_store_fails_the_call_without_its_words() {
    let desk = Desk::open(ACCOUNTS, "").await;
    desk.execute("DROP TABLE attempt").await;
    let status = desk.validate(page(vec![claim("002", "1", "Budi Santoso", 1)], 0)).await.unwrap_err();
    assert_eq!(status.code(), Code::Internal);
    assert!(!status.message().contains("attempt"), "{}", status.message());
    assert_eq!(desk.count("inquiry").await, 0, "nothing half-written");
}

#[tokio::test]
async fn the_database_refuses_a_verdict_without_an_answer() {
    let desk = Desk::open(ACCOUNTS, "").await;
    let tx = desk.store().begin().await.unwrap();
    let insert = async |answer: &str, checked_at_us: &str, verdict: &str| {
        let sql = format!(
            "INSERT INTO attempt VALUES (X'01', '002', X'00', 1, {answer}, {checked_at_us}, {verdict}, 0, TRUE)"
        );
        tx.execute(&sql, []).await
    };
    assert!(insert("0", "NULL", "NULL").await.is_ok());
    assert!(insert("2", "5", "1").await.is_ok());
    for (answer, checked_at_us, verdict) in [
        ("0", "NULL", "1"),
        ("0", "5", "NULL"),
        ("2", "5", "NULL"),
        ("2", "NULL", "1"),
        ("2", "5", "3"),
        ("8", "5", "1"),
    ] {
        let refused = insert(answer, checked_at_us, verdict).await;
        let by_check = matches!(refused, Err(StoreFault::Conflict(Conflict::Check)));
        assert!(by_check, "{answer} {checked_at_us} {verdict}");
    }
}

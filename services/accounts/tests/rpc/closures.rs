//! `RecordClosures` and `CheckClosures`, and what they do to verdicts.

use tepat_proto::accounts::{
    AccountSince, AnyClosuresRequest, CheckClosuresRequest, ClaimResult, Closure, RecordClosuresRequest,
    Verdict,
};
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::desk::{ACCOUNTS, Desk, claim, page};

pub(crate) fn closing(bank: &str, account_number: &str, closed_at_us: i64) -> Closure {
    Closure { bank: bank.into(), account_number: account_number.into(), closed_at_us }
}

pub(crate) fn report(request: u8, closures: Vec<Closure>) -> RecordClosuresRequest {
    let request_id = format!("c105ed00-0000-4000-8000-0000000000{request:02}");
    RecordClosuresRequest { request_id, source: "Bank Mandiri, letter 1/2022".into(), closures }
}

pub(crate) fn since(bank: &str, account_number: &str, since_us: i64) -> AccountSince {
    AccountSince { bank: bank.into(), account_number: account_number.into(), since_us }
}

pub(crate) async fn closed(desk: &Desk, accounts: Vec<AccountSince>) -> Vec<i64> {
    let answer = desk.client().check_closures(CheckClosuresRequest { accounts }).await.unwrap();
    answer.into_inner().results.iter().map(|result| result.closed_at_us).collect()
}

/// Whether each of Budi's accounts at bank 008 was told from an earlier verdict.
async fn reused(desk: &Desk, numbers: &[&str]) -> Vec<bool> {
    let claims = numbers.iter().map(|number| claim("008", number, "Budi Santoso", 1)).collect();
    let results = desk.validate(page(claims, 3_600)).await.unwrap().results;
    results.iter().map(|result: &ClaimResult| result.reused).collect()
}

#[tokio::test]
async fn a_verdict_older_than_the_closing_is_not_told() {
    // In memory; with too many to hold; and with news looked for at every page.
    let settings = [
        ("closures_held_max = 1000000", "closures_held_max = 1000000"),
        ("closures_held_max = 1000000", "closures_held_max = 0"),
        ("closures_look_every_ms = 1000", "closures_look_every_ms = 0"),
    ];
    for replaced in settings {
        let desk = Desk::open(ACCOUNTS, "").await.reopen(&[replaced]).await;
        assert_eq!(reused(&desk, &["1", "9", "8"]).await, [false, false, false]);
        desk.pass_us(10);
        // Closed before the verdict; after it; at the very microsecond.
        let began_us = desk.now_us() - 10;
        let closures = vec![
            closing("008", "1", began_us - 1),
            closing("008", "9", began_us + 5),
            closing("008", "8", began_us),
        ];
        desk.client().record_closures(report(1, closures)).await.unwrap();
        assert_eq!(reused(&desk, &["1", "9", "8"]).await, [true, false, false], "{replaced:?}");
        assert_eq!(reused(&desk, &["1", "9", "8"]).await, [true, true, true], "what was asked anew stands");
    }
}

#[tokio::test]
async fn a_closing_is_of_the_account_whoever_claims_it_and_of_no_other() {
    let desk = Desk::open(ACCOUNTS, "").await;
    let claims = || {
        vec![
            claim("008", "1", "Budi Santoso", 1),
            claim("008", "1", "Siti Aminah", 2),
            claim("002", "1", "Budi Santoso", 1),
        ]
    };
    desk.validate(page(claims(), 3_600)).await.unwrap();
    desk.client().record_closures(report(1, vec![closing("008", "1", desk.now_us())])).await.unwrap();
    let results = desk.validate(page(claims(), 3_600)).await.unwrap().results;
    assert_eq!(results.iter().map(|result| result.reused).collect::<Vec<_>>(), [false, false, true]);
    desk.execute("PRAGMA wal_checkpoint(TRUNCATE)").await;
    assert_eq!(desk.texts("SELECT CAST(LENGTH(account_hash) AS TEXT) FROM closure").await, ["16"]);
}

#[tokio::test]
async fn another_process_learns_of_a_closing_before_its_next_page() {
    let desk = Desk::open(ACCOUNTS, "").await;
    let other = desk.reopen(&[("closures_look_every_ms = 1000", "closures_look_every_ms = 0")]).await;
    assert_eq!(reused(&other, &["1"]).await, [false]);
    assert_eq!(reused(&other, &["1"]).await, [true]);
    for request in 1..=2 {
        desk.pass_us(1);
        desk.client()
            .record_closures(report(request, vec![closing("008", "1", desk.now_us())]))
            .await
            .unwrap();
        desk.pass_us(1);
        assert_eq!(reused(&other, &["1"]).await, [false], "report {request}");
        assert_eq!(reused(&other, &["1"]).await, [true], "report {request}");
    }
}

#[tokio::test]
async fn closings_are_told_since_a_time_each_in_their_places() {
    let desk = Desk::open(ACCOUNTS, "").await;
    let at_us = desk.now_us() - 100;
    assert_eq!(closed(&desk, vec![since("008", "1", 0)]).await, [0]);
    let closures =
        vec![closing("008", "1", at_us), closing("008", "1", at_us - 5), closing("002", "2", at_us + 9)];
    let recorded = desk.client().record_closures(report(1, closures)).await.unwrap().into_inner();
    assert_eq!(recorded.accounts, 2);
    let asked = vec![
        since("008", "1", at_us),
        since("999", "1", 0),
        since("008", "1", at_us + 1),
        since("002", "1", 0),
        since("002", "2", 0),
        since("008", "1", 0),
    ];
    assert_eq!(closed(&desk, asked).await, [at_us, 0, 0, 0, at_us + 9, at_us]);
    let late = vec![since("008", "1", at_us + 10), since("002", "2", at_us + 10)];
    assert_eq!(closed(&desk, late).await, [0, 0]);
    for (since_us, expected) in [(0, true), (at_us + 9, true), (at_us + 10, false)] {
        let any = desk.client().any_closures(AnyClosuresRequest { since_us }).await.unwrap();
        assert_eq!(any.into_inner().any, expected, "{since_us}");
    }
}

#[tokio::test]
async fn a_report_sent_again_is_kept_once_and_an_other_one_of_its_id_is_refused() {
    let desk = Desk::open(ACCOUNTS, "").await;
    let first = report(1, vec![closing("008", "1", desk.now_us())]);
    let answer = desk.client().record_closures(first.clone()).await.unwrap().into_inner();
    desk.pass_us(60_000_000);
    assert_eq!(desk.client().record_closures(first.clone()).await.unwrap().into_inner(), answer);
    assert_eq!(desk.count("closure").await, 1);
    let other = RecordClosuresRequest { source: "somebody else".into(), ..first };
    assert_eq!(desk.client().record_closures(other).await.unwrap_err().code(), Code::AlreadyExists);
    assert_eq!(desk.count("closure_report").await, 1);
}

#[tokio::test]
async fn every_violation_of_a_report_is_told_at_once() {
    let desk = Desk::open(ACCOUNTS, "").await;
    let request = RecordClosuresRequest {
        request_id: "1".into(),
        source: String::new(),
        closures: vec![
            closing("008", "1", desk.now_us()),
            closing("999", "1", desk.now_us() + 1),
            closing("bri", "x", 0),
        ],
    };
    let status = desk.client().record_closures(request).await.unwrap_err();
    let violations = status.get_details_bad_request().unwrap().field_violations;
    let fields: Vec<&str> = violations.iter().map(|violation| violation.field.as_str()).collect();
    let expected = [
        "request_id",
        "source",
        "closures[1].bank",
        "closures[1].closed_at_us",
        "closures[2].bank",
        "closures[2].account_number",
        "closures[2].closed_at_us",
    ];
    assert_eq!(fields, expected);
    assert_eq!(desk.count("closure_report").await, 0);
    let check = CheckClosuresRequest { accounts: vec![since("bri", "x", -1)] };
    let status = desk.client().check_closures(check).await.unwrap_err();
    assert_eq!(status.get_details_bad_request().unwrap().field_violations.len(), 3);
    for count in [0, 5_001] {
        let check = CheckClosuresRequest { accounts: vec![since("008", "1", 0); count] };
        assert_eq!(desk.client().check_closures(check).await.unwrap_err().code(), Code::InvalidArgument);
    }
}

#[tokio::test]
async fn a_verdict_as_old_as_the_closing_is_told_to_nobody_else() {
    let desk = Desk::open(ACCOUNTS, "").await;
    let ask = async || {
        let results = desk.validate(page(vec![claim("008", "1", "Budi Santoso", 1)], 3_600)).await;
        results.unwrap().results[0].verdict()
    };
    assert_eq!(ask().await, Verdict::Valid);
    desk.client().record_closures(report(1, vec![closing("008", "1", desk.now_us())])).await.unwrap();
    // The clock stands: what the bank says now is as old as the closing and holds for nobody else.
    assert_eq!(ask().await, Verdict::Valid);
    assert_eq!(desk.count("attempt").await, 2);
    assert_eq!(ask().await, Verdict::Valid);
    assert_eq!(desk.count("attempt").await, 3);
}

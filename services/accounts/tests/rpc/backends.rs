//! What the service keeps and tells is the same on every database. Run through `scripts/with-servers`.

use tepat_proto::accounts::{ClaimResult, RecordClosuresRequest, Verdict};
use tepat_store::testing::TestDatabase;

use crate::closures::{closed, closing, report, since};
use crate::desk::{ACCOUNTS, Desk, claim, page};

/// Every claim twice, at another time, with the cache of the process and without it; then a closing.
async fn story(database: TestDatabase) -> (Vec<Vec<ClaimResult>>, Vec<i64>, Vec<String>) {
    let desk = Desk::on(database, ACCOUNTS, "").await;
    let claims = || {
        let numbers = (1..=9).map(|number| number.to_string());
        let mut claims: Vec<_> = numbers.map(|number| claim("008", &number, "Budi Santoso", 1)).collect();
        claims.extend([claim("009", "1", "Budi Santoso", 1), claim("999", "1", "Budi Santoso", 1)]);
        claims.extend((0..1_500).map(|n| claim("002", &format!("7{n:04}"), "Budi Santoso", 1 + n % 9)));
        claims
    };
    let mut told = vec![desk.validate(page(claims(), 3_600)).await.unwrap().results];
    desk.pass_us(1_000_000);
    let again = desk.reopen(&[("cache_claims_max = 200000", "cache_claims_max = 0")]).await;
    told.push(again.validate(page(claims(), 3_600)).await.unwrap().results);
    let closing_us = again.now_us();
    again.client().record_closures(report(1, vec![closing("008", "1", closing_us)])).await.unwrap();
    again.pass_us(1_000_000);
    told.push(again.validate(page(claims(), 3_600)).await.unwrap().results);
    let closed = closed(&again, vec![since("008", "1", closing_us), since("008", "2", 0)]).await;
    let sql = "SELECT CAST(answer AS TEXT) || ' ' || CAST(COALESCE(verdict, 0) AS TEXT) || ' ' ||
        CAST(name_match AS TEXT) || ' ' || CAST(COUNT(*) AS TEXT) FROM attempt
        GROUP BY answer, verdict, name_match ORDER BY answer, COALESCE(verdict, 0), name_match";
    (told, closed, again.texts(sql).await)
}

#[tokio::test]
async fn every_database_tells_the_same_story() {
    let [sqlite, postgres, icu] = TestDatabase::each().await;
    let expected = story(sqlite).await;
    let (told, closed, _) = &expected;
    let asked_anew: Vec<usize> =
        told[2].iter().enumerate().filter(|(_, r)| !r.reused).map(|(n, _)| n).collect();
    assert_eq!(asked_anew, [0, 9, 10], "the closed one, the silent bank, no bank");
    assert_eq!(told[1].iter().filter(|result| result.reused).count(), 1_509);
    assert_eq!(told[0][0].verdict(), Verdict::Valid);
    assert!(closed[0] > 0 && closed[1] == 0, "{closed:?}");
    assert_eq!(story(postgres).await, expected);
    assert_eq!(story(icu).await, expected);
}

#[tokio::test]
async fn many_calls_write_at_once_on_one_database() {
    for database in TestDatabase::each().await {
        let kind = database.kind;
        let desk = Desk::on(database, ACCOUNTS, "").await;
        let call = async |n: i64| {
            let claims = (0..50).map(|m| claim("002", &format!("{n}{m:03}"), "Budi Santoso", 1)).collect();
            desk.validate(page(claims, 0)).await.unwrap();
            let report = RecordClosuresRequest {
                request_id: format!("7e57ab1e-0000-4000-8000-{n:012}"),
                ..report(1, vec![closing("002", &n.to_string(), desk.now_us())])
            };
            desk.client().record_closures(report).await.unwrap();
        };
        futures::future::join_all((1..=12).map(call)).await;
        assert_eq!(desk.count("inquiry").await, 12, "{kind}");
        assert_eq!(desk.count("attempt").await, 600, "{kind}");
        let numbers = desk
            .texts("SELECT CAST(number AS TEXT) FROM closure_report ORDER BY closure_report.number")
            .await;
        let expected: Vec<String> = (1..=12).map(|number: i32| number.to_string()).collect();
        assert_eq!(numbers, expected, "{kind}: no gap, no number twice");
    }
}

//! With Redis instead of the memory of the process: what is told stays the same whatever becomes of it.
//! Run through `scripts/with-servers`.

use std::process::Command;

use tempfile::TempDir;
use tepat_proto::accounts::{ClaimResult, Verdict};
use tepat_store::testing::TestDatabase;

use crate::closures::{closing, report};
use crate::desk::{ACCOUNTS, Desk, claim, page};

/// A server of the test's own, to be stopped in the middle.
struct Server {
    folder: TempDir,
    address: String,
}

impl Server {
    fn start() -> Self {
        let mut server = Self { folder: tempfile::tempdir().unwrap(), address: String::new() };
        server.address = server.run(&["start"]).trim_start_matches("redis://").to_owned();
        server
    }

    fn run(&self, how: &[&str]) -> String {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/servers");
        let (step, more) = how.split_first().unwrap();
        let output =
            Command::new(script).args(["redis", step]).arg(self.folder.path()).args(more).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    async fn ask(&self, words: &[&str]) -> redis::Value {
        let client = redis::Client::open(format!("redis://{}", self.address)).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let (command, arguments) = words.split_first().unwrap();
        redis::cmd(command).arg(arguments).query_async(&mut connection).await.unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.run(&["stop", "kill"]);
    }
}

async fn desk_with(server: &Server) -> Desk {
    let desk = Desk::on(TestDatabase::postgres().await, ACCOUNTS, "").await;
    let addresses = format!("addresses = \"{}\"", server.address);
    desk.reopen(&[("mode = \"none\"", "mode = \"single\""), ("addresses = \"\"", &addresses)]).await
}

/// Three of Budi's claims and 2,500 others.
async fn ask(desk: &Desk) -> Vec<ClaimResult> {
    let mut claims: Vec<_> = ["1", "9", "2"].map(|number| claim("008", number, "Budi Santoso", 1)).into();
    claims.extend((0..2_500).map(|n| claim("002", &format!("7{n:04}"), "Budi Santoso", 1)));
    desk.validate(page(claims, 3_600)).await.unwrap().results
}

fn count_reused(results: &[ClaimResult]) -> usize {
    results.iter().filter(|result| result.reused).count()
}

#[tokio::test]
async fn answers_stay_right_while_the_cache_is_emptied_and_killed() {
    let server = Server::start();
    let desk = desk_with(&server).await;
    let first = ask(&desk).await;
    assert_eq!(count_reused(&first), 0);
    assert_eq!(server.ask(&["DBSIZE"]).await, redis::Value::Int(2_503));
    let known: Vec<_> = first.iter().map(|result| ClaimResult { reused: true, ..*result }).collect();
    desk.pass_us(1_000_000);
    // Only the cache has them now: it is asked first.
    desk.execute("ALTER TABLE attempt RENAME TO attempt_away").await;
    assert_eq!(ask(&desk).await, known, "from the cache");
    desk.execute("ALTER TABLE attempt_away RENAME TO attempt").await;
    server.ask(&["FLUSHALL"]).await;
    assert_eq!(ask(&desk).await, known, "from the table");
    assert_eq!(server.ask(&["DBSIZE"]).await, redis::Value::Int(2_503), "and back in the cache");
    server.run(&["stop", "kill"]);
    assert_eq!(ask(&desk).await, known, "while it breaks away");
    assert_eq!(ask(&desk).await, known, "while it is away");
    let other = claim("008", "4", "Budi Santoso", 1);
    let result = desk.validate(page(vec![other], 3_600)).await.unwrap().results[0];
    assert_eq!((result.verdict(), result.reused), (Verdict::AccountRestricted, false), "banks are asked");
    server.run(&["start"]);
    assert_eq!(ask(&desk).await, known, "whether it is noticed or not");
    assert_eq!(desk.count("attempt").await, 2_504, "nothing was asked twice");
}

#[tokio::test]
async fn a_cache_that_comes_back_with_old_verdicts_tells_none_older_than_a_closing() {
    let server = Server::start();
    let desk = desk_with(&server).await;
    ask(&desk).await;
    desk.pass_us(1);
    desk.client().record_closures(report(1, vec![closing("008", "1", desk.now_us())])).await.unwrap();
    desk.pass_us(1);
    // The entry is there and would be fresh; a new process finds it as well.
    let again = desk.reopen(&[]).await;
    let results = ask(&again).await;
    assert!(!results[0].reused && results[1].reused);
    assert_eq!(count_reused(&results), 2_502);
    assert_eq!(count_reused(&ask(&desk).await), 2_503, "what was asked anew is in the cache for all");
}

#[tokio::test]
async fn nothing_personal_stands_in_the_cache() {
    let server = Server::start();
    let desk = desk_with(&server).await;
    let number = "98765432101234";
    desk.validate(page(vec![claim("008", number, "Kusumawardhani", 77)], 60)).await.unwrap();
    let redis::Value::Array(keys) = server.ask(&["KEYS", "*"]).await else { panic!("no keys") };
    let [redis::Value::BulkString(key)] = keys.as_slice() else { panic!("not one key") };
    assert!(key.starts_with(b"tv:") && key.len() == 3 + 16, "a prefix and a keyed hash");
    let lengths = server.ask(&["EVAL", "return redis.call('STRLEN', redis.call('KEYS', '*')[1])", "0"]).await;
    assert_eq!(lengths, redis::Value::Int(12), "verdict, match, rules and time");
}

#[tokio::test]
async fn identical_claims_of_calls_at_one_time_are_asked_once() {
    let desk = Desk::on(TestDatabase::postgres().await, ACCOUNTS, "").await;
    let slow = desk.reopen(&[("silence_ms = 0", "silence_ms = 200")]).await;
    // Bank 009 keeps the line, so that the second call comes while the first asks.
    let call = async || slow.validate(page(vec![claim("009", "1", "Budi Santoso", 1)], 0)).await.unwrap();
    let (first, second) = tokio::join!(call(), call());
    assert_eq!(first.results[0].verdict(), Verdict::BankUnanswered);
    assert_eq!(second.results[0].verdict(), Verdict::BankUnanswered);
    assert_eq!((first.results[0].reused, second.results[0].reused), (false, true));
    assert_eq!(slow.count("attempt").await, 1);
    let given_up = tokio::time::timeout(std::time::Duration::from_millis(20), call());
    let (given_up, third) = tokio::join!(given_up, call());
    assert!(given_up.is_err());
    assert!(!third.results[0].reused, "what one call gave up the other asks itself");
    assert_eq!(slow.count("attempt").await, 2);
}

//! Against real servers: run through `scripts/with-servers`.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::rules::verdict::{Judgement, Verdict};

const AGES: AgesMax = AgesMax { valid_seconds: 1_000, other_seconds: 100 };
const NOW_US: i64 = 1_600_000_000_000_000;

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run it through scripts/with-servers"))
}

fn addresses(text: &str) -> Vec<(String, u16)> {
    let address = |text: &str| {
        let (host, port) = text.split_once(':').unwrap();
        (host.to_owned(), port.parse().unwrap())
    };
    text.trim_start_matches("redis://").split(',').map(address).collect()
}

fn reach(kind: Kind, at: &str, prefix: &str) -> Reach {
    Reach {
        kind,
        addresses: addresses(at),
        login: Login::default(),
        tls: None,
        prefix: prefix.to_owned(),
        connections: 2,
        pages_max: 16,
        connect_timeout: Duration::from_secs(5),
        response_timeout: Duration::from_secs(5),
        look_every: Duration::from_millis(10),
    }
}

fn sentinel() -> Kind {
    Kind::Sentinel { master: "tepat".to_owned(), login: Login::default() }
}

/// One prefix for each run of a test: the servers are shared.
fn prefix(of: &str) -> String {
    format!("{of}:{:08x}:", uuid::Uuid::new_v4().as_u128() >> 96)
}

fn claims(from: u64, to: u64) -> Vec<ClaimHash> {
    // Spread as hashes are, braces and line ends among them.
    let hash = |n: u64| {
        let mixed = u128::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        ClaimHash(mixed.to_be_bytes())
    };
    (from..to).map(hash).collect()
}

fn known(n: usize) -> Known {
    let verdict = if n.is_multiple_of(3) { Verdict::AccountClosed } else { Verdict::Valid };
    let judgement = Judgement { verdict, name_match: None, dormancy_told: n.is_multiple_of(2) };
    Known { judgement, checked_at_us: NOW_US - i64::try_from(n).unwrap() }
}

fn verdicts(claims: &[ClaimHash]) -> Vec<(ClaimHash, Known)> {
    claims.iter().enumerate().map(|(n, claim)| (*claim, known(n))).collect()
}

/// Servers of the test's own, to be stopped in the middle.
struct Servers {
    folder: TempDir,
    kind: &'static str,
}

impl Servers {
    fn start(kind: &'static str) -> (Self, String) {
        let servers = Self { folder: tempfile::tempdir().unwrap(), kind };
        let addresses = run(kind, "start", servers.folder.path(), "");
        (servers, addresses)
    }

    /// One server of a group, or the only one.
    fn run(&self, step: &str, part: &str, how: &str) {
        run("redis", step, &self.folder.path().join(part), how);
    }

    fn signal(&self, signal: &str) {
        let pid = std::fs::read_to_string(self.folder.path().join("pid")).unwrap();
        assert!(Command::new("kill").args([signal, pid.trim()]).status().unwrap().success());
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        run(self.kind, "stop", self.folder.path(), "kill");
    }
}

fn run(kind: &str, step: &str, folder: &Path, how: &str) -> String {
    let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/servers"));
    command.args([kind, step]).arg(folder);
    if !how.is_empty() {
        command.arg(how);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[tokio::test]
async fn every_kind_of_server_tells_what_another_process_learnt() {
    let kinds = [
        (Kind::Single, "TEST_REDIS_URL"),
        (sentinel(), "TEST_REDIS_SENTINELS"),
        (Kind::Cluster, "TEST_REDIS_CLUSTER"),
    ];
    for (kind, address) in kinds {
        let (at, prefix) = (variable(address), prefix("kind"));
        let open = async || SharedCache::open(reach(kind.clone(), &at, &prefix), AGES).await;
        let (one, other) = (open().await, open().await);
        let all = claims(0, 3_500);
        one.put(&verdicts(&all[..3_000]), NOW_US).await;
        let found = other.get(&all).await;
        let right = (0..3_500).all(|n| found[n] == (n < 3_000).then(|| known(n)));
        assert!(right, "{kind:?}");
        let singles = futures::future::join_all(
            all[2_900..3_100].iter().map(|claim| other.get(std::slice::from_ref(claim))),
        );
        let singles: Vec<Option<Known>> = singles.await.into_iter().flatten().collect();
        assert_eq!(singles, found[2_900..3_100], "{kind:?}");
        let elsewhere = SharedCache::open(reach(kind.clone(), &at, &format!("{prefix}x")), AGES).await;
        assert_eq!(elsewhere.get(&all[..5]).await, [None; 5], "{kind:?}: another prefix");
    }
}

#[tokio::test]
async fn keys_have_the_slots_that_the_cluster_gives_them() {
    let (host, port) = addresses(&variable("TEST_REDIS_CLUSTER")).remove(0);
    let client = redis::Client::open((host, port)).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let prefix = "t:{";
    let mut keys: Vec<Vec<u8>> =
        claims(0, 500).iter().map(|claim| [prefix.as_bytes(), &claim.0].concat()).collect();
    keys.extend(claims(500, 700).iter().map(|claim| claim.0.to_vec()));
    keys.extend([&b"a{b}c"[..], b"{}", b"a{}{b}", b"{b", b"}b{c}"].map(<[u8]>::to_vec));
    for key in keys {
        let told: usize = redis::cmd("CLUSTER")
            .arg("KEYSLOT")
            .arg(key.as_slice())
            .query_async(&mut connection)
            .await
            .unwrap();
        assert_eq!(keys::slot(&key), told, "{key:?}");
    }
}

#[tokio::test]
async fn a_verdict_expires_with_its_class_and_not_all_at_once() {
    let (at, prefix) = (variable("TEST_REDIS_URL"), prefix("expiry"));
    let cache = SharedCache::open(reach(Kind::Single, &at, &prefix), AGES).await;
    let all = claims(0, 60);
    let aged = |n: usize| Known { checked_at_us: NOW_US - 50_000_000, ..known(n) };
    let entries: Vec<_> = all.iter().enumerate().map(|(n, claim)| (*claim, aged(n))).collect();
    cache.put(&entries, NOW_US).await;
    let mut connection = redis::Client::open(at).unwrap().get_multiplexed_async_connection().await.unwrap();
    let mut of_class = [Vec::new(), Vec::new()];
    for (n, claim) in all.iter().enumerate() {
        let key = keys::Keys::new(&prefix).of(*claim);
        let left_ms: u64 = redis::cmd("PTTL").arg(key.as_bytes()).query_async(&mut connection).await.unwrap();
        of_class[usize::from(n.is_multiple_of(3))].push(left_ms);
    }
    // A tenth less than what is left of the class's age, and the time that the test itself takes.
    let [valid, other] = of_class;
    assert!(valid.iter().all(|left_ms| (800_000..=950_000).contains(left_ms)), "{valid:?}");
    assert!(other.iter().all(|left_ms| (1..=50_000).contains(left_ms)), "{other:?}");
    assert!(valid.iter().max().unwrap() - valid.iter().min().unwrap() > 10_000, "{valid:?}");
    let too_old = Known { checked_at_us: NOW_US - 1_000_000_001, ..known(1) };
    let one = claims(60, 61);
    cache.put(&[(one[0], too_old)], NOW_US).await;
    assert_eq!(cache.get(&one).await, [None]);
}

#[tokio::test]
async fn a_server_that_is_killed_costs_nothing_but_what_it_held() {
    let (server, at) = Servers::start("redis");
    let cache = SharedCache::open(reach(Kind::Single, &at, ""), AGES).await;
    let all = claims(0, 2_000);
    cache.put(&verdicts(&all), NOW_US).await;
    assert!(cache.get(&all).await.iter().all(Option::is_some));
    server.run("stop", "", "kill");
    let (page, single) = tokio::join!(cache.get(&all), cache.get(&all[..1]));
    assert!(page.iter().chain(&single).all(Option::is_none));
    cache.until_connected(false).await;
    cache.put(&verdicts(&all), NOW_US).await;
    server.run("start", "", "");
    cache.until_connected(true).await;
    assert!(cache.get(&all).await.iter().all(Option::is_none), "it came back empty");
    cache.put(&verdicts(&all), NOW_US).await;
    assert_eq!(cache.get(&all[..1]).await, [Some(known(0))]);
    assert!(cache.get(&all).await.iter().all(Option::is_some));
}

#[tokio::test]
async fn a_server_that_stands_still_is_given_up_and_taken_back() {
    let (server, at) = Servers::start("redis");
    let impatient = Duration::from_millis(200);
    let reach =
        Reach { connect_timeout: impatient, response_timeout: impatient, ..reach(Kind::Single, &at, "") };
    let cache = SharedCache::open(reach, AGES).await;
    let all = claims(0, 10);
    cache.put(&verdicts(&all), NOW_US).await;
    cache.until_connected(true).await;
    server.signal("-STOP");
    assert_eq!(cache.get(&all).await, [None; 10]);
    cache.until_connected(false).await;
    server.signal("-CONT");
    cache.until_connected(true).await;
    assert!(cache.get(&all).await.iter().all(Option::is_some), "it held what it had");
}

#[tokio::test]
async fn without_a_server_the_door_opens_and_waits_for_one() {
    let (server, at) = Servers::start("redis");
    server.run("stop", "", "kill");
    let cache = SharedCache::open(reach(Kind::Single, &at, ""), AGES).await;
    let all = claims(0, 3);
    assert_eq!(cache.get(&all).await, [None; 3]);
    server.run("start", "", "");
    cache.until_connected(true).await;
    cache.put(&verdicts(&all), NOW_US).await;
    assert!(cache.get(&all).await.iter().all(Option::is_some));
}

#[tokio::test]
async fn the_master_that_takes_over_is_found() {
    let (group, at) = Servers::start("redis-sentinel");
    let cache = SharedCache::open(reach(sentinel(), &at, ""), AGES).await;
    let all = claims(0, 1_500);
    cache.put(&verdicts(&all), NOW_US).await;
    assert!(cache.get(&all).await.iter().all(Option::is_some));
    group.run("stop", "master", "kill");
    assert!(cache.get(&all).await.iter().all(Option::is_none));
    cache.until_connected(false).await;
    cache.until_connected(true).await;
    cache.put(&verdicts(&all), NOW_US).await;
    assert!(cache.get(&all).await.iter().all(Option::is_some), "the replica is the master now");
}

#[tokio::test]
async fn a_cluster_that_loses_a_part_is_given_up_until_it_is_whole() {
    let (group, at) = Servers::start("redis-cluster");
    let cache = SharedCache::open(reach(Kind::Cluster, &at, ""), AGES).await;
    let all = claims(0, 1_500);
    cache.put(&verdicts(&all), NOW_US).await;
    assert!(cache.get(&all).await.iter().all(Option::is_some));
    group.run("stop", "node-2", "kill");
    let found = cache.get(&all).await;
    assert!(found.iter().enumerate().all(|(n, found)| found.is_none_or(|found| found == known(n))));
    cache.until_connected(false).await;
    group.run("start", "node-2", "");
    cache.until_connected(true).await;
    cache.put(&verdicts(&all), NOW_US).await;
    assert!(cache.get(&all).await.iter().all(Option::is_some));
}

#[tokio::test]
async fn a_key_that_moved_to_another_node_is_found_there() {
    let (_group, at) = Servers::start("redis-cluster");
    let cache = SharedCache::open(reach(Kind::Cluster, &at, ""), AGES).await;
    // The first node has the first third of the slots, and gives one of them to the last node.
    let one = claims(0, 100).into_iter().find(|claim| keys::slot(&claim.0) < 5_000).unwrap();
    let mut connections = Vec::new();
    for (host, port) in addresses(&at) {
        let client = redis::Client::open((host, port)).unwrap();
        connections.push(client.get_multiplexed_async_connection().await.unwrap());
    }
    let ask = redis::cmd("CLUSTER").arg("MYID").clone();
    let last: String = ask.query_async(connections.last_mut().unwrap()).await.unwrap();
    for connection in connections.iter_mut().rev() {
        let mut give = redis::cmd("CLUSTER");
        give.arg("SETSLOT").arg(keys::slot(&one.0)).arg("NODE").arg(&last);
        let _: redis::Value = give.query_async(connection).await.unwrap();
    }
    // The first put meets the node of before, which refuses it; then the door learns where the slot is.
    while cache.get(&[one]).await == [None] {
        cache.put(&[(one, known(0))], NOW_US).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(cache.get(&[one]).await, [Some(known(0))]);
}

#[tokio::test]
async fn a_sentinel_or_a_master_without_its_part_is_no_server() {
    let named = |master: &str| Kind::Sentinel { master: master.to_owned(), login: Login::default() };
    let at = variable("TEST_REDIS_SENTINELS");
    let check = async |reach: Reach, expected| {
        assert_eq!(nodes::Nodes::connect(&reach).await.err(), Some(expected));
    };
    check(reach(named("another"), &at, ""), nodes::LinkFault::NoMaster).await;
    // Not every answer is a Cluster's, and not every listener a Redis.
    check(reach(Kind::Cluster, &variable("TEST_REDIS_URL"), ""), nodes::LinkFault::NotReady).await;
    let password = Login { username: String::new(), password: "wrong".to_owned() };
    let with_password = Reach { login: password, ..reach(Kind::Single, &variable("TEST_REDIS_URL"), "") };
    check(with_password, nodes::LinkFault::Refused).await;
    let dead = reach(sentinel(), &format!("127.0.0.1:1,{at}"), "");
    assert!(nodes::Nodes::connect(&dead).await.is_ok(), "the next Sentinel is asked");
}

//! One sample, every shape: whatever the suite runs on and in however many processes, it ends in the root
//! and the recipients files of one process over SQLite.

use std::fs;

use super::collector::Collector;
use super::ended::{BATCH, assert_as_calm, finish};
use super::production::{Pace, Production, Program};
use super::services::Services;
use super::suite::{Suite, import};
use super::world::assert_whole;

/// As fast as the calm run.
const PACE: Pace = Pace { screen_workers: 3, silence_ms: 150 };

#[test]
fn postgresql_and_redis_in_one_process() {
    let production = Production::new(PACE);
    let suite = production.up();
    run(&production, "one process", &suite, [&suite; 2]);
    suite.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_and_redis_with_each_service_in_a_process_and_one_trace_a_chunk() {
    let production = Production::new(PACE);
    let collector = Collector::start().await;
    let services = Services::start(&production, Program::Serve, 1, Some(&collector.endpoint));
    let disbursement = services.disbursement[0].suite();
    run(&production, "tepat serve, four processes", services.membership.suite(), [disbursement; 2]);
    let chunks = disbursement.json(&["batch", "status", BATCH])["chunks"].as_i64().unwrap();
    // What was not sent yet is sent when a process ends.
    services.end();
    collector.assert_one_trace_a_chunk(chunks);
    collector.assert_without_persons();
}

#[test]
fn postgresql_and_redis_with_each_service_as_its_own_binary() {
    let production = Production::new(PACE);
    let services = Services::start(&production, Program::Own, 1, None);
    let disbursement = services.disbursement[0].suite();
    run(&production, "own binaries, four processes", services.membership.suite(), [disbursement; 2]);
    services.end();
}

/// The sample from import to hand over.
fn run(production: &Production, shape: &str, membership: &Suite, disbursement: [&Suite; 2]) {
    let dir = production.dir.path();
    assert_whole(&import(membership, dir, &[]));
    disbursement[0].json(&["batch", "open", BATCH]);
    let ended = finish(disbursement, &production.data(), dir);
    assert_as_calm(&ended);
    let files = fs::read_dir(production.data()).unwrap().map(|entry| entry.unwrap().path());
    let kept_in_files = files.filter(|path| path.extension().is_some_and(|ending| ending == "sqlite"));
    assert_eq!(kept_in_files.count(), 0, "everything is in PostgreSQL");
    let verdicts = production.verdicts_in_redis();
    assert!(verdicts > 0, "Redis was not used");
    let lines = production.assert_logs_without_persons();
    println!(
        "PostgreSQL and Redis, {shape}: root {}, {} recipients files, {verdicts} verdicts in Redis, {lines} lines of log",
        ended.root,
        ended.recipients.len()
    );
}

//! Two replicas of disbursement over one database: they share the chunks, and one that stood still finds
//! its leases taken.

use std::collections::BTreeMap;

use tepat_store::Store;

use super::ended::{BATCH, CHUNK_MEMBERS, assert_as_calm, assert_decided_once, finish};
use super::production::{Pace, Production, Program, chunks_done};
use super::services::{Service, Services};
use super::suite::{import, until, until_async};
use super::world::assert_whole;

const PACE: Pace = Pace { screen_workers: 2, silence_ms: 250 };

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_share_a_batch_and_whoever_lost_a_lease_writes_nothing() {
    let production = Production::new(PACE);
    let services = Services::start(&production, Program::Serve, 2, None);
    let [one, other] = [&services.disbursement[0], &services.disbursement[1]];
    let dir = production.dir.path();
    assert_whole(&import(services.membership.suite(), dir, &[]));
    one.suite().json(&["batch", "open", BATCH]);

    // The first stands still when it has done its quarter, with chunks in its hands.
    let disbursement = production.disbursement().await;
    let all = chunks_done(&disbursement).await.1;
    until("the first replica does a quarter", || (4 * chunks_of(one) >= all).then_some(()));
    let by_one = chunks_of(one);
    one.suite().signal("STOP");
    let held = tokens(&disbursement, "state = 'leased'").await;
    let stolen = until_async("a lease of the first is taken and its chunk done", async || {
        let done = tokens(&disbursement, "state = 'done'").await;
        done.into_iter().find(|(chunk, token)| held.get(chunk).is_some_and(|before| before < token))
    });
    let (chunk, token) = stolen.await;
    one.suite().signal("CONT");
    let lost = until("the first finds its lease lost", || Some(leases_lost(one)).filter(|lost| *lost > 0));
    println!(
        "replica 1 stood still after {by_one} chunks; chunk {chunk} went to replica 2 with token {token}; {lost} leases of replica 1 lost"
    );

    assert_as_calm(&finish([one.suite(), other.suite()], &production.data(), dir));
    assert_decided_once(&disbursement).await;
    let shares = [one, other].map(chunks_of);
    println!(
        "{all} chunks: {} by replica 1, {} by replica 2; leases lost {} and {}",
        shares[0],
        shares[1],
        leases_lost(one),
        leases_lost(other)
    );
    assert_eq!(shares.iter().sum::<i64>(), all, "each chunk was written by one of them");
    assert!(shares.iter().all(|share| 4 * share >= all), "a quarter each: {shares:?}");
    production.assert_logs_without_persons();
    services.end();
}

/// Chunks that a replica wrote.
fn chunks_of(replica: &Service) -> i64 {
    let chunks = replica.metric("tepat_candidates_screened_total").div_ceil(CHUNK_MEMBERS);
    i64::try_from(chunks).unwrap()
}

fn leases_lost(replica: &Service) -> u64 {
    replica.metric("tepat_chunk_leases_lost_total")
}

/// The tokens of the batch's chunks that are in this state; every lease of a chunk has a new one.
async fn tokens(disbursement: &Store, state: &str) -> BTreeMap<i64, i64> {
    let sql = format!("SELECT chunk, token FROM chunk WHERE batch_id = $1 AND {state}");
    let rows = disbursement.rows(&sql, [BATCH.into()]).await.unwrap();
    rows.iter().map(|row| row.try_get_many_by_index().unwrap()).collect()
}

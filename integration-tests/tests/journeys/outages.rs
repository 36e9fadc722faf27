//! Outages in a running batch: servers and processes are killed, each once, and come back; nobody does
//! anything about the batch.

use tepat_store::Store;

use super::ended::{BATCH, assert_as_calm, assert_decided_once, finish};
use super::production::{Pace, Production, Program, chunks_done};
use super::services::{Service, Services};
use super::suite::{import, until_async};
use super::world::assert_whole;

const PACE: Pace = Pace { screen_workers: 1, silence_ms: 300 };

#[tokio::test(flavor = "multi_thread")]
async fn every_server_and_every_process_may_die_once_in_a_batch() {
    let production = Production::new(PACE);
    let mut services = Services::start(&production, Program::Serve, 1, None);
    let dir = production.dir.path();
    assert_whole(&import(services.membership.suite(), dir, &[]));
    services.disbursement[0].suite().json(&["batch", "open", BATCH]);
    let batch = Batch(production.disbursement().await);

    batch.outlives_peer(&mut services.membership).await;

    let done = batch.gets_on().await;
    production.redis.kill_and_empty().unwrap();
    let without = batch.gets_on().await;
    production.redis.start_again().unwrap();
    println!("Redis killed after {done} chunks, without it {without}, started again empty");

    let done = batch.gets_on().await;
    production.postgres.stop_immediate().unwrap();
    production.postgres.start_again().unwrap();
    let found = batch.undone().await;
    println!("PostgreSQL stopped immediately after {done} chunks, found {found} done when it was back");
    assert!(found >= done, "what was written stays written");

    let done = batch.gets_on().await;
    services.disbursement[0].kill();
    let (leased, written) = batch.leased().await;
    assert_eq!(written, 0, "a chunk is leased and half written");
    services.disbursement[0].start_again();
    println!("disbursement killed after {done} chunks, with {leased} leased and not written");

    batch.outlives_peer(&mut services.wages).await;
    batch.outlives_peer(&mut services.accounts).await;

    let disbursement = services.disbursement[0].suite();
    assert_as_calm(&finish([disbursement; 2], &production.data(), dir));
    assert_decided_once(&batch.0).await;
    let verdicts = production.verdicts_in_redis();
    assert!(verdicts > 0, "Redis is used again");
    let lines = production.assert_logs_without_persons();
    println!("same root as in calm; {verdicts} verdicts in Redis again, {lines} lines of log");
    services.end();
}

/// The batch as the database knows it.
struct Batch(Store);

impl Batch {
    /// Chunks that are done, while some are not.
    async fn undone(&self) -> i64 {
        let (done, all) = chunks_done(&self.0).await;
        assert!(done < all, "all {all} chunks are done before everything was killed once");
        done
    }

    /// Waits until one more chunk is done than now; returns how many are.
    async fn gets_on(&self) -> i64 {
        let before = self.undone().await;
        let wanted = format!("chunk {} is done", before + 1);
        until_async(&wanted, async || Some(self.undone().await).filter(|done| *done > before)).await
    }

    /// Kills a process that disbursement asks, lets it be missed, and starts it again.
    async fn outlives_peer(&self, peer: &mut Service) {
        let done = self.gets_on().await;
        peer.kill();
        let wanted = format!("{} is missed", peer.name);
        let trouble = until_async(&wanted, async || {
            self.undone().await;
            Some(self.trouble().await).filter(|trouble| trouble.contains(&peer.name))
        });
        let trouble = trouble.await;
        peer.start_again();
        let went_on = self.gets_on().await;
        println!("{} killed after {done} chunks ({trouble}); back, {went_on} chunks", peer.name);
    }

    /// Why the batch does not get on; empty when it does.
    async fn trouble(&self) -> String {
        let sql = "SELECT trouble FROM batch WHERE batch_id = $1";
        let row = self.0.row(sql, [BATCH.into()]).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    /// Chunks that are leased, and decisions within them.
    async fn leased(&self) -> (i64, i64) {
        let sql = "SELECT count(*), CAST(COALESCE(sum(
                (SELECT count(*) FROM decision d WHERE d.nik > c.after_nik AND d.nik <= c.through_nik)
            ), 0) AS BIGINT)
            FROM chunk c WHERE c.batch_id = $1 AND c.state = 'leased'";
        let row = self.0.row(sql, [BATCH.into()]).await.unwrap().unwrap();
        row.try_get_many_by_index().unwrap()
    }
}

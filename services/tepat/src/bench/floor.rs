//! The floor: what the machine can do at all. A straight program without services that ends with the
//! same rows and files as a batch of the suite, on the same servers.
//!
//! It does: read the roster's four tables by COPY OUT in NIK order, a connection each; look up the
//! state of every claimed account in Redis by MGET of 1,000 with four in flight; run four trivial
//! checks; append a decision for everybody by binary COPY, and an entitlement and an account claim for
//! every recipient, into fresh tables with the suite's columns and checks; write one CSV a bank with
//! SHA-256 and fsync, the same bytes as the suite's; then make the suite's indexes, two at a time.
//! Reading, asking, deciding and writing overlap through bounded channels on two threads.
//!
//! It does not: compute who is entitled (the sample's answer key says so; [`decide`] says what is
//! checked all the same), ask services, keep leases, survive a crash, write the list of those left
//! out, a Merkle tree, signatures, events or totals. The states that it reads are its own keys, put
//! beside the suite's when the benchmark was prepared, from the verdicts of the accounts service: so it
//! needs no keyed hash of a claim. Marks of accounts are the same keyed hashes as the suite's.

mod ask;
mod copy;
mod decide;
mod files;
mod read;
mod tables;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use aws_lc_rs::hmac;
use futures::StreamExt as _;
use redis::aio::MultiplexedConnection;
use sqlx::Row as _;
use sqlx::postgres::{PgConnection, PgRow};
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinHandle, JoinSet};
use tokio_stream::wrappers::ReceiverStream;

use super::answer::Answers;
use super::database::{self, Address};
use super::states;
use crate::failure::Failure;
use crate::stages::Stages;

use decide::{Candidates, Rows};
use files::Lines;
use read::Block;
use tables::Table;

pub(super) use tables::{SCHEMA, TABLES};

/// Its stages, and their sum.
pub(super) const STAGES: [&str; 3] = ["read, ask, decide, write", "index, sync files", "total"];

/// Blocks whose states are asked for at a time.
const IN_FLIGHT: usize = 4;

/// Parcels of rows on their way to one table or to the files.
const PARCELS: usize = 8;

/// What the floor is to do.
pub(super) struct Asked {
    pub(super) address: Address,
    pub(super) redis_url: String,
    /// As in the suite's run, so that the files are the same.
    pub(super) batch_id: String,
    pub(super) term: String,
    pub(super) amount_rupiah: i64,
    /// YYYYMMDD.
    pub(super) cut_off: i64,
    pub(super) answers: Answers,
    /// The secret of the marks.
    pub(super) mark_key: Vec<u8>,
    /// Where the files go; emptied first.
    pub(super) files: PathBuf,
}

/// What the floor came to.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) stages: Vec<(&'static str, f64)>,
    pub(super) counts: [u64; 3],
    /// SHA-256 of each recipients file by its name.
    pub(super) digests: BTreeMap<String, String>,
}

/// Where somebody works.
#[derive(Debug)]
struct Employer {
    npp: Vec<u8>,
    region: i64,
}

/// What every block needs to know.
struct Errand {
    batch_id: String,
    term: String,
    amount_rupiah: i64,
    cut_off: i64,
    answers: Answers,
    mark_key: hmac::Key,
    /// By their numbers.
    employers: HashMap<i64, Employer>,
}

impl Errand {
    fn mark(&self, bank: &[u8], number: &[u8]) -> [u8; 16] {
        let text = [&b"account/"[..], bank, b"/", number].concat();
        *hmac::sign(&self.mark_key, &text).as_ref().first_chunk().expect("HMAC-SHA256 has 32 bytes")
    }
}

/// Runs the floor.
pub(super) async fn run(asked: Asked) -> Result<Done, Failure> {
    let Asked { address, redis_url, files, .. } = &asked;
    let mut connection = database::connect(address).await?;
    let redis = states::connect(redis_url).await?;
    let tables = Arc::new(tables::make(&mut connection).await?);

    let mut stages = Stages::begin(false);
    stages.next(STAGES[0]);
    let employers = employers(&mut connection).await?;
    let mut tasks = JoinSet::new();
    let blocks = read::start(address, &mut tasks);
    let (sinks, writing) = Writing::start(address, &tables, files.clone());
    let errand = Arc::new(Errand {
        mark_key: hmac::Key::new(hmac::HMAC_SHA256, &asked.mark_key),
        batch_id: asked.batch_id,
        term: asked.term,
        amount_rupiah: asked.amount_rupiah,
        cut_off: asked.cut_off,
        answers: asked.answers,
        employers,
    });
    let decided = decide_all(&errand, &tables, &redis, blocks, sinks).await;
    // A reader or writer that failed is why the others could not go on: it is told first.
    while let Some(task) = tasks.join_next().await {
        task.map_err(cut)??;
    }
    for table in writing.tables {
        table.await.map_err(cut)??;
    }
    let counts = decided?;
    stages.next(STAGES[1]);
    let [decision, entitlement, account_claim] = &*tables;
    let (decisions, others, digests) = tokio::join!(
        decision.index(&asked.address),
        async { entitlement.index(&asked.address).await.and(account_claim.index(&asked.address).await) },
        writing.files
    );
    decisions.and(others)?;
    let digests = digests.map_err(cut)??;
    Ok(Done { stages: stages.end(), counts, digests })
}

/// Where decided rows go.
struct Sinks {
    tables: [mpsc::Sender<Vec<u8>>; 3],
    files: mpsc::Sender<Lines>,
}

/// The tasks behind the sinks.
struct Writing {
    tables: [JoinHandle<Result<u64, Failure>>; 3],
    files: JoinHandle<Result<BTreeMap<String, String>, Failure>>,
}

impl Writing {
    fn start(address: &Address, tables: &Arc<[Table; 3]>, dir: PathBuf) -> (Sinks, Self) {
        let filled = [0, 1, 2].map(|index| {
            let (sender, parcels) = mpsc::channel(PARCELS);
            let (address, tables) = (address.clone(), Arc::clone(tables));
            (sender, tokio::spawn(async move { tables[index].fill(&address, parcels).await }))
        });
        let (files, parcels) = mpsc::channel(PARCELS);
        let writing = tokio::task::spawn_blocking(move || files::write(&dir, parcels));
        let [(decision, first), (entitlement, second), (account_claim, third)] = filled;
        let sinks = Sinks { tables: [decision, entitlement, account_claim], files };
        (sinks, Self { tables: [first, second, third], files: writing })
    }
}

/// Asks and decides, block by block with several in flight, and hands the rows on in NIK order:
/// how many are eligible, refused and pending.
async fn decide_all(
    errand: &Arc<Errand>,
    tables: &Arc<[Table; 3]>,
    redis: &MultiplexedConnection,
    blocks: mpsc::Receiver<Block>,
    sinks: Sinks,
) -> Result<[u64; 3], Failure> {
    let work = |block: Block| {
        let (errand, tables, redis) = (Arc::clone(errand), Arc::clone(tables), redis.clone());
        tokio::spawn(async move { one(&errand, &tables, redis, &block).await })
    };
    let mut decided = ReceiverStream::new(blocks).map(work).buffered(IN_FLIGHT);
    let mut counts = [0; 3];
    let ended = || Failure::failed("a writer of the floor ended early");
    while let Some(rows) = decided.next().await {
        let Rows { tables, lines, refused, pending } = rows.map_err(cut)??;
        for (count, more) in counts.iter_mut().zip([lines.count, refused, pending]) {
            *count += more;
        }
        for (sink, rows) in sinks.tables.iter().zip(tables) {
            sink.send(rows).await.map_err(|_| ended())?;
        }
        sinks.files.send(lines).await.map_err(|_| ended())?;
    }
    Ok(counts)
}

async fn one(
    errand: &Errand,
    tables: &[Table; 3],
    redis: MultiplexedConnection,
    block: &Block,
) -> Result<Rows, Failure> {
    let candidates = Candidates::of(errand, block)?;
    let states = ask::ask(redis, &candidates).await?;
    decide::decide(errand, tables, block.first_sequence, &candidates, &states)
}

async fn employers(connection: &mut PgConnection) -> Result<HashMap<i64, Employer>, Failure> {
    let sql = "SELECT employer::bigint, npp::text, region_code::bigint FROM membership.employer";
    let of_row = |row: &PgRow| -> Result<(i64, Employer), sqlx::Error> {
        let npp: String = row.try_get(1)?;
        Ok((row.try_get(0)?, Employer { npp: npp.into_bytes(), region: row.try_get(2)? }))
    };
    let rows = database::rows(connection, sql).await?;
    rows.iter().map(of_row).collect::<Result<_, _>>().map_err(database::failed)
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn cut(err: JoinError) -> Failure {
    Failure::failed(format!("a task of the floor was cut: {err}"))
}

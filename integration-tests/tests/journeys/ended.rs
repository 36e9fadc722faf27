//! What a batch ends in: the same in every shape and after every outage.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;
use tepat_store::Store;

use super::suite::{Suite, decisions, import};
use super::world::{WORKERS, assert_whole, text};

/// The batch of these journeys.
pub(crate) const BATCH: &str = "bsu-2022-1-0001";

/// Chunks of a hundred: the fewest that a chunk may have.
pub(crate) const CHUNK_MEMBERS: u64 = 100;

/// Twenty chunks of a hundred, each held up by a bank that hangs up only after a while: whenever a process
/// is killed, it is in the middle of one.
pub(crate) const SMALL_CHUNKS: [&str; 8] = [
    "--set",
    "disbursement.chunk_members=100",
    "--set",
    "disbursement.lease_ms=1000",
    "--set",
    "accounts.sandbox.silent_banks=[\"002\"]",
    "--set",
    "accounts.sandbox.silence_ms=150",
];

/// What a run ends in.
#[derive(PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) root: Value,
    pub(crate) decisions: String,
    pub(crate) recipients: BTreeMap<String, Vec<u8>>,
}

/// The calm run: one process over SQLite, and nothing happens to it.
pub(crate) static CALM: LazyLock<Ended> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let suite = Suite::up(dir.path(), &SMALL_CHUNKS);
    assert_whole(&import(&suite, dir.path(), &[]));
    suite.json(&["batch", "open", BATCH]);
    let calm = finish([&suite; 2], dir.path(), dir.path());
    assert!(calm.decisions.contains(",PENDING,BANK_UNANSWERED,BANK_UNANSWERED\n"));
    println!("calm run, SQLite in one process: root {}", calm.root);
    calm
});

/// Screens to the end and hands over, with the steps taken by turns at two processes, or twice the same.
/// `data` has the officials' keys; `dir` takes what is written on the way.
pub(crate) fn finish([one, other]: [&Suite; 2], data: &Path, dir: &Path) -> Ended {
    assert_eq!(other.json(&["batch", "watch", BATCH])["state"], "SCREENED");
    one.json(&["batch", "close", BATCH]);
    let root = other.json(&["batch", "compose", BATCH])["merkle_root"].clone();
    one.json(&["batch", "determine", BATCH, "--identity", "maker"]);
    other.json(&["batch", "approve", BATCH, "--identity", "checker", "--data", text(data)]);
    let handed = one.json(&["batch", "hand-over", BATCH, "--identity", "maker"]);
    let folder = Path::new(handed["package"].as_str().unwrap()).join("recipients");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let recipients =
        files.map(|file| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap()));
    Ended { root, recipients: recipients.collect(), decisions: decisions(other, BATCH, dir) }
}

/// Compares a run with the calm one.
pub(crate) fn assert_as_calm(ended: &Ended) {
    assert_eq!(ended.root, CALM.root);
    // Whole files are not printed.
    assert!(ended.decisions == CALM.decisions, "other decisions than those of the calm run");
    assert!(ended.recipients == CALM.recipients, "other recipients files than those of the calm run");
}

/// Checks that everybody of the sample was decided on once.
pub(crate) async fn assert_decided_once(disbursement: &Store) {
    let row = disbursement.row("SELECT COUNT(*), COUNT(DISTINCT nik) FROM decision", []).await.unwrap();
    let (decisions, persons) = row.unwrap().try_get_many_by_index::<(i64, i64)>().unwrap();
    let everybody = i64::try_from(*WORKERS).unwrap();
    assert_eq!((decisions, persons), (everybody, everybody), "nobody twice, nobody left out");
}

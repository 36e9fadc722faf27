//! Cuts: an upload that ends in the middle, and SIGKILL while chunks are being screened.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;
use tepat_proto::disbursement::disbursement_service_client::DisbursementServiceClient;
use tepat_proto::disbursement::{BatchState, WatchBatchRequest};
use tepat_proto::membership as wire;
use tepat_proto::membership::membership_service_client::MembershipServiceClient;
use tepat_proto::membership::upload_file_request::Part;
use tepat_proto::membership::{FileState, ImportFile};
use tepat_store::{Store, StoreSettings};

use super::world::{SAMPLE, Suite, WORKERS, assert_whole, decisions, import, text};

const BATCH: &str = "bsu-2022-1-0001";
/// Twenty chunks of a hundred, each held up by a bank that hangs up only after a while: whenever the
/// suite is killed, it is in the middle of one.
const SMALL_CHUNKS: [&str; 8] = [
    "--set",
    "disbursement.chunk_members=100",
    "--set",
    "disbursement.lease_ms=1000",
    "--set",
    "accounts.sandbox.silent_banks=[\"002\"]",
    "--set",
    "accounts.sandbox.silence_ms=150",
];
/// Kills that have to count.
const KILLS: usize = 5;

#[tokio::test(flavor = "multi_thread")]
async fn five_kills_and_a_cut_import_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let calm = calm_run(&dir.path().join("calm"));

    let data = dir.path().join("killed");
    cut_import(&data).await;
    let mut suite = Suite::up(&data, &SMALL_CHUNKS);
    assert_whole(&import(&suite, dir.path(), &["--import-id", "cut"]));

    suite.json(&["batch", "open", BATCH]);
    let (mut counted, mut done_before) = (0, 0);
    // A lease that an earlier kill left behind does not count again.
    let mut seen: BTreeSet<Leased> = BTreeSet::new();
    while counted < KILLS {
        let done = wait_for_chunks(&suite.server, done_before + 1).await;
        suite.kill();
        let leased = leased_and_uncommitted(&data).await;
        if let Some(Leased { chunk, rows, .. }) = leased.iter().find(|leased| !seen.contains(leased)) {
            counted += 1;
            println!(
                "kill {counted}: {done} chunks done, chunk {chunk} with {rows} rows leased and not written"
            );
        }
        seen.extend(leased);
        done_before = done;
        suite = Suite::up(&data, &SMALL_CHUNKS);
    }
    let killed = finish(&suite, &data, dir.path());
    assert_eq!(killed.root, calm.root);
    assert_eq!(killed.decisions, calm.decisions);
    assert_eq!(killed.recipients, calm.recipients);
    assert_eq!(twice_decided(&data).await, (WORKERS, WORKERS), "nobody twice, nobody left out");
}

/// What a run ends in.
struct Ended {
    root: Value,
    decisions: String,
    recipients: BTreeMap<String, Vec<u8>>,
}

fn calm_run(data: &Path) -> Ended {
    let suite = Suite::up(data, &SMALL_CHUNKS);
    assert_whole(&import(&suite, data, &[]));
    suite.json(&["batch", "open", BATCH]);
    let ended = finish(&suite, data, data);
    assert!(ended.decisions.contains(",PENDING,BANK_UNANSWERED,BANK_UNANSWERED\n"));
    ended
}

/// Screens to the end and hands over.
fn finish(suite: &Suite, data: &Path, dir: &Path) -> Ended {
    assert_eq!(suite.json(&["batch", "watch", BATCH])["state"], "SCREENED");
    suite.json(&["batch", "close", BATCH]);
    let root = suite.json(&["batch", "compose", BATCH])["merkle_root"].clone();
    suite.json(&["batch", "determine", BATCH, "--identity", "maker"]);
    suite.json(&["batch", "approve", BATCH, "--identity", "checker", "--data", text(data)]);
    let handed = suite.json(&["batch", "hand-over", BATCH, "--identity", "maker"]);
    let folder = Path::new(handed["package"].as_str().unwrap()).join("recipients");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let recipients =
        files.map(|file| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap()));
    Ended { root, recipients: recipients.collect(), decisions: decisions(suite, BATCH, dir) }
}

/// Uploads the employers and two thirds of the members, then kills the suite.
async fn cut_import(data: &Path) {
    let suite = Suite::up(data, &[]);
    let mut client = MembershipServiceClient::connect(suite.server.clone()).await.unwrap();
    let files = [
        (ImportFile::Employers, "employers.csv"),
        (ImportFile::Members, "members.csv"),
        (ImportFile::Wages, "wages.csv"),
        (ImportFile::Lists, "lists.csv"),
    ];
    let contents = files.map(|(file, name)| (file, fs::read(SAMPLE.path().join(name)).unwrap()));
    let announced = contents.iter().map(|(file, content)| wire::FileAnnounced {
        file: *file as i32,
        bytes: content.len().try_into().unwrap(),
        sha256: tepat_proof::digest::sha256(content).to_vec(),
    });
    let opening = wire::OpenImportRequest {
        request_id: uuid::Uuid::now_v7().to_string(),
        import_id: "cut".into(),
        files: announced.collect(),
        ..Default::default()
    };
    client.open_import(opening).await.unwrap();
    let [employers, members, ..] = &contents;
    let whole = upload(&mut client, employers.0, &employers.1).await;
    assert_eq!(whole.state(), FileState::Done);
    let cut = upload(&mut client, members.0, &members.1[..members.1.len() * 2 / 3]).await;
    assert_eq!(cut.state(), FileState::Reading);
    assert!(cut.offset > 0 && cut.rows_out > 0, "{cut:?}");
    suite.kill();
}

async fn upload(
    client: &mut MembershipServiceClient<tonic::transport::Channel>,
    file: ImportFile,
    content: &[u8],
) -> wire::FileProgress {
    let header = wire::UploadHeader { import_id: "cut".into(), file: file as i32, offset: 0 };
    let pieces = content.chunks(100_000).map(|piece| Part::Data(piece.to_vec().into()));
    let parts = std::iter::once(Part::Header(header)).chain(pieces);
    let messages: Vec<_> = parts.map(|part| wire::UploadFileRequest { part: Some(part) }).collect();
    client.upload_file(tokio_stream::iter(messages)).await.unwrap().into_inner().progress.unwrap()
}

/// Waits until so many chunks are done and more are to come; returns how many are.
async fn wait_for_chunks(server: &str, wanted: i64) -> i64 {
    let mut client = DisbursementServiceClient::connect(server.to_owned()).await.unwrap();
    let mut changes =
        client.watch_batch(WatchBatchRequest { batch_id: BATCH.into() }).await.unwrap().into_inner();
    loop {
        let change = changes.message().await.unwrap().expect("the batch is being screened");
        let batch = change.batch.unwrap();
        assert_eq!(batch.state(), BatchState::Screening, "screened before enough kills counted");
        if batch.chunks_done >= wanted {
            return batch.chunks_done;
        }
    }
}

async fn store(data: &Path) -> Store {
    Store::open(&StoreSettings::sqlite(&data.join("disbursement.sqlite"))).await.unwrap()
}

/// A chunk in a worker's hands; every new lease has a new token.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Leased {
    chunk: i64,
    token: i64,
    rows: i64,
}

/// Chunks that were in a worker's hands when the suite was killed; none of their rows is written.
async fn leased_and_uncommitted(data: &Path) -> Vec<Leased> {
    let store = store(data).await;
    let sql = "SELECT c.chunk, c.token, c.candidates,
               (SELECT COUNT(*) FROM decision d WHERE d.nik > c.after_nik AND d.nik <= c.through_nik)
               FROM chunk c WHERE c.state = 'leased' AND c.candidates > 0 ORDER BY c.chunk";
    let mut leased = Vec::new();
    for row in store.rows(sql, []).await.unwrap() {
        let (chunk, token, rows, written): (i64, i64, i64, i64) = row.try_get_many_by_index().unwrap();
        assert_eq!(written, 0, "chunk {chunk} is leased and half written");
        leased.push(Leased { chunk, token, rows });
    }
    leased
}

/// Decisions, and persons decided on.
async fn twice_decided(data: &Path) -> (u64, u64) {
    let row = store(data).await.row("SELECT COUNT(*), COUNT(DISTINCT nik) FROM decision", []).await.unwrap();
    let (decisions, persons) = row.unwrap().try_get_many_by_index::<(i64, i64)>().unwrap();
    (decisions.try_into().unwrap(), persons.try_into().unwrap())
}

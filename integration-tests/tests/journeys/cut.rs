//! Cuts: an upload that ends in the middle, and SIGKILL while chunks are being screened.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tepat_proto::disbursement::disbursement_service_client::DisbursementServiceClient;
use tepat_proto::disbursement::{BatchState, WatchBatchRequest};
use tepat_proto::membership as wire;
use tepat_proto::membership::membership_service_client::MembershipServiceClient;
use tepat_proto::membership::upload_file_request::Part;
use tepat_proto::membership::{FileState, ImportFile};
use tepat_store::{Store, StoreSettings};

use super::ended::{BATCH, SMALL_CHUNKS, assert_as_calm, assert_decided_once, finish};
use super::suite::{Suite, import};
use super::world::{SAMPLE, assert_whole};

/// Kills that have to count.
const KILLS: usize = 5;

#[tokio::test(flavor = "multi_thread")]
async fn five_kills_and_a_cut_import_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
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
    assert_as_calm(&finish([&suite; 2], &data, dir.path()));
    assert_decided_once(&store(&data).await).await;
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

//! Opening, sealing and discarding.

use tepat_proto::membership::{
    ColumnName, DiscardImportRequest, FileAnnounced, FileState, Import, ImportFile, ImportState,
    ListImportFaultsRequest, ListRosterVersionsRequest, OpenImportRequest, SealRosterRequest,
};
use tonic::{Code, Status};

use crate::world::{EMPLOYERS, LISTS_HEADER, NOW_US, World, id, opening, refusal, violated};

const FILES: [(ImportFile, &[u8]); 1] = [(ImportFile::Employers, EMPLOYERS.as_bytes())];

async fn discard(world: &World, import_id: &str) -> Result<Import, Status> {
    let request = DiscardImportRequest { request_id: id(), import_id: import_id.to_owned() };
    Ok(world.client().discard_import(request).await?.into_inner().import.unwrap())
}

async fn rosters(world: &World, page_size: i32) -> Vec<(i64, String)> {
    let (mut rosters, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListRosterVersionsRequest { page_size, page_token };
        let page = world.client().list_roster_versions(request).await.unwrap().into_inner();
        assert!(page.rosters.len() <= usize::try_from(page_size).unwrap());
        rosters.extend(page.rosters.into_iter().map(|roster| (roster.roster_version, roster.import_id)));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return rosters;
        }
    }
}

async fn every_violation_of_an_opening_is_named() {
    let world = World::new().await;
    let request = OpenImportRequest {
        request_id: "1".into(),
        import_id: "Juli 2022".into(),
        files: vec![
            FileAnnounced { file: 1, bytes: -1, sha256: vec![0; 31] },
            FileAnnounced { file: 9, bytes: 0, sha256: vec![0; 32] },
            FileAnnounced { file: 1, bytes: 0, sha256: vec![0; 32] },
        ],
        columns: vec![
            ColumnName { file: 4, from: String::new(), to: "name".into() },
            ColumnName { file: 0, from: "a".into(), to: "nik".into() },
        ],
        ..OpenImportRequest::default()
    };
    let status = world.open(request).await.unwrap_err();
    let expected = [
        "request_id",
        "import_id",
        "files[0].bytes",
        "files[0].sha256",
        "files[1].file",
        "files[2].file",
        "columns[0].from",
        "columns[0].to",
        "columns[1].file",
    ];
    assert_eq!(
        (status.code(), violated(&status)),
        (Code::InvalidArgument, expected.map(str::to_owned).to_vec())
    );
    let none = world.open(OpenImportRequest { files: vec![], ..opening("i", &FILES) }).await.unwrap_err();
    assert_eq!(violated(&none), ["files"]);
    let seal = SealRosterRequest { request_id: String::new(), import_id: String::new() };
    assert_eq!(violated(&world.client().seal_roster(seal).await.unwrap_err()), ["request_id", "import_id"]);
    let discard = DiscardImportRequest { request_id: "x".into(), import_id: "a".repeat(65) };
    assert_eq!(
        violated(&world.client().discard_import(discard).await.unwrap_err()),
        ["request_id", "import_id"]
    );
}

async fn an_import_opened_again_goes_on_and_another_waits() {
    let world = World::new().await;
    let first = world.open(opening("a", &FILES)).await.unwrap().import.unwrap();
    assert_eq!(
        (first.state(), first.roster_version, first.files[0].state()),
        (ImportState::Open, 1, FileState::Pending)
    );
    assert_eq!(world.open(opening("a", &FILES)).await.unwrap().import.unwrap(), first);

    let other: [(ImportFile, &[u8]); 1] = [(ImportFile::Lists, LISTS_HEADER.as_bytes())];
    let status = world.open(opening("b", &other)).await.unwrap_err();
    let open = vec![("import_id".to_owned(), "a".to_owned())];
    assert_eq!(refusal(&status), (Code::FailedPrecondition, "IMPORT_OPEN".to_owned(), open));
    let changes: [fn(&mut OpenImportRequest); 5] = [
        |request| request.dry_run = true,
        |request| request.allow_extra = true,
        |request| request.files[0].sha256[0] ^= 1,
        |request| request.files[0].bytes += 1,
        |request| request.columns = vec![ColumnName { file: 1, from: "a".into(), to: "npp".into() }],
    ];
    for change in changes {
        let mut request = opening("a", &FILES);
        change(&mut request);
        let status = world.open(request).await.unwrap_err();
        assert_eq!(refusal(&status), (Code::AlreadyExists, "IMPORT_DIFFERS".to_owned(), vec![]));
    }
}

async fn the_same_request_gets_its_first_answer() {
    let world = World::new().await;
    let request = opening("a", &FILES);
    let first = world.open(request.clone()).await.unwrap();
    world.upload("a", ImportFile::Employers, 0, EMPLOYERS.as_bytes()).await.unwrap();
    assert_eq!(world.open(request.clone()).await.unwrap(), first);
    let other = OpenImportRequest { request_id: request.request_id, ..opening("b", &FILES) };
    assert_eq!(refusal(&world.open(other).await.unwrap_err()).1, "REQUEST_DIFFERS");
    let now = world.open(opening("a", &FILES)).await.unwrap().import.unwrap();
    assert_eq!(now.files[0].state(), FileState::Done);
}

async fn sealing_twice_returns_the_same_version() {
    let world = World::new().await;
    world.open(opening("a", &FILES)).await.unwrap();
    let status = world.seal("a").await.unwrap_err();
    let state = [("file".to_owned(), "employers.csv".to_owned()), ("state".to_owned(), "pending".to_owned())];
    assert_eq!(
        refusal(&status),
        (Code::FailedPrecondition, "IMPORT_NOT_FINISHED".to_owned(), state.to_vec())
    );
    assert_eq!(refusal(&world.seal("b").await.unwrap_err()).1, "IMPORT_UNKNOWN");
    world.upload("a", ImportFile::Employers, 0, EMPLOYERS.as_bytes()).await.unwrap();
    let sealed = world.seal("a").await.unwrap();
    assert_eq!((sealed.roster_version, sealed.members, sealed.sealed_at_us), (1, 0, NOW_US));
    assert_eq!(world.seal("a").await.unwrap(), sealed);
    let stands = world.open(opening("a", &FILES)).await.unwrap().import.unwrap();
    assert_eq!(stands.state(), ImportState::Sealed);
    let status = discard(&world, "a").await.unwrap_err();
    assert_eq!((status.code(), rosters(&world, 10).await.len()), (Code::FailedPrecondition, 1));
}

async fn a_discarded_import_leaves_its_faults_and_never_its_version() {
    let world = World::new().await;
    let broken = format!("{EMPLOYERS}x\n");
    world.send("a", &[(ImportFile::Employers, broken.as_bytes())]).await;
    let gone = discard(&world, "a").await.unwrap();
    assert_eq!((gone.state(), gone.roster_version), (ImportState::Discarded, 1));
    assert_eq!(discard(&world, "a").await.unwrap(), gone);
    assert_eq!(world.faults("a").await.len(), 1);
    assert_eq!(refusal(&world.seal("a").await.unwrap_err()).1, "IMPORT_UNKNOWN");
    let status = world.upload("a", ImportFile::Employers, 0, b"").await.unwrap_err();
    assert_eq!(refusal(&status).1, "IMPORT_UNKNOWN");
    // Its rows are gone: the same file is new again.
    let read = world.send("b", &FILES).await;
    assert_eq!(read[0].rows_out, 2);
    assert_eq!(world.seal("b").await.unwrap().roster_version, 2);
}

async fn a_dry_run_checks_everything_and_seals_nothing() {
    let world = World::new().await;
    let request = OpenImportRequest { dry_run: true, ..opening("dry", &FILES) };
    let opened = world.open(request).await.unwrap().import.unwrap();
    assert_eq!((opened.dry_run, opened.roster_version), (true, 0));
    let read = world.upload("dry", ImportFile::Employers, 0, EMPLOYERS.as_bytes()).await.unwrap();
    assert_eq!(read.rows_out, 2);
    assert_eq!(refusal(&world.seal("dry").await.unwrap_err()).1, "IMPORT_NOT_FINISHED");
    discard(&world, "dry").await.unwrap();
    assert_eq!(world.import("a", &FILES).await.roster_version, 1);
}

async fn roster_versions_are_listed_newest_first_by_pages() {
    let world = World::new().await;
    for import_id in ["a", "b", "c", "d"] {
        world.import(import_id, &FILES).await;
    }
    let expected: Vec<_> =
        [(4, "d"), (3, "c"), (2, "b"), (1, "a")].map(|(version, id)| (version, id.to_owned())).to_vec();
    for page_size in [1, 2, 3, 4, 1_000] {
        assert_eq!(rosters(&world, page_size).await, expected);
    }
    let request = ListRosterVersionsRequest { page_size: -1, page_token: String::new() };
    assert_eq!(violated(&world.client().list_roster_versions(request).await.unwrap_err()), ["page_size"]);
    let faults = ListImportFaultsRequest { import_id: "x".into(), ..ListImportFaultsRequest::default() };
    assert_eq!(refusal(&world.client().list_import_faults(faults).await.unwrap_err()).1, "IMPORT_UNKNOWN");
    let faults = ListImportFaultsRequest { import_id: "a".into(), page_size: 0, page_token: "x".into() };
    assert_eq!(violated(&world.client().list_import_faults(faults).await.unwrap_err()), ["page_token"]);
}

on_every_store! {
    every_violation_of_an_opening_is_named
    an_import_opened_again_goes_on_and_another_waits
    the_same_request_gets_its_first_answer
    sealing_twice_returns_the_same_version
    a_discarded_import_leaves_its_faults_and_never_its_version
    a_dry_run_checks_everything_and_seals_nothing
    roster_versions_are_listed_newest_first_by_pages
}

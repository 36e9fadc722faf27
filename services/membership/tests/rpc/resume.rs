//! A cut upload goes on without loss or double.

use tepat_proto::membership::{FileState, ImportFile, ImportState, Member};
use tonic::Code;

use crate::world::{
    EMPLOYERS, LISTS_HEADER, MEMBERS_HEADER, ON, On, WAGES_HEADER, World, data, head, member, opening,
    refusal, wage,
};

type Files = Vec<(ImportFile, Vec<u8>)>;

/// Files with a bit of everything: faults, merged rows, quotes, a line break in quotes, both line
/// ends, no line end at the last row, and an unclosed quote.
fn files() -> Files {
    let employers = format!("\u{feff}{}", EMPLOYERS.replace("PT Maju Jaya", "\"PT \"\"Maju\"\", Jaya\""))
        .replace('\n', "\r\n");
    let members: String = (1..=9).map(member).collect();
    let members =
        format!("{MEMBERS_HEADER}{}{}x\n\n\"y\nz\",1\n{}", member(20), members, member(3).trim_end());
    let wages: String = (1..=12).map(|month| wage(1 + month % 9, month)).collect();
    let wages = format!("{WAGES_HEADER}{wages}{}{}", wage(2, 1), wage(8, 13));
    let listed = "3201011501900001,ASN,2022-07-01\n3201011501900002,PKH,2022-07-01\n";
    let lists = format!("{LISTS_HEADER}{listed}{listed}3201011501900003,\"ASN,2022-07-01\n{listed}");
    vec![
        (ImportFile::Employers, employers.into_bytes()),
        (ImportFile::Members, members.into_bytes()),
        (ImportFile::Wages, wages.into_bytes()),
        (ImportFile::Lists, lists.into_bytes()),
    ]
}

fn borrowed(files: &Files) -> Vec<(ImportFile, &[u8])> {
    files.iter().map(|(file, bytes)| (*file, bytes.as_slice())).collect()
}

type Outcome = (Vec<Member>, Vec<(ImportFile, i64, String, String)>, Vec<[i64; 6]>);

/// Imports with a cut after every `piece` bytes; 0 means none.
async fn import_in_pieces(files: &Files, piece: usize) -> Outcome {
    let world = World::new().await;
    let request = opening("i", &borrowed(files));
    world.open(request.clone()).await.unwrap();
    for (file, bytes) in files {
        let mut offset = 0;
        // A cut inside a record gives nothing, so the next try sends one piece more.
        let mut sent = if piece == 0 { bytes.len() } else { piece };
        loop {
            let end = bytes.len().min(sent);
            let progress =
                world.upload("i", *file, i64::try_from(offset).unwrap(), &bytes[offset..end]).await.unwrap();
            offset = usize::try_from(progress.offset).unwrap();
            if progress.state() == FileState::Done {
                assert_eq!(offset, bytes.len());
                break;
            }
            let nothing_yet = progress.offset == 0;
            assert_eq!(progress.state(), if nothing_yet { FileState::Pending } else { FileState::Reading });
            assert!(offset <= end);
            sent = end + piece;
        }
    }
    let again = crate::world::id();
    let stands = world
        .open(tepat_proto::membership::OpenImportRequest { request_id: again, ..request })
        .await
        .unwrap();
    let tallies = stands.import.unwrap().files.into_iter().map(|file| {
        [file.rows_in, file.rows_out, file.rows_merged, file.rows_faulty, file.faults, file.warnings]
    });
    let tallies = tallies.collect();
    let faults = world.faults("i").await;
    let roster = world.seal("i").await.unwrap();
    (world.everybody(roster.roster_version).await, faults, tallies)
}

async fn cut_anywhere_the_roster_and_the_faults_are_the_same() {
    let files = files();
    let whole = import_in_pieces(&files, 0).await;
    assert_eq!(whole.0.len(), 10);
    assert_eq!(whole.0[1].employments[0].reports.len(), 2);
    assert_eq!(whole.2, [[2, 2, 0, 0, 0, 0], [13, 10, 1, 2, 2, 0], [14, 12, 1, 1, 2, 0], [5, 2, 2, 1, 1, 0]]);
    // That a byte by itself changes nothing is the scanner's doing and no store's.
    let pieces: &[usize] = if ON.get() == On::Sqlite { &[1, 7, 64, 65, 333] } else { &[65, 333] };
    for &piece in pieces {
        assert_eq!(import_in_pieces(&files, piece).await, whole, "cut every {piece} bytes");
    }
}

/// What an earlier version knew is noted apart from what is new, and must not be forgotten in a cut.
async fn a_later_import_cut_anywhere_blames_the_same_lines() {
    let first: String = (1..=4).map(member).collect();
    let wages = format!("{WAGES_HEADER}{}{}", wage(1, 1), wage(2, 1));
    let other_name = |number| member(number).replace(",L,", ",P,");
    let again = format!("{MEMBERS_HEADER}{first}{}{}{}", other_name(1), member(5), other_name(5));
    let other_wage = wage(1, 1).replace("000,", "001,");
    let wages_again = format!("{WAGES_HEADER}{}{}{other_wage}{}", wage(1, 1), wage(5, 1), wage(5, 1));
    let later =
        vec![(ImportFile::Members, again.into_bytes()), (ImportFile::Wages, wages_again.into_bytes())];
    let mut whole = None;
    for piece in [usize::MAX / 2, 97, 150, 333] {
        let world = World::with_pages_of(2).await;
        let members = format!("{MEMBERS_HEADER}{first}");
        world
            .import(
                "first",
                &[
                    (ImportFile::Employers, EMPLOYERS.as_bytes()),
                    (ImportFile::Members, members.as_bytes()),
                    (ImportFile::Wages, wages.as_bytes()),
                ],
            )
            .await;
        world.open(opening("later", &borrowed(&later))).await.unwrap();
        let mut tallies = Vec::new();
        for (file, bytes) in &later {
            let (mut offset, mut sent) = (0, piece);
            loop {
                let end = bytes.len().min(sent);
                let begin = usize::try_from(offset).unwrap();
                let progress = world.upload("later", *file, offset, &bytes[begin..end]).await.unwrap();
                offset = progress.offset;
                if progress.state() == FileState::Done {
                    tallies.push([
                        progress.rows_in,
                        progress.rows_out,
                        progress.rows_merged,
                        progress.faults,
                    ]);
                    break;
                }
                sent = end + piece;
            }
        }
        let found = (world.faults("later").await, tallies);
        let whole = whole.get_or_insert_with(|| found.clone());
        assert_eq!(found, *whole, "cut every {piece} bytes");
    }
    let (faults, tallies) = whole.unwrap();
    let said: Vec<(i64, &str)> = faults.iter().map(|(_, line, _, fault)| (*line, fault.as_str())).collect();
    let twice = |line| [(line, "duplicate_key"), (line, "person_differs")];
    assert_eq!(said, [&twice(6)[..], &twice(8), &[(4, "duplicate_key")]].concat());
    assert_eq!(tallies, [[7, 1, 4, 4], [4, 1, 2, 1]]);
}

#[tokio::test]
async fn every_store_says_the_same() {
    let files = files();
    let say = async |on: On| ON.scope(on, import_in_pieces(&files, 333)).await;
    let sqlite = say(On::Sqlite).await;
    for on in [On::Postgres, On::PostgresIcu] {
        assert_eq!(say(on).await, sqlite, "{on:?}");
    }
}

async fn an_upload_begins_where_the_store_says() {
    let world = World::new().await;
    let files = files();
    world.open(opening("i", &borrowed(&files))).await.unwrap();
    let (file, bytes) = &files[0];
    let progress = world.upload("i", *file, 0, &bytes[..80]).await.unwrap();
    assert!(progress.offset > 0 && progress.offset <= 80);
    for offset in [0, progress.offset - 1, progress.offset + 1] {
        let status = world.upload("i", *file, offset, &bytes[80..]).await.unwrap_err();
        let wanted = vec![("offset".to_owned(), progress.offset.to_string())];
        assert_eq!(refusal(&status), (Code::FailedPrecondition, "OFFSET_DIFFERS".to_owned(), wanted));
    }
}

async fn other_bytes_than_announced_are_not_kept_as_the_file() {
    let world = World::new().await;
    let files = files();
    let borrowed_files = borrowed(&files);
    world.open(opening("i", &borrowed_files)).await.unwrap();
    let mut other = files[0].1.clone();
    let last = other.len() - 5;
    other[last] ^= 1;
    // Also when the difference lies in a piece that was stored before the cut.
    let status = world.upload("i", files[0].0, 0, &other).await.unwrap_err();
    assert_eq!(refusal(&status).1, "IMPORT_DIFFERS");
    let longer = [files[0].1.as_slice(), b"x"].concat();
    let status = world.upload("i", files[0].0, 0, &longer).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(world.upload("i", files[0].0, 0, &files[0].1).await.unwrap().state(), FileState::Done);
    // A file that is read says so again; more of it is refused.
    let size = i64::try_from(files[0].1.len()).unwrap();
    assert_eq!(world.upload("i", files[0].0, size, b"").await.unwrap().rows_out, 2);
    assert_eq!(world.upload("i", files[0].0, size, b"x").await.unwrap_err().code(), Code::InvalidArgument);
}

async fn a_difference_before_the_cut_is_found_at_the_end() {
    let world = World::with_pages_of(1).await;
    let right = format!("{LISTS_HEADER}3201011501900001,ASN,2022-07-01\n3201011501900002,ASN,2022-07-01\n");
    let wrong = right.replace("0001,ASN", "0001,TNI");
    world.open(opening("i", &[(ImportFile::Lists, right.as_bytes())])).await.unwrap();
    let cut = world.upload("i", ImportFile::Lists, 0, &wrong.as_bytes()[..60]).await.unwrap();
    assert_eq!((cut.rows_out, cut.state()), (1, FileState::Reading));
    let rest = usize::try_from(cut.offset).unwrap();
    let status =
        world.upload("i", ImportFile::Lists, cut.offset, &right.as_bytes()[rest..]).await.unwrap_err();
    assert_eq!(refusal(&status).1, "IMPORT_DIFFERS");
    assert_eq!(refusal(&world.seal("i").await.unwrap_err()).1, "IMPORT_NOT_FINISHED");
}

async fn files_are_read_in_their_order() {
    let world = World::new().await;
    let files = files();
    world.open(opening("i", &borrowed(&files))).await.unwrap();
    let status = world.upload("i", ImportFile::Members, 0, &files[1].1).await.unwrap_err();
    let state = [("file".to_owned(), "employers.csv".to_owned()), ("state".to_owned(), "pending".to_owned())];
    assert_eq!(
        refusal(&status),
        (Code::FailedPrecondition, "IMPORT_NOT_FINISHED".to_owned(), state.to_vec())
    );
}

async fn malformed_uploads_are_refused() {
    let world = World::new().await;
    let files = files();
    world.open(opening("i", &borrowed(&files))).await.unwrap();
    let send = async |parts: Vec<_>| world.client().upload_file(tokio_stream::iter(parts)).await.unwrap_err();
    let header = || head("i", ImportFile::Employers, 0);
    for parts in [
        vec![],
        vec![data(b"x")],
        vec![header(), header()],
        vec![header(), data(&vec![b'x'; (1 << 20) + 1])],
        vec![header(), tepat_proto::membership::UploadFileRequest { part: None }],
        vec![head("I", ImportFile::Unspecified, -1)],
    ] {
        assert_eq!(send(parts).await.code(), Code::InvalidArgument);
    }
    let status = send(vec![head("I", ImportFile::Unspecified, -1)]).await;
    assert_eq!(crate::world::violated(&status), ["header.import_id", "header.file", "header.offset"]);
    assert_eq!(refusal(&send(vec![head("j", ImportFile::Lists, 0)]).await).1, "IMPORT_UNKNOWN");
    let stands = world.open(opening("i", &borrowed(&files))).await.unwrap().import.unwrap();
    assert_eq!(stands.state(), ImportState::Open);
    assert!(stands.files.iter().all(|file| file.offset == 0));
}

on_every_store! {
    cut_anywhere_the_roster_and_the_faults_are_the_same
    a_later_import_cut_anywhere_blames_the_same_lines
    an_upload_begins_where_the_store_says
    other_bytes_than_announced_are_not_kept_as_the_file
    a_difference_before_the_cut_is_found_at_the_end
    files_are_read_in_their_order
    malformed_uploads_are_refused
}

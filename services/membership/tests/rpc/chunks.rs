//! Chunks hold every member exactly once.

use std::fmt::Write as _;

use tepat_proto::membership::{ImportFile, ListChunksRequest, ReadChunkRequest, Slice};
use tonic::Code;

use crate::world::{EMPLOYERS, MEMBERS_HEADER, WAGES_HEADER, World, member, nik, refusal, violated, wage};

/// Members of these serials, with a wage each.
async fn import(world: &World, import_id: &str, serials: impl Iterator<Item = u32> + Clone) {
    let (mut members, mut wages) = (MEMBERS_HEADER.to_owned(), WAGES_HEADER.to_owned());
    for serial in serials {
        write!(members, "{}", member(serial)).unwrap();
        write!(wages, "{}", wage(serial, 7)).unwrap();
    }
    world
        .import(
            import_id,
            &[
                (ImportFile::Employers, EMPLOYERS.as_bytes()),
                (ImportFile::Members, members.as_bytes()),
                (ImportFile::Wages, wages.as_bytes()),
            ],
        )
        .await;
}

async fn chunks_cover_every_member_once_and_are_always_the_same() {
    let world = World::with_pages_of(2_000).await;
    import(&world, "a", (1..=1_050).rev()).await;
    import(&world, "b", 1_000..=1_060).await;
    for (version, members) in [(1, 1_050), (2, 1_060)] {
        let chunks = world.chunks(version, 100, 1_000).await;
        assert_eq!(chunks.len(), 11);
        assert_eq!(chunks.iter().map(|chunk| chunk.members).sum::<i64>(), members);
        let mut after = 0;
        let mut everybody = Vec::new();
        for chunk in &chunks {
            assert_eq!(chunk.after_nik, after);
            after = chunk.through_nik;
            let (found, _) = world.read(version, chunk.after_nik, chunk.through_nik).await;
            assert_eq!(i64::try_from(found.len()).unwrap(), chunk.members);
            assert!(found.iter().all(|member| member.employments[0].reports.len() == 1));
            everybody.extend(found.into_iter().map(|member| member.nik));
        }
        let expected: Vec<i64> = (1..=u32::try_from(members).unwrap()).map(nik).collect();
        assert_eq!(everybody, expected);
        for page_size in [1, 3, 11, 12] {
            assert_eq!(world.chunks(version, 100, page_size).await, chunks, "{page_size} a page");
        }
    }
    assert_eq!(world.chunks(0, 0, 0).await.len(), 1);
    // A last chunk that is full is the last one.
    assert_eq!(world.chunks(1, 105, 10).await.len(), 10);
}

async fn slices_hold_everybody_once_in_full_chunks_whatever_the_page() {
    let world = World::with_pages_of(2_000).await;
    import(&world, "a", 1..=1_050).await;
    // Rows of a later version for some: a person is one person however many rows there are.
    import(&world, "b", 1_000..=1_060).await;
    let mut everybody = Vec::new();
    for k in 1..=3 {
        let slice = Some(Slice { k, n: 3, seed: 7 });
        let asked = |page_size| ListChunksRequest {
            roster_version: 2,
            members_per_chunk: 100,
            page_size,
            slice,
            ..ListChunksRequest::default()
        };
        let chunks = world.chunks_as(asked(1_000)).await;
        assert!(chunks.len() == 4 && chunks[..3].iter().all(|chunk| chunk.members == 100), "{chunks:?}");
        for page_size in [1, 3, 4, 5] {
            assert_eq!(world.chunks_as(asked(page_size)).await, chunks, "{page_size} a page");
        }
        for chunk in chunks {
            let (after_nik, through_nik) = (chunk.after_nik, chunk.through_nik);
            let request = ReadChunkRequest { roster_version: 2, after_nik, through_nik, slice };
            let (found, _) = world.read_as(request).await;
            assert_eq!(i64::try_from(found.len()).unwrap(), chunk.members);
            assert_eq!(found.last().unwrap().nik, through_nik);
            everybody.extend(found.into_iter().map(|member| member.nik));
        }
    }
    everybody.sort_unstable();
    assert_eq!(everybody, (1..=1_060).map(nik).collect::<Vec<_>>());
    let first = world.read_as(ReadChunkRequest {
        roster_version: 1,
        after_nik: 0,
        through_nik: nik(1),
        slice: Some(Slice { k: 1, n: 1, seed: 0 }),
    });
    assert_eq!(first.await.0[0].employments[0].sector_code, "10", "the employer's sector comes along");
}

async fn a_range_comes_in_messages_of_five_hundred_and_in_parts_beyond_thousands() {
    let world = World::with_pages_of(5_000).await;
    import(&world, "a", 1..=9_999).await;
    let corrected: String =
        (4_990..=5_010).map(|serial| member(serial).replace("Siti Aminah", "Siti")).collect();
    let corrected = format!("{MEMBERS_HEADER}{corrected}");
    world.import("b", &[(ImportFile::Members, corrected.as_bytes())]).await;
    let expected: Vec<i64> = (1..=9_999).map(nik).collect();
    for version in [1, 2] {
        let (found, sizes) = world.read(version, 0, i64::MAX).await;
        assert_eq!(found.iter().map(|member| member.nik).collect::<Vec<_>>(), expected);
        assert!(
            found
                .iter()
                .all(|member| member.employments.len() == 1 && member.employments[0].reports.len() == 1)
        );
        assert!(sizes.iter().all(|size| (1..=500).contains(size)), "{sizes:?}");
        let short =
            found.iter().filter(|member| member.name.starts_with("Siti ") && !member.name.contains("Aminah"));
        assert_eq!(short.count(), if version == 1 { 0 } else { 21 });
    }
    // Borders: exclusive below, inclusive above.
    let niks = |found: Vec<tepat_proto::membership::Member>| {
        found.into_iter().map(|member| member.nik).collect::<Vec<_>>()
    };
    assert_eq!(niks(world.read(1, nik(7), nik(9)).await.0), [nik(8), nik(9)]);
    assert_eq!(niks(world.read(1, nik(9), nik(9)).await.0), Vec::<i64>::new());
}

async fn malformed_questions_are_refused() {
    let world = World::new().await;
    import(&world, "a", 1..=3).await;
    let read = async |roster_version: i64, after_nik: i64, through_nik: i64| {
        let request = ReadChunkRequest { roster_version, after_nik, through_nik, slice: None };
        world.client().read_chunk(request).await.map(|_| ()).unwrap_err()
    };
    assert_eq!(violated(&read(0, -1, -2).await), ["roster_version", "after_nik", "through_nik"]);
    assert_eq!(refusal(&read(2, 0, 1).await).1, "ROSTER_UNKNOWN");
    let list = async |roster_version: i64, members_per_chunk: i32, page_size: i32, page_token: &str| {
        let page_token = page_token.to_owned();
        let request =
            ListChunksRequest { roster_version, members_per_chunk, page_size, page_token, slice: None };
        world.client().list_chunks(request).await.map(|_| ()).unwrap_err()
    };
    assert_eq!(violated(&list(-1, 99, 0, "").await), ["roster_version", "members_per_chunk"]);
    assert_eq!(list(1, 50_001, 0, "").await.code(), Code::InvalidArgument);
    assert_eq!(violated(&list(1, 0, -1, "").await), ["page_size"]);
    for (k, n, seed) in [(0, 1, 0), (2, 1, 0), (1, 1_001, 0), (1, 1, -1)] {
        let slice = Some(Slice { k, n, seed });
        let list = ListChunksRequest { roster_version: 1, slice, ..ListChunksRequest::default() };
        assert_eq!(violated(&world.client().list_chunks(list).await.unwrap_err()), ["slice"]);
        let read = ReadChunkRequest { roster_version: 1, after_nik: 0, through_nik: 1, slice };
        assert_eq!(violated(&world.client().read_chunk(read).await.map(|_| ()).unwrap_err()), ["slice"]);
    }
    assert_eq!(violated(&list(1, 0, 1, "x").await), ["page_token"]);
    assert_eq!(refusal(&list(2, 0, 0, "").await).1, "ROSTER_UNKNOWN");
}

on_every_store! {
    chunks_cover_every_member_once_and_are_always_the_same
    slices_hold_everybody_once_in_full_chunks_whatever_the_page
    a_range_comes_in_messages_of_five_hundred_and_in_parts_beyond_thousands
    malformed_questions_are_refused
}

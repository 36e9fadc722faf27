//! What callers get wrong, and requests that come twice.

use tepat_proto::disbursement as wire;
use tonic::{Code, Request};

use super::world::{Database, Plan, World, on_each_database, reason, request_id};

on_each_database! {
    a_malformed_request_names_every_violation,
    what_does_not_exist_is_named,
    an_act_without_an_actor_is_refused,
    the_same_request_gets_the_first_answer_and_its_id_no_other,
    lists_come_in_pages,
}

async fn a_malformed_request_names_every_violation(database: Database) {
    let world = World::new(Plan { workers: 50, ..Plan::on(database) }).await;
    let bad = wire::OpenBatchRequest {
        request_id: "no".to_owned(),
        batch_id: "B".to_owned(),
        round: "bsu-2022".to_owned(),
        tranche: 0,
        roster_version: -1,
        slice: Some(wire::Slice { k: 3, n: 2, seed: 0 }),
    };
    let status = world.client.clone().open_batch(bad).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    let told = tepat_faults::describe(&status);
    for field in ["request_id", "batch_id", "tranche", "roster_version", "slice"] {
        assert!(told.contains(field), "{field}: {told}");
    }
    let empty =
        wire::RecordOutcomesRequest { request_id: request_id(), batch_id: "x".to_owned(), rows: Vec::new() };
    assert_eq!(world.client.clone().record_outcomes(empty).await.unwrap_err().code(), Code::InvalidArgument);
}

async fn what_does_not_exist_is_named(database: Database) {
    let world = World::new(Plan { workers: 50, ..Plan::on(database) }).await;
    assert_eq!(reason(world.open("bsu-2019-1-0001").await), "ROUND_UNKNOWN");
    assert_eq!(reason(world.open("bsu-2022-2-0001").await), "ROUND_UNKNOWN");
    assert_eq!(reason(world.open("bsu-2020-2-0001").await), "TRANCHE_NOT_DETERMINED");
    assert_eq!(reason(world.close("bsu-2022-1-0009").await), "BATCH_UNKNOWN");
    let round = wire::GetRoundRequest { round: "bsu-2019".to_owned() };
    assert_eq!(reason(world.client.clone().get_round(round).await), "ROUND_UNKNOWN");
    let watch = wire::WatchBatchRequest { batch_id: "bsu-2022-1-0009".to_owned() };
    assert_eq!(reason(world.client.clone().watch_batch(watch).await.map(|_| ())), "BATCH_UNKNOWN");
    let token = wire::ListDecisionsRequest { page_token: "x".to_owned(), ..Default::default() };
    assert_eq!(reason(world.client.clone().list_decisions(token).await), "BAD_REQUEST");
}

async fn an_act_without_an_actor_is_refused(database: Database) {
    let world = World::new(Plan { workers: 50, ..Plan::on(database) }).await;
    let nobody =
        wire::DetermineBatchRequest { request_id: request_id(), batch_id: "bsu-2022-1-0001".to_owned() };
    let status = world.client.clone().determine_batch(Request::new(nobody)).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
}

async fn the_same_request_gets_the_first_answer_and_its_id_no_other(database: Database) {
    let world = World::new(Plan { workers: 50, ..Plan::on(database) }).await;
    let request = wire::OpenBatchRequest {
        request_id: request_id(),
        batch_id: "bsu-2022-1-0001".to_owned(),
        round: "bsu-2022".to_owned(),
        tranche: 1,
        roster_version: 0,
        slice: Some(wire::Slice { k: 1, n: 2, seed: 0 }),
    };
    let first = world.client.clone().open_batch(request.clone()).await.unwrap().into_inner();
    let again = world.client.clone().open_batch(request.clone()).await.unwrap().into_inner();
    assert_eq!(again, first, "replayed, not looked up again");
    let other = wire::OpenBatchRequest { batch_id: "bsu-2022-1-0002".to_owned(), ..request.clone() };
    assert_eq!(reason(world.client.clone().open_batch(other).await), "REQUEST_DIFFERS");
    let slice = Some(wire::Slice { k: 2, n: 2, seed: 0 });
    for (roster_version, slice) in [(9, request.slice), (0, slice), (0, None)] {
        let request =
            wire::OpenBatchRequest { request_id: request_id(), roster_version, slice, ..request.clone() };
        assert_eq!(reason(world.client.clone().open_batch(request).await), "BATCH_DIFFERS");
    }
    let same = wire::OpenBatchRequest { request_id: request_id(), ..request.clone() };
    let same = world.client.clone().open_batch(same).await.unwrap().into_inner().batch.unwrap();
    assert_eq!((same.batch_id, same.slice), (request.batch_id, request.slice));
}

async fn lists_come_in_pages(database: Database) {
    let world = World::new(Plan { workers: 50, ..Plan::on(database) }).await;
    for batch_id in ["bsu-2022-1-0001", "bsu-2022-1-0002", "bsu-2020-1-0001"] {
        world.screened(batch_id).await;
    }
    let mut seen = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = wire::ListBatchesRequest { page_size: 1, page_token };
        let page = world.client.clone().list_batches(request).await.unwrap().into_inner();
        seen.extend(page.batches.into_iter().map(|batch| batch.batch_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, ["bsu-2020-1-0001", "bsu-2022-1-0002", "bsu-2022-1-0001"]);
    let request = wire::ListRoundsRequest { page_size: 1, page_token: String::new() };
    let first = world.client.clone().list_rounds(request).await.unwrap().into_inner();
    assert_eq!(first.rounds[0].round, "bsu-2020");
    let request = wire::ListRoundsRequest { page_size: 3, page_token: first.next_page_token };
    let rest = world.client.clone().list_rounds(request).await.unwrap().into_inner();
    let rounds: Vec<&str> = rest.rounds.iter().map(|round| round.round.as_str()).collect();
    assert_eq!((rounds, rest.next_page_token.as_str()), (vec!["bsu-2021", "bsu-2022", "bsu-2025"], ""));
}

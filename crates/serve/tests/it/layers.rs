//! The stack that every call passes: ids, limit, deadline, panics.

use std::time::Duration;

use tepat_faults::{describe, reason, reason_of};
use tepat_serve::{Limits, REQUEST_ID_KEY};
use tonic::Code;
use tonic_types::StatusExt;

use crate::gate::{Stage, asking, client_of, limits};

fn id_in(metadata: &tonic::metadata::MetadataMap) -> String {
    metadata.get(REQUEST_ID_KEY).unwrap().to_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_callers_id_is_echoed_and_seen_by_the_handler() {
    let mut client = client_of(Stage::default(), limits(1));
    let mut request = asking("echo");
    request.metadata_mut().insert(REQUEST_ID_KEY, "demo-7".parse().unwrap());
    let answer = client.check(request).await.unwrap();
    assert_eq!(id_in(answer.metadata()), "demo-7");
    assert_eq!(answer.metadata().get("seen-id").unwrap(), "demo-7");
}

#[tokio::test]
async fn a_missing_or_odd_id_is_replaced_by_a_new_one() {
    let mut client = client_of(Stage::default(), limits(1));
    let mut odd = asking("echo");
    odd.metadata_mut().insert(REQUEST_ID_KEY, "no id at all".parse().unwrap());
    let odd = client.check(odd).await.unwrap();
    let none = client.check(asking("echo")).await.unwrap();
    for answer in [&odd, &none] {
        let id = id_in(answer.metadata());
        assert_eq!(id.len(), 36, "{id}");
        assert_eq!(answer.metadata().get("seen-id").unwrap(), id.as_str());
    }
    assert_ne!(id_in(odd.metadata()), id_in(none.metadata()));
}

#[tokio::test]
async fn a_panic_is_internal_for_that_call_alone_and_says_nothing() {
    let mut client = client_of(Stage::default(), limits(1));
    let status = client.check(asking("panic")).await.unwrap_err();
    assert_eq!(status.code(), Code::Internal);
    assert_eq!(reason_of(&status), Some(reason::INTERNAL));
    assert!(!format!("{status:?}").contains("fire"), "{status:?}");
    let id = id_in(status.metadata());
    assert!(describe(&status).ends_with(&format!("(INTERNAL, request {id})")), "{}", describe(&status));
    assert!(client.check(asking("echo")).await.is_ok(), "its permit is free again");
}

#[tokio::test]
async fn a_panic_in_mid_stream_ends_the_stream_with_internal() {
    let stage = Stage::default();
    let mut client = client_of(stage.clone(), limits(1));
    let mut stream = client.watch(asking("panic")).await.unwrap().into_inner();
    assert_eq!(stream.message().await.unwrap().unwrap().status, 1);
    stage.gate.open();
    let status = stream.message().await.unwrap_err();
    assert_eq!(reason_of(&status), Some(reason::INTERNAL));
    assert!(client.check(asking("echo")).await.is_ok(), "its permit is free again");
}

#[tokio::test]
async fn one_call_too_many_is_shed_at_once_with_a_pause() {
    let stage = Stage::default();
    let client = client_of(stage.clone(), limits(2));
    let waiting = || {
        let mut client = client.clone();
        tokio::spawn(async move { client.check(asking("wait")).await })
    };
    let open = [waiting(), waiting()];
    stage.gate.entered().await;
    stage.gate.entered().await;

    let mut third = client.clone();
    let status = third.check(asking("echo")).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert_eq!(reason_of(&status), Some(reason::OVERLOADED));
    assert!(status.get_details_retry_info().unwrap().retry_delay.unwrap() > Duration::ZERO);
    assert_eq!(id_in(status.metadata()).len(), 36);

    stage.gate.open();
    stage.gate.open();
    for call in open {
        assert!(call.await.unwrap().is_ok());
    }
    assert!(third.check(asking("echo")).await.is_ok());
}

#[tokio::test]
async fn a_stream_is_open_until_its_last_message() {
    let stage = Stage::default();
    let mut client = client_of(stage.clone(), limits(1));
    let mut stream = client.watch(asking("")).await.unwrap().into_inner();
    assert_eq!(stream.message().await.unwrap().unwrap().status, 1);
    assert_eq!(client.check(asking("echo")).await.unwrap_err().code(), Code::ResourceExhausted);
    stage.gate.open();
    assert_eq!(stream.message().await.unwrap().unwrap().status, 2);
    assert_eq!(stream.message().await.unwrap(), None);
    drop(stream);
    assert!(client.check(asking("echo")).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_call_that_names_no_deadline_gets_the_usual_one() {
    let limits = Limits { requests_max: 1, deadline_ms: 250, deadline_max_ms: 1_000 };
    let status = client_of(Stage::default(), limits).check(asking("wait")).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert_eq!(reason_of(&status), Some(reason::DEADLINE_EXCEEDED));
    assert_eq!(status.message(), "no answer within the 250 ms allowed");
}

#[tokio::test(start_paused = true)]
async fn the_callers_deadline_holds_within_the_bound() {
    let limits = Limits { requests_max: 1, deadline_ms: 250, deadline_max_ms: 1_000 };
    let mut client = client_of(Stage::default(), limits);
    let mut check = async |asked: Duration, message: &str| {
        let mut request = asking("wait");
        request.set_timeout(asked);
        assert_eq!(client.check(request).await.unwrap_err().message(), message);
    };
    check(Duration::from_millis(40), "no answer within the 40 ms allowed").await;
    check(Duration::from_millis(900), "no answer within the 900 ms allowed").await;
    check(Duration::from_secs(3_600), "no answer within the 1000 ms allowed").await;
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_has_begun_may_take_longer_than_the_deadline() {
    let limits = Limits { requests_max: 1, deadline_ms: 250, deadline_max_ms: 1_000 };
    let stage = Stage::default();
    let mut stream = client_of(stage.clone(), limits).watch(asking("")).await.unwrap().into_inner();
    assert_eq!(stream.message().await.unwrap().unwrap().status, 1);
    tokio::time::advance(Duration::from_secs(5)).await;
    stage.gate.open();
    assert_eq!(stream.message().await.unwrap().unwrap().status, 2);
}

#[tokio::test]
async fn an_unknown_method_is_unimplemented_and_has_an_id_too() {
    let stage = Stage::default();
    let server = tonic_health::pb::health_server::HealthServer::new(stage);
    let transport = tepat_serve::Transport::local(tonic::service::Routes::new(server), limits(1));
    let status = crate::gate::gated_call(transport).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
    assert_eq!(id_in(status.metadata()).len(), 36);
}

//! One client, two ways: in process and over a socket.

use std::time::Duration;

use tepat_faults::{reason, reason_of};
use tepat_serve::{Limits, PeerSettings, REQUEST_ID_KEY, SettingsFaults, Transport};
use tokio::net::TcpListener;
use tonic::service::Routes;
use tonic_health::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::gate::{Stage, asking, client_of, limits};

#[tokio::test]
async fn the_local_transport_carries_calls_and_streams_without_a_socket() {
    let (reporter, server) = tonic_health::server::health_reporter();
    reporter.set_service_status("tepat.Test", ServingStatus::NotServing).await;
    let mut client = HealthClient::new(Transport::local(Routes::new(server), limits(4)));
    let answer = client.check(asking("tepat.Test")).await.unwrap().into_inner();
    assert_eq!(answer.status, ServingStatus::NotServing as i32);
    let mut stream = client.watch(asking("tepat.Test")).await.unwrap().into_inner();
    assert_eq!(stream.message().await.unwrap().unwrap().status, ServingStatus::NotServing as i32);
    reporter.set_service_status("tepat.Test", ServingStatus::Serving).await;
    assert_eq!(stream.message().await.unwrap().unwrap().status, ServingStatus::Serving as i32);
}

#[tokio::test]
async fn a_peer_call_takes_the_request_id_along_and_never_outlives_its_cause() {
    let peer = client_of_transport(limits(4));
    let stage = Stage { peer: Some(peer), ..Stage::default() };
    let limits = Limits { requests_max: 4, deadline_ms: 500, deadline_max_ms: 1_000 };
    let mut request = asking("relay");
    request.metadata_mut().insert(REQUEST_ID_KEY, "cause-1".parse().unwrap());
    let answer = client_of(stage, limits).check(request).await.unwrap();
    assert_eq!(answer.metadata().get("seen-id").unwrap(), "cause-1");
    let timeout = answer.metadata().get("seen-timeout").unwrap().to_str().unwrap();
    let microseconds: u64 = timeout.strip_suffix('u').unwrap().parse().unwrap();
    assert!(microseconds <= 500_000, "the peer's usual 30 s are cut to what is left: {timeout}");
}

fn client_of_transport(limits: Limits) -> Transport {
    let server = tonic_health::pb::health_server::HealthServer::new(Stage::default());
    Transport::local(Routes::new(server), limits)
}

#[tokio::test]
async fn a_silent_peer_is_told_by_the_callers_own_clock() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let peer = PeerSettings { deadline_ms: 30, ..PeerSettings::at(address) };
    let mut client = HealthClient::new(Transport::remote(&peer).unwrap());
    let status = client.check(asking("")).await.unwrap_err();
    assert_eq!(reason_of(&status), Some(reason::DEADLINE_EXCEEDED), "{status:?}");
    let mut request = asking("");
    request.set_timeout(Duration::from_millis(10));
    assert_eq!(client.check(request).await.unwrap_err().message(), "no answer within the 10 ms allowed");
}

#[tokio::test]
async fn an_address_has_one_shape() {
    let check = |address: &str, good: bool| {
        let peer = PeerSettings::at(address);
        assert_eq!(Transport::remote(&peer).is_ok(), good, "{address:?}");
        let mut faults = SettingsFaults::default();
        peer.check("membership", &mut faults);
        assert_eq!(faults.is_empty(), good || address.is_empty(), "{address:?}");
    };
    check("127.0.0.1:7410", true);
    check("http://peer.local:1", true);
    check("[::1]:7410", true);
    check("127.0.0.1:7410,127.0.0.1:7411, peer.local:7410", true);
    check("127.0.0.1:7410,", false);
    check("127.0.0.1:7410,peer.local", false);
    check("", false);
    check("peer.local", false);
    check("peer.local:99999", false);
    check("user@peer.local:1", false);
    check("https://peer.local:1", false);
    check("peer.local:1/path", false);
}

#[tokio::test]
async fn waits_of_peers_are_checked_at_their_borders() {
    let check = |connect_timeout_ms: u64, deadline_ms: u64, expected: &str| {
        let peer = PeerSettings { connect_timeout_ms, deadline_ms, ..PeerSettings::at("") };
        checked(&peer, expected);
    };
    let checked_with = |retries_max: u32, resolve_ms: u64, expected: &str| {
        checked(&PeerSettings { retries_max, resolve_ms, ..PeerSettings::at("") }, expected);
    };
    check(1, 1, "");
    check(60_000, 3_600_000, "");
    check(0, 1, "wages.membership.connect_timeout_ms (default): must be 1 to 60000");
    check(60_001, 1, "wages.membership.connect_timeout_ms (default): must be 1 to 60000");
    check(1, 0, "wages.membership.deadline_ms (default): must be 1 to 3600000");
    check(1, 3_600_001, "wages.membership.deadline_ms (default): must be 1 to 3600000");
    checked_with(0, 100, "");
    checked_with(20, 3_600_000, "");
    checked_with(21, 100, "wages.membership.retries_max (default): must be 0 to 20");
    checked_with(0, 99, "wages.membership.resolve_ms (default): must be 100 to 3600000");
}

fn checked(peer: &PeerSettings, expected: &str) {
    let mut faults = SettingsFaults::default();
    peer.check("wages.membership", &mut faults);
    assert_eq!(faults.to_string(), expected);
}

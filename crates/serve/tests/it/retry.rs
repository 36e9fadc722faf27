//! Calls that found their peer unavailable.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tepat_faults::{reason, reason_of};
use tepat_serve::{PeerSettings, Transport};
use tonic::Code;

use crate::replica::{Nobody, Replica, call, call_within, message, run, stream};

fn to(address: &str, retries_max: u32) -> Transport {
    Transport::remote(&PeerSettings { retries_max, ..PeerSettings::at(address) }).unwrap()
}

#[tokio::test]
async fn a_call_is_repeated_until_the_peer_is_available() {
    let replica = Replica::refusing(2);
    let running = run("127.0.0.1:0", replica.clone()).await;
    call(&to(&running.address, 4), "Do", message()).await.unwrap();
    assert_eq!(replica.calls(), 3);
}

#[tokio::test]
async fn repetitions_are_bounded_and_the_last_answer_stands() {
    let check = async |retries_max: u32, calls: u32| {
        let replica = Replica::refusing(u32::MAX);
        let running = run("127.0.0.1:0", replica.clone()).await;
        let status = call(&to(&running.address, retries_max), "Do", message()).await.unwrap_err();
        assert_eq!(reason_of(&status), Some(reason::STORE_AWAY), "the peer's own reason: {status:?}");
        assert_eq!(replica.calls(), calls);
    };
    check(0, 1).await;
    check(1, 2).await;
    check(3, 4).await;
}

#[tokio::test]
async fn no_other_code_is_repeated() {
    let codes = [
        Code::Cancelled,
        Code::Unknown,
        Code::InvalidArgument,
        Code::DeadlineExceeded,
        Code::NotFound,
        Code::ResourceExhausted,
        Code::FailedPrecondition,
        Code::Aborted,
        Code::Internal,
        Code::DataLoss,
    ];
    for code in codes {
        let replica = Replica { code: Some(code), ..Replica::refusing(1) };
        let running = run("127.0.0.1:0", replica.clone()).await;
        let status = call(&to(&running.address, 4), "Do", message()).await.unwrap_err();
        assert_eq!((status.code(), replica.calls()), (code, 1));
    }
}

#[tokio::test]
async fn the_pause_that_the_peer_names_is_kept_and_never_passes_the_deadline() {
    let check = async |retry_after_ms: Option<u64>, well: bool, calls: u32| {
        let replica = Replica { retry_after_ms, ..Replica::refusing(1) };
        let running = run("127.0.0.1:0", replica.clone()).await;
        let told = call_within(&to(&running.address, 4), 30_000).await;
        assert_eq!(told.is_ok(), well, "{told:?}");
        assert_eq!(replica.calls(), calls);
    };
    check(None, true, 2).await;
    check(Some(1), true, 2).await;
    check(Some(30_000), false, 1).await;
    check(Some(u64::from(u32::MAX)), false, 1).await;
}

#[tokio::test]
async fn a_stream_is_sent_once() {
    let replica = Replica::refusing(1);
    let running = run("127.0.0.1:0", replica.clone()).await;
    let status = call(&to(&running.address, 4), "Do", stream()).await.unwrap_err();
    assert_eq!((status.code(), replica.calls()), (Code::Unavailable, 1));
}

#[tokio::test]
async fn a_peer_that_starts_late_is_reached() {
    let nobody = Nobody::new();
    let transport = to(&nobody.address, 20);
    let calling = tokio::spawn(async move { call(&transport, "Do", message()).await });
    let replica = Replica::default();
    let _running = nobody.becomes(replica.clone()).await;
    calling.await.unwrap().unwrap();
    assert_eq!(replica.calls(), 1);
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_answer_is_worth_another_try() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let accepted = Arc::<AtomicU32>::default();
    let counted = Arc::clone(&accepted);
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            drop(connection);
        }
    });
    let status = call(&to(&address, 2), "Do", message()).await.unwrap_err();
    assert_eq!(reason_of(&status), Some(reason::PEER_AWAY));
    assert!(accepted.load(Ordering::SeqCst) >= 3, "the call and two repetitions");
}

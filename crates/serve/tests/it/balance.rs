//! One peer at several addresses.

use std::time::Duration;

use tepat_faults::{reason, reason_of};
use tepat_serve::{PeerSettings, Transport};

use crate::replica::{Nobody, Replica, call, message, run, stream};

/// Longest wait for what must happen by itself.
const PATIENCE: Duration = Duration::from_secs(60);

fn to(addresses: &[&str]) -> Transport {
    Transport::remote(&PeerSettings::at(addresses.join(","))).unwrap()
}

#[tokio::test]
async fn calls_spread_over_all_addresses() {
    let replicas = [Replica::default(), Replica::default(), Replica::default()];
    let mut running = Vec::new();
    for replica in &replicas {
        running.push(run("127.0.0.1:0", replica.clone()).await);
    }
    let addresses: Vec<&str> = running.iter().map(|running| running.address.as_str()).collect();
    let transport = to(&addresses);
    for _ in 0..30 {
        call(&transport, "Do", message()).await.unwrap();
    }
    assert_eq!(replicas.map(|replica| replica.calls()), [10, 10, 10]);
}

#[tokio::test]
async fn an_address_that_stops_is_avoided_and_comes_back_by_itself() {
    let (stays, goes) = (Replica::default(), Replica::default());
    let (stays_at, goes_at) =
        (run("127.0.0.1:0", stays.clone()).await, run("127.0.0.1:0", goes.clone()).await);
    let address = goes_at.address.clone();
    let transport = to(&[&stays_at.address, &address]);
    for _ in 0..10 {
        call(&transport, "Do", message()).await.unwrap();
    }
    let before = goes.calls();
    assert_eq!((stays.calls(), before), (5, 5));

    goes_at.stop().await;
    for _ in 0..20 {
        call(&transport, "Do", message()).await.unwrap();
    }
    assert_eq!((stays.calls(), goes.calls()), (25, before), "nobody notices");

    let again = run(&address, goes.clone()).await;
    let comes_back = async {
        while goes.calls() == before {
            call(&transport, "Do", message()).await.unwrap();
        }
    };
    tokio::time::timeout(PATIENCE, comes_back).await.expect("the address is tried again");
    again.stop().await;
}

#[tokio::test]
async fn when_all_are_away_the_call_says_so_and_the_first_to_come_back_takes_over() {
    let (first, second) = (Nobody::new(), Nobody::new());
    let transport = to(&[&first.address, &second.address]);
    let status = call(&transport, "Do", message()).await.unwrap_err();
    assert_eq!(reason_of(&status), Some(reason::PEER_AWAY));
    let replica = Replica::default();
    let _running = second.becomes(replica.clone()).await;
    call(&transport, "Do", message()).await.unwrap();
    assert_eq!(replica.calls(), 1);
}

#[tokio::test]
async fn a_stream_goes_to_an_address_that_takes_a_connection() {
    for _ in 0..4 {
        let replica = Replica::default();
        let running = run("127.0.0.1:0", replica.clone()).await;
        let (before, after) = (Nobody::new(), Nobody::new());
        call(&to(&[&before.address, &running.address, &after.address]), "Do", stream()).await.unwrap();
        assert_eq!(replica.calls(), 1);
    }
}

#[tokio::test]
async fn a_name_stands_for_all_its_addresses() {
    let replica = Replica::default();
    let running = run("127.0.0.1:0", replica.clone()).await;
    let (_, port) = running.address.rsplit_once(':').unwrap();
    let transport = to(&[&format!("localhost:{port}")]);
    for _ in 0..10 {
        call(&transport, "Do", message()).await.unwrap();
    }
    assert_eq!(replica.calls(), 10, "one of the name's addresses may be one where nobody listens");
}

//! A process that listens, over a real socket.

use std::future::pending;
use std::sync::Arc;

use tepat_faults::{describe, reason, reason_of};
use tepat_serve::{
    Bound, Drained, ListenFault, Listening, PeerSettings, Transport, bind, serve, shutdown_signal,
};
use tokio::sync::oneshot;
use tonic::service::Routes;
use tonic_health::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::{HealthCheckRequest, health_check_response};
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

use crate::gate::{Gate, Gated, gated_call, limits};

struct Running {
    transport: Transport,
    stop: oneshot::Sender<()>,
    ended: tokio::task::JoinHandle<Result<Drained, ListenFault>>,
}

async fn run(gate: &Arc<Gate>, drain_ms: u64) -> Running {
    let bound = bind("127.0.0.1:0").await.unwrap();
    let transport = Transport::remote(&PeerSettings::at(bound.address().to_string())).unwrap();
    let (stop, stopped) = oneshot::channel();
    let listening = Listening {
        routes: Routes::new(Gated(Arc::clone(gate))),
        services: vec!["test.Gated"],
        descriptors: vec![],
        limits: limits(4),
        drain_ms,
    };
    let ended = tokio::spawn(serve(bound, listening, async {
        stopped.await.unwrap();
    }));
    Running { transport, stop, ended }
}

async fn health_of(transport: &Transport, service: &str) -> Result<i32, tonic::Status> {
    let request = HealthCheckRequest { service: service.into() };
    Ok(HealthClient::new(transport.clone()).check(request).await?.into_inner().status)
}

#[tokio::test]
async fn health_and_reflection_answer_for_the_process_and_its_services() {
    let running = run(&Arc::default(), 1_000).await;
    let serving = health_check_response::ServingStatus::Serving as i32;
    assert_eq!(health_of(&running.transport, "").await.unwrap(), serving);
    assert_eq!(health_of(&running.transport, "test.Gated").await.unwrap(), serving);
    assert_eq!(health_of(&running.transport, "test.Other").await.unwrap_err().code(), tonic::Code::NotFound);

    let question = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut client = ServerReflectionClient::new(running.transport.clone());
    let mut answers = client.server_reflection_info(tokio_stream::once(question)).await.unwrap().into_inner();
    let answer = answers.message().await.unwrap().unwrap().message_response.unwrap();
    let MessageResponse::ListServicesResponse(list) = answer else { panic!("{answer:?}") };
    assert!(list.service.iter().any(|service| service.name == "grpc.health.v1.Health"), "{list:?}");
    drop((client, answers));
    running.stop.send(()).unwrap();
    assert_eq!(running.ended.await.unwrap().unwrap(), Drained::Clean);
}

#[tokio::test]
async fn a_drain_waits_for_open_calls_and_takes_no_new_connection() {
    let gate = Arc::<Gate>::default();
    let running = run(&gate, 60_000).await;
    let open = tokio::spawn(gated_call(running.transport.clone()));
    gate.entered().await;
    let mut watch = HealthClient::new(running.transport.clone())
        .watch(HealthCheckRequest { service: String::new() })
        .await
        .unwrap()
        .into_inner();
    let status = |message: Option<tonic_health::pb::HealthCheckResponse>| message.map(|it| it.status);
    assert_eq!(status(watch.message().await.unwrap()), Some(ServingStatus::Serving as i32));

    running.stop.send(()).unwrap();
    assert_eq!(status(watch.message().await.unwrap()), Some(ServingStatus::NotServing as i32));
    assert_eq!(watch.message().await.unwrap().map(|it| it.status), None, "the watch ends");
    assert!(!running.ended.is_finished(), "a call is still open");
    gate.open();
    assert!(open.await.unwrap().is_ok());
    assert_eq!(running.ended.await.unwrap().unwrap(), Drained::Clean);

    let late = health_of(&running.transport, "").await.unwrap_err();
    assert_eq!(reason_of(&late), Some(reason::PEER_AWAY));
    assert!(describe(&late).starts_with("a peer service does not answer (PEER_AWAY, address 127.0.0.1:"));
}

#[tokio::test]
async fn a_drain_is_bounded() {
    let gate = Arc::<Gate>::default();
    let running = run(&gate, 20).await;
    let _open = tokio::spawn(gated_call(running.transport.clone()));
    gate.entered().await;
    running.stop.send(()).unwrap();
    assert_eq!(running.ended.await.unwrap().unwrap(), Drained::Cut { open: 1 });
}

#[tokio::test]
async fn a_connection_that_breaks_in_mid_call_is_a_peer_that_is_away() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            drop(connection);
        }
    });
    let transport = Transport::remote(&PeerSettings::at(address)).unwrap();
    let status = health_of(&transport, "").await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::Unavailable, "{status:?}");
    assert_eq!(reason_of(&status), Some(reason::PEER_AWAY));
}

#[tokio::test]
async fn a_port_in_use_is_one_clear_sentence() {
    let first: Bound = bind("127.0.0.1:0").await.unwrap();
    assert_ne!(first.address().port(), 0);
    let address = first.address().to_string();
    assert_eq!(
        bind(&address).await.unwrap_err().to_string(),
        format!("address {address} is in use by another process: stop it, or choose another listen address")
    );
    drop(first);
    let odd = bind("192.0.2.1:7410").await.unwrap_err().to_string();
    assert!(odd.starts_with("cannot listen on 192.0.2.1:7410: "), "{odd}");
}

#[tokio::test]
async fn descriptors_that_do_not_decode_are_refused_at_start() {
    let listening = Listening {
        routes: Routes::default(),
        services: vec![],
        descriptors: vec![&[0xff; 3]],
        limits: limits(1),
        drain_ms: 0,
    };
    let bound = bind("127.0.0.1:0").await.unwrap();
    let ended = serve(bound, listening, pending()).await;
    assert!(matches!(ended, Err(ListenFault::Descriptors)), "{ended:?}");
}

#[tokio::test]
async fn sigterm_and_sigint_ask_the_process_to_end() {
    for name in ["-TERM", "-INT"] {
        let asked = shutdown_signal().unwrap();
        let own_id = std::process::id().to_string();
        let sent = std::process::Command::new("kill").args([name, &own_id]).status().unwrap();
        assert!(sent.success());
        asked.await;
    }
}

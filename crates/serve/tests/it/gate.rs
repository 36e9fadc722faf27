//! Services whose calls wait, panic and tell what they were given, on demand.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use http::{HeaderValue, Request, Response};
use http_body_util::BodyExt;
use tepat_serve::{Limits, Transport};
use tokio::sync::Semaphore;
use tonic::Status;
use tonic::body::Body;
use tonic::server::NamedService;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::health_server::Health;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};
use tower::{Service, ServiceExt};

pub(crate) fn limits(requests_max: usize) -> Limits {
    Limits { requests_max, deadline_ms: 30_000, deadline_max_ms: 600_000 }
}

/// Holds calls until it is opened, and tells when they have come.
#[derive(Debug)]
pub(crate) struct Gate {
    came: Semaphore,
    may_go: Semaphore,
}

impl Default for Gate {
    fn default() -> Self {
        Self { came: Semaphore::new(0), may_go: Semaphore::new(0) }
    }
}

impl Gate {
    /// Completes when one more call has come to the gate.
    pub(crate) async fn entered(&self) {
        self.came.acquire().await.unwrap().forget();
    }

    /// Lets one call go.
    pub(crate) fn open(&self) {
        self.may_go.add_permits(1);
    }

    async fn pass(&self) {
        self.came.add_permits(1);
        self.may_go.acquire().await.unwrap().forget();
    }
}

/// `test.Gated`: every call waits at the gate. Made by hand, so that it stands beside health.
#[derive(Clone, Debug)]
pub(crate) struct Gated(pub(crate) Arc<Gate>);

impl NamedService for Gated {
    const NAME: &'static str = "test.Gated";
}

impl Service<Request<Body>> for Gated {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        let gate = Arc::clone(&self.0);
        Box::pin(async move {
            gate.pass().await;
            Ok(Status::ok("").into_http())
        })
    }
}

/// A call to `test.Gated`.
pub(crate) async fn gated_call(transport: Transport) -> Result<(), Status> {
    let mut request = Request::post("http://peer/test.Gated/Wait").body(Body::empty()).unwrap();
    request.headers_mut().insert("content-type", HeaderValue::from_static("application/grpc"));
    let response = transport.oneshot(request).await?;
    match Status::from_header_map(response.headers()) {
        Some(status) if status.code() != tonic::Code::Ok => Err(status),
        _ => response.into_body().collect().await.map(drop),
    }
}

/// Health as a stage: the name of the service asked for says what happens.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stage {
    pub(crate) gate: Arc<Gate>,
    /// Whom `relay` calls.
    pub(crate) peer: Option<Transport>,
}

#[tonic::async_trait]
impl Health for Stage {
    type WatchStream = BoxStream<'static, Result<HealthCheckResponse, Status>>;

    async fn check(
        &self,
        request: tonic::Request<HealthCheckRequest>,
    ) -> Result<tonic::Response<HealthCheckResponse>, Status> {
        let metadata = request.metadata().clone();
        match request.get_ref().service.as_str() {
            "wait" => self.gate.pass().await,
            "panic" => panic!("the stage is on fire"),
            "relay" => {
                let peer = self.peer.clone().unwrap();
                return HealthClient::new(peer).check(asking("echo")).await;
            }
            _ => {}
        }
        let mut answer = tonic::Response::new(HealthCheckResponse { status: 1 });
        for (seen, key) in [("seen-id", "x-request-id"), ("seen-timeout", "grpc-timeout")] {
            if let Some(value) = metadata.get(key) {
                answer.metadata_mut().insert(seen, value.clone());
            }
        }
        Ok(answer)
    }

    async fn watch(
        &self,
        request: tonic::Request<HealthCheckRequest>,
    ) -> Result<tonic::Response<Self::WatchStream>, Status> {
        let first = futures::stream::iter([Ok(HealthCheckResponse { status: 1 })]);
        let gate = Arc::clone(&self.gate);
        let panics = request.get_ref().service == "panic";
        let second = futures::stream::once(async move {
            gate.pass().await;
            assert!(!panics, "the stage is on fire");
            Ok(HealthCheckResponse { status: 2 })
        });
        Ok(tonic::Response::new(first.chain(second).boxed()))
    }
}

/// A request that makes the [`Stage`] do something.
pub(crate) fn asking(what: &str) -> tonic::Request<HealthCheckRequest> {
    tonic::Request::new(HealthCheckRequest { service: what.into() })
}

/// A client of a [`Stage`] behind the layers, in process.
pub(crate) fn client_of(stage: Stage, limits: Limits) -> HealthClient<Transport> {
    let server = tonic_health::pb::health_server::HealthServer::new(stage);
    HealthClient::new(Transport::local(tonic::service::Routes::new(server), limits))
}

//! A peer over a real socket that can be stopped, started again and told to be unavailable.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use http::{HeaderMap, Request, Response};
use tepat_faults::{Fault, IntoStatus, Reason, reason};
use tepat_serve::{Drained, ListenFault, Listening, Transport, bind, serve};
use thiserror::Error;
use tokio::net::TcpSocket;
use tokio::sync::oneshot;
use tonic::body::Body;
use tonic::server::NamedService;
use tonic::service::Routes;
use tonic::{Code, Status};
use tower::{Service, ServiceExt};

use crate::gate::limits;

/// `test.Replica`: counts its calls and answers as it is told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Replica {
    /// Calls that came in.
    pub(crate) calls: Arc<AtomicU32>,
    /// So many calls are answered with the code before the others are well.
    pub(crate) refusals: Arc<AtomicU32>,
    /// What is refused with; `None` means unavailable, with the pause of the next field.
    pub(crate) code: Option<Code>,
    /// Pause that a refusal names, milliseconds.
    pub(crate) retry_after_ms: Option<u64>,
}

impl Replica {
    pub(crate) fn refusing(times: u32) -> Self {
        Self { refusals: Arc::new(AtomicU32::new(times)), ..Self::default() }
    }

    pub(crate) fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }

    fn refusal(&self) -> Status {
        match self.code {
            Some(code) => Status::new(code, "told to"),
            None => StoreAway { retry_after_ms: self.retry_after_ms }.into_status(),
        }
    }
}

#[derive(Debug, Error)]
#[error("the store is away")]
struct StoreAway {
    retry_after_ms: Option<u64>,
}

impl Fault for StoreAway {
    fn reason(&self) -> Reason {
        reason::STORE_AWAY
    }

    fn retry_after_ms(&self) -> Option<u64> {
        self.retry_after_ms
    }
}

impl NamedService for Replica {
    const NAME: &'static str = "test.Replica";
}

impl Service<Request<Body>> for Replica {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        if request.uri().path().ends_with("/Invented") {
            return Box::pin(async { Ok(Status::unimplemented("").into_http()) });
        }
        self.calls.fetch_add(1, Ordering::SeqCst);
        let one_less = |left: u32| left.checked_sub(1);
        let refuses = self.refusals.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok();
        let status = if refuses { self.refusal() } else { Status::ok("") };
        Box::pin(async move { Ok(status.into_http()) })
    }
}

/// A replica that listens.
pub(crate) struct Running {
    pub(crate) address: String,
    stop: oneshot::Sender<()>,
    ended: tokio::task::JoinHandle<Result<Drained, ListenFault>>,
}

impl Running {
    /// Ends it: its port is closed and every connection with it.
    pub(crate) async fn stop(self) {
        self.stop.send(()).unwrap();
        assert_eq!(self.ended.await.unwrap().unwrap(), Drained::Clean);
    }
}

pub(crate) async fn run(address: &str, replica: Replica) -> Running {
    let bound = bind(address).await.unwrap();
    let address = bound.address().to_string();
    let (stop, stopped) = oneshot::channel();
    let listening = Listening {
        routes: Routes::new(replica),
        services: vec!["test.Replica"],
        descriptors: vec![],
        limits: limits(64),
        drain_ms: 60_000,
    };
    let ended = tokio::spawn(serve(bound, listening, async {
        stopped.await.unwrap();
    }));
    Running { address, stop, ended }
}

/// An address where nobody listens, and which nobody else gets while this is kept.
pub(crate) struct Nobody {
    pub(crate) address: String,
    taken: TcpSocket,
}

impl Nobody {
    pub(crate) fn new() -> Self {
        let taken = TcpSocket::new_v4().unwrap();
        taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self { address: taken.local_addr().unwrap().to_string(), taken }
    }

    /// From now on the replica listens there.
    pub(crate) async fn becomes(self, replica: Replica) -> Running {
        let Self { address, taken } = self;
        drop(taken);
        run(&address, replica).await
    }
}

/// A call of `test.Replica` with this content.
pub(crate) async fn call(transport: &Transport, method: &str, content: Body) -> Result<(), Status> {
    let uri = format!("http://peer/test.Replica/{method}");
    let request = Request::post(uri).header("content-type", "application/grpc").body(content).unwrap();
    sent(transport, request).await
}

/// A call whose answer must begin within these milliseconds.
pub(crate) async fn call_within(transport: &Transport, milliseconds: u64) -> Result<(), Status> {
    let request = Request::post("http://peer/test.Replica/Do")
        .header("content-type", "application/grpc")
        .header("grpc-timeout", format!("{milliseconds}m"));
    sent(transport, request.body(message()).unwrap()).await
}

async fn sent(transport: &Transport, request: Request<Body>) -> Result<(), Status> {
    let response = transport.clone().oneshot(request).await?;
    let headers: &HeaderMap = response.headers();
    let status = Status::from_header_map(headers).unwrap();
    if status.code() == Code::Ok { Ok(()) } else { Err(status) }
}

/// One empty message of gRPC.
pub(crate) fn message() -> Body {
    Body::new(http_body_util::Full::new(bytes::Bytes::from_static(&[0; 5])))
}

/// One message that is there, and more that may follow.
pub(crate) fn stream() -> Body {
    let first = http_body::Frame::data(bytes::Bytes::from_static(&[0; 5]));
    let frames = futures::stream::iter([Ok::<_, Status>(first)]);
    let frames = futures::StreamExt::chain(frames, futures::stream::pending());
    Body::new(http_body_util::StreamBody::new(frames))
}

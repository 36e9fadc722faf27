//! A bare unary call of tonic: the floor of any call over a socket.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use tokio::task::JoinHandle;
use tonic::body::Body;
use tonic::codegen::{Service, http};
use tonic::server::{NamedService, UnaryService};
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Server};
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;

use crate::failure::Failure;

const PATH: &str = "/tepat.bench.Hello/Greet";

/// A text is answered with a text.
#[derive(Clone, PartialEq, prost::Message)]
struct Greeting {
    #[prost(string, tag = "1")]
    text: String,
}

/// A server on a free port.
pub(super) struct Hello {
    pub(super) address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Hello {
    /// Ends the server.
    pub(super) fn stop(self) {
        self.serving.abort();
    }
}

#[derive(Clone)]
struct Greet;

impl UnaryService<Greeting> for Greet {
    type Response = Greeting;
    type Future = BoxFuture<'static, Result<Response<Greeting>, Status>>;

    fn call(&mut self, request: Request<Greeting>) -> Self::Future {
        Box::pin(async move { Ok(Response::new(request.into_inner())) })
    }
}

impl NamedService for Greet {
    const NAME: &'static str = "tepat.bench.Hello";
}

impl Service<http::Request<Body>> for Greet {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let codec = ProstCodec::<Greeting, Greeting>::default();
        Box::pin(async move { Ok(tonic::server::Grpc::new(codec).unary(Self, request).await) })
    }
}

/// Starts the server.
pub(super) async fn start() -> Result<Hello, Failure> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.map_err(|err| Failure::failed(format!("the hello cannot listen: {err}")))?;
    let address = listener.local_addr().map_err(|err| Failure::failed(format!("the hello: {err}")))?;
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let serving = tokio::spawn(async move {
        if let Err(err) = Server::builder().add_service(Greet).serve_with_incoming(incoming).await {
            tracing::error!(%err, "the hello ended");
        }
    });
    Ok(Hello { address, serving })
}

/// One call.
pub(super) async fn greet(channel: Channel) -> Result<(), Failure> {
    let mut grpc = tonic::client::Grpc::new(channel);
    grpc.ready().await.map_err(Failure::failed)?;
    let codec = ProstCodec::<Greeting, Greeting>::default();
    let request = Request::new(Greeting { text: "014".to_owned() });
    let path = http::uri::PathAndQuery::from_static(PATH);
    grpc.unary(request, path, codec).await?;
    Ok(())
}

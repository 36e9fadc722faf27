//! One trace over several processes' calls, at a real collector. A process starts its traces once, so
//! this test is a process of its own.

#![expect(clippy::unwrap_used, reason = "in tests an unwrap is an assertion, also outside of test functions")]

use std::sync::{Arc, Mutex};

use futures::future::pending;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use tepat_serve::telemetry::LogFormat;
use tepat_serve::{
    Limits, Listening, LogSettings, PeerSettings, TelemetrySettings, Transport, bind, serve, start_telemetry,
};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::service::Routes;
use tonic::{Request, Response, Status};
use tracing::Instrument;

const METHOD: &str = "opentelemetry.proto.collector.trace.v1.TraceService/Export";

/// Keeps what it is sent.
#[derive(Clone, Default)]
struct Collector {
    requests: Arc<Mutex<Vec<ExportTraceServiceRequest>>>,
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.requests.lock().unwrap().push(request.into_inner());
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

impl Collector {
    async fn start(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = tonic::transport::Server::builder().add_service(TraceServiceServer::new(self.clone()));
        tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
        address
    }

    fn spans(&self) -> Vec<Span> {
        let requests = self.requests.lock().unwrap();
        let of_resource = requests.iter().flat_map(|request| &request.resource_spans);
        of_resource.flat_map(|resource| &resource.scope_spans).flat_map(|scope| scope.spans.clone()).collect()
    }

    fn service_name(&self) -> String {
        let requests = self.requests.lock().unwrap();
        let resource = requests[0].resource_spans[0].resource.clone().unwrap();
        text_of(&resource.attributes, "service.name").unwrap()
    }
}

fn text_of(attributes: &[opentelemetry_proto::tonic::common::v1::KeyValue], key: &str) -> Option<String> {
    let value = attributes.iter().find(|attribute| attribute.key == key)?.value.clone()?.value?;
    if let Value::StringValue(text) = value { Some(text) } else { None }
}

/// Passes each call on to the next, and the last refuses. What it is called with is any service that
/// is at hand: that of the collector.
struct Link {
    next: Option<Transport>,
}

#[tonic::async_trait]
impl TraceService for Link {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        match &self.next {
            Some(next) => TraceServiceClient::new(next.clone()).export(request.into_inner()).await,
            None => Err(Status::data_loss("nobody is left")),
        }
    }
}

/// A server of its own over a socket, and the way to it.
async fn link(next: Option<Transport>) -> Transport {
    let bound = bind("127.0.0.1:0").await.unwrap();
    let transport = Transport::remote(&PeerSettings::at(bound.address().to_string())).unwrap();
    let listening = Listening {
        routes: Routes::new(TraceServiceServer::new(Link { next })),
        services: vec![],
        descriptors: vec![],
        limits: Limits { requests_max: 16, deadline_ms: 30_000, deadline_max_ms: 60_000 },
        drain_ms: 0,
    };
    tokio::spawn(serve(bound, listening, pending()));
    transport
}

#[tokio::test]
async fn one_trace_covers_a_stage_and_every_call_that_it_causes() {
    let collector = Collector::default();
    let endpoint = collector.start().await;
    let log = LogSettings { level: "off".into(), format: LogFormat::Json };
    let settings = TelemetrySettings { endpoint, kept_per_thousand: 1_000 };
    let telemetry = start_telemetry(&log, None, &settings, "tepat-test").unwrap();

    let last = link(None).await;
    let first = link(Some(last)).await;
    let chunk = tracing::info_span!(target: "tepat_disbursement", "chunk", chunk = 2);
    let foreign = tracing::info_span!(target: "library", parent: &chunk, "noise");
    async {
        let request = ExportTraceServiceRequest::default();
        let status = TraceServiceClient::new(first).export(request).await.unwrap_err();
        assert_eq!(status.code(), tonic::Code::DataLoss);
    }
    .instrument(chunk)
    .await;
    drop(foreign);
    telemetry.stop().await;

    let spans = collector.spans();
    let named = |name: &str| spans.iter().filter(|span| span.name == name).cloned().collect::<Vec<_>>();
    let [stage] = named("chunk").try_into().unwrap();
    let calls = named(METHOD);
    assert_eq!((spans.len(), calls.len()), (3, 2), "{spans:#?}");
    let child_of = |parent: &Span| calls.iter().find(|span| span.parent_span_id == parent.span_id).unwrap();
    let first = child_of(&stage);
    let second = child_of(first);
    assert!(stage.parent_span_id.is_empty());
    assert_eq!(collector.service_name(), "tepat-test");
    for call in [first, second] {
        assert_eq!(call.trace_id, stage.trace_id);
        let text = |key: &str| text_of(&call.attributes, key);
        assert_eq!(text("rpc.response.status_code").as_deref(), Some("DATA_LOSS"));
        assert_eq!(text("rpc.method").as_deref(), Some(METHOD));
        let error = opentelemetry_proto::tonic::trace::v1::status::StatusCode::Error as i32;
        assert_eq!(call.status.clone().unwrap().code, error);
        assert!(!format!("{call:?}").contains("nobody"), "messages do not leave by a span");
    }
}

//! A collector of traces, as operators run one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::Server;
use tonic::{Request, Response, Status};

use super::private::assert_without_persons;

/// Keeps what it is sent, as long as the runtime lives.
pub(crate) struct Collector {
    /// `http://host:port`.
    pub(crate) endpoint: String,
    received: Received,
}

#[derive(Clone, Default)]
struct Received(Arc<Mutex<Vec<ExportTraceServiceRequest>>>);

#[tonic::async_trait]
impl TraceService for Received {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.0.lock().unwrap().push(request.into_inner());
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

/// What happened in a trace: service and name of each span, and the chunk that it is about.
#[derive(Default)]
struct Trace {
    spans: BTreeSet<(String, String)>,
    chunk: Option<i64>,
}

impl Collector {
    /// Listens on a free port.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let received = Received::default();
        let server = Server::builder().add_service(TraceServiceServer::new(received.clone()));
        tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
        Self { endpoint, received }
    }

    /// Checks that each chunk has one trace, and that it goes through every service that the chunk asks.
    pub(crate) fn assert_one_trace_a_chunk(&self, chunks: i64) {
        let traces = self.traces();
        let of_chunks: Vec<&Trace> = traces.values().filter(|trace| trace.chunk.is_some()).collect();
        let mut numbers: Vec<i64> = of_chunks.iter().filter_map(|trace| trace.chunk).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (numbers[0]..numbers[0] + chunks).collect::<Vec<_>>(), "one trace a chunk");
        for Trace { spans, chunk } in of_chunks {
            for (service, name) in [
                ("tepat-disbursement", "chunk"),
                ("tepat-membership", "tepat.membership.v1.MembershipService/ReadChunk"),
                ("tepat-wages", "tepat.wages.v1.WagesService/VerifyWages"),
                ("tepat-accounts", "tepat.accounts.v1.AccountsService/ValidateAccounts"),
            ] {
                let wanted = (service.to_owned(), name.to_owned());
                assert!(spans.contains(&wanted), "{service} {name} of {chunk:?} is not in {spans:?}");
            }
        }
        let spans: usize = self.received.0.lock().unwrap().iter().map(spans_of).sum();
        println!(
            "{spans} spans in {} traces, {chunks} of them of a chunk through four processes",
            traces.len()
        );
    }

    /// Checks that nothing that was sent holds personal data.
    pub(crate) fn assert_without_persons(&self) {
        for request in self.received.0.lock().unwrap().iter() {
            assert_without_persons("a trace", &format!("{request:?}"));
        }
    }

    fn traces(&self) -> BTreeMap<Vec<u8>, Trace> {
        let mut traces: BTreeMap<Vec<u8>, Trace> = BTreeMap::new();
        let received = self.received.0.lock().unwrap();
        for of_service in received.iter().flat_map(|request| &request.resource_spans) {
            let resource = of_service.resource.as_ref().unwrap();
            let Some(Value::StringValue(service)) = value(&resource.attributes, "service.name") else {
                panic!("spans of nobody: {resource:?}")
            };
            for span in of_service.scope_spans.iter().flat_map(|scope| &scope.spans) {
                let trace = traces.entry(span.trace_id.clone()).or_default();
                trace.spans.insert((service.clone(), span.name.clone()));
                if span.name == "chunk" {
                    let Some(Value::IntValue(chunk)) = value(&span.attributes, "chunk") else {
                        panic!("a chunk without a number: {span:?}")
                    };
                    let earlier = trace.chunk.replace(chunk);
                    assert_eq!(earlier, None, "a trace of two chunks");
                }
            }
        }
        traces
    }
}

fn value(attributes: &[KeyValue], key: &str) -> Option<Value> {
    attributes.iter().find(|attribute| attribute.key == key)?.value.clone()?.value
}

fn spans_of(request: &ExportTraceServiceRequest) -> usize {
    let scopes = request.resource_spans.iter().flat_map(|of_service| &of_service.scope_spans);
    scopes.map(|scope| scope.spans.len()).sum()
}

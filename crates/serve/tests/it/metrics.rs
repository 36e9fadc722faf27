//! Calls in numbers, and lines of the access log.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tepat_serve::{PeerSettings, REQUEST_ID_KEY, Transport, metrics};
use tracing_subscriber::EnvFilter;

use crate::gate::{Gate, Gated, Stage, asking, client_of, gated_call, limits};
use crate::replica::{Replica, call, message, run};

/// How many calls of a method ended with a code, on one side.
fn count(side: &str, method: &str, code: &str) -> u64 {
    let start = format!(
        "rpc_{side}_call_duration_seconds_count{{rpc_method=\"{method}\",rpc_response_status_code=\"{code}\",rpc_system_name=\"grpc\"}} "
    );
    let text = metrics::text();
    text.lines().find_map(|line| line.strip_prefix(&start)).map_or(0, |number| number.parse().unwrap())
}

#[tokio::test]
async fn calls_are_counted_by_method_and_code_on_both_sides() {
    let running = run("127.0.0.1:0", Replica::refusing(1)).await;
    let transport = Transport::remote(&PeerSettings::at(&running.address)).unwrap();
    for _ in 0..3 {
        call(&transport, "Counted", message()).await.unwrap();
    }
    let of = |side: &str, code: &str| count(side, "test.Replica/Counted", code);
    assert_eq!((of("server", "OK"), of("server", "UNAVAILABLE")), (3, 1));
    assert_eq!((of("client", "OK"), of("client", "UNAVAILABLE")), (3, 0), "a repeated call is one call");
}

#[tokio::test]
async fn a_method_that_does_not_exist_makes_no_series() {
    let running = run("127.0.0.1:0", Replica::default()).await;
    let transport = Transport::remote(&PeerSettings::at(&running.address)).unwrap();
    let before = count("server", metrics::OTHER, "UNIMPLEMENTED");
    call(&transport, "Invented", message()).await.unwrap_err();
    assert!(count("server", metrics::OTHER, "UNIMPLEMENTED") > before);
    assert_eq!(count("server", "test.Replica/Invented", "UNIMPLEMENTED"), 0);
}

#[tokio::test]
async fn a_call_that_its_caller_gives_up_is_cancelled() {
    let gate = Arc::<Gate>::default();
    let before = count("server", "test.Gated/Wait", "CANCELLED");
    let transport = Transport::local(tonic::service::Routes::new(Gated(Arc::clone(&gate))), limits(1));
    let calling = tokio::spawn(gated_call(transport.clone()));
    gate.entered().await;
    // A first call that ends well makes the method known.
    gate.open();
    calling.await.unwrap().unwrap();
    let calling = tokio::spawn(gated_call(transport));
    gate.entered().await;
    calling.abort();
    assert!(calling.await.unwrap_err().is_cancelled());
    assert!(count("server", "test.Gated/Wait", "CANCELLED") > before);
}

/// Lines of a log, to be read.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn every_call_is_one_line_of_the_access_log_when_it_is_asked_for() {
    let lines_at = async |level: &str| {
        let lines = Lines::default();
        let writer = lines.clone();
        let log = tracing_subscriber::fmt()
            .json()
            .with_env_filter(EnvFilter::new(level))
            .with_writer(move || writer.clone())
            .finish();
        let started = tracing::subscriber::set_default(log);
        let mut request = asking("echo");
        request.metadata_mut().insert(REQUEST_ID_KEY, "line-1".parse().unwrap());
        client_of(Stage::default(), limits(1)).check(request).await.unwrap();
        drop(started);
        String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
    };
    let line = lines_at("info,access=info").await;
    assert_eq!(line.lines().count(), 1, "{line}");
    for part in ["\"code\":\"OK\"", "\"microseconds\":", "line-1", "/grpc.health.v1.Health/Check"] {
        assert!(line.contains(part), "{part} is missing in {line}");
    }
    assert_eq!(lines_at("info,access=off").await, "");
}

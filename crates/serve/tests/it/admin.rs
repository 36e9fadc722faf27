//! The operator's port, over a real socket.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tepat_serve::{Admin, Checks, Readiness, bind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

/// Status line and body of what the port answers.
async fn get(address: &str, path: &str) -> (String, String) {
    let mut connection = TcpStream::connect(address).await.unwrap();
    let question = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    connection.write_all(question.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap().to_owned(), body.to_owned())
}

async fn start(checks: Checks) -> (Admin, String) {
    let bound = bind("127.0.0.1:0").await.unwrap();
    let address = bound.address().to_string();
    (Admin::start(bound, checks), address)
}

#[tokio::test]
async fn readiness_lists_every_check_and_only_what_is_unready_fails_it() {
    let found = Arc::new(AtomicU8::new(0));
    let cache = Arc::clone(&found);
    let checks =
        Checks::none().with("membership store", async || Readiness::Ready).with("cache", move || {
            let found = [Readiness::Ready, Readiness::Degraded("is away"), Readiness::Unready("is away")];
            let found = found[usize::from(cache.load(Ordering::SeqCst))];
            async move { found }
        });
    let (admin, address) = start(checks).await;
    for (number, status, body) in [
        (0, "200 OK", "ready\n  membership store: ready\n  cache: ready\n"),
        (1, "200 OK", "ready\n  membership store: ready\n  cache: degraded: is away\n"),
        (2, "503 Service Unavailable", "unready\n  membership store: ready\n  cache: unready: is away\n"),
    ] {
        found.store(number, Ordering::SeqCst);
        assert_eq!(get(&address, "/readyz").await, (format!("HTTP/1.1 {status}"), body.to_owned()));
    }
    assert_eq!(get(&address, "/livez").await, ("HTTP/1.1 200 OK".to_owned(), "alive\n".to_owned()));
    admin.stop().await;
    assert!(TcpStream::connect(&address).await.is_err(), "the port is closed");
}

#[tokio::test]
async fn a_process_that_drains_is_not_ready_and_still_alive() {
    let (admin, address) = start(Checks::none()).await;
    let (end, asked) = oneshot::channel::<()>();
    let shutdown = admin.drains_at(async { asked.await.unwrap() });
    assert_eq!(get(&address, "/readyz").await.1, "ready\n");
    end.send(()).unwrap();
    shutdown.await;
    let (status, body) = get(&address, "/readyz").await;
    assert_eq!(status, "HTTP/1.1 503 Service Unavailable");
    assert_eq!(body, "unready\n  process: unready: draining\n");
    assert_eq!(get(&address, "/livez").await.0, "HTTP/1.1 200 OK");
}

#[tokio::test]
async fn the_numbers_hold_the_most_memory_that_the_process_used() {
    let (_admin, address) = start(Checks::none()).await;
    let (status, body) = get(&address, "/metrics").await;
    assert_eq!(status, "HTTP/1.1 200 OK");
    let number = |name: &str| -> u64 {
        let line = body.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("{name} is missing in\n{body}")).trim().parse().unwrap()
    };
    let (now, most) =
        (number("process_resident_memory_bytes "), number("process_resident_memory_max_bytes "));
    assert!(most >= now && now > 1024 * 1024, "{now} of {most}");
    assert_eq!(get(&address, "/").await.0, "HTTP/1.1 404 Not Found");
}

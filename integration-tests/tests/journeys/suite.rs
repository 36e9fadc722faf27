//! A running process with services: the suite, or one service alone.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::world::{SAMPLE, bad, command, good, json, text};

/// A process that serves; dropped, it is killed.
pub(crate) struct Suite {
    child: Child,
    /// `http://host:port`.
    pub(crate) server: String,
}

impl Suite {
    /// Starts a suite on a free port and waits until it is ready.
    pub(crate) fn up(data: &Path, more: &[&str]) -> Self {
        let bank_accounts = SAMPLE.bank_accounts();
        let args = ["up", "--data", text(data), "--bank-accounts", text(&bank_accounts)];
        Self::start(&[&args, more].concat(), 6)
    }

    /// Starts one service alone.
    pub(crate) fn serve(service: &str, data: &Path, more: &[&str]) -> Self {
        Self::start(&[&["serve", service, "--data", text(data)], more].concat(), 3)
    }

    fn start(args: &[&str], endpoints: usize) -> Self {
        let mut command = command(args);
        command.args(["--json", "--listen", "127.0.0.1:0"]).env("TEPAT_LOG", "warn");
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("not ready: {line:?}"));
        assert_eq!(ready["endpoints"].as_array().unwrap().len(), endpoints, "{ready}");
        Self { child, server: ready["server"].as_str().unwrap().to_owned() }
    }

    /// Starts a command that listens at an address which it was told, writes its log to the end of a file,
    /// and waits until it takes connections.
    pub(crate) fn listening(command: &mut Command, address: &str, log: &Path) -> Self {
        let log = File::options().create(true).append(true).open(log).unwrap();
        let child = command.stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let mut suite = Self { child, server: format!("http://{address}") };
        until("the process takes connections", || {
            let ended = suite.child.try_wait().unwrap();
            assert_eq!(ended, None, "{:?} ended", command.get_program());
            TcpStream::connect(address).ok()
        });
        suite
    }

    /// `host:port`, as settings name a peer.
    pub(crate) fn address(&self) -> &str {
        self.server.strip_prefix("http://").unwrap()
    }

    /// A client's command to this suite: what it says when it must succeed.
    pub(crate) fn good(&self, args: &[&str]) -> String {
        good(&self.to_here(args))
    }

    /// The object that it answers.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        json(&self.to_here(args))
    }

    /// What it says when it must be refused.
    pub(crate) fn refused(&self, args: &[&str]) -> String {
        bad(&self.to_here(args), 1)
    }

    fn to_here<'a>(&'a self, args: &[&'a str]) -> Vec<&'a str> {
        args.iter().copied().chain(["--server", &self.server]).collect()
    }

    /// SIGKILL: nothing of it runs on.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM: it drains and ends well.
    pub(crate) fn end(mut self) {
        self.signal("TERM");
        assert!(self.child.wait().unwrap().success(), "a drained suite ends with 0");
    }

    /// SIGSTOP or SIGCONT, by their names without SIG: it stands still, and goes on.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").arg(format!("-{name}")).arg(pid).status().unwrap().success());
    }
}

impl Drop for Suite {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Longest wait for what must come: a bound for what is broken, and no measure.
const PATIENCE: Duration = Duration::from_secs(120);

/// Pause between two looks.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Looks until there is something.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "in vain: {what}");
        std::thread::park_timeout(LOOK_AGAIN);
    }
}

/// The same for what is looked for with others in the meantime.
pub(crate) async fn until_async<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        let mut turns = tokio::time::interval(LOOK_AGAIN);
        loop {
            turns.tick().await;
            if let Some(found) = look().await {
                return found;
            }
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("in vain: {what}"))
}

/// An address on which nobody listens, below the ports that the system gives to clients.
pub(crate) fn free_address() -> String {
    until("a free port", || {
        let [.., high, low] = *uuid::Uuid::new_v4().as_bytes();
        let port = 10_000 + u16::from_be_bytes([high, low]) % 10_000;
        let address = format!("127.0.0.1:{port}");
        TcpListener::bind(&address).is_ok().then_some(address)
    })
}

/// A number of a process's metrics by its name and labels, as its admin port tells it; 0 before its
/// first use.
pub(crate) fn metric(admin: &str, name: &str) -> u64 {
    let mut stream = TcpStream::connect(admin).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.0 200"), "{answer}");
    let line = answer.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.map_or(0, |number| number.parse().unwrap())
}

/// Imports the shared sample.
pub(crate) fn import(suite: &Suite, data: &Path, more: &[&str]) -> Value {
    let errors = data.join("import-errors.csv");
    let args = ["import", text(SAMPLE.path()), "--errors", text(&errors)];
    suite.json(&[&args, more].concat())
}

/// Writes the decisions of a batch and gives the file's text.
pub(crate) fn decisions(suite: &Suite, batch_id: &str, dir: &Path) -> String {
    let out = dir.join(format!("{batch_id}.csv"));
    suite.good(&["batch", "decisions", batch_id, "--out", text(&out)]);
    fs::read_to_string(out).unwrap()
}

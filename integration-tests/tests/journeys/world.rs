//! The binary, a running suite, and a sample that all journeys share.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;
use std::time::SystemTime;

use integration_tests::{files, root};
use serde_json::Value;
use tempfile::TempDir;

/// People of the shared sample.
pub(crate) const WORKERS: u64 = 2_000;

/// The shared sample: its files and the rows of each.
pub(crate) struct Sampled {
    dir: TempDir,
    pub(crate) counts: tepat_sample::Counts,
}

pub(crate) static SAMPLE: LazyLock<Sampled> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let counts = tepat_sample::write(&tepat_sample::Sample::new(WORKERS, 7), dir.path()).unwrap();
    Sampled { dir, counts }
});

impl Sampled {
    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn bank_accounts(&self) -> PathBuf {
        self.path().join("bank_accounts.csv")
    }

    /// `nik,decision,primary_reason` of a tranche, as expected, in NIK order.
    pub(crate) fn expected(&self, round: &str, tranche: &str) -> Vec<String> {
        let mut reader = csv::Reader::from_path(self.path().join("expected.csv")).unwrap();
        let rows = reader.records().map(Result::unwrap).filter(|row| &row[1] == round && &row[2] == tranche);
        rows.map(|row| format!("{},{},{}", &row[0], &row[3], &row[4])).collect()
    }
}

/// The binary of the same build as this test, built when it is missing or older than a source.
static BINARY: LazyLock<PathBuf> = LazyLock::new(|| {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().unwrap().parent().unwrap();
    let binary = profile.join("tepat");
    if is_stale(&binary) {
        let release: &[&str] = if profile.ends_with("release") { &["--release"] } else { &[] };
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let target = profile.parent().unwrap();
        let built = Command::new(cargo)
            .args(["build", "--quiet", "-p", "tepat", "--target-dir"])
            .arg(target)
            .args(release)
            .current_dir(root())
            .status();
        assert!(built.unwrap().success(), "the binary does not build");
    }
    binary
});

fn is_stale(binary: &Path) -> bool {
    let changed = |path: &Path| path.metadata().and_then(|data| data.modified());
    let Ok(built) = changed(binary) else { return true };
    let sources =
        ["crates", "services", "proto"].map(|folder| files(folder, &["rs", "toml", "proto", "csv"]).unwrap());
    // Tests of the crates are no part of the binary.
    let is_source = |path: &&PathBuf| !path.components().any(|part| part.as_os_str() == "tests");
    let newer = |path: &PathBuf| changed(&root().join(path)).unwrap_or(SystemTime::UNIX_EPOCH) > built;
    sources.iter().flatten().filter(is_source).any(newer)
}

/// A command of the binary, without settings of the surroundings.
pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(&*BINARY);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TEPAT_")) {
        command.env_remove(name);
    }
    command.args(args);
    command
}

/// Runs a command to its end.
pub(crate) fn run(args: &[&str]) -> Output {
    command(args).output().unwrap()
}

/// What a command says on stdout when it must succeed.
pub(crate) fn good(args: &[&str]) -> String {
    let output = run(args);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?} ended with {}:\n{stderr}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

/// The one object that a command answers with `--json`.
pub(crate) fn json(args: &[&str]) -> Value {
    let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
    let text = good(&args);
    assert_eq!(text.lines().count(), 1, "one object on stdout, found {text}");
    serde_json::from_str(&text).unwrap()
}

/// What a command says on stderr when it must end with this code.
pub(crate) fn bad(args: &[&str], code: i32) -> String {
    let output = run(args);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{args:?}:\n{stderr}");
    stderr
}

/// A path as an argument.
pub(crate) fn text(path: &(impl AsRef<OsStr> + ?Sized)) -> &str {
    path.as_ref().to_str().unwrap()
}

/// `tepat up` with a data folder of its own.
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
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success(), "a drained suite ends with 0");
    }
}

impl Drop for Suite {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Imports the shared sample.
pub(crate) fn import(suite: &Suite, data: &Path, more: &[&str]) -> Value {
    let errors = data.join("import-errors.csv");
    let args = ["import", text(SAMPLE.path()), "--errors", text(&errors)];
    suite.json(&[&args, more].concat())
}

/// The rows that the members, wages and lists of the shared sample have, each entering once.
pub(crate) fn assert_whole(imported: &Value) {
    let counts = &SAMPLE.counts;
    let expected = [
        ("employers.csv", counts.employers),
        ("members.csv", counts.employments),
        ("wages.csv", counts.wage_reports),
        ("lists.csv", counts.list_entries),
    ];
    for (file, rows) in expected {
        let progress = imported["files"].as_array().unwrap().iter().find(|progress| progress["file"] == file);
        let progress = progress.unwrap();
        assert_eq!((&progress["rows_in"], &progress["rows_out"]), (&rows.into(), &rows.into()), "{progress}");
    }
    assert_eq!((&imported["members"], &imported["faults"]), (&WORKERS.into(), &0.into()));
}

/// Writes the decisions of a batch and gives the file's text.
pub(crate) fn decisions(suite: &Suite, batch_id: &str, dir: &Path) -> String {
    let out = dir.join(format!("{batch_id}.csv"));
    suite.good(&["batch", "decisions", batch_id, "--out", text(&out)]);
    std::fs::read_to_string(out).unwrap()
}

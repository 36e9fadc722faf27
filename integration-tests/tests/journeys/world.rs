//! The binaries, and a sample that all journeys share.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;
use std::time::SystemTime;

use integration_tests::{files, root};
use serde_json::Value;
use tempfile::TempDir;

/// People of the shared sample: 2,000, or what `JOURNEY_WORKERS` says.
pub(crate) static WORKERS: LazyLock<u64> = LazyLock::new(|| {
    let wanted = std::env::var("JOURNEY_WORKERS");
    wanted.map_or(2_000, |wanted| wanted.parse().expect("JOURNEY_WORKERS is a number of people"))
});

/// The shared sample: its files and the rows of each.
pub(crate) struct Sampled {
    dir: TempDir,
    pub(crate) counts: tepat_sample::Counts,
}

pub(crate) static SAMPLE: LazyLock<Sampled> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let counts = tepat_sample::write(&tepat_sample::Sample::new(*WORKERS, 7), dir.path()).unwrap();
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

/// The folder with the binaries of the same build as this test; they are built when one is missing or
/// older than a source.
static BINARIES: LazyLock<PathBuf> = LazyLock::new(|| {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().unwrap().parent().unwrap().to_owned();
    if BINARY_NAMES.iter().any(|name| is_stale(&profile.join(name))) {
        let release: &[&str] = if profile.ends_with("release") { &["--release"] } else { &[] };
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build
            .args(["build", "--quiet", "--bins", "--target-dir"])
            .arg(profile.parent().unwrap())
            .args(release);
        for name in BINARY_NAMES {
            build.args(["-p", name]);
        }
        assert!(build.current_dir(root()).status().unwrap().success(), "the binaries do not build");
    }
    profile
});

/// The suite's binary, and each service's own.
const BINARY_NAMES: [&str; 5] =
    ["tepat", "tepat-membership", "tepat-wages", "tepat-accounts", "tepat-disbursement"];

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

/// A command of the suite's binary, without settings of the surroundings.
pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = binary("tepat");
    command.args(args);
    command
}

/// A binary by its name, without settings of the surroundings.
pub(crate) fn binary(name: &str) -> Command {
    let mut command = Command::new(BINARIES.join(name));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TEPAT_")) {
        command.env_remove(name);
    }
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
    assert_eq!((&imported["members"], &imported["faults"]), (&(*WORKERS).into(), &0.into()));
}

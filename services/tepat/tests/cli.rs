//! The binary as a shell sees it: what needs no suite. Journeys are in `integration-tests`.
#![allow(clippy::unwrap_used, reason = "in tests an unwrap is an assertion")]

use std::process::{Command, Output};

fn tepat(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tepat")).args(args).output().unwrap()
}

#[test]
fn version_and_help_go_to_stdout() {
    let version = tepat(&["--version"]);
    let stdout = String::from_utf8(version.stdout).unwrap();
    assert_eq!(stdout, format!("tepat {}\n", env!("CARGO_PKG_VERSION")));
    let help = tepat(&["--help"]);
    assert!(help.status.success() && help.stderr.is_empty());
    assert!(String::from_utf8(help.stdout).unwrap().contains("Example:"));
}

#[test]
fn nothing_asked_is_wrong_usage() {
    let output = tepat(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
}

#[test]
fn a_package_that_is_not_there_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let ca = dir.path().join("ca.pem");
    std::fs::write(&ca, "").unwrap();
    let package = dir.path().join("nothing");
    let output = tepat(&["handover", "verify", package.to_str().unwrap(), "--ca", ca.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("manifest.json: missing"), "{stderr}");
}

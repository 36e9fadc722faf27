//! The service's own binary: settings from a file and the environment, one service, a clean end.
#![allow(clippy::unwrap_used, reason = "in tests an unwrap is an assertion")]

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tepat-wages"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TEPAT_")) {
        command.env_remove(name);
    }
    command
}

#[test]
fn it_serves_until_it_is_asked_to_end_and_passes_over_other_services_settings() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("tepat.toml");
    std::fs::write(&file, "[accounts]\nclaims_max = 1\n[listen]\naddress = \"127.0.0.1:1\"\n").unwrap();
    let mut child = binary()
        .arg(&file)
        .env("TEPAT_LISTEN__ADDRESS", "127.0.0.1:0")
        .env("TEPAT_STORES__OWNER", "postgres://nobody@nowhere/none")
        .env("TEPAT_LOG__FORMAT", "json")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut says = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    says.read_line(&mut line).unwrap();
    assert!(line.contains("\"ready\"") && line.contains("127.0.0.1:"), "{line}");
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn wrong_settings_and_wrong_usage_end_with_two() {
    let wrong = binary().env("TEPAT_WAGES__DATA_FOLDRE", "x").output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    let told = String::from_utf8(wrong.stderr).unwrap();
    assert!(told.contains("wages.data_foldre") && told.contains("did you mean wages.data_folder?"), "{told}");
    let usage = binary().arg("--help").output().unwrap();
    assert_eq!(usage.status.code(), Some(2));
    let told = String::from_utf8(usage.stderr).unwrap();
    assert!(told.contains("usage: tepat-wages [SETTINGS.toml]") && told.contains("[wages]"), "{told}");
}

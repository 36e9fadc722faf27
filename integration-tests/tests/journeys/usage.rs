//! Wrong usage, wrong settings, and trouble at the door: one clear text and the right exit code.

use std::fs;
use std::net::TcpListener;

use super::suite::Suite;
use super::world::{SAMPLE, bad, good, run, text};

#[test]
fn every_command_shows_an_example() {
    let groups: [(&str, &[&str]); 14] = [
        ("demo", &[]),
        ("sample", &[]),
        ("up", &[]),
        ("serve", &[]),
        ("migrate", &[]),
        ("config", &["print", "check"]),
        ("health", &[]),
        ("import", &[]),
        ("account", &["check"]),
        ("bank", &["list"]),
        ("round", &["list", "show"]),
        (
            "batch",
            &[
                "open",
                "status",
                "list",
                "watch",
                "decisions",
                "close",
                "compose",
                "determine",
                "approve",
                "hand-over",
                "outcomes",
                "reconcile",
            ],
        ),
        ("explain", &[]),
        ("handover", &["verify", "prove", "verify-proof"]),
    ];
    for (group, commands) in groups {
        let help = good(&[group, "--help"]);
        assert!(help.contains("Example:"), "{group}");
        for command in commands {
            let help = good(&[group, command, "--help"]);
            assert!(help.contains("Example:"), "{group} {command}");
        }
    }
}

#[test]
fn wrong_usage_ends_with_two() {
    bad(&["fly"], 2);
    bad(&["batch", "open"], 2);
    let id = bad(&["batch", "open", "bsu-2022"], 2);
    assert!(id.contains("ROUND-TRANCHE-NNNN"), "{id}");
    let nik = bad(&["explain", "--round", "bsu-2022", "--nik", "123"], 2);
    assert!(nik.contains("16 digits"), "{nik}");
    let server = bad(&["health", "--server", "ftp://x"], 2);
    assert!(server.contains("host:port"), "{server}");
}

#[test]
fn wrong_settings_are_named_all_at_once_and_nothing_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("data"), dir.path().join("tepat.toml"));
    fs::write(&file, "[disbursement]\nchunk_members = 99\nchunk_size = 5\n[listen]\ndrain_ms = \"long\"\n")
        .unwrap();
    let args = ["--data", text(&data), "--settings", text(&file), "--set", "stores.connections_max=0"];
    for command in [&["config", "check"][..], &["up"][..], &["migrate"][..]] {
        let why = bad(&[command, &args].concat(), 2);
        for expected in [
            "disbursement.chunk_members = 99",
            "must be 100 to 50000",
            "disbursement.chunk_size",
            "listen.drain_ms",
            "stores.connections_max = 0 (flag): must be 1 to 100",
            "tepat.toml",
        ] {
            assert!(why.contains(expected), "{expected:?} is missing in\n{why}");
        }
    }
    assert!(!data.exists());
    let printed = good(&["config", "print", "--defaults"]);
    let defaults = dir.path().join("defaults.toml");
    fs::write(&defaults, printed).unwrap();
    good(&["config", "check", "--settings", text(&defaults)]);
}

#[test]
fn a_port_in_use_is_one_sentence_and_leaves_no_folder() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let why = bad(&["up", "--listen", &address, "--data", text(&data)], 1);
    assert!(why.contains(&address) && why.contains("in use"), "{why}");
    assert_eq!(why.lines().count(), 1, "{why}");
    assert!(!data.exists());
}

#[test]
fn a_folder_that_cannot_be_used_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let inside = file.join("data");
    for args in [
        vec!["up", "--listen", "127.0.0.1:0", "--data", text(&inside)],
        vec!["migrate", "--data", text(&inside)],
        vec!["sample", "--workers", "10", "--out", text(&inside)],
        vec!["demo", "--workers", "10", "--out", text(&inside)],
    ] {
        let why = bad(&args, 1);
        assert!(why.contains(text(&file)) && why.lines().count() == 1, "{args:?}: {why}");
    }
}

#[test]
fn a_suite_that_is_away_is_said_so() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = format!("http://{free}");
    let why = bad(&["batch", "list", "--server", &server], 1);
    assert!(why.contains("PEER_AWAY") && why.contains(&free.to_string()), "{why}");
}

#[test]
fn faults_of_rows_are_listed_and_a_dry_run_seals_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let suite = Suite::up(&dir.path().join("data"), &[]);
    let roster = dir.path().join("roster");
    fs::create_dir(&roster).unwrap();
    fs::copy(SAMPLE.path().join("employers.csv"), roster.join("employers.csv")).unwrap();
    fs::write(
        roster.join("lists.csv"),
        "nik,list,as_of\n123,ASN,2022-08-01\n3201014101900001,XYZ,2022-08-01\n",
    )
    .unwrap();
    let errors = dir.path().join("errors.csv");
    let import = ["import", text(&roster), "--errors", text(&errors)];

    let dry = suite.json(&[&import[..], &["--dry-run"]].concat());
    assert_eq!((&dry["roster_version"], &dry["faults"]), (&serde_json::Value::Null, &2.into()));
    let listed = "file,line,column,fault\nlists.csv,2,nik,nik_shape\nlists.csv,3,list,unknown_value\n";
    assert_eq!(fs::read_to_string(&errors).unwrap(), listed);
    let dry_again = suite.json(&[&import[..], &["--dry-run"]].concat());
    assert_ne!(dry_again["import_id"], dry["import_id"], "a discarded import stays discarded");
    assert_eq!(suite.json(&import)["roster_version"], 1);

    fs::write(roster.join("lists.csv"), "nik,list,since\n").unwrap();
    let refused = run(&[&import[..], &["--server", &suite.server]].concat());
    assert_eq!(refused.status.code(), Some(1));
    let listed = fs::read_to_string(&errors).unwrap();
    assert!(listed.contains("lists.csv,1,as_of,missing_column"), "{listed}");
    assert!(listed.contains("lists.csv,1,since,unknown_column"), "{listed}");
    let mapping = dir.path().join("mapping.toml");
    fs::write(&mapping, "[lists]\nsince = \"as_of\"\n").unwrap();
    let mapped = suite.json(&[&import[..], &["--mapping", text(&mapping)]].concat());
    assert_eq!(mapped["roster_version"].as_i64().map(|version| version > 1), Some(true), "{mapped}");
}

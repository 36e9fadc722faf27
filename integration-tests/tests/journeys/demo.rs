//! `tepat demo` and `tepat sample` as scripts use them.

use std::collections::BTreeSet;
use std::fs;

use super::world::{bad, good, json, text};

#[test]
fn a_demo_answers_one_object_and_replaces_only_its_own_folder() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("demo");
    let demo = || json(&["demo", "--workers", "300", "--seed", "3", "--out", text(&out)]);
    let answer = demo();
    let keys =
        |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    let expected = [
        "package",
        "ca",
        "round",
        "tranche",
        "received",
        "eligible",
        "refused",
        "pending",
        "by_reason",
        "amount_rupiah",
        "paid",
        "returned",
        "reconciled",
        "mismatches",
        "seconds",
        "peak_rss_bytes",
    ];
    assert_eq!(keys(&answer), expected.map(str::to_owned).into());
    let stages = ["sample", "import", "screen", "compose", "sign", "settle", "verify", "total"];
    assert_eq!(keys(&answer["seconds"]), stages.map(str::to_owned).into());
    assert_eq!((&answer["received"], &answer["round"]), (&300.into(), &"bsu-2022".into()));
    assert_eq!((&answer["reconciled"], &answer["mismatches"]), (&true.into(), &0.into()));
    let (package, ca) = (answer["package"].as_str().unwrap(), answer["ca"].as_str().unwrap());
    good(&["handover", "verify", package, "--ca", ca]);
    let manifest = fs::read(format!("{package}/recipients/002.csv")).unwrap();

    let again = demo();
    assert_eq!(again["package"], answer["package"]);
    assert_eq!(
        fs::read(format!("{package}/recipients/002.csv")).unwrap(),
        manifest,
        "same seed, same recipients"
    );

    let foreign = dir.path().join("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("thesis.txt"), "years").unwrap();
    let refusal = bad(&["demo", "--workers", "300", "--out", text(&foreign)], 1);
    assert!(refusal.contains("no demonstration made it"), "{refusal}");
    assert_eq!(fs::read_dir(&foreign).unwrap().count(), 1);
}

#[test]
fn a_sample_has_the_same_bytes_for_the_same_seed() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, seed: &str| {
        let out = dir.path().join(name);
        json(&["sample", "--workers", "200", "--seed", seed, "--out", text(&out)]);
        ["members.csv", "expected.csv", "bank_accounts.csv"].map(|file| fs::read(out.join(file)).unwrap())
    };
    assert_eq!(write("a", "7"), write("b", "7"));
    assert_ne!(write("c", "7"), write("d", "8"));
}

//! The whole chain of every round, checked against what the sample was made for.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tepat_sample::settle::OutcomesFile;

use super::suite::{Suite, decisions, import};
use super::world::{SAMPLE, assert_whole, bad, good, json, text};

#[test]
fn five_tranches_go_from_roster_to_reconciliation() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let suite = Suite::up(&data, &[]);
    assert_eq!(suite.json(&["health"])["status"], "SERVING");
    assert_eq!(suite.json(&["round", "show", "bsu-2020"])["tranches"], 2);
    let of_2021 = suite.json(&["round", "show", "bsu-2021"]);
    let annex = &of_2021["annex"];
    assert_eq!((&annex["regions"], &annex["published_regions"]), (&167.into(), &167.into()));
    assert_eq!(of_2021["channels"]["elsewhere"], "collective_account");
    assert_eq!(suite.json(&["round", "show", "bsu-2025"])["switches"]["pkh_excludes"], false);
    assert!(suite.json(&["bank", "list"])["banks"].as_array().unwrap().len() >= 127);

    assert_whole(&import(&suite, dir.path(), &[]));
    let again = import(&suite, dir.path(), &[]);
    assert_eq!((&again["sealed_before"], &again["roster_version"]), (&true.into(), &1.into()));

    let terms =
        [("bsu-2020", "1"), ("bsu-2020", "2"), ("bsu-2021", "1"), ("bsu-2022", "1"), ("bsu-2025", "1")];
    for (round, tranche) in terms {
        let batch_id = format!("{round}-{tranche}-0001");
        suite.json(&["batch", "open", &batch_id]);
        let screened = suite.json(&["batch", "watch", &batch_id]);
        assert_eq!((&screened["state"], &screened["trouble"]), (&"SCREENED".into(), &"".into()));
        suite.json(&["batch", "close", &batch_id]);

        let decided = decisions(&suite, &batch_id, dir.path());
        assert_eq!(without_reasons(&decided), SAMPLE.expected(round, tranche), "{batch_id}");

        let package = sign(&suite, &data, &batch_id);
        check_package(&package, &data.join("keys/ca.pem"), dir.path());
        settle(&suite, &batch_id, &package, dir.path());
        explain(&suite, round, tranche, &decided);
    }
    suite.end();
}

/// `nik,decision,primary_reason` of each row.
fn without_reasons(decided: &str) -> Vec<String> {
    let mut lines = decided.lines();
    assert_eq!(lines.next(), Some("nik,decision,primary_reason,reasons"));
    lines.map(|line| line.rsplit_once(',').unwrap().0.to_owned()).collect()
}

/// Composes, determines, approves and hands over, each refused to the wrong official.
fn sign(suite: &Suite, data: &Path, batch_id: &str) -> PathBuf {
    let step = |name: &'static str, identity: &'static str| -> Vec<&str> {
        let mut args = vec!["batch", name, batch_id, "--identity", identity];
        if name == "approve" {
            args.extend(["--data", text(data)]);
        }
        args
    };
    let early = suite.refused(&step("determine", "maker"));
    assert!(early.contains("BATCH_STATE"), "{early}");
    assert_eq!(suite.json(&["batch", "compose", batch_id])["state"], "COMPOSED");
    assert_eq!(suite.json(&step("determine", "maker"))["state"], "DETERMINED");
    let same = suite.refused(&step("approve", "maker"));
    assert!(same.contains("SAME_ACTOR"), "{same}");
    assert_eq!(suite.json(&step("approve", "checker"))["state"], "APPROVED");
    let same = suite.refused(&step("hand-over", "checker"));
    assert!(same.contains("SAME_ACTOR"), "{same}");
    let handed = suite.json(&step("hand-over", "treasurer"));
    assert_eq!(handed["state"], "HANDED_OVER");
    PathBuf::from(handed["package"].as_str().unwrap())
}

/// The package passes the strict check and the stock tools, and proves one recipient.
fn check_package(package: &Path, ca: &Path, dir: &Path) {
    let report = json(&["handover", "verify", text(package), "--ca", text(ca)]);
    let signed_at = report["seal"]["signing_time_s"].to_string();
    let openssl = Command::new("openssl")
        .args(["cms", "-verify", "-binary", "-inform", "DER", "-attime", &signed_at])
        .args(["-in", "manifest.json.p7s", "-content", "manifest.json", "-out", "/dev/null", "-CAfile"])
        .arg(ca)
        .current_dir(package)
        .output();
    let openssl = openssl.unwrap();
    assert!(openssl.status.success(), "{}", String::from_utf8_lossy(&openssl.stderr));
    let sums = Command::new("sha256sum").args(["-c", "--quiet", "SHA256SUMS"]).current_dir(package).status();
    assert!(sums.unwrap().success());

    let nik = recipients(package)[0].1.clone();
    let proof = dir.join("proof.json");
    fs::write(&proof, good(&["handover", "prove", text(package), "--nik", &nik])).unwrap();
    let (manifest, seal) = (package.join("manifest.json"), package.join("manifest.json.p7s"));
    let check = ["handover", "verify-proof", text(&proof), "--manifest", text(&manifest)];
    let check = [&check[..], &["--seal", text(&seal), "--ca", text(ca)]].concat();
    good(&check);
    let forged = fs::read_to_string(&proof).unwrap().replacen("\"leaf_index\": 0", "\"leaf_index\": 1", 1);
    fs::write(&proof, forged).unwrap();
    bad(&check, 1);
}

/// End-to-end id and NIK of every recipient, in the order of files and lines.
fn recipients(package: &Path) -> Vec<(String, String)> {
    let files = fs::read_dir(package.join("recipients")).unwrap();
    let mut files: Vec<PathBuf> = files.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let rows = files.iter().flat_map(|file| csv::Reader::from_path(file).unwrap().into_records());
    rows.map(Result::unwrap).map(|row| (row[1].to_owned(), row[2].to_owned())).collect()
}

/// The sandbox's banks settle; told twice, nothing changes; then it reconciles.
fn settle(suite: &Suite, batch_id: &str, package: &Path, dir: &Path) {
    let path = dir.join("outcomes.csv");
    let mut outcomes = OutcomesFile::create(&path, 7).unwrap();
    let recipients = recipients(package);
    for (end_to_end_id, _) in &recipients {
        outcomes.settle(end_to_end_id, "2022-09-12").unwrap();
    }
    let (paid, returned) = outcomes.finish().unwrap();
    let in_flight = suite.json(&["batch", "reconcile", batch_id]);
    assert_eq!(
        (&in_flight["reconciled"], &in_flight["in_flight"]),
        (&false.into(), &recipients.len().into())
    );
    let recorded = suite.json(&["batch", "outcomes", batch_id, text(&path)]);
    assert_eq!(recorded["recorded"], recipients.len());
    let repeated = suite.json(&["batch", "outcomes", batch_id, text(&path)]);
    assert_eq!((&repeated["recorded"], &repeated["repeated"]), (&0.into(), &recipients.len().into()));
    let reconciled = suite.json(&["batch", "reconcile", batch_id]);
    assert_eq!((&reconciled["reconciled"], &reconciled["mismatches"]), (&true.into(), &0.into()));
    assert_eq!((&reconciled["paid"], &reconciled["returned"]), (&paid.into(), &returned.into()));
}

/// One person of each primary reason: the rule that refuses says so, with its article and who mends it.
fn explain(suite: &Suite, round: &str, tranche: &str, decided: &str) {
    let mut one_each: BTreeMap<&str, &str> = BTreeMap::new();
    for line in decided.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        one_each.entry(fields[2]).or_insert(fields[0]);
    }
    assert!(one_each.len() > 5 || tranche == "2", "{one_each:?}");
    for (reason, nik) in one_each {
        let explained = suite.json(&["explain", "--round", round, "--tranche", tranche, "--nik", nik]);
        assert_eq!(explained["primary_reason"], reason);
        assert!(!explained.to_string().contains(nik), "the NIK is masked");
        let rules = explained["rules"].as_array().unwrap();
        let by_reason = |rule: &&Value| rule["reason"] == reason;
        let Some(rule) = rules.iter().find(by_reason).filter(|_| !reason.is_empty()) else {
            assert_eq!(reason, "", "no rule of {explained} gives {reason}");
            continue;
        };
        assert_ne!(rule["article"], "", "{rule}");
        assert_ne!(rule["compared"], "", "{rule}");
    }
}

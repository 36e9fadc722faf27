//! Four services, four processes: the same answers as in one.

use super::suite::{Suite, decisions, import};
use super::world::{SAMPLE, assert_whole, bad, text};

const BATCH: &str = "bsu-2022-1-0001";

#[test]
fn services_alone_answer_as_the_suite_does() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let lonely = bad(&["serve", "disbursement", "--data", text(&data), "--listen", "127.0.0.1:0"], 2);
    assert!(lonely.contains("peers.membership.address must be host:port"), "{lonely}");

    let wages = Suite::serve("wages", &dir.path().join("none"), &[]);
    assert!(!dir.path().join("none").exists(), "the wages service keeps nothing");
    let membership = Suite::serve("membership", &data, &[]);
    let sandbox = format!("accounts.sandbox.accounts_file={}", SAMPLE.bank_accounts().display());
    let accounts = Suite::serve("accounts", &data, &["--set", &sandbox]);
    let peers = [("membership", &membership), ("wages", &wages), ("accounts", &accounts)]
        .map(|(name, peer)| format!("peers.{name}.address={}", peer.address()));
    let set: Vec<&str> = peers.iter().flat_map(|peer| ["--set", peer]).collect();
    let disbursement = Suite::serve("disbursement", &data, &set);

    assert_whole(&import(&membership, dir.path(), &[]));
    disbursement.json(&["batch", "open", BATCH]);
    assert_eq!(disbursement.json(&["batch", "watch", BATCH])["state"], "SCREENED");
    disbursement.json(&["batch", "close", BATCH]);
    let decided = decisions(&disbursement, BATCH, dir.path());
    let decided = decided.lines().skip(1).map(|line| line.rsplit_once(',').unwrap().0.to_owned());
    assert_eq!(decided.collect::<Vec<_>>(), SAMPLE.expected("bsu-2022", "1"));
    let nobody = disbursement.refused(&["bank", "list"]);
    assert!(nobody.to_lowercase().contains("unimplemented"), "{nobody}");
    disbursement.end();
}

//! From a screened batch to a package that verifies, with three officials.

use std::fs;
use std::path::Path;

use tepat_proof::package;
use tepat_proto::disbursement::BatchState;

use super::world::{Database, Plan, World, on_each_database, reason, recipients};

on_each_database! {
    a_batch_goes_through_the_chain_into_a_package_that_verifies,
    each_step_waits_for_the_one_before_and_is_taken_once,
    no_official_takes_two_steps_in_a_row,
    only_the_officials_own_signature_over_this_statement_holds,
    a_package_written_again_has_the_same_bytes,
}

async fn a_batch_goes_through_the_chain_into_a_package_that_verifies(database: Database) {
    let world = World::new(Plan::on(database)).await;
    let batch = world.handed_over("bsu-2022-1-0001").await;
    assert_eq!(batch.state(), BatchState::HandedOver);
    assert_eq!(batch.received, 700);
    assert_eq!(batch.received, batch.eligible + batch.refused + batch.pending);
    assert_eq!(batch.amount_rupiah, batch.eligible * 600_000);
    let by_reason: i64 = batch.by_reason.iter().map(|count| count.persons).sum();
    assert_eq!(by_reason, batch.refused + batch.pending);
    let layers: Vec<&str> = batch.funnel.iter().map(|layer| layer.layer.as_str()).collect();
    assert_eq!(layers, ["received", "criteria_valid", "bank_valid", "unique_owner", "eligible"]);
    assert_eq!(batch.funnel.last().unwrap().passed, batch.eligible);

    let roots = fs::read(world.folder.path().join("keys/ca.pem")).unwrap();
    package::verify(Path::new(&batch.package), &roots).unwrap();
    let lines: usize = recipients(Path::new(&batch.package)).iter().map(|(_, lines)| lines.len()).sum();
    assert_eq!(i64::try_from(lines).unwrap(), batch.eligible);
}

async fn each_step_waits_for_the_one_before_and_is_taken_once(database: Database) {
    let world = World::new(Plan::on(database)).await;
    let id = "bsu-2022-1-0001";
    world.screened(id).await;
    assert_eq!(reason(world.compose(id).await), "BATCH_STATE");
    assert_eq!(reason(world.determine(id, "maker").await), "BATCH_STATE");
    assert_eq!(reason(world.approve_with(id, "checker", vec![1]).await), "BATCH_STATE");
    assert_eq!(reason(world.hand_over(id, "maker").await), "BATCH_STATE");

    assert_eq!(world.close(id).await.unwrap().state(), BatchState::Closed);
    assert_eq!(world.close(id).await.unwrap().state(), BatchState::Closed);
    let composed = world.compose(id).await.unwrap();
    assert_eq!(composed.merkle_root.len(), 32);
    assert_eq!(world.compose(id).await.unwrap(), composed);
    world.determine(id, "maker").await.unwrap();
    world.approve(id, "checker", "checker").await.unwrap();
    let handed = world.hand_over(id, "maker").await.unwrap();
    assert_eq!(world.hand_over(id, "maker").await.unwrap(), handed);
    assert_eq!(world.close(id).await.unwrap(), handed);
}

async fn no_official_takes_two_steps_in_a_row(database: Database) {
    let world = World::new(Plan::on(database)).await;
    let id = "bsu-2022-1-0001";
    world.determined(id).await;
    assert_eq!(reason(world.approve(id, "maker", "maker").await), "SAME_ACTOR");
    world.approve(id, "checker", "checker").await.unwrap();
    assert_eq!(reason(world.hand_over(id, "checker").await), "SAME_ACTOR");
    world.hand_over(id, "maker").await.unwrap();
}

async fn only_the_officials_own_signature_over_this_statement_holds(database: Database) {
    let world = World::new(Plan::on(database)).await;
    let id = "bsu-2022-1-0001";
    world.determined(id).await;
    assert_eq!(reason(world.approve(id, "checker", "treasurer").await), "SIGNATURE_REFUSED");
    assert_eq!(reason(world.approve_with(id, "checker", vec![0x30, 0]).await), "SIGNATURE_REFUSED");
    let signer = tepat_proof::Signer::load(&world.folder.path().join("keys"), "checker").unwrap();
    let over_another = signer.sign(&[0; 32], 1_800_000_000).unwrap();
    assert_eq!(reason(world.approve_with(id, "checker", over_another).await), "SIGNATURE_REFUSED");
    assert_eq!(world.approve(id, "checker", "checker").await.unwrap().state(), BatchState::Approved);
}

async fn a_package_written_again_has_the_same_bytes(database: Database) {
    let world = World::new(Plan::on(database)).await;
    let id = "bsu-2022-1-0001";
    let package = world.handed_over(id).await.package;
    let first = bytes(Path::new(&package));
    // As if the process had died after delivery and before its own books, and the folder were lost.
    fs::remove_dir_all(&package).unwrap();
    world.sql("DELETE FROM hand_over").await;
    world.sql("UPDATE batch SET state = 6").await;
    world.hand_over(id, "treasurer").await.unwrap();
    assert_eq!(bytes(Path::new(&package)), first);
}

fn bytes(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push((path.to_str().unwrap().to_owned(), fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

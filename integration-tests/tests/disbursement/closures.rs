//! Accounts that their banks close between the verdict and the money.

use std::fs;
use std::path::Path;

use tepat_proof::package;
use tepat_proto::disbursement::{Batch, Reason};

use super::world::{Database, Plan, World, on_each_database, recipients};

const BATCH: &str = "bsu-2022-1-0001";

on_each_database! {
    an_account_closed_after_screening_is_refused_when_the_money_is_promised,
    an_account_closed_after_the_promise_goes_with_the_package_and_into_the_journal,
}

async fn an_account_closed_after_screening_is_refused_when_the_money_is_promised(database: Database) {
    let world = World::new(Plan::on(database)).await;
    world.screened(BATCH).await;
    let closed = world.close(BATCH).await.unwrap();
    let (niks, accounts) = first_eligible(&world, 2).await;
    world.accounts_closed(&accounts).await;

    let composed = world.compose(BATCH).await.unwrap();
    assert_eq!(composed.eligible, closed.eligible - 2);
    assert_eq!((composed.refused, composed.received), (closed.refused + 2, closed.received));
    assert_eq!(of_closed_accounts(&composed), of_closed_accounts(&closed) + 2);
    assert_eq!(composed.funnel.last().unwrap().passed, composed.eligible);
    assert_eq!(composed.amount_rupiah, composed.eligible * 600_000);
    let decisions = world.decisions(BATCH, 10_000).await;
    for nik in &niks {
        let decision = decisions.iter().find(|decision| decision.nik == *nik).unwrap();
        assert_eq!(decision.primary_reason(), Reason::AccountClosed);
    }

    world.determine(BATCH, "maker").await.unwrap();
    world.approve(BATCH, "checker", "checker").await.unwrap();
    let handed = world.hand_over(BATCH, "treasurer").await.unwrap();
    assert_eq!(handed.merkle_root, composed.merkle_root);
    let paid = niks_of(&handed);
    assert!(niks.iter().all(|nik| !paid.contains(nik)), "whose account is closed gets nothing");
    assert_eq!(i64::try_from(paid.len()).unwrap(), composed.eligible);
    // The root that was signed is over these lines.
    let roots = fs::read(world.folder.path().join("keys/ca.pem")).unwrap();
    package::verify(Path::new(&handed.package), &roots).unwrap();
    assert_eq!(world.reconcile(BATCH).await.unwrap().mismatches, 0);
}

async fn an_account_closed_after_the_promise_goes_with_the_package_and_into_the_journal(database: Database) {
    let world = World::new(Plan::on(database)).await;
    world.determined(BATCH).await;
    world.approve(BATCH, "checker", "checker").await.unwrap();
    let (niks, accounts) = first_eligible(&world, 2).await;
    world.accounts_closed(&accounts).await;

    let handed = world.hand_over(BATCH, "treasurer").await.unwrap();
    let paid = niks_of(&handed);
    assert!(niks.iter().all(|nik| paid.contains(nik)), "what was signed is handed over whole");
    let journal = world.beside().await;
    let sql = "SELECT note FROM event WHERE kind = 'handed over'";
    let note: String = journal.row(sql, []).await.unwrap().unwrap().try_get_by_index(0).unwrap();
    assert!(note.contains("2 accounts were closed since their verdict"), "{note}");
    assert_eq!(world.reconcile(BATCH).await.unwrap().mismatches, 0);
}

/// The first candidates who are eligible: their NIKs, and bank and number of the accounts chosen.
async fn first_eligible(world: &World, limit: usize) -> (Vec<i64>, Vec<(String, String)>) {
    let sql = format!(
        "SELECT nik, bank, account_number FROM effective WHERE outcome = 1 ORDER BY nik LIMIT {limit}"
    );
    let rows = world.beside().await.rows(&sql, []).await.unwrap();
    let rows = rows.iter().map(|row| {
        let (nik, bank, number) = row.try_get_many_by_index::<(i64, String, String)>().unwrap();
        (nik, (bank, number))
    });
    rows.unzip()
}

fn of_closed_accounts(batch: &Batch) -> i64 {
    let of_reason = batch.by_reason.iter().filter(|count| count.reason() == Reason::AccountClosed);
    of_reason.map(|count| count.persons).sum()
}

/// The NIKs of a package's recipients.
fn niks_of(batch: &Batch) -> Vec<i64> {
    let lines = recipients(Path::new(&batch.package)).into_iter().flat_map(|(_, lines)| lines);
    lines.map(|line| line.split(',').nth(2).unwrap().parse().unwrap()).collect()
}

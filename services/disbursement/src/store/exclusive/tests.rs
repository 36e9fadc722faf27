//! The set SQL against its pure twin, on batches made by a fixed rule.

use std::collections::BTreeMap;

use tempfile::TempDir;
use tepat_store::{Store, StoreSettings};

use super::*;
use crate::rules::exclusive::{Owner, shared};
use crate::rules::reason::ReasonSet;
use crate::store::decisions::{self, ChosenAccount, DecisionRow};
use crate::store::migrations::Migrator;

const TERM: &str = "bsu-2022/1";

async fn open() -> (TempDir, Store) {
    let folder = TempDir::new().unwrap();
    let store = Store::open(&StoreSettings::sqlite(&folder.path().join("d.sqlite"))).await.unwrap();
    store.migrate::<Migrator>().await.unwrap();
    (folder, store)
}

/// NIKs of the test, in order.
const fn nik(number: i64) -> i64 {
    3_201_011_501_900_000 + number
}

/// Few accounts among many people, and every kind of reason: sharing in all its forms.
fn candidate(number: i64) -> DecisionRow {
    let reasons: ReasonSet = match number % 7 {
        0 => Reason::WageOverCeiling.into(),
        1 => Reason::HolderNameNeedsReview.into(),
        2 => Reason::MinimumWageUnknown.into(),
        _ => ReasonSet::EMPTY,
    };
    // Some have no account at all; those cannot be eligible.
    let chosen = (number % 11 > 0 || reasons.is_empty()).then(|| ChosenAccount {
        mark: vec![u8::try_from(number * number % 61).unwrap()],
        bank: "002".to_owned(),
        account_number: "1".to_owned(),
        name: "N".to_owned(),
        npp: "A".to_owned(),
        region_code: 3_201,
    });
    DecisionRow { nik: nik(number), sequence: number, reasons, verdicts: 0, chosen }
}

#[tokio::test]
async fn the_set_operations_refuse_whom_the_rule_refuses() {
    let (_folder, store) = open().await;
    let rows: Vec<DecisionRow> = (1..=200).map(candidate).collect();
    // The account of mark 5 belongs to somebody of an earlier batch.
    let owners: Vec<Owner<Vec<u8>>> = rows
        .iter()
        .map(|row| {
            let mark = row.chosen.as_ref().map(|chosen| chosen.mark.clone());
            let claimed_by_other = mark == Some(vec![5]);
            Owner { nik: row.nik, mark, reasons: row.reasons, claimed_by_other }
        })
        .collect();
    let expected: BTreeMap<i64, ReasonSet> = shared(&owners).into_iter().collect();
    assert!(expected.len() > 50 && expected.len() < 200, "{}", expected.len());

    let tx = store.begin().await.unwrap();
    let claim = "INSERT INTO account_claim (term, account_mark, nik, batch_no) VALUES ($1, $2, $3, 1)";
    tx.execute(claim, [TERM.into(), vec![5_u8].into(), nik(9_000).into()]).await.unwrap();
    decisions::insert(&tx, 2, rows).await.unwrap();
    refuse_claimed_elsewhere(&tx, 2, TERM).await.unwrap();
    refuse_shared(&tx, 2, TERM).await.unwrap();
    tx.commit().await.unwrap();

    let found: BTreeMap<i64, ReasonSet> = decisions::page(&store, 2, 0, 1_000)
        .await
        .unwrap()
        .into_iter()
        .filter(|decision| decision.reasons.contains(Reason::AccountShared))
        .map(|decision| (decision.nik, decision.reasons))
        .collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn an_entitlement_of_the_term_in_another_batch_refuses_and_its_own_does_not() {
    let (_folder, store) = open().await;
    let tx = store.begin().await.unwrap();
    decisions::insert(&tx, 2, (3..=5).map(candidate).collect()).await.unwrap();
    let promise =
        "INSERT INTO entitlement (term, nik, batch_no, sequence, amount_rupiah) VALUES ($1, $2, $3, 1, 1)";
    tx.execute(promise, [TERM.into(), nik(3).into(), 1.into()]).await.unwrap();
    tx.execute(promise, [TERM.into(), nik(4).into(), 2.into()]).await.unwrap();
    tx.execute(promise, ["bsu-2022/2".into(), nik(5).into(), 1.into()]).await.unwrap();
    assert_eq!(refuse_claimed_elsewhere(&tx, 2, TERM).await.unwrap(), 1);
    assert_eq!(refuse_claimed_elsewhere(&tx, 2, TERM).await.unwrap(), 0, "done twice, it changes nothing");
    tx.commit().await.unwrap();
    let (decision, _) = decisions::one(&store, 2, nik(3)).await.unwrap().unwrap();
    assert_eq!(decision.reasons, Reason::AlreadyPaid.into());
}

//! The set SQL against its pure twin, on batches made by a fixed rule.

use std::collections::BTreeMap;

use tepat_store::Store;
use tepat_store::testing::TestDatabase;
use uuid::Uuid;

use super::*;
use crate::rules::exclusive::{Owner, shared};
use crate::rules::reason::ReasonSet;
use crate::store::decisions::{self, ChosenAccount, DecisionRow};
use crate::store::migrations::Migrator;
use crate::store::{chunks, parts, totals};

const TERM: &str = "bsu-2022/1";

/// A store of each kind with parts for batch 2 and for the terms.
async fn each() -> Vec<(TestDatabase, Store)> {
    let mut stores = Vec::new();
    for database in [TestDatabase::sqlite(), TestDatabase::postgres().await] {
        let store = database.open().await;
        store.migrate::<Migrator>().await.unwrap();
        let tx = store.begin().await.unwrap();
        parts::open_decisions(&tx, 2).await.unwrap();
        for term in [TERM, "bsu-2022/2"] {
            if parts::open_term(&tx, term).await.unwrap().is_some() {
                parts::join_term(&tx, term).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
        stores.push((database, store));
    }
    stores
}

/// NIKs of the test, in order.
const fn nik(number: i64) -> i64 {
    3_201_011_501_900_000 + number
}

fn mark(number: i64) -> Uuid {
    Uuid::from_u128(u128::try_from(number).unwrap())
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
        mark: mark(number * number % 61),
        bank: "002".to_owned(),
        account_number: "1".to_owned(),
        name: "N".to_owned(),
        npp: "A".to_owned(),
        region_code: 3_201,
    });
    DecisionRow { nik: nik(number), sequence: number, reasons, priority: 0, verdicts: 0, chosen }
}

#[tokio::test]
async fn the_set_operations_refuse_whom_the_rule_refuses() {
    let rows: Vec<DecisionRow> = (1..=200).map(candidate).collect();
    // The account of mark 5 belongs to somebody of an earlier batch.
    let owners: Vec<Owner<Uuid>> = rows
        .iter()
        .map(|row| {
            let of_row = row.chosen.as_ref().map(|chosen| chosen.mark);
            let claimed_by_other = of_row == Some(mark(5));
            Owner { nik: row.nik, mark: of_row, reasons: row.reasons, claimed_by_other }
        })
        .collect();
    let expected: BTreeMap<i64, ReasonSet> = shared(&owners).into_iter().collect();
    assert!(expected.len() > 50 && expected.len() < 200, "{}", expected.len());

    for (database, store) in each().await {
        let tx = store.begin().await.unwrap();
        tx.execute(PROMISE, [TERM.into(), nik(9_000).into(), 1_i64.into()]).await.unwrap();
        let claim = "INSERT INTO account_claim (term, account_mark, nik, batch_no) VALUES ($1, $2, $3, 1)";
        tx.execute(claim, [TERM.into(), mark(5).into(), nik(9_000).into()]).await.unwrap();
        decisions::insert(&tx, 2, rows.clone()).await.unwrap();
        refuse_claimed_elsewhere(&tx, 2, TERM).await.unwrap();
        refuse_shared(&tx, 2).await.unwrap();
        tx.commit().await.unwrap();

        let found: BTreeMap<i64, ReasonSet> = decisions::page(&store, 2, 0, 1_000)
            .await
            .unwrap()
            .into_iter()
            .filter(|decision| decision.reasons.contains(Reason::AccountShared))
            .map(|decision| (decision.nik, decision.reasons))
            .collect();
        assert_eq!(found, expected, "{}", database.kind);
    }
}

const PROMISE: &str =
    "INSERT INTO entitlement (term, nik, batch_no, sequence, amount_rupiah) VALUES ($1, $2, $3, 1, 1)";

#[tokio::test]
async fn an_entitlement_of_the_term_in_another_batch_refuses_and_its_own_does_not() {
    for (_database, store) in each().await {
        let tx = store.begin().await.unwrap();
        decisions::insert(&tx, 2, (3..=5).map(candidate).collect()).await.unwrap();
        tx.execute(PROMISE, [TERM.into(), nik(3).into(), 1_i64.into()]).await.unwrap();
        tx.execute(PROMISE, [TERM.into(), nik(4).into(), 2_i64.into()]).await.unwrap();
        tx.execute(PROMISE, ["bsu-2022/2".into(), nik(5).into(), 1_i64.into()]).await.unwrap();
        assert_eq!(refuse_claimed_elsewhere(&tx, 2, TERM).await.unwrap(), 1);
        assert_eq!(
            refuse_claimed_elsewhere(&tx, 2, TERM).await.unwrap(),
            0,
            "done twice, it changes nothing"
        );
        tx.commit().await.unwrap();
        let (decision, _) = decisions::one(&store, 2, nik(3)).await.unwrap().unwrap();
        assert_eq!(decision.reasons, Reason::AlreadyPaid.into());
    }
}

/// Persons by outcome and reasons, from the sums of a chunk and the amendments since.
#[tokio::test]
async fn totals_are_those_of_the_decisions_as_they_stand() {
    for (database, store) in each().await {
        let tx = store.begin().await.unwrap();
        let batch = "INSERT INTO batch (batch_id, batch_no, round, tranche, term, roster_version, round_text, round_sha256,
                wage_table_sha256, name_rules, state, opened_at_us)
            VALUES ('b', 2, 'bsu-2022', 1, 'bsu-2022/1', 1, '', '00', '00', 'names/1', 2, 0)";
        tx.execute(batch, []).await.unwrap();
        let rows: Vec<DecisionRow> = (1..=200).map(candidate).collect();
        let mut screened: BTreeMap<i64, i64> = BTreeMap::new();
        for row in &rows {
            *screened.entry(row.reasons.bits()).or_default() += 1;
        }
        let of_chunk = screened.into_iter().map(|(bits, persons)| {
            let reasons = ReasonSet::from_bits(bits).unwrap();
            (reasons.outcome(), reasons, persons)
        });
        chunks::keep_totals(&tx, ("b", 2), 1, &of_chunk.collect()).await.unwrap();
        decisions::insert(&tx, 2, rows).await.unwrap();
        assert!(refuse_shared(&tx, 2).await.unwrap() > 0);
        assert_eq!(refuse_over_budget(&tx, 2, &[nik(3), nik(4), nik(5)]).await.unwrap(), 3);
        totals::count(&tx, 2).await.unwrap();
        tx.commit().await.unwrap();

        let mut expected: BTreeMap<(i32, i64), i64> = BTreeMap::new();
        for decision in decisions::page(&store, 2, 0, 1_000).await.unwrap() {
            *expected.entry((decision.outcome.number(), decision.reasons.bits())).or_default() += 1;
        }
        let found = totals::all(&store, 2).await.unwrap();
        let found = found.iter().map(|total| ((total.outcome.number(), total.reasons.bits()), total.persons));
        assert_eq!(found.collect::<BTreeMap<_, _>>(), expected, "{}", database.kind);
    }
}

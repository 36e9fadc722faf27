//! Decisions: equal to the sample's answer key, explained, and what only shows over several batches.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use tepat_proto::disbursement::{self as wire, Outcome, Reason};

use super::world::{Database, Plan, Silent, World, on_each_database, reason, recipients};

/// (outcome, primary reason) by NIK, as the sample's construction states it.
pub(super) fn expected(folder: &Path, round: &str, tranche: &str) -> BTreeMap<i64, (String, String)> {
    let mut rows = csv::Reader::from_path(folder.join("roster/expected.csv")).unwrap();
    let rows = rows.records().map(Result::unwrap).filter(|row| &row[1] == round && &row[2] == tranche);
    rows.map(|row| (row[0].parse().unwrap(), (row[3].to_owned(), row[4].to_owned()))).collect()
}

pub(super) fn found(decisions: &[wire::Decision]) -> BTreeMap<i64, (String, String)> {
    let name = |decision: &wire::Decision| {
        let outcome = decision.outcome().as_str_name().trim_start_matches("OUTCOME_").to_owned();
        let reason = match decision.primary_reason() {
            Reason::Unspecified => String::new(),
            reason => reason.as_str_name().trim_start_matches("REASON_").to_owned(),
        };
        (outcome, reason)
    };
    decisions.iter().map(|decision| (decision.nik, name(decision))).collect()
}

on_each_database! {
    decisions_are_those_of_the_answer_key_in_every_round_and_tranche,
    one_person_of_each_reason_is_explained_by_the_rule_that_gave_it,
    whoever_was_promised_money_is_refused_in_the_next_batch_of_the_term,
    a_silent_bank_leaves_its_people_pending_and_they_come_first_in_the_next_batch,
    a_budget_that_does_not_reach_all_refuses_the_last_in_the_seeded_order,
}

async fn decisions_are_those_of_the_answer_key_in_every_round_and_tranche(database: Database) {
    let world = World::new(Plan { workers: 3_000, ..Plan::on(database) }).await;
    let batches =
        ["bsu-2022-1-0001", "bsu-2020-1-0001", "bsu-2020-2-0001", "bsu-2021-1-0001", "bsu-2025-1-0001"];
    for batch_id in batches {
        world.handed_over(batch_id).await;
        let decisions = world.decisions(batch_id, 777).await;
        assert!(decisions.is_sorted_by(|one, other| one.nik < other.nik), "NIK order, nobody twice");
        let expected = expected(world.folder.path(), &batch_id[..8], &batch_id[9..10]);
        let found = found(&decisions);
        assert_eq!(found.len(), expected.len(), "{batch_id}");
        let differing: Vec<_> =
            expected.iter().filter(|(nik, wanted)| found.get(nik) != Some(wanted)).take(5).collect();
        assert!(differing.is_empty(), "{batch_id}: {differing:?}");
    }
}

async fn one_person_of_each_reason_is_explained_by_the_rule_that_gave_it(database: Database) {
    let world = World::new(Plan { workers: 3_000, ..Plan::on(database) }).await;
    let batch_id = "bsu-2022-1-0001";
    world.screened(batch_id).await;
    world.close(batch_id).await.unwrap();
    let mut of_reason: HashMap<i32, i64> = HashMap::new();
    for decision in world.decisions(batch_id, 10_000).await {
        of_reason.entry(decision.primary_reason).or_insert(decision.nik);
    }
    assert!(of_reason.len() > 18, "{of_reason:?}");
    for (reason, nik) in of_reason {
        let request = wire::ExplainDecisionRequest { round: "bsu-2022".to_owned(), tranche: 1, nik };
        let explained = world.client.clone().explain_decision(request).await.unwrap().into_inner();
        let decision = explained.decision.unwrap();
        let stopped: Vec<i32> =
            explained.rules.iter().map(|rule| rule.reason).filter(|reason| *reason > 0).collect();
        assert!(decision.reasons.iter().all(|reason| stopped.contains(reason)), "{decision:?} {stopped:?}");
        for rule in explained.rules.iter().filter(|rule| rule.reason > 0) {
            assert!(!rule.article.is_empty() && !rule.compared.is_empty(), "{rule:?}");
            assert!(!rule.mend.is_empty() && !rule.mended_by.is_empty(), "{rule:?}");
        }
        let digits = nik.to_string();
        assert!(!format!("{:?}", explained.rules).contains(&digits), "the NIK stays masked, reason {reason}");
    }
    let unknown =
        wire::ExplainDecisionRequest { round: "bsu-2022".to_owned(), tranche: 1, nik: 3_201_011_501_900_001 };
    assert_eq!(reason(world.client.clone().explain_decision(unknown).await), "DECISION_UNKNOWN");
}

async fn whoever_was_promised_money_is_refused_in_the_next_batch_of_the_term(database: Database) {
    let world = World::new(Plan::on(database)).await;
    let first = world.handed_over("bsu-2022-1-0001").await;
    let again = world.handed_over("bsu-2022-1-0002").await;
    assert_eq!(again.eligible, 0);
    let already = again.by_reason.iter().find(|count| count.reason() == Reason::AlreadyPaid).unwrap();
    assert_eq!(already.persons, first.eligible);
    assert!(recipients_of(&again).is_empty());
}

fn recipients_of(batch: &wire::Batch) -> Vec<String> {
    let folder = Path::new(&batch.package);
    if !folder.join("recipients").exists() {
        return Vec::new();
    }
    recipients(folder).into_iter().flat_map(|(_, lines)| lines).collect()
}

/// The largest bank of the sample.
const SILENT: Silent = Silent { banks: &["002"], for_ms: 0 };

async fn a_silent_bank_leaves_its_people_pending_and_they_come_first_in_the_next_batch(database: Database) {
    let world = World::new(Plan { silent: SILENT, ..Plan::on(database) }).await;
    let first = world.handed_over("bsu-2022-1-0001").await;
    let silent =
        first.by_reason.iter().find(|count| count.reason() == Reason::BankUnanswered).unwrap().persons;
    assert!(silent > 20, "BRI is the largest bank of the sample: {silent}");
    assert!(!recipients_of(&first).iter().any(|line| line.split(',').nth(4) == Some("002")));

    let world = world.restarted().await;
    let second = world.handed_over("bsu-2022-1-0002").await;
    assert!(second.eligible > 0 && second.eligible <= silent, "{} of {silent}", second.eligible);
    assert!(recipients_of(&second).iter().any(|line| line.split(',').nth(4) == Some("002")));
    let paid = wire::ListDecisionsRequest { batch_id: "bsu-2022-1-0002".to_owned(), ..Default::default() };
    let decisions = world.client.clone().list_decisions(paid).await.unwrap().into_inner().decisions;
    assert!(!decisions.iter().any(|decision| decision.outcome() == Outcome::Unspecified));
}

async fn a_budget_that_does_not_reach_all_refuses_the_last_in_the_seeded_order(database: Database) {
    let world = World::new(Plan::on(database)).await;
    let id = "bsu-2022-1-0001";
    world.screened(id).await;
    // Room for ten payments of Rp600,000, and some change.
    world.sql("INSERT INTO budget VALUES ('bsu-2022', 8804969750000, 8804969750000 - 10 * 600000 - 1)").await;
    let closed = world.close(id).await.unwrap();
    assert_eq!(closed.eligible, 10);
    let over = closed.by_reason.iter().find(|count| count.reason() == Reason::BudgetExhausted).unwrap();
    assert!(over.persons > 300);
    assert_eq!(world.compose(id).await.unwrap().amount_rupiah, 6_000_000);
}

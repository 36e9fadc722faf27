//! Disputed facts are switched in the data of a round: a folder of rounds replaces the shipped ones.

use std::collections::BTreeMap;

use tepat_proto::disbursement as wire;

use super::decisions::{expected, found};
use super::world::{Change, Database, Plan, World, on_each_database};

on_each_database! {
    a_switch_of_the_data_turns_the_decisions_and_is_told_with_the_round,
}

type Decisions = BTreeMap<i64, (String, String)>;

/// Persons by what the answer key says and what was decided, where they differ.
fn turned(expected: &Decisions, decided: &Decisions) -> BTreeMap<(String, String), usize> {
    let name = |told: &(String, String)| if told.1.is_empty() { told.0.clone() } else { told.1.clone() };
    let mut turned = BTreeMap::new();
    for (nik, wanted) in expected.iter().filter(|(nik, wanted)| decided[*nik] != **wanted) {
        *turned.entry((name(wanted), name(&decided[nik]))).or_default() += 1;
    }
    turned
}

async fn decided_with(
    database: Database,
    round: &str,
    change: Change,
) -> (Decisions, Decisions, wire::Round) {
    let world = World::new(Plan { workers: 2_000, rounds: vec![change], ..Plan::on(database) }).await;
    let batch_id = format!("{round}-1-0001");
    world.screened(&batch_id).await;
    world.close(&batch_id).await.unwrap();
    let told = world.client.clone().get_round(wire::GetRoundRequest { round: round.to_owned() }).await;
    let decided = found(&world.decisions(&batch_id, 10_000).await);
    (expected(world.folder.path(), round, "1"), decided, told.unwrap().into_inner().round.unwrap())
}

async fn a_switch_of_the_data_turns_the_decisions_and_is_told_with_the_round(database: Database) {
    for (round, file, from, to, wanted) in [
        (
            "bsu-2021",
            "bsu-2021.toml",
            "public_servants_excluded = true",
            "public_servants_excluded = false",
            "CIVIL_SERVANT",
        ),
        ("bsu-2022", "bsu-2022.toml", "other_aid_excludes = true", "other_aid_excludes = false", "OTHER_AID"),
        (
            "bsu-2025",
            "bsu-2025.toml",
            "minimum_wage_alternative = false",
            "minimum_wage_alternative = true",
            "WAGE_OVER_CEILING",
        ),
        ("bsu-2025", "bsu-2025.toml", "pkh_excludes = false", "pkh_excludes = true", "ELIGIBLE"),
    ] {
        let (expected, decided, told) = decided_with(database, round, (file, from, to.to_owned())).await;
        let turned = turned(&expected, &decided);
        let into = if wanted == "ELIGIBLE" { "OTHER_AID" } else { "ELIGIBLE" };
        assert!(turned[&(wanted.to_owned(), into.to_owned())] > 5, "{to}: {turned:?}");
        let (switch, on) = to.split_once(" = ").unwrap();
        let switch = wire::Switch { name: switch.to_owned(), on: on == "true" };
        assert!(told.switches.contains(&switch), "{:?}", told.switches);
    }
}

//! Who comes first when the money does not reach for all.

use std::collections::{BTreeMap, BTreeSet};

use tepat_proto::disbursement as wire;
use tepat_terms::{Nik, seeded_rank};

use super::decisions::{expected, found};
use super::world::{Database, Plan, Silent, World, on_each_database};

on_each_database! {
    whoever_a_list_names_comes_after_all_others_in_the_seeded_order,
    the_sectors_of_the_round_come_first,
    whoever_waited_since_an_earlier_batch_comes_before_all_others,
}

/// Closes a screened batch when the round has money for so many persons of `amount` rupiah; returns what
/// was decided of everybody.
async fn closed(
    world: &World,
    batch_id: &str,
    places: usize,
    (ceiling, amount): (i64, i64),
) -> BTreeMap<i64, (String, String)> {
    let round = &batch_id[..8];
    let room = i64::try_from(places).unwrap() * amount + amount - 1;
    world
        .sql(&format!(
            "INSERT INTO budget VALUES ('{round}', {ceiling}, {ceiling} - {room})
             ON CONFLICT (round) DO UPDATE SET promised_rupiah = {ceiling} - {room}"
        ))
        .await;
    let closed = world.close(batch_id).await.unwrap();
    assert_eq!(closed.eligible, i64::try_from(places).unwrap());
    found(&world.decisions(batch_id, 10_000).await)
}

fn with(decisions: &BTreeMap<i64, (String, String)>, outcome: &str, reason: &str) -> BTreeSet<i64> {
    let matches = |told: &(String, String)| told.0 == outcome && told.1 == reason;
    decisions.iter().filter(|(_, told)| matches(told)).map(|(nik, _)| *nik).collect()
}

fn eligible(decisions: &BTreeMap<i64, (String, String)>) -> BTreeSet<i64> {
    with(decisions, "ELIGIBLE", "")
}

fn exhausted(decisions: &BTreeMap<i64, (String, String)>) -> BTreeSet<i64> {
    with(decisions, "REFUSED", "BUDGET_EXHAUSTED")
}

/// The last `count` of these persons in the seeded order.
fn last(persons: &BTreeSet<i64>, count: usize) -> BTreeSet<i64> {
    let mut persons: Vec<i64> = persons.iter().copied().collect();
    persons.sort_by_key(|nik| seeded_rank(b"tepat", Nik::from_number(*nik).unwrap()));
    persons.split_off(persons.len() - count).into_iter().collect()
}

async fn whoever_a_list_names_comes_after_all_others_in_the_seeded_order(database: Database) {
    for short in [2, 30] {
        let world = World::new(Plan { workers: 2_000, ..Plan::on(database) }).await;
        let all = eligible(&expected(world.folder.path(), "bsu-2025", "1"));
        let mut lists = csv::Reader::from_path(world.folder.path().join("roster/lists.csv")).unwrap();
        let named = lists.records().map(Result::unwrap).filter(|row| &row[1] == "PKH");
        let named: BTreeSet<i64> = named.map(|row| row[0].parse().unwrap()).collect();
        let named: BTreeSet<i64> = named.intersection(&all).copied().collect();
        assert!((5..25).contains(&named.len()), "{}", named.len());
        world.screened("bsu-2025-1-0001").await;
        let places = all.len() - short;
        let decided = closed(&world, "bsu-2025-1-0001", places, (10_720_000_000_000, 600_000)).await;
        let refused = if short < named.len() {
            last(&named, short)
        } else {
            let others = all.difference(&named).copied().collect();
            last(&others, short - named.len()).union(&named).copied().collect()
        };
        assert_eq!(exhausted(&decided), refused, "{short} too few");
    }
}

/// Sections and divisions that the sample uses among the round's sectors.
const FIRST: [&str; 10] = ["G", "H", "I", "L", "M", "N", "10", "13", "14", "15"];

async fn the_sectors_of_the_round_come_first(database: Database) {
    let world = World::new(Plan { workers: 2_000, ..Plan::on(database) }).await;
    let roster = world.folder.path().join("roster");
    let read =
        |file: &str| csv::Reader::from_path(roster.join(file)).unwrap().into_records().map(Result::unwrap);
    let sectors: BTreeMap<String, String> =
        read("employers.csv").map(|row| (format!("{}/{}", &row[0], &row[1]), row[4].to_owned())).collect();
    // Whoever has one employment: nobody has to know which of several counts.
    let mut jobs: BTreeMap<i64, Vec<&str>> = BTreeMap::new();
    for row in read("members.csv") {
        let sector = sectors[&format!("{}/{}", &row[7], &row[8])].as_str();
        jobs.entry(row[0].parse().unwrap()).or_default().push(sector);
    }
    let comes_first = |nik: &&i64| {
        let jobs = &jobs[*nik];
        (jobs.len() == 1).then(|| FIRST.contains(&jobs[0]) || jobs[0] == "29")
    };
    world.screened("bsu-2021-1-0001").await;
    let all = eligible(&expected(world.folder.path(), "bsu-2021", "1"));
    let first = all.iter().filter(|nik| comes_first(nik) == Some(true)).count();
    assert!(first > 300 && first < all.len() - 300, "{first} of {}", all.len());
    for (places, short_of) in [(first / 2, true), (all.len() - 50, false)] {
        let world = World::new(Plan { workers: 2_000, ..Plan::on(database) }).await;
        world.screened("bsu-2021-1-0001").await;
        let decided = closed(&world, "bsu-2021-1-0001", places, (8_783_350_000_000, 1_000_000)).await;
        let (paid, out) = (eligible(&decided), exhausted(&decided));
        assert_eq!(paid.union(&out).copied().collect::<BTreeSet<_>>(), all);
        let wrong = if short_of {
            paid.iter().filter(|nik| comes_first(nik) == Some(false)).count()
        } else {
            out.iter().filter(|nik| comes_first(nik) == Some(true)).count()
        };
        assert_eq!(wrong, 0, "{places} places");
    }
}

/// The largest bank of the sample.
const SILENT: Silent = Silent { banks: &["002"], for_ms: 0 };

async fn whoever_waited_since_an_earlier_batch_comes_before_all_others(database: Database) {
    let world = World::new(Plan { silent: SILENT, workers: 1_000, ..Plan::on(database) }).await;
    let half = wire::Slice { k: 1, n: 2, seed: 0 };
    world.screened_slice("bsu-2022-1-0001", half).await;
    world.handed_over("bsu-2022-1-0001").await;
    let first = found(&world.decisions("bsu-2022-1-0001", 10_000).await);
    let waiting = with(&first, "PENDING", "BANK_UNANSWERED");
    let world = world.restarted().await;
    world.screened("bsu-2022-1-0002").await;
    let all = eligible(&expected(world.folder.path(), "bsu-2022", "1"));
    let waiting: BTreeSet<i64> = waiting.intersection(&all).copied().collect();
    assert!(waiting.len() > 40, "{}", waiting.len());
    let places = waiting.len() + 3;
    let decided = closed(&world, "bsu-2022-1-0002", places, (8_804_969_750_000, 600_000)).await;
    assert!(waiting.is_subset(&eligible(&decided)), "all who waited, and three others");
    assert!(exhausted(&decided).len() > 100);
}

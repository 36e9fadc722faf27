//! What a watch tells while a batch is screened.

use tepat_proto::disbursement::BatchState;

use super::world::{Database, Plan, Silent, World, on_each_database};

on_each_database! {
    a_watch_tells_how_many_there_are_how_fast_it_goes_and_how_long_it_takes,
}

/// A bank that hangs up only after a second holds up every chunk, so that there is something to tell.
const SLOW: Silent = Silent { banks: &["002"], for_ms: 1_100 };

async fn a_watch_tells_how_many_there_are_how_fast_it_goes_and_how_long_it_takes(database: Database) {
    let plan = Plan { workers: 1_500, silent: SLOW, ..Plan::on(database) };
    let told = World::new(plan).await.watched("bsu-2022-1-0001").await;
    let mut with_a_rest = 0;
    for (snapshot, batch) in told.iter().map(|snapshot| (snapshot, snapshot.batch.as_ref().unwrap())) {
        assert_eq!(batch.candidates, 1_500);
        assert!(batch.received <= batch.candidates);
        let left = batch.candidates - batch.received;
        let expected = match (batch.state(), snapshot.per_second) {
            (BatchState::Screening, 1..) => left / snapshot.per_second,
            _ => 0,
        };
        assert_eq!(snapshot.remaining_seconds, expected, "{left} left at {} a second", snapshot.per_second);
        with_a_rest += i32::from(expected > 0);
    }
    assert!(with_a_rest > 0, "{:?}", told.iter().map(|snapshot| snapshot.per_second).collect::<Vec<_>>());
    let last = told.last().unwrap();
    assert_eq!(last.batch.as_ref().unwrap().received, 1_500);
    assert!(last.per_second > 0);
}

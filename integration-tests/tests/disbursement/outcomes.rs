//! Outcomes and reconciliation.

use std::path::Path;

use tepat_proto::Date;
use tepat_proto::disbursement::{
    self as wire, BatchState, OutcomeRow, OutcomeRowResult as Taken, PaymentOutcome,
};

use super::world::{Database, Plan, World, on_each_database, reason, recipients, request_id};

fn row(end_to_end_id: &str, outcome: PaymentOutcome) -> OutcomeRow {
    OutcomeRow {
        end_to_end_id: end_to_end_id.to_owned(),
        outcome: outcome.into(),
        reason: if outcome == PaymentOutcome::Returned { "account closed".to_owned() } else { String::new() },
        booked_on: Some(Date { year: 2022, month: 9, day: 12 }),
        reference: "ref-1".to_owned(),
    }
}

async fn record(world: &World, rows: Vec<OutcomeRow>) -> Vec<Taken> {
    let request = wire::RecordOutcomesRequest {
        request_id: request_id(),
        batch_id: "bsu-2022-1-0001".to_owned(),
        rows,
    };
    let answer = world.client.clone().record_outcomes(request).await.unwrap().into_inner();
    answer.results.into_iter().map(|result| Taken::try_from(result).unwrap()).collect()
}

on_each_database! {
    every_row_of_a_page_has_its_own_result,
    a_batch_reconciles_when_every_payment_was_heard_of,
    a_row_that_went_missing_does_not_reconcile,
    outcomes_wait_for_the_package,
}

async fn every_row_of_a_page_has_its_own_result(database: Database) {
    let world = World::new(Plan::on(database)).await;
    let batch = world.handed_over("bsu-2022-1-0001").await;
    let ids = end_to_end_ids(&batch);
    let paid = row(&ids[0], PaymentOutcome::Paid);
    let rows = vec![
        paid.clone(),
        row("bsu-2022-1-0001-zzzz", PaymentOutcome::Paid),
        OutcomeRow { reason: String::new(), ..row(&ids[1], PaymentOutcome::Returned) },
        OutcomeRow { booked_on: Some(Date { year: 2022, month: 2, day: 30 }), ..paid.clone() },
        OutcomeRow { reference: String::new(), ..paid.clone() },
        row(&ids[2], PaymentOutcome::Returned),
        // The same payment twice in one page: the first counts.
        paid.clone(),
        row(&ids[0], PaymentOutcome::Unclaimed),
        row(&ids[3].replace("0001", "0002"), PaymentOutcome::Paid),
    ];
    let expected = [
        Taken::Recorded,
        Taken::UnknownPayment,
        Taken::Malformed,
        Taken::Malformed,
        Taken::Malformed,
        Taken::Recorded,
        Taken::Repeated,
        Taken::Contradicts,
        Taken::UnknownPayment,
    ];
    assert_eq!(record(&world, rows).await, expected);
    assert_eq!(
        record(&world, vec![paid, row(&ids[2], PaymentOutcome::Paid)]).await,
        [Taken::Repeated, Taken::Contradicts]
    );
}

async fn a_batch_reconciles_when_every_payment_was_heard_of(database: Database) {
    let world = World::new(Plan::on(database)).await;
    let batch = world.handed_over("bsu-2022-1-0001").await;
    let ids = end_to_end_ids(&batch);
    let in_flight = world.reconcile("bsu-2022-1-0001").await.unwrap();
    assert_eq!((in_flight.mismatches, in_flight.in_flight), (0, batch.eligible));
    assert_eq!(in_flight.batch.unwrap().state(), BatchState::HandedOver);

    let outcome = |index: usize| match index {
        0 | 1 => PaymentOutcome::Returned,
        2 => PaymentOutcome::Unclaimed,
        3 => PaymentOutcome::Cancelled,
        _ => PaymentOutcome::Paid,
    };
    let rows = ids.iter().enumerate().map(|(index, id)| row(id, outcome(index))).collect();
    assert!(record(&world, rows).await.iter().all(|taken| *taken == Taken::Recorded));
    let settled = world.reconcile("bsu-2022-1-0001").await.unwrap();
    assert_eq!((settled.mismatches, settled.in_flight), (0, 0), "{:?}", settled.equations);
    assert_eq!((settled.returned, settled.unclaimed, settled.cancelled), (2, 1, 1));
    assert_eq!(settled.paid, batch.eligible - 4);
    assert_eq!(settled.paid_rupiah, settled.paid * 600_000);
    assert_eq!(settled.batch.unwrap().state(), BatchState::Reconciled);
}

async fn a_row_that_went_missing_does_not_reconcile(database: Database) {
    let world = World::new(Plan::on(database)).await;
    world.handed_over("bsu-2022-1-0001").await;
    // The claim of one account, then the entitlement of one person beside it.
    for (table, lost) in [
        ("account_claim", &["account claims = entitlements"][..]),
        (
            "entitlement",
            &[
                "entitlements = eligible",
                "promised rupiah = entitlements x amount",
                "entitled rupiah = promised rupiah",
            ],
        ),
    ] {
        world.sql(&format!("DELETE FROM {table} WHERE nik = (SELECT min(nik) FROM {table})")).await;
        let answer = world.reconcile("bsu-2022-1-0001").await.unwrap();
        let broken = answer.equations.iter().filter(|equation| equation.left != equation.right);
        let broken: Vec<&str> = broken.map(|equation| equation.name.as_str()).collect();
        assert_eq!((broken.as_slice(), answer.mismatches), (lost, i64::try_from(lost.len()).unwrap()));
        assert_eq!(answer.batch.unwrap().state(), BatchState::HandedOver);
    }
}

async fn outcomes_wait_for_the_package(database: Database) {
    let world = World::new(Plan::on(database)).await;
    world.screened("bsu-2022-1-0001").await;
    let request = wire::RecordOutcomesRequest {
        request_id: request_id(),
        batch_id: "bsu-2022-1-0001".to_owned(),
        rows: vec![row("bsu-2022-1-0001-1", PaymentOutcome::Paid)],
    };
    assert_eq!(reason(world.client.clone().record_outcomes(request).await), "BATCH_STATE");
}

fn end_to_end_ids(batch: &wire::Batch) -> Vec<String> {
    let lines = recipients(Path::new(&batch.package)).into_iter().flat_map(|(_, lines)| lines);
    lines.map(|line| line.split(',').nth(1).unwrap().to_owned()).collect()
}

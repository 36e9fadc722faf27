//! Outcomes and reconciliation.

use std::path::Path;

use tepat_proto::Date;
use tepat_proto::disbursement::{
    self as wire, BatchState, OutcomeRow, OutcomeRowResult as Taken, PaymentOutcome,
};

use super::world::{Plan, World, reason, recipients, request_id};

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

#[tokio::test]
async fn every_row_of_a_page_has_its_own_result() {
    let world = World::new(Plan::default()).await;
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

#[tokio::test]
async fn a_batch_reconciles_when_every_payment_was_heard_of() {
    let world = World::new(Plan::default()).await;
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

#[tokio::test]
async fn a_row_that_went_missing_does_not_reconcile() {
    let world = World::new(Plan::default()).await;
    world.handed_over("bsu-2022-1-0001").await;
    world
        .sql("DELETE FROM payment_attempt WHERE sequence = (SELECT min(sequence) FROM payment_attempt)")
        .await;
    let answer = world.reconcile("bsu-2022-1-0001").await.unwrap();
    assert_eq!(answer.mismatches, 1);
    let broken = answer.equations.iter().find(|equation| equation.left != equation.right).unwrap();
    assert!(broken.name.starts_with("determined ="), "{broken:?}");
}

#[tokio::test]
async fn outcomes_wait_for_the_package() {
    let world = World::new(Plan::default()).await;
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

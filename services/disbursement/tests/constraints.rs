//! What the database itself refuses, whatever the code above it does.
#![allow(clippy::unwrap_used, reason = "in tests an unwrap is an assertion")]

use tepat_disbursement::Migrator;
use tepat_store::testing::TestDatabase;
use tepat_store::{Backend, Conflict, Store, StoreFault};

/// The parts that a server has for the batch and its term.
const PARTS: [&str; 3] =
    ["SELECT open_decisions(1)", "SELECT open_term('bsu-2022/1')", "SELECT join_term('bsu-2022/1')"];

/// A batch with one entitled person, determined by `kpa`.
const WORLD: &str = "
    INSERT INTO batch (batch_id, batch_no, round, tranche, term, roster_version, round_text, round_sha256,
        wage_table_sha256, name_rules, state, opened_at_us)
    VALUES ('bsu-2022-1-0001', 1, 'bsu-2022', 1, 'bsu-2022/1', 1, '', '00', '00', 'names/1', 5, 0);
    INSERT INTO entitlement (term, nik, batch_no, sequence, amount_rupiah)
    VALUES ('bsu-2022/1', 3201011501900001, 1, 1, 600000);
    INSERT INTO account_claim (term, account_mark, nik, batch_no)
    VALUES ('bsu-2022/1', '000000aa-0000-0000-0000-000000000000', 3201011501900001, 1);
    INSERT INTO budget (round, ceiling_rupiah, promised_rupiah) VALUES ('bsu-2022', 600000, 600000);
    INSERT INTO determination (batch_no, determined_by, at_us) VALUES (1, 'kpa', 0)";

const APPROVAL: &str =
    "INSERT INTO approval (batch_no, determined_by, approved_by, at_us, statement_signature)
    VALUES (1, 'kpa', 'ppspm', 0, '00')";
const PACKAGE: &str = "INSERT INTO package (batch_no, manifest, seal) VALUES (1, '00', '00')";
const HAND_OVER: &str = "INSERT INTO hand_over (batch_no, approved_by, handed_over_by, at_us, folder)
    VALUES (1, 'ppspm', 'bendahara', 0, 'f')";
const PAID: &str =
    "INSERT INTO payment_outcome (term, nik, n, batch_no, outcome, reason, booked_on, reference, recorded_at_us)
    VALUES ('bsu-2022/1', 3201011501900001, 1, 1, 'PAID', '', 20220901, 'r1', 0)";
const RETURNED: &str =
    "INSERT INTO payment_outcome (term, nik, n, batch_no, outcome, reason, booked_on, reference, recorded_at_us)
    VALUES ('bsu-2022/1', 3201011501900001, 1, 1, 'RETURNED', 'closed', 20220901, 'r1', 0)";
const SECOND_ATTEMPT: &str =
    "INSERT INTO payment_attempt (term, nik, n, batch_no, sequence, after_return, after_outcome)
    VALUES ('bsu-2022/1', 3201011501900001, 2, 1, 1, 1, 'RETURNED')";
/// What stands before any outcome.
const SENT: [&str; 3] = [APPROVAL, PACKAGE, HAND_OVER];

async fn world(database: &TestDatabase) -> Store {
    let store = database.open().await;
    store.migrate::<Migrator>().await.unwrap();
    let tx = store.begin().await.unwrap();
    let parts = if store.backend() == Backend::Postgres { &PARTS[..] } else { &[] };
    for statement in parts.iter().copied().chain(WORLD.split(';')) {
        tx.execute(statement, []).await.unwrap_or_else(|fault| panic!("{statement}: {fault:?}"));
    }
    tx.commit().await.unwrap();
    store
}

/// Runs `before`, which must succeed, and then `refused`, which must meet the constraint, on every database.
async fn check(before: &[&str], refused: &str, expected: Conflict) {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres().await] {
        let store = world(&database).await;
        let tx = store.begin().await.unwrap();
        for statement in before {
            tx.execute(statement, []).await.unwrap_or_else(|fault| panic!("{statement}: {fault:?}"));
        }
        match tx.execute(refused, []).await {
            Err(StoreFault::Conflict(found)) => assert_eq!(found, expected, "{} {refused}", database.kind),
            other => panic!("{} {refused}: {other:?}", database.kind),
        }
    }
}

/// Like [`check`], behind a hand over.
async fn check_sent(before: &[&str], refused: &str, expected: Conflict) {
    check(&[&SENT, before].concat(), refused, expected).await;
}

#[tokio::test]
async fn a_person_has_one_entitlement_a_term() {
    let again = "INSERT INTO entitlement (term, nik, batch_no, sequence, amount_rupiah)
        VALUES ('bsu-2022/1', 3201011501900001, 1, 2, 600000)";
    check(&[], again, Conflict::Unique).await;
}

#[tokio::test]
async fn an_account_has_one_owner_a_term() {
    let again = "INSERT INTO account_claim (term, account_mark, nik, batch_no)
        VALUES ('bsu-2022/1', '000000aa-0000-0000-0000-000000000000', 3201011501900002, 1)";
    check(&[], again, Conflict::Unique).await;
}

#[tokio::test]
async fn an_entitlement_is_of_some_money() {
    let nothing = "INSERT INTO entitlement (term, nik, batch_no, sequence, amount_rupiah)
        VALUES ('bsu-2022/1', 3201011501900002, 1, 2, 0)";
    check(&[], nothing, Conflict::Check).await;
}

#[tokio::test]
async fn a_round_promises_no_more_than_its_budget() {
    check(&[], "UPDATE budget SET promised_rupiah = promised_rupiah + 1", Conflict::Check).await;
}

#[tokio::test]
async fn whoever_determined_cannot_approve() {
    let same = "INSERT INTO approval (batch_no, determined_by, approved_by, at_us, statement_signature)
        VALUES (1, 'kpa', 'kpa', 0, '00')";
    check(&[], same, Conflict::Check).await;
    // Nor by giving another name for the one who determined.
    let forged = "INSERT INTO approval (batch_no, determined_by, approved_by, at_us, statement_signature)
        VALUES (1, 'somebody', 'kpa', 0, '00')";
    check(&[], forged, Conflict::ForeignKey).await;
}

#[tokio::test]
async fn whoever_approved_cannot_hand_over() {
    let same = "INSERT INTO hand_over (batch_no, approved_by, handed_over_by, at_us, folder)
        VALUES (1, 'ppspm', 'ppspm', 0, 'f')";
    check(&[APPROVAL, PACKAGE], same, Conflict::Check).await;
    let forged = "INSERT INTO hand_over (batch_no, approved_by, handed_over_by, at_us, folder)
        VALUES (1, 'somebody', 'ppspm', 0, 'f')";
    check(&[APPROVAL, PACKAGE], forged, Conflict::ForeignKey).await;
}

#[tokio::test]
async fn a_package_needs_its_approval() {
    check(&[], PACKAGE, Conflict::ForeignKey).await;
}

#[tokio::test]
async fn a_second_attempt_needs_the_confirmed_return_of_the_first() {
    check_sent(&[], SECOND_ATTEMPT, Conflict::ForeignKey).await;
    check_sent(&[PAID], SECOND_ATTEMPT, Conflict::ForeignKey).await;
    let bare = "INSERT INTO payment_attempt (term, nik, n, batch_no, sequence)
        VALUES ('bsu-2022/1', 3201011501900001, 2, 1, 1)";
    check_sent(&[RETURNED], bare, Conflict::NotNull).await;
    let by_another = SECOND_ATTEMPT.replace("2, 1, 1, 1, 'R", "3, 1, 1, 1, 'R");
    check_sent(&[RETURNED], &by_another, Conflict::Check).await;
    // With its return it is taken, and then only once.
    check_sent(&[RETURNED, SECOND_ATTEMPT], SECOND_ATTEMPT, Conflict::Unique).await;
    // The first attempt is the hand over and cannot be made again.
    let first = SECOND_ATTEMPT.replace("001, 2, 1, 1, 1", "001, 1, 1, 1, 0");
    check_sent(&[RETURNED], &first, Conflict::Check).await;
}

#[tokio::test]
async fn an_outcome_is_of_an_attempt_that_was_made() {
    // Nothing was handed over.
    check(&[], PAID, Conflict::ForeignKey).await;
    let of_second = PAID.replace("n, batch_no", "n, made, batch_no").replace("001, 1, 1", "001, 2, 2, 1");
    check_sent(&[RETURNED], &of_second, Conflict::ForeignKey).await;
    let unsaid = PAID.replace("001, 1, 1", "001, 2, 1");
    check_sent(&[RETURNED, SECOND_ATTEMPT], &unsaid, Conflict::Check).await;
    check_sent(&[RETURNED, SECOND_ATTEMPT, &of_second], &of_second, Conflict::Unique).await;
}

#[tokio::test]
async fn an_attempt_has_one_outcome_and_a_return_has_a_reason() {
    check_sent(&[PAID], RETURNED, Conflict::Unique).await;
    let silent = RETURNED.replace("'closed'", "''");
    check_sent(&[], &silent, Conflict::Check).await;
}

#[tokio::test]
async fn an_eligible_decision_has_an_account_and_no_reason() {
    let bare = "INSERT INTO decision (batch_no, nik, sequence, outcome, reasons, verdicts)
        VALUES (1, 3201011501900003, 3, 1, 0, 0)";
    check(&[], bare, Conflict::Check).await;
}

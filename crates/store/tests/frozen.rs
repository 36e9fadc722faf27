//! A process that stands still within a transaction does not keep others from their work for ever.
#![allow(clippy::unwrap_used, reason = "in tests an unwrap is an assertion")]

use tepat_store::testing::TestDatabase;
use tepat_store::{Store, StoreFault, hold};

async fn text(store: &Store, sql: &str) -> String {
    store.row(sql, []).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn the_server_gives_up_on_clients_that_are_dead() {
    let database = TestDatabase::postgres().await;
    let store = database.open().await;
    let bound = |name: &str| format!("SELECT current_setting('{name}')");
    assert_eq!(text(&store, &bound("idle_in_transaction_session_timeout")).await, "1min");
    assert_eq!(text(&store, &bound("tcp_keepalives_idle")).await, "15");
    let held = hold(&store, "package").await.unwrap().unwrap();
    let of_holder = held.row(&bound("idle_in_transaction_session_timeout"), []).await.unwrap().unwrap();
    assert_eq!(of_holder.try_get_by_index::<String>(0).unwrap(), "1h", "a holder only waits");
}

#[tokio::test]
async fn what_a_frozen_transaction_locked_is_free_again_and_its_owner_is_told_to_repeat() {
    let database = TestDatabase::postgres().await;
    let store = database.open().await;
    let frozen = store.begin().await.unwrap();
    frozen.execute("SET LOCAL idle_in_transaction_session_timeout = 10", []).await.unwrap();
    frozen.execute("CREATE TABLE wanted (one BIGINT)", []).await.unwrap();
    // The same name waits for the transaction that stands still, until the server ends that.
    let other = store.begin().await.unwrap();
    other.execute("CREATE TABLE wanted (one BIGINT)", []).await.unwrap();
    other.commit().await.unwrap();
    let fault = frozen.execute("INSERT INTO wanted VALUES (1)", []).await.unwrap_err();
    assert!(matches!(fault, StoreFault::Away(Some(_))) && fault.is_passing(), "{fault:?}");
}

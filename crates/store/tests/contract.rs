//! The contract of a store, run on every backend of this build.
#![allow(clippy::unwrap_used, reason = "in tests an unwrap is an assertion")]

use sea_orm_migration::prelude::*;
use tempfile::TempDir;
use tepat_store::{
    Conflict, Queue, Replay, ReplayFault, Store, StoreFault, StoreSettings, append, finish, lease, renew,
};

struct Migrator;
struct Tables;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Tables)]
    }
}

impl MigrationName for Tables {
    fn name(&self) -> &'static str {
        "m0001_tables"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Tables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tepat_store::create_replay_table(manager).await?;
        let sql = "
            CREATE TABLE paid (nik BIGINT NOT NULL PRIMARY KEY, amount BIGINT NOT NULL CHECK (amount > 0));
            CREATE TABLE slip (nik BIGINT NOT NULL REFERENCES paid (nik), note TEXT);
            CREATE TABLE chunk (batch_id TEXT NOT NULL, chunk BIGINT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
                token BIGINT NOT NULL DEFAULT 0, leased_until_us BIGINT NOT NULL DEFAULT 0,
                PRIMARY KEY (batch_id, chunk))";
        manager.get_connection().execute_unprepared(sql).await.map(|_| ())
    }
}

const CHUNKS: Queue = Queue { table: "chunk", queue: "batch_id", item: "chunk" };

async fn open() -> (TempDir, Store) {
    let folder = TempDir::new().unwrap();
    let store = Store::open(&StoreSettings::sqlite(&folder.path().join("t.sqlite"))).await.unwrap();
    store.migrate::<Migrator>().await.unwrap();
    store.migrate::<Migrator>().await.unwrap();
    (folder, store)
}

async fn count(store: &Store, table: &str) -> i64 {
    let row = store.row(&format!("SELECT count(*) FROM {table}"), []).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn appended_rows_enter_all_or_not_at_all() {
    let (_folder, store) = open().await;
    for rows in [1_i64, 99, 100, 101, 1_234] {
        let tx = store.begin().await.unwrap();
        tx.execute("DELETE FROM paid", []).await.unwrap();
        let values = (1..=rows).map(|nik| vec![nik.into(), (nik * 10).into()]).collect();
        append(&tx, "paid", &["nik", "amount"], values).await.unwrap();
        tx.commit().await.unwrap();
        let row = store.row("SELECT count(*), sum(amount) FROM paid", []).await.unwrap().unwrap();
        assert_eq!(row.try_get_many_by_index::<(i64, i64)>().unwrap(), (rows, rows * (rows + 1) * 5));
    }
    let tx = store.begin().await.unwrap();
    append(&tx, "paid", &["nik", "amount"], vec![vec![5_000_i64.into(), 1_i64.into()]]).await.unwrap();
    drop(tx);
    assert_eq!(count(&store, "paid").await, 1_234);
}

#[tokio::test]
async fn constraints_answer_by_kind() {
    let (_folder, store) = open().await;
    let tx = store.begin().await.unwrap();
    tx.execute("INSERT INTO paid VALUES (1, 10)", []).await.unwrap();
    tx.commit().await.unwrap();
    for (sql, expected) in [
        ("INSERT INTO paid VALUES (1, 20)", Conflict::Unique),
        ("INSERT INTO paid VALUES (2, 0)", Conflict::Check),
        ("INSERT INTO paid VALUES (3, NULL)", Conflict::NotNull),
        ("INSERT INTO slip VALUES (9, NULL)", Conflict::ForeignKey),
    ] {
        let tx = store.begin().await.unwrap();
        match tx.execute(sql, []).await {
            Err(StoreFault::Conflict(found)) => assert_eq!(found, expected, "{sql}"),
            other => panic!("{sql}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_lease_is_given_once_and_its_loser_writes_nothing() {
    let (_folder, store) = open().await;
    let tx = store.begin().await.unwrap();
    tx.execute("INSERT INTO chunk (batch_id, chunk) VALUES ('b', 1), ('b', 2), ('other', 1)", [])
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let first = lease(&store, CHUNKS, "b", 60_000).await.unwrap().unwrap();
    // A lease of no length has run out as soon as the database clock moves on.
    let second = lease(&store, CHUNKS, "b", -1_000).await.unwrap().unwrap();
    assert_eq!((first.item, first.token, second.item), (1, 1, 2));
    let stolen = lease(&store, CHUNKS, "b", 60_000).await.unwrap().unwrap();
    assert_eq!((stolen.item, stolen.token), (2, 2));
    assert_eq!(lease(&store, CHUNKS, "b", 60_000).await.unwrap(), None);

    renew(&store, CHUNKS, "b", stolen, 60_000).await.unwrap();
    assert!(matches!(renew(&store, CHUNKS, "b", second, 60_000).await, Err(StoreFault::LeaseLost)));
    let tx = store.begin().await.unwrap();
    assert!(matches!(finish(&tx, CHUNKS, "b", second).await, Err(StoreFault::LeaseLost)));
    drop(tx);
    let tx = store.begin().await.unwrap();
    finish(&tx, CHUNKS, "b", stolen).await.unwrap();
    tx.commit().await.unwrap();
    let tx = store.begin().await.unwrap();
    assert!(matches!(finish(&tx, CHUNKS, "b", stolen).await, Err(StoreFault::LeaseLost)));
}

#[tokio::test]
async fn an_answer_is_replayed_to_the_same_request_alone() {
    let (_folder, store) = open().await;
    let asked = Replay::of("id-1", "OpenBatch", b"content");
    assert_eq!(asked.find(&store).await.unwrap(), None);
    let tx = store.begin().await.unwrap();
    asked.keep(&tx, b"answer".to_vec(), 1).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(asked.find(&store).await.unwrap(), Some(b"answer".to_vec()));
    for other in [Replay::of("id-1", "OpenBatch", b"other"), Replay::of("id-1", "CloseBatch", b"content")] {
        assert!(matches!(other.find(&store).await, Err(ReplayFault::Differs)));
    }
    let after_30_days = 31 * 24 * 3_600 * 1_000_000;
    let tx = store.begin().await.unwrap();
    Replay::of("id-2", "OpenBatch", b"").keep(&tx, Vec::new(), after_30_days).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(asked.find(&store).await.unwrap(), None);
}

#[tokio::test]
async fn an_unwritable_folder_and_a_foreign_address_are_named() {
    let missing = StoreSettings::sqlite(std::path::Path::new("/nowhere/at/all/t.sqlite"));
    let fault = Store::open(&missing).await.unwrap_err();
    assert!(fault.to_string().contains("/nowhere/at/all/t.sqlite"), "{fault}");
    let foreign = StoreSettings { url: "mysql://x".to_owned(), ..missing };
    assert!(matches!(Store::open(&foreign).await, Err(StoreFault::Address { .. })));
}

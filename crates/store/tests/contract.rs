//! The contract of a store: the same on SQLite and on PostgreSQL, whatever the language of the server.
#![allow(clippy::unwrap_used, reason = "in tests an unwrap is an assertion")]

use sea_orm_migration::prelude::*;
use tepat_store::testing::TestDatabase;
use tepat_store::{
    Backend, Column, Conflict, Queue, Replay, ReplayFault, Rows, Select, Store, StoreFault, StoreSettings,
    Value, append, create_schema, finish, grant, lease, lock, renew, scan,
};
use uuid::Uuid;

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
            CREATE TABLE paid (nik BIGINT NOT NULL PRIMARY KEY, amount BIGINT NOT NULL CHECK (amount > 0)) {keyed};
            CREATE TABLE slip (nik BIGINT NOT NULL REFERENCES paid (nik), note TEXT);
            CREATE TABLE every_type (name {key} NOT NULL PRIMARY KEY, big BIGINT, middle INTEGER, small SMALLINT,
                truth BOOLEAN, free TEXT, bytes {bytes}, mark {uuid}) {keyed};
            CREATE TABLE chunk (batch_id {key} NOT NULL, chunk BIGINT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
                token BIGINT NOT NULL DEFAULT 0, leased_until_us BIGINT NOT NULL DEFAULT 0,
                PRIMARY KEY (batch_id, chunk))";
        tepat_store::create(manager, sql).await
    }
}

const CHUNKS: Queue = Queue { table: "chunk", queue: "batch_id", item: "chunk" };

/// A migrated store of each kind, beside the database that it lives in.
async fn each() -> Vec<(TestDatabase, Store)> {
    let mut stores = Vec::new();
    for database in TestDatabase::each().await {
        let store = database.open().await;
        assert!(!store.is_current::<Migrator>().await);
        store.migrate::<Migrator>().await.unwrap();
        store.migrate::<Migrator>().await.unwrap();
        assert!(store.is_current::<Migrator>().await);
        stores.push((database, store));
    }
    stores
}

async fn count(store: &Store, table: &str) -> i64 {
    let row = store.row(&format!("SELECT count(*) FROM {table}"), []).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn appended_rows_enter_all_or_not_at_all() {
    for (database, store) in each().await {
        for rows in [1_i64, 99, 100, 101, 12_345] {
            let tx = store.begin().await.unwrap();
            tx.execute("DELETE FROM paid", []).await.unwrap();
            let mut values = Rows::new(&["nik", "amount"]);
            (1..=rows).for_each(|nik| values.push([nik.into(), (nik * 10).into()]));
            append(&tx, "paid", values).await.unwrap();
            tx.commit().await.unwrap();
            let sql = "SELECT count(*), CAST(sum(amount) AS BIGINT) FROM paid";
            let row = store.row(sql, []).await.unwrap().unwrap();
            let sums = row.try_get_many_by_index::<(i64, i64)>().unwrap();
            assert_eq!(sums, (rows, rows * (rows + 1) * 5), "{}", database.kind);
        }
        let tx = store.begin().await.unwrap();
        let mut one = Rows::new(&["nik", "amount"]);
        one.push([50_000_i64.into(), 1_i64.into()]);
        append(&tx, "paid", one.clone()).await.unwrap();
        drop(tx);
        assert_eq!(count(&store, "paid").await, 12_345, "{}", database.kind);
        // A refused row undoes those before it, and the connection is as good as new.
        let mut twice = one.clone();
        twice.push([50_000_i64.into(), 2_i64.into()]);
        let tx = store.begin().await.unwrap();
        let refused = append(&tx, "paid", twice).await;
        assert!(matches!(refused, Err(StoreFault::Conflict(Conflict::Unique))), "{refused:?}");
        drop(tx);
        assert_eq!(count(&store, "paid").await, 12_345, "{}", database.kind);
    }
}

/// Names that Indonesian and bytes put in another order.
const NAMES: [&str; 6] = ["a", "B", "c", "É", "_", "Z/1"];

#[tokio::test]
async fn every_type_goes_in_and_comes_out_in_the_order_of_bytes() {
    let mark = Uuid::from_u128(7);
    let mut ordered = NAMES;
    ordered.sort_unstable();
    for (database, store) in each().await {
        let kind = database.kind;
        let mut rows = Rows::new(&["name", "big", "middle", "small", "truth", "free", "bytes", "mark"]);
        for name in NAMES {
            rows.push([
                name.into(),
                i64::MIN.into(),
                i32::MAX.into(),
                (-1_i16).into(),
                true.into(),
                "teks, \"kutip\"\n".replace('\n', " ").into(),
                vec![0_u8, 255].into(),
                mark.into(),
            ]);
        }
        let tx = store.begin().await.unwrap();
        append(&tx, "every_type", rows).await.unwrap();
        let mut nothing = Rows::new(&["name", "big", "free", "mark"]);
        nothing.push(["~".into(), Value::BigInt(None), Value::String(None), Value::Uuid(None)]);
        append(&tx, "every_type", nothing).await.unwrap();
        tx.commit().await.unwrap();

        let columns = [
            Column::Text("name"),
            Column::Number("big"),
            Column::Number("middle"),
            Column::Number("small"),
            Column::Text("free"),
            Column::Uuid("mark"),
        ];
        let from = "every_type WHERE coalesce(middle, $1) > 0 ORDER BY name";
        let select = Select { columns: &columns, from, numbers: &[0] };
        let read = scan(&store, select, |row| {
            let name = row.text()?.to_owned();
            let numbers = [row.number()?, row.number()?, row.number()?];
            assert_eq!(numbers, [i64::MIN, i32::MAX.into(), -1], "{kind}");
            assert_eq!((row.text()?, row.uuid()?), ("teks, \"kutip\" ", mark), "{kind}");
            Some(name)
        });
        assert_eq!(read.await.unwrap(), ordered, "{kind}");

        let empty = Select { columns: &columns[..2], from: "every_type WHERE name = '~'", numbers: &[] };
        let read = scan(&store, empty, |row| Some((row.text()?.to_owned(), row.number()))).await.unwrap();
        assert_eq!(read, [("~".to_owned(), None)], "NULL is no number on {kind}");
        assert!(matches!(scan(&store, empty, |_| None::<()>).await, Err(StoreFault::Damaged)));
        let none = Select { columns: &columns, from: "every_type WHERE big > $1", numbers: &[0] };
        assert_eq!(scan(&store, none, |_| Some(())).await.unwrap(), [], "{kind}");

        let backend = store.backend();
        let sql =
            format!("SELECT name FROM every_type WHERE {} ORDER BY name", backend.among_texts("name", "$1"));
        let rows = store.rows(&sql, [backend.texts(&["B", "Z/1", "none"])]).await.unwrap();
        let names: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
        assert_eq!(names, ["B", "Z/1"], "{kind}");
        let sql = format!("SELECT name FROM every_type WHERE {}", backend.among_numbers("big", "$1"));
        assert_eq!(store.rows(&sql, [backend.numbers(&[1, i64::MIN])]).await.unwrap().len(), 6, "{kind}");
        assert_eq!(store.rows(&sql, [backend.numbers(&[])]).await.unwrap().len(), 0, "{kind}");
    }
}

#[tokio::test]
async fn constraints_answer_by_kind() {
    for (database, store) in each().await {
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
                Err(StoreFault::Conflict(found)) => assert_eq!(found, expected, "{} {sql}", database.kind),
                other => panic!("{} {sql}: {other:?}", database.kind),
            }
        }
    }
}

#[tokio::test]
async fn a_lease_is_given_once_and_its_loser_writes_nothing() {
    for (database, store) in each().await {
        let tx = store.begin().await.unwrap();
        let three = "INSERT INTO chunk (batch_id, chunk) VALUES ('b', 1), ('b', 2), ('other', 1)";
        tx.execute(three, []).await.unwrap();
        tx.commit().await.unwrap();

        let first = lease(&store, CHUNKS, "b", 60_000).await.unwrap().unwrap();
        // A lease of no length has run out as soon as the database clock moves on.
        let second = lease(&store, CHUNKS, "b", -1_000).await.unwrap().unwrap();
        assert_eq!((first.item, first.token, second.item), (1, 1, 2), "{}", database.kind);
        let stolen = lease(&store, CHUNKS, "b", 60_000).await.unwrap().unwrap();
        assert_eq!((stolen.item, stolen.token), (2, 2), "{}", database.kind);
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
}

#[tokio::test]
async fn workers_that_ask_at_once_get_different_items() {
    for (database, store) in each().await {
        let tx = store.begin().await.unwrap();
        for chunk in 1..=20_i64 {
            let sql = "INSERT INTO chunk (batch_id, chunk) VALUES ('b', $1)";
            tx.execute(sql, [chunk.into()]).await.unwrap();
        }
        tx.commit().await.unwrap();
        let asked = (0..30).map(|_| lease(&store, CHUNKS, "b", 60_000));
        let leased = futures::future::join_all(asked).await;
        let mut items: Vec<i64> = leased.into_iter().filter_map(|lease| Some(lease.unwrap()?.item)).collect();
        items.sort_unstable();
        assert_eq!(items, (1..=20).collect::<Vec<_>>(), "{}", database.kind);
    }
}

#[tokio::test]
async fn a_lock_is_held_by_one_transaction_at_a_time() {
    for (database, store) in each().await {
        let tx = store.begin().await.unwrap();
        tx.execute("INSERT INTO paid VALUES (1, 1)", []).await.unwrap();
        tx.commit().await.unwrap();
        // Each reads and adds: without the lock some would read the same.
        let add = async || {
            let tx = store.begin().await.unwrap();
            lock(&tx, "paid").await.unwrap();
            let row = tx.row("SELECT amount FROM paid WHERE nik = 1", []).await.unwrap().unwrap();
            let amount: i64 = row.try_get_by_index(0).unwrap();
            tokio::task::yield_now().await;
            tx.execute("UPDATE paid SET amount = $1 WHERE nik = 1", [(amount + 1).into()]).await.unwrap();
            tx.commit().await.unwrap();
        };
        futures::future::join_all((0..20).map(|_| add())).await;
        let row = store.row("SELECT amount FROM paid", []).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 21, "{}", database.kind);
    }
}

#[tokio::test]
async fn an_answer_is_replayed_to_the_same_request_alone() {
    for (_database, store) in each().await {
        let asked = Replay::of("id-1", "OpenBatch", b"content");
        assert_eq!(asked.find(&store).await.unwrap(), None);
        let tx = store.begin().await.unwrap();
        asked.keep(&tx, b"answer".to_vec(), 1).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(asked.find(&store).await.unwrap(), Some(b"answer".to_vec()));
        for other in [Replay::of("id-1", "OpenBatch", b"other"), Replay::of("id-1", "CloseBatch", b"content")]
        {
            assert!(matches!(other.find(&store).await, Err(ReplayFault::Differs)));
        }
        let after_30_days = 31 * 24 * 3_600 * 1_000_000;
        let tx = store.begin().await.unwrap();
        Replay::of("id-2", "OpenBatch", b"").keep(&tx, Vec::new(), after_30_days).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(asked.find(&store).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_service_works_with_rows_and_changes_no_table() {
    let database = TestDatabase::postgres().await;
    let owner = database.open().await;
    let role = format!("role_{}", Uuid::now_v7().simple());
    let tx = owner.begin().await.unwrap();
    tx.execute(&format!("CREATE ROLE {role} LOGIN PASSWORD 'rahasia'"), []).await.unwrap();
    tx.commit().await.unwrap();
    create_schema(&owner, "alone").await.unwrap();
    let mut settings = database.settings.clone();
    settings.schema = "alone".to_owned();
    let owner = Store::open(&settings).await.unwrap();
    owner.migrate::<Migrator>().await.unwrap();
    grant(&owner, "alone", &role).await.unwrap();

    let (_, host) = settings.url.split_once('@').unwrap_or_else(|| settings.url.split_once("//").unwrap());
    settings.url = format!("postgres://{role}:rahasia@{host}");
    let service = Store::open(&settings).await.unwrap();
    assert!(service.is_current::<Migrator>().await);
    let tx = service.begin().await.unwrap();
    tx.execute("INSERT INTO paid VALUES (1, 1)", []).await.unwrap();
    tx.commit().await.unwrap();
    for sql in ["CREATE TABLE x (a INT)", "DROP TABLE paid", "TRUNCATE paid", "ALTER TABLE paid ADD x INT"] {
        let tx = service.begin().await.unwrap();
        let refused = tx.execute(sql, []).await;
        assert!(matches!(refused, Err(StoreFault::Refused(_))), "{sql}: {refused:?}");
    }
}

#[tokio::test]
async fn a_read_survives_the_loss_of_its_connections() {
    let database = TestDatabase::postgres().await;
    let store = database.open().await;
    assert_eq!(store.backend(), Backend::Postgres);
    store.migrate::<Migrator>().await.unwrap();
    let beside = database.open().await;
    for _ in 0..20 {
        let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let (read, _) = tokio::join!(
            store.rows("SELECT count(*), (SELECT count(*) FROM generate_series(1, 100000)) FROM paid", []),
            beside.row(end, [])
        );
        assert_eq!(read.unwrap().len(), 1);
        let select = Select { columns: &[Column::Number("nik")], from: "paid", numbers: &[] };
        let (read, _) = tokio::join!(scan(&store, select, |row| row.number()), beside.row(end, []));
        assert_eq!(read.unwrap(), Vec::<i64>::new());
    }
}

#[tokio::test]
async fn what_cannot_be_opened_is_named_without_its_password() {
    let missing = StoreSettings::sqlite(std::path::Path::new("/nowhere/at/all/t.sqlite"));
    let fault = Store::open(&missing).await.unwrap_err();
    assert!(fault.to_string().contains("/nowhere/at/all/t.sqlite"), "{fault}");
    let foreign = StoreSettings { url: "mysql://x:rahasia@y/z".to_owned(), ..missing };
    let fault = Store::open(&foreign).await.unwrap_err();
    assert!(matches!(fault, StoreFault::Address), "{fault:?}");
    assert!(!format!("{fault} {foreign:?}").contains("rahasia"));

    let mut nobody = TestDatabase::postgres().await.settings;
    let (_, host) = nobody.url.split_once('@').unwrap_or_else(|| nobody.url.split_once("//").unwrap());
    nobody.url = format!("postgres://nobody_here:rahasia@{host}");
    let fault = Store::open(&nobody).await.unwrap_err();
    assert!(matches!(fault, StoreFault::Refused(_)), "{fault:?}");
    assert!(!fault.to_string().contains("rahasia"));
}

//! On PostgreSQL the service's own role works with rows and neither makes nor drops tables.

use tepat_membership::Migrator;
use tepat_proto::membership::{DiscardImportRequest, ImportFile};
use tepat_store::testing::TestDatabase;
use tepat_store::{Store, StoreFault, grant};

use crate::world::{EMPLOYERS, MEMBERS_HEADER, World, id, member, nik};

#[tokio::test]
async fn a_role_that_owns_nothing_imports_seals_discards_and_reads() {
    let database = TestDatabase::postgres().await;
    let owner = database.open().await;
    owner.migrate::<Migrator>().await.unwrap();
    let role = format!("role_{}", uuid::Uuid::new_v4().simple());
    let tx = owner.begin().await.unwrap();
    tx.execute(&format!("CREATE ROLE {role} LOGIN PASSWORD '{role}'"), []).await.unwrap();
    tx.commit().await.unwrap();
    grant(&owner, &database.settings.schema, &role).await.unwrap();

    let mut settings = database.settings.clone();
    let (_, server) = settings.url.rsplit_once('@').unwrap();
    settings.url = format!("postgres://{role}:{role}@{server}");
    let store = Store::open(&settings).await.unwrap();
    for sql in ["CREATE TABLE own (id BIGINT)", "DROP TABLE member", "CLUSTER member_1 USING member_1_pkey"] {
        let tx = store.begin().await.unwrap();
        assert!(
            matches!(tx.execute(sql, []).await, Err(StoreFault::Refused(_) | StoreFault::Other(_))),
            "{sql}"
        );
    }
    let world = World::of(database, store, 4).await;
    // In another order than that of the key, so that the rows are moved when they are sealed.
    let members: String = (1..=500).rev().map(member).collect();
    let members = format!("{MEMBERS_HEADER}{members}");
    let files = [(ImportFile::Employers, EMPLOYERS.as_bytes()), (ImportFile::Members, members.as_bytes())];
    world.send("gone", &files).await;
    let discard = DiscardImportRequest { request_id: id(), import_id: "gone".to_owned() };
    world.client().discard_import(discard).await.unwrap();
    let sealed = world.import("kept", &files).await;
    assert_eq!((sealed.roster_version, sealed.members), (2, 500));
    let read = world.everybody(2).await;
    assert_eq!(
        read.iter().map(|member| member.nik).collect::<Vec<_>>(),
        (1..=500).map(nik).collect::<Vec<_>>()
    );

    let row = owner.row("SELECT nik FROM member_2 LIMIT 1", []).await.unwrap().unwrap();
    assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), nik(1), "the rows lie in the order of their key");
    assert!(
        owner.row("SELECT nik FROM member_1", []).await.is_err(),
        "no table is left of what was discarded"
    );
}

//! Rows of one version lie together. On PostgreSQL they are a partition of each table, made, put in
//! order and dropped by functions of the schema's owner, because the service's own role may not. On
//! SQLite every table is its own key and always in order.

use futures::future::try_join_all;
use tepat_store::{Backend, Store, StoreFault, Tx, Value};

use crate::rules::file::File;

/// The tables with a partition for each version.
const TABLES: [&str; 4] = ["member", "employment", "wage_report", "list_entry"];

/// The functions, for PostgreSQL only.
pub(super) const FUNCTIONS: &str = "
-- Makes the partitions of a version. Nothing looks after them before they are sealed, so that nobody
-- reads through half a roster over and over.
CREATE FUNCTION open_version(v INTEGER) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE t TEXT; part TEXT;
BEGIN
    FOREACH t IN ARRAY ARRAY['member', 'employment', 'wage_report', 'list_entry'] LOOP
        part := t || '_' || v;
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)
                        WITH (autovacuum_enabled = false)', part, t);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%s)', t, part, v);
    END LOOP;
END $$;

-- Tells the planner that nearly every row of a version is another key. Without that it takes a question
-- about thousands of keys for one about most of the table, and reads the table through.
CREATE FUNCTION analyze_version(t TEXT, v INTEGER) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF to_regclass(t || '_' || v) IS NOT NULL THEN
        EXECUTE format('ANALYZE %I', t || '_' || v);
    END IF;
END $$;

-- Puts the rows of a version that is not sealed yet in the order of their key, where the file had another,
-- and tells the planner of them.
CREATE FUNCTION settle_version(t TEXT, v INTEGER) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET maintenance_work_mem = '256MB' AS $$
DECLARE part TEXT := t || '_' || v; ordered REAL;
BEGIN
    IF to_regclass(part) IS NULL OR EXISTS (SELECT FROM roster_version WHERE version = v) THEN
        RETURN;
    END IF;
    EXECUTE format('ANALYZE %I', part);
    SELECT correlation INTO ordered FROM pg_stats
        WHERE schemaname = current_schema() AND tablename = part AND attname = 'nik';
    IF ordered < 0.99 THEN
        EXECUTE format('CLUSTER %I USING %I', part,
            (SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
             WHERE i.indrelid = to_regclass(part) AND i.indisprimary));
    END IF;
    -- All versions together: that nearly every row of a scan is another key, only this tells.
    EXECUTE format('ANALYZE %I', t);
    EXECUTE format('ALTER TABLE %I RESET (autovacuum_enabled)', part);
END $$;

-- Drops the partitions of a version that is not sealed.
CREATE FUNCTION drop_version(v INTEGER) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE t TEXT;
BEGIN
    IF EXISTS (SELECT FROM roster_version WHERE version = v) THEN
        RAISE EXCEPTION 'version % is sealed', v;
    END IF;
    FOREACH t IN ARRAY ARRAY['member', 'employment', 'wage_report', 'list_entry'] LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I', t || '_' || v);
    END LOOP;
END $$;
";

/// Makes room for the rows of a version.
pub(super) async fn open(tx: &Tx, version: i64) -> Result<(), StoreFault> {
    if tx.backend() == Backend::Postgres {
        tx.execute("SELECT open_version($1)", [narrow(version)?]).await?;
    }
    Ok(())
}

/// Tells the planner of the rows of a version that a file brought so far. Their share of the keys stays
/// the same however many follow, so that once is enough.
pub(crate) async fn analyze(store: &Store, version: i64, file: File) -> Result<(), StoreFault> {
    if store.backend() == Backend::Sqlite {
        return Ok(());
    }
    let tables: &[&str] = match file {
        File::Employers => &[],
        File::Members => &["member", "employment"],
        File::Wages => &["wage_report"],
        File::Lists => &["list_entry"],
    };
    for table in tables {
        let tx = store.begin().await?;
        tx.execute("SELECT analyze_version($1, $2)", [(*table).into(), narrow(version)?]).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Puts the rows of a version that is whole and not sealed in order, all tables at once. What was done
/// stays done when it is cut, and doing it again costs little.
pub(crate) async fn settle(store: &Store, version: i64) -> Result<(), StoreFault> {
    if store.backend() == Backend::Sqlite {
        return Ok(());
    }
    let settle = async |table: &'static str| {
        let tx = store.begin().await?;
        tx.execute("SELECT settle_version($1, $2)", [table.into(), narrow(version)?]).await?;
        tx.commit().await
    };
    try_join_all(TABLES.map(settle)).await.map(|_| ())
}

/// Forgets the rows of a version that is not sealed.
pub(super) async fn forget(tx: &Tx, version: i64) -> Result<(), StoreFault> {
    if tx.backend() == Backend::Postgres {
        tx.execute("SELECT drop_version($1)", [narrow(version)?]).await?;
        return Ok(());
    }
    for table in TABLES {
        tx.execute(&format!("DELETE FROM {table} WHERE version = $1"), [version.into()]).await?;
    }
    Ok(())
}

fn narrow(version: i64) -> Result<Value, StoreFault> {
    i32::try_from(version).map(Value::from).map_err(|_| StoreFault::Damaged)
}

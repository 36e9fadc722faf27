//! Rows of one version lie together. On PostgreSQL they are a table of their own, made, put in order, joined
//! to its whole and dropped by functions of the schema's owner, because the service's own role may not. On
//! SQLite every table is its own key and always in order.

use futures::future::try_join_all;
use tepat_store::{Backend, Store, StoreFault, Tx, Value, lock};

use crate::rules::file::File;

/// The tables with a part for each version.
const TABLES: [&str; 4] = ["member", "employment", "wage_report", "list_entry"];

/// The functions, for PostgreSQL only.
pub(super) const FUNCTIONS: &str = "
-- Makes the table that the rows of a version enter: without a key, because a tree that grows in the order
-- of a file costs several times what sorting once costs. Nothing looks after it before it is settled.
CREATE FUNCTION open_version(t TEXT, v INTEGER) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS, CHECK (version = %s))
                    WITH (autovacuum_enabled = false)', t || '_' || v, t, v);
END $$;

-- Writes the rows of a version anew in the order of their key, gives them the key, which refuses one that
-- stands twice, and joins them to the whole. Does nothing where that is done.
CREATE FUNCTION settle_version(t TEXT, v INTEGER) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET work_mem = '256MB' SET maintenance_work_mem = '256MB' AS $$
DECLARE part TEXT := t || '_' || v; key TEXT;
BEGIN
    IF to_regclass(part) IS NULL OR EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(part)) THEN
        RETURN;
    END IF;
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.place) INTO key
        FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, place)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
        WHERE i.indrelid = to_regclass(t) AND i.indisprimary;
    EXECUTE format('ALTER TABLE %I RENAME TO %I', part, part || '_loaded');
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part, part || '_loaded');
    EXECUTE format('INSERT INTO %I SELECT * FROM %I ORDER BY %s', part, part || '_loaded', key);
    EXECUTE format('DROP TABLE %I', part || '_loaded');
    EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (%s)', part, key);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%s)', t, part, v);
    -- All versions together: that nearly every row of a scan is another key, only this tells. Nothing is
    -- looked up by another column.
    EXECUTE format('ANALYZE %I (nik, version)', t);
END $$;

-- Drops the tables of a version that is not sealed.
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

/// Makes room for the rows that a file will bring to a version.
pub(super) async fn open(tx: &Tx, version: i64, file: File) -> Result<(), StoreFault> {
    if tx.backend() == Backend::Sqlite {
        return Ok(());
    }
    for table in tables(file) {
        tx.execute("SELECT open_version($1, $2)", [(*table).into(), narrow(version)?]).await?;
    }
    Ok(())
}

/// The table that the rows of an open version enter, and that holds them behind `version = …`.
pub(super) fn part(backend: Backend, table: &str, version: i64) -> String {
    match backend {
        Backend::Sqlite => table.to_owned(),
        Backend::Postgres => format!("{table}_{version}"),
    }
}

/// The tables that the rows of a file enter.
const fn tables(file: File) -> &'static [&'static str] {
    match file {
        File::Employers => &[],
        File::Members => &["member", "employment"],
        File::Wages => &["wage_report"],
        File::Lists => &["list_entry"],
    }
}

/// Puts the rows that a file brought to an open version in the order of their key, all its tables at once.
/// It takes minutes after millions of rows, and nothing where it is done already.
///
/// # Errors
/// `Conflict(Unique)` when a key stands twice.
pub(crate) async fn settle(store: &Store, version: i64, file: File) -> Result<(), StoreFault> {
    if store.backend() == Backend::Sqlite {
        return Ok(());
    }
    let settle = async |table: &&'static str| {
        let tx = store.begin().await?;
        // Another upload of the same file may have come as far.
        lock(&tx, &part(Backend::Postgres, table, version)).await?;
        tx.execute("SELECT settle_version($1, $2)", [(*table).into(), narrow(version)?]).await?;
        tx.commit().await
    };
    try_join_all(tables(file).iter().map(settle)).await.map(|_| ())
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

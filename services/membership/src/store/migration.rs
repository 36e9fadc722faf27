//! The schema.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// Brings the schema of the membership database up to date.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Tables)]
    }
}

struct Tables;

impl MigrationName for Tables {
    fn name(&self) -> &'static str {
        "m0001_tables"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Tables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tepat_store::create_replay_table(manager).await?;
        // Keys are compared byte by byte on every backend, so that order means the same everywhere.
        // On SQLite a table that is its own key holds each row once, without a second index.
        let (key_text, keyed) = match manager.get_database_backend() {
            DbBackend::Sqlite => ("TEXT", "WITHOUT ROWID"),
            _ => ("TEXT COLLATE \"C\"", ""),
        };
        let sql = TABLES.replace("KEY_TEXT", key_text).replace("KEYED", keyed);
        manager.get_connection().execute_unprepared(&sql).await.map(|_| ())
    }
}

const TABLES: &str = "
-- number: of the import, ever rising. version: of its rows; a dry run borrows the next one.
CREATE TABLE import (
    number BIGINT NOT NULL PRIMARY KEY,
    import_id KEY_TEXT NOT NULL UNIQUE,
    content TEXT NOT NULL,
    version BIGINT NOT NULL,
    dry_run BOOLEAN NOT NULL,
    allow_extra BOOLEAN NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'sealed', 'discarded')),
    opened_at_us BIGINT NOT NULL);
CREATE UNIQUE INDEX import_one_open ON import (state) WHERE state = 'open';

-- offset_bytes, line, hash: where the next record begins, and SHA-256 half done up to there.
CREATE TABLE import_file (
    number BIGINT NOT NULL,
    file BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'reading', 'done', 'refused')),
    offset_bytes BIGINT NOT NULL,
    line BIGINT NOT NULL,
    hash TEXT NOT NULL,
    positions TEXT NOT NULL,
    width BIGINT NOT NULL,
    rows_in BIGINT NOT NULL,
    rows_out BIGINT NOT NULL,
    rows_merged BIGINT NOT NULL,
    rows_faulty BIGINT NOT NULL,
    faults BIGINT NOT NULL,
    warnings BIGINT NOT NULL,
    extra_columns TEXT NOT NULL,
    CHECK (rows_in = rows_out + rows_merged + rows_faulty),
    PRIMARY KEY (number, file));

CREATE TABLE import_column (
    number BIGINT NOT NULL,
    file BIGINT NOT NULL,
    from_name TEXT NOT NULL,
    to_name TEXT NOT NULL,
    PRIMARY KEY (number, file, from_name));

-- place: of the fault among those of its line.
CREATE TABLE import_fault (
    number BIGINT NOT NULL,
    file BIGINT NOT NULL,
    line BIGINT NOT NULL,
    place BIGINT NOT NULL,
    column_name TEXT NOT NULL,
    fault TEXT NOT NULL,
    PRIMARY KEY (number, file, line, place)) KEYED;

-- What the open import said again, word for word, after an earlier version; empty between imports.
CREATE TABLE restated (
    version BIGINT NOT NULL,
    subject KEY_TEXT NOT NULL,
    PRIMARY KEY (version, subject)) KEYED;

CREATE TABLE roster_version (
    version BIGINT NOT NULL PRIMARY KEY,
    import_number BIGINT NOT NULL UNIQUE,
    members BIGINT NOT NULL,
    sealed_at_us BIGINT NOT NULL);

CREATE TABLE employer (
    npp KEY_TEXT NOT NULL,
    division KEY_TEXT NOT NULL,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    region_code BIGINT NOT NULL,
    sector_code TEXT NOT NULL,
    ownership BIGINT NOT NULL,
    PRIMARY KEY (npp, division, version)) KEYED;

CREATE TABLE member (
    nik BIGINT NOT NULL,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    birth_date BIGINT NOT NULL,
    sex BIGINT NOT NULL,
    PRIMARY KEY (nik, version)) KEYED;

CREATE TABLE employment (
    nik BIGINT NOT NULL,
    npp KEY_TEXT NOT NULL,
    division KEY_TEXT NOT NULL,
    start_date BIGINT NOT NULL,
    version BIGINT NOT NULL,
    end_date BIGINT NOT NULL,
    kk TEXT NOT NULL,
    kpj TEXT NOT NULL,
    region_code BIGINT NOT NULL,
    category BIGINT NOT NULL,
    segment BIGINT NOT NULL,
    programmes BIGINT NOT NULL,
    bank TEXT NOT NULL,
    account_number TEXT NOT NULL,
    account_holder_name TEXT NOT NULL,
    PRIMARY KEY (nik, npp, division, start_date, version)) KEYED;

CREATE TABLE wage_report (
    nik BIGINT NOT NULL,
    npp KEY_TEXT NOT NULL,
    division KEY_TEXT NOT NULL,
    start_date BIGINT NOT NULL,
    month BIGINT NOT NULL,
    reported_on BIGINT NOT NULL,
    version BIGINT NOT NULL,
    wage_rupiah BIGINT NOT NULL,
    wage_months BIGINT NOT NULL,
    PRIMARY KEY (nik, npp, division, start_date, month, reported_on, version)) KEYED;

CREATE TABLE list_snapshot (
    list BIGINT NOT NULL,
    as_of BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (list, as_of, version));

CREATE TABLE list_entry (
    nik BIGINT NOT NULL,
    list BIGINT NOT NULL,
    as_of BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (nik, list, as_of, version)) KEYED;
";

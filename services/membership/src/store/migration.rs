//! The schema.

use sea_orm_migration::prelude::*;
use tepat_store::Backend;

use super::partition::FUNCTIONS;

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
        let (versioned, functions) = match Backend::of(manager) {
            Backend::Sqlite => ("{keyed}", ""),
            Backend::Postgres => ("PARTITION BY LIST (version)", FUNCTIONS),
        };
        tepat_store::create(manager, &TABLES.replace("{versioned}", versioned)).await?;
        if functions.is_empty() {
            return Ok(());
        }
        manager.get_connection().execute_unprepared(functions).await.map(|_| ())
    }
}

/// Days are YYYYMMDD, months YYYYMM, codes the numbers that `rules/row` gives them. On PostgreSQL wide
/// columns come first, so that none is filled up.
const TABLES: &str = "
-- number: of the import, ever rising. version: of its rows; a dry run borrows the next one.
CREATE TABLE import (
    number BIGINT NOT NULL PRIMARY KEY,
    import_id {key} NOT NULL UNIQUE,
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
    PRIMARY KEY (number, file, line, place)) {keyed};

-- Lines whose key an earlier line of the file may name: judged when the file is read to its end. record: its
-- fields as a JSON array.
CREATE TABLE import_aside (
    number BIGINT NOT NULL,
    file BIGINT NOT NULL,
    line BIGINT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (number, file, line)) {keyed};

-- What the open import said again, word for word, after an earlier version; empty between imports.
CREATE TABLE restated (
    version INTEGER NOT NULL,
    subject {key} NOT NULL,
    PRIMARY KEY (version, subject)) {keyed};

CREATE TABLE roster_version (
    version BIGINT NOT NULL PRIMARY KEY,
    import_number BIGINT NOT NULL UNIQUE,
    members BIGINT NOT NULL,
    sealed_at_us BIGINT NOT NULL);

-- employer: the roster's own number of it, the same in every version.
CREATE TABLE employer (
    npp {key} NOT NULL,
    division {key} NOT NULL,
    version INTEGER NOT NULL,
    employer INTEGER NOT NULL,
    region_code SMALLINT NOT NULL,
    ownership SMALLINT NOT NULL,
    name TEXT NOT NULL,
    sector_code TEXT NOT NULL,
    PRIMARY KEY (npp, division, version)) {keyed};
CREATE UNIQUE INDEX employer_number ON employer (employer, version);

CREATE TABLE member (
    nik BIGINT NOT NULL,
    version INTEGER NOT NULL,
    birth_date INTEGER NOT NULL,
    sex SMALLINT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (nik, version)) {versioned};

-- kk, kpj: their digits as a number, -1 when not reported. end_date: 0 while active.
CREATE TABLE employment (
    nik BIGINT NOT NULL,
    kk BIGINT NOT NULL,
    kpj BIGINT NOT NULL,
    employer INTEGER NOT NULL,
    start_date INTEGER NOT NULL,
    version INTEGER NOT NULL,
    end_date INTEGER NOT NULL,
    region_code SMALLINT NOT NULL,
    category SMALLINT NOT NULL,
    segment SMALLINT NOT NULL,
    programmes SMALLINT NOT NULL,
    bank TEXT NOT NULL,
    account_number TEXT NOT NULL,
    account_holder_name TEXT NOT NULL,
    PRIMARY KEY (nik, employer, start_date, version)) {versioned};

CREATE TABLE wage_report (
    nik BIGINT NOT NULL,
    wage_rupiah BIGINT NOT NULL,
    employer INTEGER NOT NULL,
    start_date INTEGER NOT NULL,
    month INTEGER NOT NULL,
    reported_on INTEGER NOT NULL,
    version INTEGER NOT NULL,
    wage_months SMALLINT NOT NULL,
    PRIMARY KEY (nik, employer, start_date, month, reported_on, version)) {versioned};

CREATE TABLE list_snapshot (
    list SMALLINT NOT NULL,
    as_of INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (list, as_of, version));

CREATE TABLE list_entry (
    nik BIGINT NOT NULL,
    list SMALLINT NOT NULL,
    as_of INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (nik, list, as_of, version)) {versioned};
";

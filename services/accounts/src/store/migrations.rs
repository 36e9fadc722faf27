//! The tables, in the order in which they came.

use sea_orm_migration::prelude::*;

/// Brings the tables of the service up to date.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(VerdictsAndAttempts)]
    }
}

struct VerdictsAndAttempts;

impl MigrationName for VerdictsAndAttempts {
    fn name(&self) -> &str {
        "accounts_0001_verdicts_and_attempts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for VerdictsAndAttempts {
    /// All three only grow. A claim's newest verdict is the one that holds; an attempt without an answer
    /// (class 0) has no verdict. `inquiry` says under which law and for what purpose a call asked (UU 27/2022).
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "
            CREATE TABLE inquiry (
                request_id BYTEA NOT NULL,
                asked_at_us BIGINT NOT NULL,
                purpose SMALLINT NOT NULL,
                legal_basis TEXT NOT NULL,
                instrument_reference TEXT NOT NULL,
                claims INTEGER NOT NULL,
                asked INTEGER NOT NULL);
            CREATE INDEX inquiry_of_request ON inquiry (request_id);
            CREATE TABLE attempt (
                request_id BYTEA NOT NULL,
                bank TEXT NOT NULL,
                claim_hash BYTEA NOT NULL,
                asked_at_us BIGINT NOT NULL,
                answer SMALLINT NOT NULL CHECK (answer BETWEEN 0 AND 7));
            CREATE TABLE verdict (
                claim_hash BYTEA NOT NULL,
                checked_at_us BIGINT NOT NULL,
                verdict SMALLINT NOT NULL CHECK (verdict IN (1, 2, 5, 6, 7, 8, 9, 10, 11)),
                name_match SMALLINT NOT NULL CHECK (name_match BETWEEN 0 AND 3),
                dormancy_told SMALLINT NOT NULL CHECK (dormancy_told IN (0, 1)),
                name_rules TEXT NOT NULL);
            CREATE INDEX verdict_of_claim ON verdict (claim_hash, checked_at_us)";
        manager.get_connection().execute_unprepared(sql).await.map(|_| ())
    }
}

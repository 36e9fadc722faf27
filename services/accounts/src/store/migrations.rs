//! The tables, in the order in which they came.

use sea_orm_migration::prelude::*;

/// Brings the tables of the service up to date.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(InquiriesAndAttempts)]
    }
}

struct InquiriesAndAttempts;

impl MigrationName for InquiriesAndAttempts {
    fn name(&self) -> &str {
        "accounts_0001_inquiries_and_attempts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for InquiriesAndAttempts {
    /// Both only grow. `inquiry` says for what purpose and under which law a call asked banks (UU 27/2022);
    /// `attempt` what came of each claim: the class of the bank's answer and the verdict on it, none where
    /// the bank was silent. A claim's newest verdict is the one that holds.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "
            CREATE TABLE inquiry (
                id BIGINT NOT NULL PRIMARY KEY,
                request_id BYTEA NOT NULL,
                asked_at_us BIGINT NOT NULL,
                purpose SMALLINT NOT NULL,
                legal_basis TEXT NOT NULL,
                instrument_reference TEXT NOT NULL,
                claims INTEGER NOT NULL,
                asked INTEGER NOT NULL,
                name_rules TEXT NOT NULL);
            CREATE INDEX inquiry_of_request ON inquiry (request_id);
            CREATE TABLE attempt (
                inquiry BIGINT NOT NULL,
                bank TEXT NOT NULL,
                claim_hash BYTEA NOT NULL,
                answer SMALLINT NOT NULL CHECK (answer BETWEEN 0 AND 7),
                checked_at_us BIGINT,
                verdict SMALLINT CHECK (verdict IN (1, 2, 5, 6, 7, 8, 9, 10, 11)),
                name_match SMALLINT NOT NULL CHECK (name_match BETWEEN 0 AND 3),
                dormancy_told SMALLINT NOT NULL CHECK (dormancy_told IN (0, 1)),
                CHECK ((answer = 0) = (verdict IS NULL) AND (answer = 0) = (checked_at_us IS NULL)));
            CREATE INDEX attempt_verdict_of_claim ON attempt (claim_hash) WHERE verdict IS NOT NULL";
        manager.get_connection().execute_unprepared(sql).await.map(|_| ())
    }
}

//! The tables, in the order in which they came.

use sea_orm_migration::prelude::*;
use tepat_store::{create, create_replay_table};

/// Brings the tables of the service up to date.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(InquiriesAndAttempts), Box::new(ClosuresOfAccounts)]
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
    /// the bank was silent. A claim's newest verdict is the one that holds. The id of an inquiry begins with
    /// its time (UUIDv7), so that writers need no common counter and old ranges can be set apart.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "
            CREATE TABLE inquiry (
                id {uuid} NOT NULL PRIMARY KEY,
                request_id {uuid} NOT NULL,
                asked_at_us BIGINT NOT NULL,
                purpose SMALLINT NOT NULL,
                legal_basis TEXT NOT NULL,
                instrument_reference TEXT NOT NULL,
                claims INTEGER NOT NULL,
                asked INTEGER NOT NULL);
            CREATE INDEX inquiry_of_request ON inquiry (request_id);
            CREATE TABLE attempt (
                inquiry {uuid} NOT NULL,
                bank {key} NOT NULL,
                claim_hash {uuid} NOT NULL,
                name_rules SMALLINT NOT NULL,
                answer SMALLINT NOT NULL CHECK (answer BETWEEN 0 AND 7),
                checked_at_us BIGINT,
                verdict SMALLINT CHECK (verdict IN (1, 2, 5, 6, 7, 8, 9, 10, 11)),
                name_match SMALLINT NOT NULL CHECK (name_match BETWEEN 0 AND 3),
                dormancy_told BOOLEAN NOT NULL,
                CHECK ((answer = 0) = (verdict IS NULL) AND (answer = 0) = (checked_at_us IS NULL)));
            CREATE INDEX attempt_verdict_of_claim ON attempt (claim_hash, checked_at_us)
                WHERE verdict IS NOT NULL";
        create(manager, sql).await
    }
}

struct ClosuresOfAccounts;

impl MigrationName for ClosuresOfAccounts {
    fn name(&self) -> &str {
        "accounts_0002_closures"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for ClosuresOfAccounts {
    /// Both only grow. `closure_report` says who told of closed accounts, `closure` which, under keyed
    /// hashes. Reports are numbered in the order in which they were kept, without gaps: whoever has read
    /// up to one has read all before it.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "
            CREATE TABLE closure_report (
                number BIGINT NOT NULL PRIMARY KEY,
                request_id {uuid} NOT NULL,
                source TEXT NOT NULL,
                recorded_at_us BIGINT NOT NULL);
            CREATE TABLE closure (
                report BIGINT NOT NULL,
                account_hash {uuid} NOT NULL,
                closed_at_us BIGINT NOT NULL,
                PRIMARY KEY (report, account_hash));
            CREATE INDEX closure_of_account ON closure (account_hash, closed_at_us);
            CREATE INDEX closure_time ON closure (closed_at_us)";
        create(manager, sql).await?;
        create_replay_table(manager).await
    }
}

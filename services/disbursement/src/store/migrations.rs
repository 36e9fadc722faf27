//! The schema of the disbursement service.

use sea_orm_migration::prelude::*;
use tepat_store::create_replay_table;

/// Every migration, in order.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(FirstTables)]
    }
}

struct FirstTables;

impl MigrationName for FirstTables {
    fn name(&self) -> &'static str {
        "m0001_first_tables"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for FirstTables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_replay_table(manager).await?;
        for sql in [BATCHES, DECISIONS, MONEY, CHAIN, PAYMENTS] {
            manager.get_connection().execute_unprepared(sql).await?;
        }
        Ok(())
    }
}

/// Batches, their work and their journal. `batch_no` is the short key that rows of people carry.
/// The text and digests of the rules are pinned when a batch opens.
const BATCHES: &str = "
CREATE TABLE batch (
    batch_id TEXT NOT NULL PRIMARY KEY,
    batch_no BIGINT NOT NULL UNIQUE,
    round TEXT NOT NULL,
    tranche BIGINT NOT NULL CHECK (tranche > 0),
    term TEXT NOT NULL,
    roster_version BIGINT NOT NULL,
    round_text TEXT NOT NULL,
    round_sha256 BLOB NOT NULL,
    wage_table_sha256 BLOB NOT NULL,
    name_rules TEXT NOT NULL,
    state BIGINT NOT NULL,
    opened_at_us BIGINT NOT NULL,
    trouble TEXT NOT NULL DEFAULT '',
    amount_rupiah BIGINT NOT NULL DEFAULT 0,
    merkle_root BLOB,
    statement BLOB);
CREATE INDEX batch_term ON batch (term);
CREATE TABLE batch_source (
    batch_no BIGINT NOT NULL REFERENCES batch (batch_no),
    source_batch_no BIGINT NOT NULL REFERENCES batch (batch_no),
    PRIMARY KEY (batch_no, source_batch_no));
CREATE TABLE chunk (
    batch_id TEXT NOT NULL REFERENCES batch (batch_id),
    chunk BIGINT NOT NULL,
    after_nik BIGINT NOT NULL,
    through_nik BIGINT NOT NULL,
    candidates BIGINT NOT NULL,
    first_sequence BIGINT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    token BIGINT NOT NULL DEFAULT 0,
    leased_until_us BIGINT NOT NULL DEFAULT 0,
    eligible BIGINT NOT NULL DEFAULT 0,
    refused BIGINT NOT NULL DEFAULT 0,
    pending BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (batch_id, chunk));
CREATE TABLE event (
    batch_no BIGINT NOT NULL REFERENCES batch (batch_no),
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    note TEXT NOT NULL,
    previous_sha256 BLOB NOT NULL,
    sha256 BLOB NOT NULL,
    PRIMARY KEY (batch_no, seq))";

/// Decisions as screened, and what changed them since. An effective decision is the decision, left
/// joined with its last amendment. Only a chosen account leaves account data in a decision.
const DECISIONS: &str = "
CREATE TABLE decision (
    batch_no BIGINT NOT NULL,
    nik BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    outcome BIGINT NOT NULL CHECK (outcome IN (1, 2, 3)),
    reasons BIGINT NOT NULL,
    verdicts BIGINT NOT NULL,
    account_mark BLOB,
    bank TEXT,
    account_number TEXT,
    name TEXT,
    npp TEXT,
    region_code BIGINT,
    PRIMARY KEY (batch_no, nik),
    CHECK (outcome <> 1 OR (reasons = 0 AND account_mark IS NOT NULL AND bank IS NOT NULL
        AND account_number IS NOT NULL AND name IS NOT NULL AND npp IS NOT NULL AND region_code IS NOT NULL)))
    WITHOUT ROWID;
CREATE TABLE amendment (
    batch_no BIGINT NOT NULL,
    nik BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    outcome BIGINT NOT NULL CHECK (outcome IN (1, 2, 3)),
    reasons BIGINT NOT NULL,
    reason BIGINT NOT NULL,
    cause TEXT NOT NULL,
    PRIMARY KEY (batch_no, nik, seq))
    WITHOUT ROWID;
CREATE VIEW effective AS
    SELECT d.batch_no, d.nik, d.sequence,
        COALESCE(a.outcome, d.outcome) AS outcome,
        COALESCE(a.reasons, d.reasons) AS reasons,
        d.verdicts, d.account_mark, d.bank, d.account_number, d.name, d.npp, d.region_code,
        COALESCE(a.seq, 0) AS amendments
    FROM decision d
    LEFT JOIN amendment a ON a.batch_no = d.batch_no AND a.nik = d.nik
        AND NOT EXISTS (SELECT 1 FROM amendment later
            WHERE later.batch_no = a.batch_no AND later.nik = a.nik AND later.seq > a.seq);
CREATE TABLE batch_total (
    batch_no BIGINT NOT NULL REFERENCES batch (batch_no),
    outcome BIGINT NOT NULL,
    reasons BIGINT NOT NULL,
    persons BIGINT NOT NULL,
    PRIMARY KEY (batch_no, outcome, reasons))";

/// Promised money: one entitlement a person a term, one person an account a term, and never more
/// than the round's budget.
const MONEY: &str = "
CREATE TABLE entitlement (
    term TEXT NOT NULL,
    nik BIGINT NOT NULL,
    batch_no BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    amount_rupiah BIGINT NOT NULL CHECK (amount_rupiah > 0),
    PRIMARY KEY (term, nik))
    WITHOUT ROWID;
CREATE TABLE account_claim (
    term TEXT NOT NULL,
    account_mark BLOB NOT NULL,
    nik BIGINT NOT NULL,
    batch_no BIGINT NOT NULL,
    PRIMARY KEY (term, account_mark))
    WITHOUT ROWID;
CREATE TABLE budget (
    round TEXT NOT NULL PRIMARY KEY,
    ceiling_rupiah BIGINT NOT NULL,
    promised_rupiah BIGINT NOT NULL,
    CHECK (promised_rupiah >= 0 AND promised_rupiah <= ceiling_rupiah))";

/// The chain of officials. Whoever determined cannot approve, and whoever approved cannot hand over:
/// the row carries both names, and a foreign key makes the earlier one true.
const CHAIN: &str = "
CREATE TABLE determination (
    batch_no BIGINT NOT NULL PRIMARY KEY REFERENCES batch (batch_no),
    determined_by TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    UNIQUE (batch_no, determined_by));
CREATE TABLE approval (
    batch_no BIGINT NOT NULL PRIMARY KEY,
    determined_by TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    statement_signature BLOB NOT NULL,
    UNIQUE (batch_no, approved_by),
    FOREIGN KEY (batch_no, determined_by) REFERENCES determination (batch_no, determined_by),
    CHECK (approved_by <> determined_by));
CREATE TABLE package (
    batch_no BIGINT NOT NULL PRIMARY KEY REFERENCES approval (batch_no),
    manifest BLOB NOT NULL,
    seal BLOB NOT NULL);
CREATE TABLE hand_over (
    batch_no BIGINT NOT NULL PRIMARY KEY REFERENCES package (batch_no),
    approved_by TEXT NOT NULL,
    handed_over_by TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    folder TEXT NOT NULL,
    FOREIGN KEY (batch_no, approved_by) REFERENCES approval (batch_no, approved_by),
    CHECK (handed_over_by <> approved_by))";

/// Payments and what became of them. Attempt n > 1 names the confirmed return of attempt n - 1, so
/// paying twice would need two confirmed returns.
const PAYMENTS: &str = "
CREATE TABLE payment_attempt (
    term TEXT NOT NULL,
    nik BIGINT NOT NULL,
    n BIGINT NOT NULL CHECK (n > 0),
    batch_no BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    after_return BIGINT,
    after_outcome TEXT CHECK (after_outcome = 'RETURNED'),
    PRIMARY KEY (term, nik, n),
    FOREIGN KEY (term, nik) REFERENCES entitlement (term, nik),
    FOREIGN KEY (term, nik, after_return, after_outcome) REFERENCES payment_outcome (term, nik, n, outcome),
    CHECK ((n = 1 AND after_return IS NULL AND after_outcome IS NULL)
        OR (n > 1 AND after_return = n - 1 AND after_outcome IS NOT NULL)))
    WITHOUT ROWID;
CREATE INDEX payment_attempt_sequence ON payment_attempt (batch_no, sequence, n);
CREATE TABLE payment_outcome (
    term TEXT NOT NULL,
    nik BIGINT NOT NULL,
    n BIGINT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('PAID', 'RETURNED', 'UNCLAIMED', 'CANCELLED')),
    reason TEXT NOT NULL,
    booked_on BIGINT NOT NULL,
    reference TEXT NOT NULL,
    recorded_at_us BIGINT NOT NULL,
    PRIMARY KEY (term, nik, n),
    UNIQUE (term, nik, n, outcome),
    FOREIGN KEY (term, nik, n) REFERENCES payment_attempt (term, nik, n),
    CHECK (outcome <> 'RETURNED' OR reason <> ''))
    WITHOUT ROWID";

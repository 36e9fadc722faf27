//! The schema of the disbursement service.

use sea_orm_migration::prelude::*;
use tepat_store::{Backend, create, create_replay_table};

/// Every migration, in order.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(FirstTables), Box::new(PrioritiesAndSlices)]
    }
}

mod priorities_and_slices;

use self::priorities_and_slices::PrioritiesAndSlices;

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
        // On PostgreSQL the large tables are cut into parts: decisions by batch, promised money by term.
        // A part of decisions gets its key when it is loaded; what protects money has its key from the start.
        let [by_batch, by_term, batch_key, made_key] = match Backend::of(manager) {
            Backend::Sqlite => ["WITHOUT ROWID", "WITHOUT ROWID", "PRIMARY KEY (batch_no, nik),", MADE],
            Backend::Postgres => ["PARTITION BY LIST (batch_no)", "PARTITION BY LIST (term)", "", ""],
        };
        for sql in [BATCHES, DECISIONS, MONEY, CHAIN, PAYMENTS] {
            let sql = sql.replace("{by_batch}", by_batch).replace("{by_term}", by_term);
            let sql = sql.replace("{batch_key}", batch_key).replace("{made_key}", made_key);
            create(manager, &sql).await?;
        }
        if Backend::of(manager) == Backend::Postgres {
            create(manager, MADE_LATER).await?;
            create(manager, PARTS).await?;
        }
        Ok(())
    }
}

/// Batches, their work and their journal. `batch_no` is the short key that rows of people carry.
/// The text and digests of the rules are pinned when a batch opens.
const BATCHES: &str = "
CREATE TABLE batch (
    batch_id {key} NOT NULL PRIMARY KEY,
    batch_no BIGINT NOT NULL UNIQUE,
    round {key} NOT NULL,
    tranche BIGINT NOT NULL CHECK (tranche > 0),
    term {key} NOT NULL,
    roster_version BIGINT NOT NULL,
    round_text TEXT NOT NULL,
    round_sha256 {bytes} NOT NULL,
    wage_table_sha256 {bytes} NOT NULL,
    name_rules TEXT NOT NULL,
    state BIGINT NOT NULL,
    opened_at_us BIGINT NOT NULL,
    trouble TEXT NOT NULL DEFAULT '',
    amount_rupiah BIGINT NOT NULL DEFAULT 0,
    merkle_root {bytes},
    statement {bytes});
CREATE INDEX batch_term ON batch (term);
CREATE TABLE batch_source (
    batch_no BIGINT NOT NULL REFERENCES batch (batch_no),
    source_batch_no BIGINT NOT NULL REFERENCES batch (batch_no),
    PRIMARY KEY (batch_no, source_batch_no));
CREATE TABLE chunk (
    batch_id {key} NOT NULL REFERENCES batch (batch_id),
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
CREATE INDEX chunk_open ON chunk (batch_id, chunk) WHERE state <> 'done';
CREATE TABLE chunk_total (
    batch_no BIGINT NOT NULL REFERENCES batch (batch_no),
    chunk BIGINT NOT NULL,
    outcome SMALLINT NOT NULL,
    reasons BIGINT NOT NULL,
    persons BIGINT NOT NULL,
    PRIMARY KEY (batch_no, chunk, outcome, reasons));
CREATE TABLE event (
    batch_no BIGINT NOT NULL REFERENCES batch (batch_no),
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    note TEXT NOT NULL,
    previous_sha256 {bytes} NOT NULL,
    sha256 {bytes} NOT NULL,
    PRIMARY KEY (batch_no, seq))";

/// Decisions as screened, and what changed them since. An effective decision is the decision, left
/// joined with its last amendment. Only a chosen account leaves account data in a decision.
const DECISIONS: &str = "
CREATE TABLE decision (
    nik BIGINT NOT NULL,
    batch_no BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    reasons BIGINT NOT NULL,
    verdicts INTEGER NOT NULL,
    outcome SMALLINT NOT NULL CHECK (outcome IN (1, 2, 3)),
    region_code SMALLINT,
    account_mark {uuid},
    bank TEXT,
    account_number TEXT,
    name TEXT,
    npp TEXT,
    {batch_key}
    CHECK (outcome <> 1 OR (reasons = 0 AND account_mark IS NOT NULL AND bank IS NOT NULL
        AND account_number IS NOT NULL AND name IS NOT NULL AND npp IS NOT NULL AND region_code IS NOT NULL)))
    {by_batch};
CREATE TABLE amendment (
    batch_no BIGINT NOT NULL,
    nik BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    outcome SMALLINT NOT NULL CHECK (outcome IN (1, 2, 3)),
    reasons BIGINT NOT NULL,
    reason INTEGER NOT NULL,
    cause TEXT NOT NULL,
    PRIMARY KEY (batch_no, nik, seq)) {keyed};
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
    outcome SMALLINT NOT NULL,
    reasons BIGINT NOT NULL,
    persons BIGINT NOT NULL,
    PRIMARY KEY (batch_no, outcome, reasons))";

/// Promised money: one entitlement a person a term, one person an account a term, and never more
/// than the round's budget.
const MONEY: &str = "
CREATE TABLE entitlement (
    nik BIGINT NOT NULL,
    batch_no BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    amount_rupiah BIGINT NOT NULL CHECK (amount_rupiah > 0),
    term {key} NOT NULL,
    PRIMARY KEY (nik, term)) {by_term};
CREATE INDEX entitlement_sequence ON entitlement (batch_no, sequence);
CREATE TABLE account_claim (
    account_mark {uuid} NOT NULL,
    nik BIGINT NOT NULL,
    batch_no BIGINT NOT NULL,
    term {key} NOT NULL,
    PRIMARY KEY (account_mark, term)) {by_term};
CREATE TABLE budget (
    round {key} NOT NULL PRIMARY KEY,
    ceiling_rupiah BIGINT NOT NULL,
    promised_rupiah BIGINT NOT NULL,
    CHECK (promised_rupiah >= 0 AND promised_rupiah <= ceiling_rupiah))";

/// The chain of officials. Whoever determined cannot approve, and whoever approved cannot hand over:
/// the row carries both names, and a foreign key makes the earlier one true.
const CHAIN: &str = "
CREATE TABLE determination (
    batch_no BIGINT NOT NULL PRIMARY KEY REFERENCES batch (batch_no),
    determined_by {key} NOT NULL,
    at_us BIGINT NOT NULL,
    UNIQUE (batch_no, determined_by));
CREATE TABLE approval (
    batch_no BIGINT NOT NULL PRIMARY KEY,
    determined_by {key} NOT NULL,
    approved_by {key} NOT NULL,
    at_us BIGINT NOT NULL,
    statement_signature {bytes} NOT NULL,
    UNIQUE (batch_no, approved_by),
    FOREIGN KEY (batch_no, determined_by) REFERENCES determination (batch_no, determined_by),
    CHECK (approved_by <> determined_by));
CREATE TABLE package (
    batch_no BIGINT NOT NULL PRIMARY KEY REFERENCES approval (batch_no),
    manifest {bytes} NOT NULL,
    seal {bytes} NOT NULL);
CREATE TABLE hand_over (
    batch_no BIGINT NOT NULL PRIMARY KEY REFERENCES package (batch_no),
    approved_by {key} NOT NULL,
    handed_over_by {key} NOT NULL,
    at_us BIGINT NOT NULL,
    folder TEXT NOT NULL,
    FOREIGN KEY (batch_no, approved_by) REFERENCES approval (batch_no, approved_by),
    CHECK (handed_over_by <> approved_by))";

/// Payments and what became of them. The first attempt of every entitlement is its hand over and has
/// no row of its own. Attempt n > 1 names the confirmed return of attempt n - 1, so paying twice would need two
/// confirmed returns. An outcome is of a batch that was handed over, and of the first attempt or one that was made.
const PAYMENTS: &str = "
CREATE TABLE payment_outcome (
    term {key} NOT NULL,
    nik BIGINT NOT NULL,
    n BIGINT NOT NULL CHECK (n > 0),
    made BIGINT,
    batch_no BIGINT NOT NULL REFERENCES hand_over (batch_no),
    outcome {key} NOT NULL CHECK (outcome IN ('PAID', 'RETURNED', 'UNCLAIMED', 'CANCELLED')),
    reason TEXT NOT NULL,
    booked_on BIGINT NOT NULL,
    reference TEXT NOT NULL,
    recorded_at_us BIGINT NOT NULL,
    PRIMARY KEY (nik, term, n),
    UNIQUE (nik, term, n, outcome),
    FOREIGN KEY (nik, term) REFERENCES entitlement (nik, term){made_key},
    CHECK ((n = 1 AND made IS NULL) OR (n > 1 AND made IS NOT NULL AND made = n)),
    CHECK (outcome <> 'RETURNED' OR reason <> '')) {keyed};
CREATE INDEX payment_outcome_batch ON payment_outcome (batch_no);
CREATE TABLE payment_attempt (
    term {key} NOT NULL,
    nik BIGINT NOT NULL,
    n BIGINT NOT NULL CHECK (n > 1),
    batch_no BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    after_return BIGINT NOT NULL CHECK (after_return = n - 1),
    after_outcome {key} NOT NULL CHECK (after_outcome = 'RETURNED'),
    PRIMARY KEY (nik, term, n),
    FOREIGN KEY (nik, term) REFERENCES entitlement (nik, term),
    FOREIGN KEY (nik, term, after_return, after_outcome) REFERENCES payment_outcome (nik, term, n, outcome)) {keyed};
CREATE INDEX payment_attempt_sequence ON payment_attempt (batch_no, sequence, n)";

/// The attempt of an outcome has to be made. The two tables name each other: SQLite takes the name of a
/// table that is not there yet, PostgreSQL wants it said when both are.
const MADE: &str = ",
    FOREIGN KEY (nik, term, made) REFERENCES payment_attempt (nik, term, n)";
const MADE_LATER: &str = "
ALTER TABLE payment_outcome ADD FOREIGN KEY (nik, term, made) REFERENCES payment_attempt (nik, term, n)";

/// PostgreSQL: parts are opened, keyed and joined by functions of the schema's owner, so that the service
/// needs no right to change tables. A part is loaded first and gets its key after.
const PARTS: &str = "
CREATE FUNCTION open_decisions(batch BIGINT) RETURNS VOID LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    EXECUTE format('CREATE TABLE decision_%s PARTITION OF decision FOR VALUES IN (%s)', batch, batch);
END $$;
CREATE FUNCTION key_decisions(batch BIGINT) RETURNS VOID LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET maintenance_work_mem = '1GB' AS $$
BEGIN
    EXECUTE format('ALTER TABLE decision_%s ADD PRIMARY KEY (nik, batch_no)', batch);
    EXECUTE format('ANALYZE decision_%s', batch);
END $$;
CREATE FUNCTION analyze_amendments() RETURNS VOID LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    ANALYZE amendment;
END $$;
CREATE FUNCTION open_term(term TEXT) RETURNS TEXT LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE part TEXT := regexp_replace(term, '[^a-z0-9]', '_', 'g');
BEGIN
    IF to_regclass(format('entitlement_%s', part)) IS NOT NULL THEN
        RETURN NULL;
    END IF;
    EXECUTE format('CREATE TABLE entitlement_%s (LIKE entitlement INCLUDING CONSTRAINTS)', part);
    EXECUTE format('CREATE TABLE account_claim_%s (LIKE account_claim INCLUDING CONSTRAINTS)', part);
    RETURN part;
END $$;
CREATE FUNCTION join_term(term TEXT) RETURNS VOID LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET maintenance_work_mem = '1GB' AS $$
DECLARE part TEXT := regexp_replace(term, '[^a-z0-9]', '_', 'g');
BEGIN
    EXECUTE format('ALTER TABLE entitlement_%s ADD PRIMARY KEY (nik, term), ADD CHECK (term = %L)', part, term);
    EXECUTE format('CREATE INDEX ON entitlement_%s (batch_no, sequence)', part);
    EXECUTE format('ALTER TABLE entitlement ATTACH PARTITION entitlement_%s FOR VALUES IN (%L)', part, term);
    EXECUTE format('ALTER TABLE account_claim_%s ADD PRIMARY KEY (account_mark, term), ADD CHECK (term = %L)', part, term);
    EXECUTE format('ALTER TABLE account_claim ATTACH PARTITION account_claim_%s FOR VALUES IN (%L)', part, term);
    EXECUTE format('ANALYZE entitlement_%s', part);
    EXECUTE format('ANALYZE account_claim_%s', part);
END $$;
REVOKE ALL ON FUNCTION open_decisions(BIGINT), key_decisions(BIGINT), analyze_amendments(), open_term(TEXT),
    join_term(TEXT) FROM PUBLIC";

//! The place of a candidate by the round's priorities, and the slice of a batch.

use sea_orm_migration::prelude::*;
use tepat_store::create;

pub(super) struct PrioritiesAndSlices;

impl MigrationName for PrioritiesAndSlices {
    fn name(&self) -> &'static str {
        "m0002_priorities_and_slices"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for PrioritiesAndSlices {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for sql in COLUMNS {
            create(manager, sql).await?;
        }
        Ok(())
    }
}

/// Decisions made before had no priorities, batches opened before no slice. SQLite takes one column at a time.
const COLUMNS: [&str; 4] = [
    "ALTER TABLE decision ADD COLUMN priority SMALLINT NOT NULL DEFAULT 0",
    "ALTER TABLE batch ADD COLUMN slice_k BIGINT",
    "ALTER TABLE batch ADD COLUMN slice_n BIGINT CHECK (slice_n IS NULL OR (slice_k >= 1 AND slice_k <= slice_n))",
    "ALTER TABLE batch ADD COLUMN slice_seed BIGINT
        CHECK ((slice_seed IS NULL) = (slice_k IS NULL) AND (slice_n IS NULL) = (slice_k IS NULL))",
];

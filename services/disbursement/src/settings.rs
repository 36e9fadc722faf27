//! Settings of the disbursement service.

use std::path::PathBuf;

use serde::Deserialize;
use tepat_serve::settings::{Check, SettingsFaults};

/// How batches are screened, marked and handed over. Keys and bounds are explained in `default.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Members a chunk, 100 to 50,000.
    pub chunk_members: i32,
    /// Chunks screened at once by this process, 1 to 64.
    pub screen_workers: usize,
    /// How long a chunk is leased, milliseconds, 1,000 to 3,600,000; renewed at a third of it.
    pub lease_ms: i64,
    /// Pause before a chunk that met trouble is tried again, milliseconds, 10 to 60,000.
    pub retry_ms: u64,
    /// Oldest account verdict that may be reused, seconds, 0 to 31,536,000; 0 always asks the bank.
    pub verdict_age_seconds_max: i64,
    /// Decree, agreement or request that inquiries at banks are made under.
    pub instrument_reference: String,
    /// Folder of the packages; one folder a batch inside.
    pub packages_folder: String,
    /// Folder of the rounds in place of the shipped ones, all of them; empty for the shipped ones.
    pub rounds_folder: PathBuf,
    /// Seed of the order in which a budget is spent, beside the round's priorities.
    pub order_seed: String,
}

impl Check for Settings {
    fn check(&self, faults: &mut SettingsFaults) {
        faults.range("disbursement.chunk_members", i64::from(self.chunk_members), 100..=50_000);
        faults.range(
            "disbursement.screen_workers",
            i64::try_from(self.screen_workers).unwrap_or(i64::MAX),
            1..=64,
        );
        faults.range("disbursement.lease_ms", self.lease_ms, 1_000..=3_600_000);
        faults.range("disbursement.retry_ms", i64::try_from(self.retry_ms).unwrap_or(i64::MAX), 10..=60_000);
        faults.range("disbursement.verdict_age_seconds_max", self.verdict_age_seconds_max, 0..=31_536_000);
    }
}

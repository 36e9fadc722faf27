//! `tepat demo`.

use std::path::PathBuf;

use clap::Args;

use crate::answer::Answer;
use crate::demo::{self, Plan};
use crate::failure::Failure;

/// The main job from nothing: sample roster, the suite in one process with the bank sandbox, import,
/// screen, compose, sign, hand over, outcomes, reconcile, verify.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  tepat demo\n  tepat demo --workers 20000 --seed 7 --round bsu-2020 --out demo-2020 --json"
)]
pub(super) struct Demo {
    /// People in the roster.
    #[arg(long, default_value_t = 100_000)]
    workers: u64,
    /// Same seed, same people.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The round, its first tranche.
    #[arg(long, default_value = "bsu-2022")]
    round: String,
    /// Folder for everything; one that an earlier demo made is replaced.
    #[arg(long, value_name = "DIR", default_value = "tepat-demo")]
    out: PathBuf,
}

impl Demo {
    pub(super) async fn run(self, json: bool) -> Result<Answer, Failure> {
        let plan = Plan { workers: self.workers, seed: self.seed, round: self.round, out: self.out };
        demo::run(&plan, json).await
    }
}

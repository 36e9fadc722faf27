//! `tepat sample`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::table::Table;

/// Write a sample roster, the accounts that the sandbox's banks hold, and the decisions to expect.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  tepat sample --workers 20000 --seed 7 --out sample")]
pub(super) struct Sample {
    /// People in the roster.
    #[arg(long, default_value_t = 100_000)]
    workers: u64,
    /// Same seed, same bytes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Folder for the files; made where it is missing.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Sample {
    pub(super) fn run(self) -> Result<Answer, Failure> {
        let sample = tepat_sample::Sample::new(self.workers, self.seed);
        let counts = tepat_sample::write(&sample, &self.out).map_err(Failure::failed)?;
        let rows = [
            ("employers.csv", counts.employers),
            ("members.csv", counts.employments),
            ("wages.csv", counts.wage_reports),
            ("lists.csv", counts.list_entries),
            ("bank_accounts.csv", counts.bank_accounts),
            ("expected.csv", counts.expected),
        ];
        let mut table = Table::new(&["file", "rows"]);
        for (file, rows) in rows {
            table.row([file.into(), i64::try_from(rows).unwrap_or(i64::MAX).into()]);
        }
        let json = json!({
            "dir": self.out,
            "workers": counts.workers,
            "seed": self.seed,
            "rows": crate::answer::object(rows),
        });
        Ok(Answer::new(format!("{}in {}", table.lines(), self.out.display()), json))
    }
}

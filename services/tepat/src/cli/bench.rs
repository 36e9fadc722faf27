//! `tepat bench`.

use clap::{Subcommand, ValueEnum};

use super::data::SettingsArgs;
use crate::answer::Answer;
use crate::bench::{self, Shape};
use crate::compose::Parts;
use crate::failure::Failure;

/// Measure ours against a floor in the same run, on PostgreSQL and Redis.
///
/// A benchmark empties the schemas of its database: give it one of its own. Exit code 1 when a result is
/// wrong.
#[derive(Debug, Subcommand)]
#[command(
    after_help = "Example:\n  scripts/with-servers --dir bench tepat bench prepare --members 2500000 --data bench/data\n  scripts/with-servers --dir bench tepat bench batch --data bench/data"
)]
pub(super) enum Bench {
    /// Fill the servers once: a sealed roster, and what the banks say of every account. Cut, it is run again
    /// and goes on.
    #[command(after_help = "Example:\n  tepat bench prepare --members 2500000 --data bench/data")]
    Prepare {
        #[command(flatten)]
        settings: SettingsArgs,
        /// People in the roster.
        #[arg(long, default_value_t = 2_500_000)]
        members: u64,
        /// Same seed, same people.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// A batch from open to the signed package.
    #[command(after_help = "Example:\n  tepat bench batch --data bench/data --processes 5")]
    Batch {
        #[command(flatten)]
        settings: SettingsArgs,
        /// All in this process, or four services in processes of their own.
        #[arg(long, value_enum, default_value_t = Processes::One)]
        processes: Processes,
    },
    /// The floor of a batch by itself.
    #[command(hide = true)]
    Floor(SettingsArgs),
    /// The import of a roster with one wrong row in a hundred.
    #[command(after_help = "Example:\n  tepat bench import --data bench/data --members 500000")]
    Import {
        #[command(flatten)]
        settings: SettingsArgs,
        /// People in the roster.
        #[arg(long, default_value_t = 500_000)]
        members: u64,
    },
    /// Pages of 1,000 claims whose verdicts are known.
    #[command(after_help = "Example:\n  tepat bench accounts-pages --data bench/data")]
    AccountsPages {
        #[command(flatten)]
        settings: SettingsArgs,
        /// Pages.
        #[arg(long, default_value_t = 2_000)]
        pages: usize,
    },
    /// Single claims, 64 callers at a time over a socket. A line for every call goes to stderr.
    #[command(after_help = "Example:\n  tepat bench accounts-single --data bench/data 2>access.log")]
    AccountsSingle {
        #[command(flatten)]
        settings: SettingsArgs,
        /// Calls.
        #[arg(long, default_value_t = 400_000)]
        calls: usize,
    },
}

/// In how many processes the suite runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Processes {
    #[value(name = "1")]
    One,
    #[value(name = "5")]
    Five,
}

impl Bench {
    pub(super) async fn run(self, json: bool) -> Result<Answer, Failure> {
        match self {
            Self::Prepare { settings, members, seed } => {
                Box::pin(bench::prepare(&parts(&settings)?, members, seed, json)).await
            }
            Self::Batch { settings, processes } => {
                let shape = if processes == Processes::One { Shape::One } else { Shape::Five };
                let own_args = settings.args(&bench::flags());
                Box::pin(bench::batch(&parts(&settings)?, shape, &own_args, json)).await
            }
            Self::Floor(settings) => Box::pin(bench::floor_alone(&parts(&settings)?)).await,
            Self::Import { settings, members } => Box::pin(bench::import(&parts(&settings)?, members)).await,
            Self::AccountsPages { settings, pages } => {
                Box::pin(bench::accounts_pages(&parts(&settings)?, pages)).await
            }
            Self::AccountsSingle { settings, calls } => {
                let access = ("log.level", Some("warn,access=info".to_owned()));
                Box::pin(bench::accounts_single(&parts_with(&settings, [access])?, calls)).await
            }
        }
    }
}

/// The parts of a suite, with the settings of benchmarks.
fn parts(settings: &SettingsArgs) -> Result<Parts, Failure> {
    parts_with(settings, [])
}

fn parts_with<const N: usize>(
    settings: &SettingsArgs,
    more: [(&'static str, Option<String>); N],
) -> Result<Parts, Failure> {
    let flags: Vec<_> = bench::flags().into_iter().chain(more).collect();
    let effective = settings.effective(&flags)?.settings;
    let _no_traces = super::serve::start_log(&effective, "tepat-bench")?;
    settings.parts(effective)
}

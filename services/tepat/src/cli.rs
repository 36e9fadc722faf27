//! The command line: what can be asked, one file a group of commands.

mod account;
mod bank;
mod batch;
mod bench;
mod config;
mod data;
mod demo;
mod explain;
mod handover;
mod health;
mod import;
mod migrate;
mod round;
mod sample;
mod serve;
mod server;
mod up;

use clap::{Parser, Subcommand};

pub(crate) use batch::draw;
pub(crate) use serve::start_log;

use crate::answer::Answer;
use crate::failure::Failure;

/// Runs Indonesia's wage subsidy (BSU): who is entitled, whose account is it, was it paid exactly once.
#[derive(Debug, Parser)]
#[command(
    name = "tepat",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = "Example:\n  tepat demo                                  the whole chain from nothing, in this folder\n  tepat up --bank-accounts bank_accounts.csv  the suite on 127.0.0.1:7400\n\nEvery command has an example: tepat COMMAND --help.\nExit code: 0 done, 1 refused or failed, 2 wrong usage or settings."
)]
pub(crate) struct Cli {
    /// Answer with one JSON object on stdout; logs stay on stderr.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Sample(sample::Sample),
    Up(up::Up),
    Serve(serve::Serve),
    Migrate(migrate::Migrate),
    #[command(subcommand)]
    Config(config::Config),
    Health(health::Health),
    Import(import::Import),
    #[command(subcommand)]
    Account(account::Account),
    #[command(subcommand)]
    Bank(bank::Bank),
    #[command(subcommand)]
    Round(round::Round),
    #[command(subcommand)]
    Batch(Box<batch::Batch>),
    Explain(explain::Explain),
    #[command(subcommand)]
    Handover(handover::Handover),
    #[command(subcommand)]
    Bench(bench::Bench),
}

impl Cli {
    /// Does what is asked.
    pub(crate) async fn run(self) -> Result<Answer, Failure> {
        match self.command {
            Command::Demo(asked) => Box::pin(asked.run(self.json)).await,
            Command::Sample(asked) => asked.run(),
            Command::Up(asked) => Box::pin(asked.run(self.json)).await,
            Command::Serve(asked) => Box::pin(asked.run(self.json)).await,
            Command::Migrate(asked) => Box::pin(asked.run()).await,
            Command::Config(asked) => asked.run(),
            Command::Health(asked) => asked.run().await,
            Command::Import(asked) => Box::pin(asked.run()).await,
            Command::Account(asked) => asked.run().await,
            Command::Bank(asked) => asked.run().await,
            Command::Round(asked) => asked.run().await,
            Command::Batch(asked) => Box::pin(asked.run()).await,
            Command::Explain(asked) => asked.run().await,
            Command::Handover(asked) => asked.run(),
            Command::Bench(asked) => Box::pin(asked.run(self.json)).await,
        }
    }
}

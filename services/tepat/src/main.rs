//! The binary `tepat`: the suite in one process, each service alone, and the command line.
//!
//! [`cli`] reads what is asked, one file a group of commands. What a command does with a running suite
//! is in [`client`], [`chain`] and [`import`]; [`compose`] is the one place where services are wired.

mod answer;
mod bench;
mod chain;
mod cli;
mod client;
mod compose;
mod data_folder;
mod demo;
mod failure;
mod import;
mod nik;
mod progress;
mod settings;
mod stages;
mod table;
mod view;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::Cli;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let json = cli.json;
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(err) => return failure::Failure::failed(format!("cannot start: {err}")).tell(),
    };
    let told = runtime.block_on(async { Box::pin(cli.run()).await });
    // Whatever still runs in the background was told to end or may be cut.
    runtime.shutdown_background();
    match told {
        Ok(answer) => answer.tell(json),
        Err(failure) => failure.tell(),
    }
}

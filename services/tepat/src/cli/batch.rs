//! `tepat batch`: the chain of a batch, step by step.

mod decisions;
mod outcomes;
mod steps;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use indicatif::ProgressBar;
use serde_json::json;
use tepat_proto::disbursement as wire;

use super::data::DataArgs;
use super::server::ServerArgs;
use crate::answer::Answer;
use crate::chain::{self, BatchName, Pace, Watched};
use crate::client::quick;
use crate::failure::Failure;
use crate::progress;
use crate::table::Table;
use crate::view::{batch_json, batch_text, instant_text, state_word};

/// A batch from opening to reconciliation.
#[derive(Debug, Subcommand)]
#[command(
    after_help = "Example:\n  tepat batch open bsu-2022-1-0001\n  tepat batch watch bsu-2022-1-0001\n  tepat batch close bsu-2022-1-0001\n  tepat batch compose bsu-2022-1-0001\n  tepat batch determine bsu-2022-1-0001 --identity maker\n  tepat batch approve bsu-2022-1-0001 --identity checker\n  tepat batch hand-over bsu-2022-1-0001 --identity treasurer\n  tepat batch outcomes bsu-2022-1-0001 outcomes.csv\n  tepat batch reconcile bsu-2022-1-0001"
)]
pub(super) enum Batch {
    /// Open a batch on a roster version and begin to screen it.
    #[command(
        after_help = "Example:\n  tepat batch open bsu-2022-1-0001\n  tepat batch open bsu-2020-2-0001 --roster 3\n  tepat batch open bsu-2020-1-0002 --slice 2/5 --slice-seed 7"
    )]
    Open(Open),
    /// Where a batch stands.
    #[command(after_help = "Example:\n  tepat batch status bsu-2022-1-0001")]
    Status(One),
    /// Every batch, newest first.
    #[command(after_help = "Example:\n  tepat batch list")]
    List(ServerArgs),
    /// Follow a batch until it is screened.
    #[command(after_help = "Example:\n  tepat batch watch bsu-2022-1-0001")]
    Watch(One),
    /// Write the decisions in NIK order: nik,decision,primary_reason,reasons.
    #[command(after_help = "Example:\n  tepat batch decisions bsu-2022-1-0001 --out decisions.csv")]
    Decisions(Decisions),
    /// Close a screened batch: one person one entitlement, one account one owner, the budget.
    #[command(after_help = "Example:\n  tepat batch close bsu-2022-1-0001")]
    Close(One),
    /// Promise the money and write what officials sign.
    #[command(after_help = "Example:\n  tepat batch compose bsu-2022-1-0001")]
    Compose(One),
    /// Determine the recipients, as the KPA.
    #[command(after_help = "Example:\n  tepat batch determine bsu-2022-1-0001 --identity maker")]
    Determine(Step),
    /// Approve with a signature over the statement, as another official than the one who determined.
    #[command(
        after_help = "Example:\n  tepat batch approve bsu-2022-1-0001 --identity checker --data tepat-data"
    )]
    Approve(Step),
    /// Write the signed package and send the payments, as another official than the one who approved.
    #[command(after_help = "Example:\n  tepat batch hand-over bsu-2022-1-0001 --identity treasurer")]
    HandOver(Step),
    /// Record what became of payments.
    #[command(after_help = "Example:\n  tepat batch outcomes bsu-2022-1-0001 outcomes.csv")]
    Outcomes(Outcomes),
    /// Check that it all adds up; exit code 1 when an equation does not hold.
    #[command(after_help = "Example:\n  tepat batch reconcile bsu-2022-1-0001")]
    Reconcile(One),
}

/// A batch of a running suite.
#[derive(Debug, Args)]
pub(super) struct One {
    /// ROUND-TRANCHE-NNNN, for instance bsu-2022-1-0001.
    batch_id: String,
    #[command(flatten)]
    server: ServerArgs,
}

/// A batch to be opened.
#[derive(Debug, Args)]
pub(super) struct Open {
    #[command(flatten)]
    one: One,
    /// The round; the batch id says it unless given.
    #[arg(long)]
    round: Option<String>,
    /// The tranche, from 1; the batch id says it unless given.
    #[arg(long)]
    tranche: Option<i32>,
    /// Roster version; 0 takes the newest.
    #[arg(long, value_name = "VERSION", default_value_t = 0)]
    roster: i64,
    /// Only part K of N of the candidates, cut by a hash of seed and NIK.
    #[arg(long, value_name = "K/N", value_parser = parts)]
    slice: Option<(i32, i32)>,
    /// Seed of the slices: the same for all parts of a roster.
    #[arg(long, value_name = "NUMBER", default_value_t = 0, requires = "slice")]
    slice_seed: i64,
}

/// `1/5` as part and parts.
fn parts(text: &str) -> Result<(i32, i32), String> {
    let parts = text.split_once('/').and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
    parts
        .filter(|(k, n)| (1..=*n).contains(k))
        .ok_or_else(|| "a slice is K/N with K from 1 to N, for instance 1/5".to_owned())
}

/// A step that an official takes.
#[derive(Debug, Args)]
pub(super) struct Step {
    #[command(flatten)]
    one: One,
    /// Who acts: an identity of the data folder.
    #[arg(long, value_name = "NAME")]
    identity: String,
    #[command(flatten)]
    data: DataArgs,
}

/// Where decisions go.
#[derive(Debug, Args)]
pub(super) struct Decisions {
    #[command(flatten)]
    one: One,
    /// The file to write; - is stdout.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Where outcomes come from.
#[derive(Debug, Args)]
pub(super) struct Outcomes {
    #[command(flatten)]
    one: One,
    /// outcomes.csv: end_to_end_id,outcome,reason,booked_on,reference.
    file: PathBuf,
}

impl Batch {
    pub(super) async fn run(self) -> Result<Answer, Failure> {
        match self {
            Self::Open(asked) => open(asked).await,
            Self::Status(one) => Ok(shown(&chain::get(&one.server.clients()?, &one.batch_id).await?)),
            Self::List(server) => list(&server).await,
            Self::Watch(one) => watch(&one).await,
            Self::Decisions(asked) => decisions::run(&asked).await,
            Self::Close(one) => Ok(shown(&chain::close(&one.server.clients()?, &one.batch_id).await?)),
            Self::Compose(one) => Ok(shown(&chain::compose(&one.server.clients()?, &one.batch_id).await?)),
            Self::Determine(step) => steps::determine(&step).await,
            Self::Approve(step) => steps::approve(&step).await,
            Self::HandOver(step) => steps::hand_over(&step).await,
            Self::Outcomes(asked) => outcomes::run(&asked).await,
            Self::Reconcile(one) => steps::reconcile(&one).await,
        }
    }
}

/// A batch in both forms.
fn shown(batch: &wire::Batch) -> Answer {
    Answer::new(batch_text(batch), batch_json(batch))
}

async fn open(asked: Open) -> Result<Answer, Failure> {
    let One { batch_id, server } = asked.one;
    let mut name: BatchName = batch_id.parse().map_err(Failure::Usage)?;
    name.round = asked.round.unwrap_or(name.round);
    name.tranche = asked.tranche.unwrap_or(name.tranche);
    let seed = asked.slice_seed;
    let slice = asked.slice.map(|(k, n)| wire::Slice { k, n, seed });
    Ok(shown(&chain::open(&server.clients()?, &batch_id, name, asked.roster, slice).await?))
}

async fn list(server: &ServerArgs) -> Result<Answer, Failure> {
    let mut client = server.clients()?.disbursement();
    let mut batches = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = wire::ListBatchesRequest { page_size: 0, page_token };
        let page = client.list_batches(quick(request)).await?.into_inner();
        batches.extend(page.batches);
        if page.next_page_token.is_empty() {
            break;
        }
        page_token = page.next_page_token;
    }
    let mut table = Table::new(&["batch", "state", "opened", "received", "eligible", "refused", "pending"]);
    for batch in &batches {
        table.row([
            batch.batch_id.as_str().into(),
            state_word(batch.state).into(),
            instant_text(batch.opened_at_us).into(),
            batch.received.into(),
            batch.eligible.into(),
            batch.refused.into(),
            batch.pending.into(),
        ]);
    }
    let batches: Vec<_> = batches.iter().map(batch_json).collect();
    Ok(Answer::new(table.lines(), json!({ "batches": batches })))
}

/// Trouble passes when somebody mends it, so this waits; it is told as it comes.
async fn watch(one: &One) -> Result<Answer, Failure> {
    let clients = one.server.clients()?;
    let bar = progress::paced("screening");
    let mut told = String::new();
    let watched = chain::watch(&clients, &one.batch_id, None, |batch, pace| {
        draw(&bar, batch, pace);
        if bar.is_hidden() && !batch.trouble.is_empty() && batch.trouble != told {
            eprintln!("trouble: {}", batch.trouble);
        }
        told.clone_from(&batch.trouble);
    });
    let watched = watched.await;
    bar.finish_and_clear();
    match watched? {
        Watched::Screened(batch) => Ok(shown(&batch)),
        Watched::StandsStill(trouble) => Err(Failure::failed(trouble)),
    }
}

/// Draws where screening stands.
pub(crate) fn draw(bar: &ProgressBar, batch: &wire::Batch, pace: Pace) {
    bar.set_length(u64::try_from(batch.chunks).unwrap_or(0));
    bar.set_position(u64::try_from(batch.chunks_done).unwrap_or(0));
    bar.set_message(match batch.trouble.as_str() {
        "" => paced(pace),
        trouble => trouble.to_owned(),
    });
}

/// `chunks, 48,200 a second, 1 min 05 s left`; what is not known yet is left out.
fn paced(pace: Pace) -> String {
    let mut text = "chunks".to_owned();
    if pace.per_second > 0 {
        text.push_str(&format!(", {} a second", crate::table::thousands(pace.per_second)));
    }
    match (pace.remaining_seconds / 60, pace.remaining_seconds % 60) {
        (..=0, ..=0) => {}
        (..=0, seconds) => text.push_str(&format!(", {seconds} s left")),
        (minutes, seconds) => text.push_str(&format!(", {minutes} min {seconds:02} s left")),
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_says_what_is_known() {
        let check = |per_second, remaining_seconds, expected: &str| {
            assert_eq!(paced(Pace { per_second, remaining_seconds }), expected);
        };
        check(0, 0, "chunks");
        check(48_200, 0, "chunks, 48,200 a second");
        check(48_200, 59, "chunks, 48,200 a second, 59 s left");
        check(999, 65, "chunks, 999 a second, 1 min 05 s left");
    }
}

//! `tepat round`.

use clap::Subcommand;
use serde_json::json;
use tepat_proto::disbursement as wire;

use super::server::ServerArgs;
use crate::answer::Answer;
use crate::chain::the;
use crate::client::quick;
use crate::failure::Failure;
use crate::table::{Cell, Table, thousands};
use crate::view::{date_text, round_json, round_text};

/// The rounds of the subsidy, with their law.
#[derive(Debug, Subcommand)]
#[command(after_help = "Example:\n  tepat round list\n  tepat round show bsu-2022")]
pub(super) enum Round {
    /// Every round known.
    #[command(after_help = "Example:\n  tepat round list")]
    List(ServerArgs),
    /// One round with its exclusions, articles and doubts.
    #[command(after_help = "Example:\n  tepat round show bsu-2022")]
    Show {
        /// For instance bsu-2022.
        round: String,
        #[command(flatten)]
        server: ServerArgs,
    },
}

impl Round {
    pub(super) async fn run(self) -> Result<Answer, Failure> {
        match self {
            Self::List(server) => list(&server).await,
            Self::Show { round, server } => {
                let request = quick(wire::GetRoundRequest { round });
                let round =
                    the(server.clients()?.disbursement().get_round(request).await?.into_inner().round)?;
                Ok(Answer::new(round_text(&round), round_json(&round)))
            }
        }
    }
}

async fn list(server: &ServerArgs) -> Result<Answer, Failure> {
    let mut client = server.clients()?.disbursement();
    let mut rounds = Vec::new();
    let mut page_token = String::new();
    loop {
        let page = client
            .list_rounds(quick(wire::ListRoundsRequest { page_size: 0, page_token }))
            .await?
            .into_inner();
        rounds.extend(page.rounds);
        if page.next_page_token.is_empty() {
            break;
        }
        page_token = page.next_page_token;
    }
    let mut table = Table::new(&["round", "cut-off", "tranches", "amount", "budget", "title"]);
    for round in &rounds {
        table.row([
            round.round.as_str().into(),
            date_text(round.cut_off.as_ref()).into(),
            round.tranches.into(),
            Cell::Right(format!("Rp{}", thousands(round.amount_rupiah))),
            Cell::Right(format!("Rp{}", thousands(round.budget_rupiah))),
            round.title.as_str().into(),
        ]);
    }
    let rounds: Vec<_> = rounds.iter().map(round_json).collect();
    Ok(Answer::new(table.lines(), json!({ "rounds": rounds })))
}

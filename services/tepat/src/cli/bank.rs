//! `tepat bank`.

use clap::Subcommand;
use serde_json::{Value, json};
use tepat_proto::accounts as wire;

use super::server::ServerArgs;
use crate::answer::Answer;
use crate::client::quick;
use crate::failure::Failure;
use crate::table::Table;

/// The bank directory.
#[derive(Debug, Subcommand)]
#[command(after_help = "Example:\n  tepat bank list")]
pub(super) enum Bank {
    /// Every bank with its entity key and what is known of its answers.
    #[command(
        after_help = "Example:\n  tepat bank list\n  tepat bank list --json | jq '.banks[] | select(.connected)'"
    )]
    List(ServerArgs),
}

impl Bank {
    pub(super) async fn run(self) -> Result<Answer, Failure> {
        let Self::List(server) = self;
        let mut client = server.clients()?.accounts();
        let mut banks: Vec<wire::Bank> = Vec::new();
        let mut page_token = String::new();
        let name_rules = loop {
            let page = client
                .list_banks(quick(wire::ListBanksRequest { page_size: 0, page_token }))
                .await?
                .into_inner();
            banks.extend(page.banks);
            if page.next_page_token.is_empty() {
                break page.name_rules;
            }
            page_token = page.next_page_token;
        };
        let mut table = Table::new(&["bank", "name", "group", "BIC", "digits", "tells dormant", "connected"]);
        for bank in &banks {
            let lengths: Vec<String> = bank.account_lengths.iter().map(ToString::to_string).collect();
            table.row([
                bank.bank.as_str().into(),
                bank.short_name.as_str().into(),
                bank.group.as_str().into(),
                bank.bic.as_str().into(),
                lengths.join(" ").into(),
                yes(bank.tells_dormant).into(),
                yes(bank.connected).into(),
            ]);
        }
        let text = format!("{}\n{} banks, name rules {name_rules}", table.lines(), banks.len());
        let banks: Vec<Value> = banks.iter().map(bank_json).collect();
        Ok(Answer::new(text, json!({ "banks": banks, "name_rules": name_rules })))
    }
}

const fn yes(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn bank_json(bank: &wire::Bank) -> Value {
    json!({
        "bank": bank.bank,
        "code": bank.code,
        "name": bank.name,
        "short_name": bank.short_name,
        "group": bank.group,
        "bic": bank.bic,
        "account_lengths": bank.account_lengths,
        "tells_dormant": bank.tells_dormant,
        "name_length": bank.name_length,
        "connected": bank.connected,
    })
}

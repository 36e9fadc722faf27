//! `tepat account`.

use clap::Subcommand;
use serde_json::json;
use tepat_proto::accounts as wire;
use tepat_proto::accounts::{NameMatch, Purpose, Verdict};
use tepat_terms::Nik;

use super::server::ServerArgs;
use crate::answer::Answer;
use crate::client::{quick, request_id};
use crate::failure::Failure;
use crate::table::Table;
use crate::view::{instant_text, word};

/// Check an account.
#[derive(Debug, Subcommand)]
#[command(
    after_help = "Example:\n  tepat account check --bank 002 --number 123456789012345 --name \"Siti Aminah\" --nik 3201014101900001"
)]
pub(super) enum Account {
    /// Does this account exist, can it be credited, does it belong to this person.
    #[command(
        after_help = "Example:\n  tepat account check --bank 002 --number 123456789012345 --name \"Siti Aminah\" --nik 3201014101900001 --max-age 3600"
    )]
    Check(Check),
}

/// A claim and the law that allows to ask.
#[derive(Debug, clap::Args)]
pub(super) struct Check {
    #[command(flatten)]
    server: ServerArgs,
    /// Entity key of the bank directory (`tepat bank list`).
    #[arg(long)]
    bank: String,
    /// Account number, 1 to 34 digits.
    #[arg(long)]
    number: String,
    /// Name of the person.
    #[arg(long)]
    name: String,
    /// NIK of the person.
    #[arg(long, value_parser = crate::nik::parse)]
    nik: Nik,
    /// Oldest known verdict that will do, seconds; 0 always asks the bank.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    max_age: i64,
    /// The law that allows the inquiry.
    #[arg(long, default_value = "UU 27/2022 Pasal 20")]
    legal_basis: String,
    /// The decree, agreement or request that it is made under.
    #[arg(long, default_value = "check of a single account")]
    reference: String,
}

impl Account {
    pub(super) async fn run(self) -> Result<Answer, Failure> {
        let Self::Check(check) = self;
        let request = wire::ValidateAccountsRequest {
            request_id: request_id(),
            purpose: Purpose::SingleCheck as i32,
            legal_basis: check.legal_basis,
            instrument_reference: check.reference,
            max_age_seconds: check.max_age,
            claims: vec![wire::Claim {
                bank: check.bank,
                account_number: check.number,
                name: check.name,
                nik: check.nik.number(),
            }],
        };
        let answer = check.server.clients()?.accounts().validate_accounts(quick(request)).await?.into_inner();
        let [result] = answer.results.as_slice() else {
            return Err(Failure::failed("the server did not answer with one verdict"));
        };
        Ok(shown(result, &answer.name_rules))
    }
}

/// A verdict in both forms. Any verdict is an answer: the exit code says only that one was given.
fn shown(result: &wire::ClaimResult, name_rules: &str) -> Answer {
    let verdict = word(Verdict::try_from(result.verdict).unwrap_or_default().as_str_name(), "VERDICT_");
    let name_match = match NameMatch::try_from(result.name_match).unwrap_or_default() {
        NameMatch::Unspecified => "",
        other => word(other.as_str_name(), "NAME_MATCH_"),
    };
    let checked_at = instant_text(result.checked_at_us);
    let mut table = Table::new(&[]);
    table.row(["verdict".into(), verdict.into()]);
    table.row(["name".into(), if name_match.is_empty() { "not compared" } else { name_match }.into()]);
    table.row(["dormancy".into(), if result.dormancy_told { "told by the bank" } else { "not told" }.into()]);
    table.row([
        "asked".into(),
        if checked_at.is_empty() { "nobody".into() } else { checked_at.as_str().into() },
    ]);
    table.row(["known before".into(), if result.reused { "yes" } else { "no" }.into()]);
    table.row(["name rules".into(), name_rules.into()]);
    let json = json!({
        "verdict": verdict,
        "name_match": name_match,
        "dormancy_told": result.dormancy_told,
        "checked_at": checked_at,
        "reused": result.reused,
        "name_rules": name_rules,
    });
    Answer::new(table.lines(), json)
}

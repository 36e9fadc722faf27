//! `tepat explain`.

use clap::Args;
use tepat_proto::disbursement as wire;
use tepat_terms::Nik;

use super::server::ServerArgs;
use crate::answer::Answer;
use crate::client::quick;
use crate::failure::Failure;
use crate::view::{explain_json, explain_text};

/// Explain a decision: every rule with what was compared, its result and article, what to mend and who mends it.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  tepat explain --round bsu-2022 --tranche 1 --nik 3201014101900001")]
pub(super) struct Explain {
    #[command(flatten)]
    server: ServerArgs,
    /// For instance bsu-2022.
    #[arg(long)]
    round: String,
    /// From 1.
    #[arg(long, default_value_t = 1)]
    tranche: i32,
    /// NIK of the person.
    #[arg(long, value_parser = crate::nik::parse)]
    nik: Nik,
}

impl Explain {
    pub(super) async fn run(self) -> Result<Answer, Failure> {
        let request =
            wire::ExplainDecisionRequest { round: self.round, tranche: self.tranche, nik: self.nik.number() };
        let mut client = self.server.clients()?.disbursement();
        let explained = client.explain_decision(quick(request)).await?.into_inner();
        let nik_masked = self.nik.to_string();
        Ok(Answer::new(explain_text(&explained, &nik_masked), explain_json(&explained, &nik_masked)))
    }
}

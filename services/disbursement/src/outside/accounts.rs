//! Accounts: does an account exist, can it be credited, does it belong to this person.

use tepat_proto::accounts::accounts_service_client::AccountsServiceClient;
use tepat_proto::accounts::{
    AccountSince, AnyClosuresRequest, CheckClosuresRequest, Claim, ListBanksRequest, Purpose,
    ValidateAccountsRequest,
};
use tepat_serve::Transport;
use uuid::Uuid;

use crate::outside::PeerFault;
use crate::rules::account_choice::AccountVerdict;
use crate::rules::round::Round;
use crate::settings::Settings;

const PEER: &str = "accounts";

/// Most claims the peer takes at once.
const CLAIMS_MAX: usize = 5_000;

/// The client of accounts.
#[derive(Clone, Debug)]
pub(crate) struct Accounts(pub(crate) AccountsServiceClient<Transport>);

impl Accounts {
    /// Version of the name rules in use.
    pub(crate) async fn name_rules(&self) -> Result<String, PeerFault> {
        let ask = ListBanksRequest { page_size: 1, page_token: String::new() };
        let answer = self.0.clone().list_banks(ask).await.map_err(PeerFault::status(PEER))?;
        Ok(answer.into_inner().name_rules)
    }

    /// Whether any account at all was closed since a time, microseconds UTC.
    pub(crate) async fn any_closed(&self, since_us: i64) -> Result<bool, PeerFault> {
        let answer = self.0.clone().any_closures(AnyClosuresRequest { since_us }).await;
        Ok(answer.map_err(PeerFault::status(PEER))?.into_inner().any)
    }

    /// For each account, bank and number, whether it was closed since; same order.
    pub(crate) async fn closed(
        &self,
        accounts: &[(&str, &str)],
        since_us: i64,
    ) -> Result<Vec<bool>, PeerFault> {
        let mut closed = Vec::with_capacity(accounts.len());
        for page in accounts.chunks(CLAIMS_MAX) {
            let asked = page.iter().map(|(bank, account_number)| AccountSince {
                bank: (*bank).to_owned(),
                account_number: (*account_number).to_owned(),
                since_us,
            });
            let ask = CheckClosuresRequest { accounts: asked.collect() };
            let answer = self.0.clone().check_closures(ask).await.map_err(PeerFault::status(PEER))?;
            let results = answer.into_inner().results;
            if results.len() != page.len() {
                let (wanted, found) = (format!("{} results", page.len()), results.len().to_string());
                return Err(PeerFault::Answer { peer: PEER, wanted, found });
            }
            closed.extend(results.iter().map(|result| result.closed_at_us > 0));
        }
        Ok(closed)
    }

    /// One verdict for each claim, same order, and the version of the name rules that judged.
    pub(crate) async fn validate(
        &self,
        settings: &Settings,
        round: &Round,
        mut claims: Vec<Claim>,
    ) -> Result<(Vec<AccountVerdict>, String), PeerFault> {
        let mut verdicts = Vec::with_capacity(claims.len());
        let mut name_rules = String::new();
        while !claims.is_empty() {
            let rest = claims.split_off(claims.len().min(CLAIMS_MAX));
            let page = std::mem::replace(&mut claims, rest);
            let asked = page.len();
            let ask = ValidateAccountsRequest {
                request_id: Uuid::now_v7().to_string(),
                purpose: Purpose::WageSubsidy.into(),
                legal_basis: round.legal_basis.first().cloned().unwrap_or_default(),
                instrument_reference: settings.instrument_reference.clone(),
                max_age_seconds: settings.verdict_age_seconds_max,
                claims: page,
            };
            let answer =
                self.0.clone().validate_accounts(ask).await.map_err(PeerFault::status(PEER))?.into_inner();
            if answer.results.len() != asked {
                let (wanted, found) = (format!("{asked} results"), answer.results.len().to_string());
                return Err(PeerFault::Answer { peer: PEER, wanted, found });
            }
            for result in answer.results {
                let verdict =
                    AccountVerdict::from_number(result.verdict).ok_or_else(|| PeerFault::Answer {
                        peer: PEER,
                        wanted: "a verdict".to_owned(),
                        found: result.verdict.to_string(),
                    })?;
                verdicts.push(verdict);
            }
            name_rules = answer.name_rules;
        }
        Ok((verdicts, name_rules))
    }
}

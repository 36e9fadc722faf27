//! Through whom the money goes.

use serde::Deserialize;

use super::RoundFault;
use super::text::RoundText;

/// The distributor of whoever is paid at the post office (PT Pos).
const POST: &str = "POS";

/// The channels of a round.
#[derive(Clone, Debug)]
pub(crate) struct Channels {
    /// The distributing banks (bank penyalur), which pay their own accounts.
    pub(crate) distributors: Vec<Distributor>,
    /// What becomes of accounts at all other banks.
    pub(crate) elsewhere: Elsewhere,
}

/// A distributing bank.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Distributor {
    /// Entity key of the directory.
    pub(crate) bank: String,
    /// Sharia unit or merged banks whose accounts it keeps.
    #[serde(default)]
    pub(crate) pays_also: Vec<String>,
}

/// What becomes of accounts at banks that no distributor keeps. Keys are those of the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Elsewhere {
    /// This distributor forwards to them.
    Forward(String),
    /// This distributor opens accounts for their holders, collectively (burekol).
    CollectiveAccount(String),
    /// Their holders are paid at the post office.
    Post,
}

/// The section `[channels]` of a data file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChannelsText {
    forward_through: Option<String>,
    collective_account_at: Option<String>,
    #[serde(default)]
    post: bool,
    distributors: Vec<Distributor>,
}

impl Channels {
    /// Takes the channels of a data file.
    pub(super) fn of(read: &RoundText) -> Result<Self, RoundFault> {
        let ChannelsText { forward_through, collective_account_at, post, distributors } = &read.channels;
        let known = |key, bank: &String| {
            let is_known = distributors.iter().any(|distributor| distributor.bank == *bank);
            if is_known { Ok(bank.clone()) } else { Err(read.fault(key, "one of the distributors", bank)) }
        };
        let elsewhere = match (forward_through, collective_account_at, post) {
            (Some(bank), None, false) => Elsewhere::Forward(known("channels.forward_through", bank)?),
            (None, Some(bank), false) => {
                Elsewhere::CollectiveAccount(known("channels.collective_account_at", bank)?)
            }
            (None, None, true) => Elsewhere::Post,
            (forward, collective, post) => {
                let ways = u8::from(forward.is_some()) + u8::from(collective.is_some()) + u8::from(*post);
                let wanted = "with one of forward_through, collective_account_at and post";
                return Err(read.fault("channels", wanted, &ways));
            }
        };
        Ok(Self { distributors: distributors.clone(), elsewhere })
    }

    /// Who pays an account of `bank`: the bank itself, or the distributor that keeps its accounts, else
    /// the one to whom all others go: a key of the directory, or `POS`.
    #[must_use]
    pub(crate) fn distributor(&self, bank: &str) -> &str {
        let pays = |distributor: &&Distributor| {
            distributor.bank == bank || distributor.pays_also.iter().any(|also| also == bank)
        };
        match (self.distributors.iter().find(pays), &self.elsewhere) {
            (Some(distributor), _) => &distributor.bank,
            (None, Elsewhere::Forward(bank) | Elsewhere::CollectiveAccount(bank)) => bank,
            (None, Elsewhere::Post) => POST,
        }
    }
}

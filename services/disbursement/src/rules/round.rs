//! Rounds of the subsidy: dated data with their law.

use sha2::{Digest, Sha256};
use tepat_terms::parse_date;
use thiserror::Error;
use time::Date;

use self::text::RoundText;
use super::candidate::List;
use super::reason::Reason;

mod text;

/// The rounds shipped, by their text.
const SHIPPED: [&str; 2] =
    [include_str!("../../data/rounds/bsu-2020.toml"), include_str!("../../data/rounds/bsu-2022.toml")];

/// A round, as its data file says.
#[derive(Clone, Debug)]
pub(crate) struct Round {
    /// For instance `bsu-2022`.
    pub(crate) id: String,
    /// Its full name.
    pub(crate) title: String,
    /// The regulations it rests on, in order.
    pub(crate) legal_basis: Vec<String>,
    /// Membership counts on this day; wages as reported up to it.
    pub(crate) cut_off: Date,
    /// The wage rule, by its id in the wages service.
    pub(crate) wage_rule: String,
    /// Rupiah a recipient gets in each tranche.
    pub(crate) amount_rupiah: i64,
    /// Number of tranches, from 1.
    pub(crate) tranches: i32,
    /// Most that the round may promise, all tranches together.
    pub(crate) budget_rupiah: i64,
    /// Whom the banks are asked about.
    pub(crate) banks_asked: BanksAsked,
    /// The order in which the funnel is told.
    pub(crate) funnel: FunnelOrder,
    /// Every list of the round, in the order of the data; [`Round::excludes`] says which refuse.
    pub(crate) exclusions: Vec<Exclusion>,
    /// The article behind each rule.
    pub(crate) articles: Articles,
    /// What is not certain about it; empty when nothing is.
    pub(crate) doubts: Vec<String>,
    /// The data file as it stands: a batch keeps it.
    pub(crate) text: String,
    /// SHA-256 over the bytes of `text`: a batch pins it.
    pub(crate) sha256: [u8; 32],
    channels: Channels,
}

/// Whom the banks are asked about. Numbers as on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BanksAsked {
    /// Everyone with an active wage-recipient employment.
    All = 1,
    /// Only candidates without a refusing criteria reason.
    Entitled = 2,
}

/// The order in which the funnel is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FunnelOrder {
    /// Banks, then criteria: as published on 8 September 2020.
    AccountsFirst,
    /// Criteria, then banks.
    CriteriaFirst,
}

/// A list that refuses in a round.
#[derive(Clone, Debug)]
pub(crate) struct Exclusion {
    /// The list.
    pub(crate) list: List,
    /// The reason it gives.
    pub(crate) reason: Reason,
    /// The first tranche it is looked at.
    pub(crate) from_tranche: i32,
    /// The article it rests on.
    pub(crate) article: String,
    /// False where the round's switch turns it off; it then refuses in no tranche.
    pub(crate) switched_on: bool,
}

/// The article, or the procedure, behind each rule of a round.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Articles {
    /// Active at the cut-off.
    pub(crate) active: String,
    /// Wage recipient (PU).
    pub(crate) category: String,
    /// The wage ceiling, with its comparison.
    pub(crate) wage: String,
    /// Where the worker works.
    pub(crate) region: String,
    /// One payment a person.
    pub(crate) already_paid: String,
    /// Whom the banks are asked about.
    pub(crate) banks_asked: String,
    /// The account can be credited.
    pub(crate) accounts: String,
    /// The account belongs to the person.
    pub(crate) holder: String,
    /// One account, one owner.
    pub(crate) shared: String,
    /// The ministry's checklist.
    pub(crate) sent_back: String,
    /// The money there is.
    pub(crate) budget: String,
    /// An official's hold.
    pub(crate) on_hold: String,
}

/// Through whom the money goes.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Channels {
    /// The distributor that forwards to every bank that none pays itself.
    forward_through: String,
    distributors: Vec<Distributor>,
}

/// A distributing bank (bank penyalur).
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Distributor {
    bank: String,
    /// Sharia unit or merged banks whose accounts it keeps.
    #[serde(default)]
    pays_also: Vec<String>,
}

/// What is wrong with a round's data.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum RoundFault {
    /// No TOML, a key is missing or unknown, or a value has the wrong shape.
    #[error("a round's data must have every key and no other: {0}")]
    Text(String),
    /// A value is not allowed.
    #[error("{key} of round {round} must be {wanted}, found {found}")]
    Value {
        /// The round.
        round: String,
        /// The key.
        key: &'static str,
        /// What is allowed.
        wanted: &'static str,
        /// What stands there.
        found: String,
    },
}

impl Round {
    /// Reads a round from its data file.
    ///
    /// # Errors
    /// [`RoundFault`] names the first key that is unknown, missing or not allowed.
    pub(crate) fn parse(text: &str) -> Result<Self, RoundFault> {
        let read: RoundText =
            toml::from_str(text).map_err(|fault| RoundFault::Text(fault.message().to_owned()))?;
        read.check()?;
        let cut_off = parse_date(&read.cut_off)
            .map_err(|_| read.fault("cut_off", "a date YYYY-MM-DD", &read.cut_off))?;
        Ok(Self {
            exclusions: read.exclusions()?,
            id: read.id,
            title: read.title,
            legal_basis: read.legal_basis,
            cut_off,
            wage_rule: read.wage_rule,
            amount_rupiah: read.amount_rupiah,
            tranches: read.tranches,
            budget_rupiah: read.budget_rupiah,
            banks_asked: read.banks_asked,
            funnel: read.funnel,
            articles: read.articles,
            doubts: read.doubts,
            text: text.to_owned(),
            sha256: Sha256::digest(text.as_bytes()).into(),
            channels: read.channels,
        })
    }

    /// The lists that refuse in a tranche.
    pub(crate) fn excludes(&self, tranche: i32) -> impl Iterator<Item = &Exclusion> {
        self.exclusions.iter().filter(move |exclusion| exclusion.refuses(tranche))
    }

    /// The distributing bank that credits accounts of `bank`: itself, or the bank that keeps its
    /// accounts, else the one that forwards. Both are entity keys of the directory.
    #[must_use]
    pub(crate) fn distributor(&self, bank: &str) -> &str {
        let pays = |distributor: &&Distributor| {
            distributor.bank == bank || distributor.pays_also.iter().any(|also| also == bank)
        };
        match self.channels.distributors.iter().find(pays) {
            Some(distributor) => &distributor.bank,
            None => &self.channels.forward_through,
        }
    }
}

impl Exclusion {
    /// Whether the list refuses in a tranche.
    #[must_use]
    pub(crate) const fn refuses(&self, tranche: i32) -> bool {
        self.switched_on && tranche >= self.from_tranche
    }
}

/// The rounds known, in the order of their ids.
#[derive(Clone, Debug)]
pub(crate) struct Rounds(Vec<Round>);

impl Rounds {
    /// The rounds shipped.
    #[must_use]
    pub(crate) fn shipped() -> Self {
        let parse = |text: &&str| Round::parse(text).expect("shipped rounds are read by a test");
        Self(SHIPPED.iter().map(parse).collect())
    }

    /// One round; none when it is not known.
    #[must_use]
    pub(crate) fn get(&self, id: &str) -> Option<&Round> {
        self.0.iter().find(|round| round.id == id)
    }

    /// All rounds, in the order of their ids.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Round> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests;

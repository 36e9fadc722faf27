//! Rounds of the subsidy: dated data with their law.

use std::borrow::Cow;

use sha2::{Digest, Sha256};
use tepat_terms::parse_date;
use thiserror::Error;
use time::Date;

pub(crate) use self::annex::Annex;
pub(crate) use self::channels::{Channels, Elsewhere};
pub(crate) use self::priority::{ComesFirst, Priority, place};
use self::text::RoundText;
use super::candidate::List;
use super::reason::Reason;

mod annex;
mod channels;
mod priority;
mod text;

/// What stands between a round's data and the rows of its annex in the text that a batch pins.
const ANNEX_BELOW: &str = "\n# --- the rows of the annex ---\n";

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
    /// Where the employer has to be; none when anywhere will do.
    pub(crate) annex: Option<Annex>,
    /// Who comes first when the money does not reach for all, the weightiest first.
    pub(crate) priorities: Vec<Priority>,
    /// What sources dispute and the data decide: each switch with its position.
    pub(crate) switches: Vec<(&'static str, bool)>,
    /// Through whom the money goes.
    pub(crate) channels: Channels,
    /// The article behind each rule.
    pub(crate) articles: Articles,
    /// What is not certain about it; empty when nothing is.
    pub(crate) doubts: Vec<String>,
    /// The data file as it stands, with the rows of its annex below: a batch keeps it.
    pub(crate) text: String,
    /// SHA-256 over the bytes of `text`: a batch pins it.
    pub(crate) sha256: [u8; 32],
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

/// What it means in a round to be named by a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It refuses.
    Refuses,
    /// It refuses nobody, but whoever is named comes after all who are not.
    GivesWay,
    /// Nothing.
    Nothing,
}

/// A list that a round looks at.
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
    /// What it does; where the round has a switch for it, as that stands.
    pub(crate) effect: Effect,
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
    /// A row of the annex is not allowed.
    #[error("line {line} of {file} of round {round} must be {wanted}, found {found}")]
    Annex {
        /// The round.
        round: String,
        /// The file of the annex.
        file: String,
        /// The line, the header being 1.
        line: usize,
        /// What is allowed.
        wanted: &'static str,
        /// What stands there.
        found: String,
    },
}

/// The text of a round that has an annex: its data file, then the annex's.
pub(crate) fn with_annex(data: &str, annex: &str) -> String {
    format!("{data}{ANNEX_BELOW}{annex}")
}

/// The file that holds the rows of a round's annex; none when the round has no annex, or no data that
/// could be read: [`Round::parse`] says what is wrong with them.
pub(crate) fn annex_file(data: &str) -> Option<String> {
    toml::from_str::<RoundText>(data).ok()?.annex.map(|annex| annex.file)
}

impl Round {
    /// Reads a round from its data file, below which the rows of its annex stand where it has one.
    ///
    /// # Errors
    /// [`RoundFault`] names the first key that is unknown, missing or not allowed.
    pub(crate) fn parse(text: &str) -> Result<Self, RoundFault> {
        let (data, rows) = match text.split_once(ANNEX_BELOW) {
            Some((data, rows)) => (data, Some(rows)),
            None => (text, None),
        };
        let mut read: RoundText =
            toml::from_str(data).map_err(|fault| RoundFault::Text(fault.message().to_owned()))?;
        read.check()?;
        let cut_off = parse_date(&read.cut_off)
            .map_err(|_| read.fault("cut_off", "a date YYYY-MM-DD", &read.cut_off))?;
        let exclusions = read.exclusions()?;
        let channels = Channels::of(&read)?;
        Ok(Self {
            annex: Annex::of(&mut read, rows)?,
            priorities: priority::of(&mut read, &exclusions)?,
            switches: read.switches(),
            wage_rule: read.wage_rule()?,
            exclusions,
            channels,
            id: read.id,
            title: read.title,
            legal_basis: read.legal_basis,
            cut_off,
            amount_rupiah: read.amount_rupiah,
            tranches: read.tranches,
            budget_rupiah: read.budget_rupiah,
            banks_asked: read.banks_asked,
            funnel: read.funnel,
            articles: read.articles,
            doubts: read.doubts,
            text: text.to_owned(),
            sha256: Sha256::digest(text.as_bytes()).into(),
        })
    }

    /// The lists that refuse in a tranche.
    pub(crate) fn excludes(&self, tranche: i32) -> impl Iterator<Item = &Exclusion> {
        self.exclusions.iter().filter(move |exclusion| exclusion.refuses(tranche))
    }
}

impl Exclusion {
    /// Whether the list refuses in a tranche.
    #[must_use]
    pub(crate) const fn refuses(&self, tranche: i32) -> bool {
        matches!(self.effect, Effect::Refuses) && tranche >= self.from_tranche
    }
}

/// The rounds shipped, by their text.
fn shipped_texts() -> [Cow<'static, str>; 4] {
    let of_2021 = include_str!("../../data/rounds/bsu-2021.toml");
    [
        include_str!("../../data/rounds/bsu-2020.toml").into(),
        with_annex(of_2021, include_str!("../../data/rounds/ppkm_2021.csv")).into(),
        include_str!("../../data/rounds/bsu-2022.toml").into(),
        include_str!("../../data/rounds/bsu-2025.toml").into(),
    ]
}

/// The rounds known, in the order of their ids.
#[derive(Clone, Debug)]
pub(crate) struct Rounds(Vec<Round>);

impl Rounds {
    /// Rounds of these texts.
    ///
    /// # Errors
    /// Every fault of every text, and every id that stands twice.
    pub(crate) fn parse<'a>(texts: impl IntoIterator<Item = Cow<'a, str>>) -> Result<Self, Vec<String>> {
        let (mut rounds, mut faults) = (Vec::new(), Vec::new());
        for text in texts {
            match Round::parse(&text) {
                Ok(round) => rounds.push(round),
                Err(fault) => faults.push(fault.to_string()),
            }
        }
        rounds.sort_by(|one, other| one.id.cmp(&other.id));
        let twice = rounds.windows(2).filter(|pair| pair[0].id == pair[1].id);
        faults.extend(twice.map(|pair| format!("round {} stands twice", pair[0].id)));
        if rounds.is_empty() && faults.is_empty() {
            faults.push("at least one round is wanted, none found".to_owned());
        }
        if faults.is_empty() { Ok(Self(rounds)) } else { Err(faults) }
    }

    /// The rounds shipped.
    #[must_use]
    pub(crate) fn shipped() -> Self {
        Self::parse(shipped_texts()).expect("shipped rounds are read by a test")
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

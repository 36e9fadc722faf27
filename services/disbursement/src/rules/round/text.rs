//! A round's data file as it stands, and what is allowed in it.

use serde::Deserialize;

use super::annex::AnnexText;
use super::channels::ChannelsText;
use super::priority::PriorityText;
use super::{Articles, BanksAsked, Effect, Exclusion, FunnelOrder, RoundFault};
use crate::rules::candidate::List;
use crate::rules::reason::{Layer, Reason};

/// The keys of a data file; each means what [`super::Round`] says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoundText {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) legal_basis: Vec<String>,
    pub(super) cut_off: String,
    wage_rule: String,
    /// The switch needs the rule that it turns to.
    minimum_wage_alternative: Option<bool>,
    wage_rule_with_minimum_wage: Option<String>,
    pub(super) amount_rupiah: i64,
    pub(super) tranches: i32,
    pub(super) budget_rupiah: i64,
    pub(super) banks_asked: BanksAsked,
    pub(super) funnel: FunnelOrder,
    /// These three are needed where an exclusion names them as its switch.
    other_aid_excludes: Option<bool>,
    pkh_excludes: Option<bool>,
    public_servants_excluded: Option<bool>,
    pub(super) doubts: Vec<String>,
    pub(super) articles: Articles,
    pub(super) annex: Option<AnnexText>,
    exclusions: Vec<ExclusionText>,
    #[serde(default)]
    pub(super) priorities: Vec<PriorityText>,
    pub(super) channels: ChannelsText,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExclusionText {
    list: String,
    reason: String,
    from_tranche: i32,
    article: String,
    switch: Option<Switch>,
    /// What the list does while its switch is off.
    #[serde(default)]
    otherwise: Otherwise,
}

/// A switch that turns an exclusion on or off.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Switch {
    OtherAidExcludes,
    PkhExcludes,
    PublicServantsExcluded,
}

/// What a list does while its switch is off.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Otherwise {
    #[default]
    Nothing,
    GivesWay,
}

impl Switch {
    const ALL: [Self; 3] = [Self::OtherAidExcludes, Self::PkhExcludes, Self::PublicServantsExcluded];

    const fn key(self) -> &'static str {
        match self {
            Self::OtherAidExcludes => "other_aid_excludes",
            Self::PkhExcludes => "pkh_excludes",
            Self::PublicServantsExcluded => "public_servants_excluded",
        }
    }
}

impl RoundText {
    /// A fault of one key.
    pub(super) fn fault(&self, key: &'static str, wanted: &'static str, found: &dyn ToString) -> RoundFault {
        RoundFault::Value { round: self.id.clone(), key, wanted, found: found.to_string() }
    }

    /// Refuses numbers and keys that no round can have.
    pub(super) fn check(&self) -> Result<(), RoundFault> {
        if self.amount_rupiah <= 0 {
            return Err(self.fault("amount_rupiah", "above 0", &self.amount_rupiah));
        }
        if self.tranches <= 0 {
            return Err(self.fault("tranches", "above 0", &self.tranches));
        }
        if self.budget_rupiah < self.amount_rupiah {
            return Err(self.fault("budget_rupiah", "at least amount_rupiah", &self.budget_rupiah));
        }
        Ok(())
    }

    /// The position of a switch; none when the data do not have it.
    const fn position(&self, switch: Switch) -> Option<bool> {
        match switch {
            Switch::OtherAidExcludes => self.other_aid_excludes,
            Switch::PkhExcludes => self.pkh_excludes,
            Switch::PublicServantsExcluded => self.public_servants_excluded,
        }
    }

    /// Every switch that the data have, with its position.
    pub(super) fn switches(&self) -> Vec<(&'static str, bool)> {
        let of_lists =
            Switch::ALL.into_iter().filter_map(|switch| Some((switch.key(), self.position(switch)?)));
        let of_wage = self.minimum_wage_alternative.map(|on| ("minimum_wage_alternative", on));
        of_lists.chain(of_wage).collect()
    }

    /// The wage rule as its switch stands.
    pub(super) fn wage_rule(&self) -> Result<String, RoundFault> {
        match (self.minimum_wage_alternative, &self.wage_rule_with_minimum_wage) {
            (None, None) | (Some(false), Some(_)) => Ok(self.wage_rule.clone()),
            (Some(true), Some(rule)) => Ok(rule.clone()),
            (switch, _) => {
                let found = if switch.is_some() { "no such rule" } else { "no switch" };
                Err(self.fault("wage_rule_with_minimum_wage", "there with minimum_wage_alternative", &found))
            }
        }
    }

    /// The exclusions, with lists, reasons and switches resolved.
    pub(super) fn exclusions(&self) -> Result<Vec<Exclusion>, RoundFault> {
        let exclusions: Vec<Exclusion> =
            self.exclusions.iter().map(|text| self.exclusion(text)).collect::<Result<_, _>>()?;
        // A death is looked up in every tranche of every round.
        if !exclusions.iter().any(|exclusion| exclusion.list == List::Deceased && exclusion.refuses(1)) {
            return Err(self.fault("exclusions", "with DECEASED from tranche 1", &"no such exclusion"));
        }
        Ok(exclusions)
    }

    fn exclusion(&self, text: &ExclusionText) -> Result<Exclusion, RoundFault> {
        let list = List::parse(&text.list)
            .ok_or_else(|| self.fault("exclusions.list", "a list of the roster", &text.list))?;
        let reason = Reason::parse(&text.reason)
            .filter(|reason| !reason.is_pending() && reason.layer() == Layer::CriteriaValid)
            .ok_or_else(|| self.fault("exclusions.reason", "a refusing criteria reason", &text.reason))?;
        if !(1..=self.tranches).contains(&text.from_tranche) {
            return Err(self.fault("exclusions.from_tranche", "a tranche of the round", &text.from_tranche));
        }
        let switched_on = match text.switch {
            None => true,
            Some(switch) => self.position(switch).ok_or_else(|| {
                self.fault(switch.key(), "true or false where an exclusion names it", &"nothing")
            })?,
        };
        let effect = match (switched_on, text.otherwise) {
            (true, _) => Effect::Refuses,
            (false, Otherwise::GivesWay) => Effect::GivesWay,
            (false, Otherwise::Nothing) => Effect::Nothing,
        };
        Ok(Exclusion { list, reason, from_tranche: text.from_tranche, article: text.article.clone(), effect })
    }
}

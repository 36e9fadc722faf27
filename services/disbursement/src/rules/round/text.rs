//! A round's data file as it stands, and what is allowed in it.

use serde::Deserialize;

use super::{Articles, BanksAsked, Channels, Exclusion, FunnelOrder, RoundFault};
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
    pub(super) wage_rule: String,
    pub(super) amount_rupiah: i64,
    pub(super) tranches: i32,
    pub(super) budget_rupiah: i64,
    pub(super) banks_asked: BanksAsked,
    pub(super) funnel: FunnelOrder,
    /// Needed where an exclusion names it as its switch.
    other_aid_excludes: Option<bool>,
    pub(super) doubts: Vec<String>,
    pub(super) articles: Articles,
    exclusions: Vec<ExclusionText>,
    pub(super) channels: Channels,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExclusionText {
    list: String,
    reason: String,
    from_tranche: i32,
    article: String,
    switch: Option<Switch>,
}

/// A switch that turns an exclusion on or off.
#[derive(Clone, Copy, Deserialize)]
enum Switch {
    #[serde(rename = "other_aid_excludes")]
    OtherAidExcludes,
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
        let forward = &self.channels.forward_through;
        if self.channels.distributors.iter().all(|distributor| distributor.bank != *forward) {
            return Err(self.fault("channels.forward_through", "one of the distributors", forward));
        }
        Ok(())
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
            Some(Switch::OtherAidExcludes) => self.other_aid_excludes.ok_or_else(|| {
                self.fault("other_aid_excludes", "true or false where an exclusion names it", &"nothing")
            })?,
        };
        Ok(Exclusion {
            list,
            reason,
            from_tranche: text.from_tranche,
            article: text.article.clone(),
            switched_on,
        })
    }
}

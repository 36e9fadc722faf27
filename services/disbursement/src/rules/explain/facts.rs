//! Membership, wage, region and lists.

use super::wording::{amount, basis, wage};
use super::{Asked, Finding, RuleTrace, WageTold};
use crate::rules::candidate::Employment;
use crate::rules::reason::Reason;
use crate::rules::round::{Effect, Exclusion};

impl Asked<'_> {
    /// A later tranche keeps the facts of the first.
    fn kept(&self) -> Option<Finding> {
        (self.tranche > 1).then(|| Finding::NotLookedAt("kept from tranche 1, where it passed".to_owned()))
    }

    pub(super) fn list(&self, exclusion: &Exclusion) -> RuleTrace {
        let name = exclusion.list.name();
        let named = self.input.candidate.lists.contains(exclusion.list);
        let finding = if exclusion.effect == Effect::Nothing {
            Finding::NotLookedAt("switched off in this round".to_owned())
        } else if exclusion.effect == Effect::GivesWay {
            let place = if named { "named: comes after those who are not" } else { "not named: comes first" };
            Finding::Passed(format!("refuses nobody in this round, only orders; {place}"))
        } else if !exclusion.refuses(self.tranche) {
            Finding::NotLookedAt(format!("looked at from tranche {}", exclusion.from_tranche))
        } else if named {
            Finding::Stopped(exclusion.reason, format!("named by the newest list {name}"))
        } else {
            Finding::Passed(format!("not named by the newest list {name}"))
        };
        finding.trace(format!("list {name}"), &exclusion.article)
    }

    pub(super) fn active(&self) -> Finding {
        if let Some(kept) = self.kept() {
            return kept;
        }
        let employments = self.input.candidate.employments.iter().map(period).collect::<Vec<_>>().join(", ");
        let told = if employments.is_empty() { "no employment".to_owned() } else { employments };
        let compared = format!("cut-off {} against {told}", self.round.cut_off);
        Finding::of(self.standing(&[Reason::NotActiveAtCutoff]), compared)
    }

    pub(super) fn category(&self) -> Finding {
        if let Some(kept) = self.kept() {
            return kept;
        }
        let candidate = self.input.candidate;
        let categories: Vec<&str> = candidate
            .active(self.round.cut_off)
            .map(|index| candidate.employments[index].category.name())
            .collect();
        if categories.is_empty() {
            return Finding::NotLookedAt("no employment was active at the cut-off".to_owned());
        }
        let compared = format!("PU needed; active at the cut-off: {}", categories.join(", "));
        Finding::of(self.standing(&[Reason::NotWageRecipient]), compared)
    }

    pub(super) fn wage(&self) -> Finding {
        if let Some(kept) = self.kept() {
            return kept;
        }
        let standing =
            self.standing(&[Reason::WageNotReported, Reason::WageOverCeiling, Reason::MinimumWageUnknown]);
        let compared = match &self.input.wage {
            Some(told) => self.compared_wage(told),
            None => "no wage-recipient employment was active at the cut-off".to_owned(),
        };
        if standing.is_none() && self.input.wage.is_none() {
            return Finding::NotLookedAt(compared);
        }
        Finding::of(standing, compared)
    }

    fn compared_wage(&self, told: &WageTold) -> String {
        let Some(deciding) = told.deciding else {
            return format!("no report on or before {}", self.round.cut_off);
        };
        let employer = told.employment.and_then(|index| self.input.candidate.employments.get(index));
        let at = employer
            .map(|employment| format!(" at employer {} in {}", employment.npp, employment.region.name()))
            .unwrap_or_default();
        format!(
            "{} a month{at}, reported for {} on {}, against the ceiling {}{}: {}",
            amount(told.compared_rupiah),
            deciding.month,
            deciding.reported_on,
            amount(told.ceiling_rupiah),
            told.basis.map(|from| format!(" ({})", basis(from))).unwrap_or_default(),
            wage(told.verdict)
        )
    }

    pub(super) fn region(&self) -> Finding {
        let Some(annex) = &self.round.annex else {
            return Finding::NotLookedAt("the round has no region limit".to_owned());
        };
        if let Some(kept) = self.kept() {
            return kept;
        }
        let candidate = self.input.candidate;
        let told = |index: usize| {
            let region = candidate.employments[index].region;
            let named = if annex.names(region) { "named" } else { "not named" };
            format!("{} {named}", region.name())
        };
        let regions: Vec<String> = candidate.active_pu(self.round.cut_off).map(told).collect();
        if regions.is_empty() {
            return Finding::NotLookedAt("no wage-recipient employment was active at the cut-off".to_owned());
        }
        let levels = annex.levels.iter().map(u8::to_string).collect::<Vec<_>>().join(" and ");
        let compared =
            format!("employer's region against the annex of level {levels}: {}", regions.join(", "));
        Finding::of(self.standing(&[Reason::OutsideRegion]), compared)
    }
}

fn period(employment: &Employment) -> String {
    let category = employment.category.name();
    match employment.end {
        Some(last_day) => format!("{category} {} to {last_day}", employment.start),
        None => format!("{category} since {}", employment.start),
    }
}

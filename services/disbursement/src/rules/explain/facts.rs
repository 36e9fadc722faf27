//! Membership, wage, region and lists.

use super::wording::{amount, basis, wage};
use super::{Asked, Finding, RuleTrace, WageTold};
use crate::rules::candidate::Employment;
use crate::rules::reason::Reason;
use crate::rules::round::Exclusion;

impl Asked<'_> {
    /// A later tranche keeps the facts of the first.
    fn kept(&self) -> Option<Finding> {
        (self.tranche > 1).then(|| Finding::NotLookedAt("kept from tranche 1, where it passed".to_owned()))
    }

    pub(super) fn list(&self, exclusion: &Exclusion) -> RuleTrace {
        let name = exclusion.list.name();
        let finding = if !exclusion.switched_on {
            Finding::NotLookedAt("switched off in this round".to_owned())
        } else if !exclusion.refuses(self.tranche) {
            Finding::NotLookedAt(format!("looked at from tranche {}", exclusion.from_tranche))
        } else if self.input.candidate.lists.contains(exclusion.list) {
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

    /// None of the shipped rounds has a region limit; a decision that carries the reason shows it.
    pub(super) fn region(&self) -> Finding {
        match self.standing(&[Reason::OutsideRegion]) {
            Some(reason) => {
                Finding::Stopped(reason, "the employer's region against the round's annex".to_owned())
            }
            None => Finding::NotLookedAt("the round has no region limit".to_owned()),
        }
    }
}

fn period(employment: &Employment) -> String {
    let category = employment.category.name();
    match employment.end {
        Some(last_day) => format!("{category} {} to {last_day}", employment.start),
        None => format!("{category} since {}", employment.start),
    }
}

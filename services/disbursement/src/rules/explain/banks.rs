//! Accounts, their holder, and accounts of several.

use super::wording::verdict;
use super::{Asked, Finding};
use crate::rules::account_choice::AccountVerdict;
use crate::rules::eligibility::asks;
use crate::rules::reason::{Layer, Reason, ReasonSet};

/// What says that no account got as far as its holder.
const ACCOUNT: [Reason; 8] = [
    Reason::AccountNotReported,
    Reason::BankUnknown,
    Reason::AccountNotFound,
    Reason::AccountClosed,
    Reason::AccountFrozen,
    Reason::AccountRestricted,
    Reason::AccountDormant,
    Reason::BankUnanswered,
];
/// What says that the account is another's, or may be.
const HOLDER: [Reason; 3] =
    [Reason::HolderNikDiffers, Reason::HolderNameDiffers, Reason::HolderNameNeedsReview];

impl Asked<'_> {
    /// Whether the round asked the banks about this person.
    pub(super) fn asks(&self) -> bool {
        // An earlier entitlement is found only after the banks have answered.
        let criteria =
            |reason: &Reason| reason.layer() == Layer::CriteriaValid && *reason != Reason::AlreadyPaid;
        let criteria: ReasonSet = self.input.effective.iter().filter(criteria).collect();
        asks(self.round, criteria)
    }

    pub(super) fn account(&self) -> Finding {
        if let Some(reason) = self.standing(&ACCOUNT) {
            return Finding::Stopped(reason, self.accounts_told());
        }
        if !self.asks() {
            return Finding::NotLookedAt("no bank was asked: a criterion refuses already".to_owned());
        }
        if self.input.verdicts.iter().any(|verdict| reached_holder(*verdict)) {
            return Finding::Passed(self.accounts_told());
        }
        Finding::NotLookedAt(self.accounts_told())
    }

    pub(super) fn holder(&self) -> Finding {
        let employments = &self.input.candidate.employments;
        let at_employer =
            self.input.claims.first().and_then(|index| employments[*index].account_holder_name.as_ref());
        let reported = at_employer.map(|name| format!("; the employer wrote {name}, which never decides"));
        let compared = format!(
            "member {} with NIK {} against the bank's holder{}",
            self.input.candidate.name,
            self.input.candidate.nik,
            reported.unwrap_or_default()
        );
        if let Some(reason) = self.standing(&HOLDER) {
            return Finding::Stopped(reason, compared);
        }
        if self.chosen().is_some() {
            return Finding::Passed(compared);
        }
        Finding::NotLookedAt("no account that could be credited decided".to_owned())
    }

    pub(super) fn shared(&self) -> Finding {
        let term = self.term();
        if let Some(reason) = self.standing(&[Reason::AccountShared]) {
            return Finding::Stopped(
                reason,
                format!("another person chose or claimed the account in term {term}"),
            );
        }
        if !self.input.closed {
            return Finding::NotLookedAt("looked at when the batch is closed".to_owned());
        }
        if self.chosen().is_none() || self.refused_before() {
            return Finding::NotLookedAt(
                "only the account of a person without another refusing reason".to_owned(),
            );
        }
        Finding::Passed(format!("nobody else chose or claimed the account in term {term}"))
    }

    /// Whether a reason refuses that stands before shared accounts in the order of the rules.
    fn refused_before(&self) -> bool {
        let before = self.input.effective.iter().filter(|reason| *reason < Reason::AccountShared);
        before.collect::<ReasonSet>().refuses()
    }

    /// Every claim with its masked number and its verdict.
    fn accounts_told(&self) -> String {
        let claims = self.input.claims;
        if claims.is_empty() {
            return "no account was reported for an active wage-recipient employment".to_owned();
        }
        let told = claims.iter().enumerate().filter_map(|(place, index)| {
            let account = self.input.candidate.employments[*index].account.as_ref()?;
            let answer = self.input.verdicts.get(place).map_or("not asked", |answer| verdict(*answer));
            let used = if self.chosen() == Some(place) { ", chosen" } else { "" };
            Some(format!(
                "account {} of {} {} at bank {}: {answer}{used}",
                place + 1,
                claims.len(),
                account.number,
                account.bank
            ))
        });
        told.collect::<Vec<_>>().join("; ")
    }
}

/// Whether the account could be credited, so that its holder was compared.
const fn reached_holder(verdict: AccountVerdict) -> bool {
    matches!(
        verdict,
        AccountVerdict::Valid
            | AccountVerdict::HolderNameNeedsReview
            | AccountVerdict::HolderNikDiffers
            | AccountVerdict::HolderNameDiffers
    )
}

//! Which accounts the banks are asked about, in which order, and which one is used.

use std::cmp::Reverse;
use std::collections::HashSet;

use tepat_terms::Month;
use time::Date;

use super::candidate::{Account, Candidate};
use super::reason::{Reason, ReasonSet};

/// Most accounts of one person that are asked about.
pub(crate) const CLAIMS_MAX: usize = 3;

/// The report that decides the wage of one employment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Deciding {
    /// The month the wage is for.
    pub(crate) month: Month,
    /// When the employer reported it.
    pub(crate) reported_on: Date,
    /// Rupiah a month, rounded down.
    pub(crate) monthly_rupiah: i64,
}

/// What is known of a claimed account. Numbers as on the wire of the accounts service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum AccountVerdict {
    /// It can be credited and belongs to the person.
    Valid = 1,
    /// The names are close: human eyes decide.
    HolderNameNeedsReview = 2,
    /// The bank gave no answer in time.
    BankUnanswered = 3,
    /// The directory has no such bank.
    BankUnknown = 4,
    /// The bank has no such account.
    AccountNotFound = 5,
    /// Closed.
    AccountClosed = 6,
    /// Frozen.
    AccountFrozen = 7,
    /// Cannot be credited.
    AccountRestricted = 8,
    /// Dormant.
    AccountDormant = 9,
    /// The bank holds another NIK for it.
    HolderNikDiffers = 10,
    /// The bank's name is not the member's.
    HolderNameDiffers = 11,
}

impl AccountVerdict {
    /// All verdicts, in the order of their numbers.
    pub(crate) const ALL: [Self; 11] = [
        Self::Valid,
        Self::HolderNameNeedsReview,
        Self::BankUnanswered,
        Self::BankUnknown,
        Self::AccountNotFound,
        Self::AccountClosed,
        Self::AccountFrozen,
        Self::AccountRestricted,
        Self::AccountDormant,
        Self::HolderNikDiffers,
        Self::HolderNameDiffers,
    ];

    /// The verdict of a number; none outside 1 to 11.
    #[must_use]
    pub(crate) fn from_number(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| *verdict as i32 == number)
    }

    /// The reason it gives when it settles; none when the account is valid.
    #[must_use]
    pub(crate) const fn reason(self) -> Option<Reason> {
        match self {
            Self::Valid => None,
            Self::HolderNameNeedsReview => Some(Reason::HolderNameNeedsReview),
            Self::BankUnanswered => Some(Reason::BankUnanswered),
            Self::BankUnknown => Some(Reason::BankUnknown),
            Self::AccountNotFound => Some(Reason::AccountNotFound),
            Self::AccountClosed => Some(Reason::AccountClosed),
            Self::AccountFrozen => Some(Reason::AccountFrozen),
            Self::AccountRestricted => Some(Reason::AccountRestricted),
            Self::AccountDormant => Some(Reason::AccountDormant),
            Self::HolderNikDiffers => Some(Reason::HolderNikDiffers),
            Self::HolderNameDiffers => Some(Reason::HolderNameDiffers),
        }
    }
}

/// What follows from the banks' answers so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Ask about the claim of this index.
    Ask(usize),
    /// Nothing more is asked.
    Settled(Settlement),
}

/// What the accounts of a person come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Settlement {
    /// Account reasons; empty when an account is valid.
    pub(crate) reasons: ReasonSet,
    /// Index of the claim that is used, or that eyes decide on; none when there is neither.
    pub(crate) chosen: Option<usize>,
}

/// The accounts to ask about: indexes of employments, in the order of asking, at most
/// [`CLAIMS_MAX`], one of each account.
///
/// `active_pu` are the candidate's active wage-recipient employments; `deciding` holds for each, in
/// the same order, the report that decides its wage (none without a report). The newest month comes
/// first, then the newest report, the higher wage, the lower npp; an employment without a report
/// comes last. Employments without an account are passed over.
#[must_use]
pub(crate) fn claims(
    candidate: &Candidate,
    active_pu: &[usize],
    deciding: &[Option<Deciding>],
) -> Vec<usize> {
    let mut ordered: Vec<(usize, Option<Deciding>)> =
        active_pu.iter().copied().zip(deciding.iter().copied()).collect();
    ordered.sort_by_key(|(index, report)| {
        let employment = &candidate.employments[*index];
        // None is less than any report, so that it comes last in descending order.
        let report = report.map(|report| (report.month, report.reported_on, report.monthly_rupiah));
        // Division and start only make the order the same whatever the order of the roster.
        (Reverse(report), &employment.npp, &employment.division, employment.start)
    });
    let mut seen: HashSet<&Account> = HashSet::new();
    let distinct = ordered.into_iter().map(|(index, _)| index).filter(|index| {
        candidate.employments[*index].account.as_ref().is_some_and(|account| seen.insert(account))
    });
    distinct.take(CLAIMS_MAX).collect()
}

/// What to do after some answers: the newest account is asked first, the next only when those
/// before were refused or need eyes.
///
/// `answers` are the verdicts on the first claims, in their order; `claims` is how many there are.
/// An unanswered bank stops the search, so that a silent bank never makes a later account win; the
/// first valid account is used; else the first in review is; else the newest gives the reason.
#[must_use]
pub(crate) fn next(answers: &[AccountVerdict], claims: usize) -> Next {
    let Some(newest) = answers.first().copied() else {
        return if claims == 0 { settled(Some(Reason::AccountNotReported), None) } else { Next::Ask(0) };
    };
    for (index, verdict) in answers.iter().enumerate() {
        match verdict {
            AccountVerdict::Valid => return settled(None, Some(index)),
            AccountVerdict::BankUnanswered => return settled(verdict.reason(), None),
            _ => {}
        }
    }
    if answers.len() < claims.min(CLAIMS_MAX) {
        return Next::Ask(answers.len());
    }
    let review = answers.iter().position(|verdict| *verdict == AccountVerdict::HolderNameNeedsReview);
    match review {
        Some(index) => settled(Some(Reason::HolderNameNeedsReview), Some(index)),
        None => settled(newest.reason(), None),
    }
}

fn settled(reason: Option<Reason>, chosen: Option<usize>) -> Next {
    Next::Settled(Settlement { reasons: reason.into_iter().collect(), chosen })
}

/// Verdicts as one number for a table: eight bits each, the first claim lowest; 0 for none. Those
/// beyond [`CLAIMS_MAX`] are never asked for and left out.
#[must_use]
pub(crate) fn pack(verdicts: &[AccountVerdict]) -> i32 {
    verdicts.iter().take(CLAIMS_MAX).rev().fold(0, |packed, verdict| packed << 8 | *verdict as i32)
}

/// The verdicts of a packed number; none when [`pack`] cannot have made it.
#[must_use]
pub(crate) fn unpack(packed: i32) -> Option<Vec<AccountVerdict>> {
    let mut rest = packed;
    let mut verdicts = Vec::with_capacity(CLAIMS_MAX);
    while rest != 0 {
        if verdicts.len() == CLAIMS_MAX {
            return None;
        }
        verdicts.push(AccountVerdict::from_number(rest & 0xff)?);
        rest >>= 8;
    }
    Some(verdicts)
}

#[cfg(test)]
mod tests;

//! One account, one owner: what the whole batch decides, as a pure twin of the set SQL.

use std::collections::HashMap;
use std::hash::Hash;

use super::reason::{Reason, ReasonSet};

/// A candidate of the batch with what was decided so far.
#[derive(Clone, Debug)]
pub(crate) struct Owner<M> {
    /// 16 digits as a number.
    pub(crate) nik: i64,
    /// Mark of the chosen account, one in review included; none when none was chosen.
    pub(crate) mark: Option<M>,
    /// Effective reasons so far.
    pub(crate) reasons: ReasonSet,
    /// Whether another NIK claimed the account in the same term, in an earlier batch.
    pub(crate) claimed_by_other: bool,
}

/// Whose account refuses them with ACCOUNT_SHARED, as (NIK, all their reasons) in the order given;
/// those whose reasons do not change are left out.
///
/// Only persons without a refusing reason are looked at: who is out for another reason takes nobody
/// along. An account that two or more of them chose refuses all of them, for nobody can tell whose
/// it is; one that another NIK claimed in the term refuses the later.
#[must_use]
pub(crate) fn shared<M: Eq + Hash>(owners: &[Owner<M>]) -> Vec<(i64, ReasonSet)> {
    let in_question = || owners.iter().filter(|owner| !owner.reasons.refuses());
    let mut users: HashMap<&M, u32> = HashMap::new();
    for mark in in_question().filter_map(|owner| owner.mark.as_ref()) {
        *users.entry(mark).or_default() += 1;
    }
    in_question()
        .filter(|owner| owner.mark.as_ref().is_some_and(|mark| owner.claimed_by_other || users[mark] > 1))
        .map(|owner| (owner.nik, owner.reasons.union(Reason::AccountShared.into())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(
        nik: i64,
        mark: &'static str,
        reasons: &[Reason],
        claimed_by_other: bool,
    ) -> Owner<&'static str> {
        let mark = (!mark.is_empty()).then_some(mark);
        Owner { nik, mark, reasons: reasons.iter().copied().collect(), claimed_by_other }
    }

    fn refused(owners: &[Owner<&'static str>]) -> Vec<i64> {
        shared(owners).into_iter().map(|(nik, _)| nik).collect()
    }

    #[test]
    fn an_account_of_two_refuses_both_and_nobody_else() {
        let owners = [owner(1, "a", &[], false), owner(2, "b", &[], false), owner(3, "a", &[], false)];
        assert_eq!(refused(&owners), [1, 3]);
    }

    #[test]
    fn who_is_out_for_another_reason_takes_nobody_along() {
        let owners = [
            owner(1, "a", &[], false),
            owner(2, "a", &[Reason::WageOverCeiling], false),
            owner(3, "b", &[], false),
        ];
        assert_eq!(refused(&owners), [0_i64; 0]);
    }

    #[test]
    fn an_account_in_review_counts_and_keeps_its_reason() {
        let review = Reason::HolderNameNeedsReview;
        let owners = [owner(1, "a", &[review], false), owner(2, "a", &[], false)];
        let both: ReasonSet = [review, Reason::AccountShared].into_iter().collect();
        assert_eq!(shared(&owners), [(1, both), (2, Reason::AccountShared.into())]);
    }

    #[test]
    fn an_account_claimed_in_the_term_refuses_the_later() {
        let owners =
            [owner(1, "a", &[], true), owner(2, "b", &[], false), owner(3, "c", &[Reason::Deceased], true)];
        assert_eq!(refused(&owners), [1]);
    }

    #[test]
    fn no_account_is_shared_by_nobody() {
        let pending = [Reason::BankUnanswered];
        assert_eq!(refused(&[owner(1, "", &pending, false), owner(2, "", &pending, true)]), [0_i64; 0]);
    }
}

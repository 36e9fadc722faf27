//! The article behind a reason, as `rejected.csv` and `explain` cite it.

use super::reason::Reason;
use super::round::Round;

/// The article, or the procedure, of the rule that gave a reason in a round.
pub(crate) fn article(round: &Round, reason: Reason) -> &str {
    let articles = &round.articles;
    match reason {
        Reason::NotActiveAtCutoff => &articles.active,
        Reason::NotWageRecipient => &articles.category,
        Reason::WageNotReported | Reason::WageOverCeiling | Reason::MinimumWageUnknown => &articles.wage,
        Reason::OutsideRegion => &articles.region,
        Reason::AlreadyPaid => &articles.already_paid,
        Reason::AccountNotReported
        | Reason::BankUnknown
        | Reason::AccountNotFound
        | Reason::AccountClosed
        | Reason::AccountFrozen
        | Reason::AccountRestricted
        | Reason::AccountDormant
        | Reason::BankUnanswered => &articles.accounts,
        Reason::HolderNikDiffers | Reason::HolderNameDiffers | Reason::HolderNameNeedsReview => {
            &articles.holder
        }
        Reason::AccountShared => &articles.shared,
        Reason::SentBack => &articles.sent_back,
        Reason::BudgetExhausted => &articles.budget,
        Reason::OnHold => &articles.on_hold,
        Reason::Deceased
        | Reason::CivilServant
        | Reason::Military
        | Reason::Police
        | Reason::OtherAid
        | Reason::TaxIncomeOver => {
            // Several lists may give one reason; the round cites the same rule for all of them.
            let listed = round.exclusions.iter().find(|exclusion| exclusion.reason == reason);
            listed.map_or(articles.category.as_str(), |exclusion| exclusion.article.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::round::Rounds;

    #[test]
    fn every_reason_of_every_round_cites_something() {
        for round in Rounds::shipped().iter() {
            for reason in Reason::ALL {
                assert!(!article(round, reason).is_empty(), "{} {}", round.id, reason.name());
            }
        }
        let rounds = Rounds::shipped();
        let cited = article(rounds.get("bsu-2022").unwrap(), Reason::Police);
        assert!(cited.contains("police"), "{cited}");
    }
}

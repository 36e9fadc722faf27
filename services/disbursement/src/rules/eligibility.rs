//! The programme's criteria: who is entitled, before the banks are asked.

use super::candidate::Candidate;
use super::reason::{Reason, ReasonSet};
use super::round::{BanksAsked, Round};

/// What the wages service says of a person's wage. Numbers as on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum WageVerdict {
    /// Within the ceiling.
    Within = 1,
    /// Over the ceiling.
    Over = 2,
    /// No report on or before the cut-off.
    NotReported = 3,
    /// Above the fixed ceiling where the regency's minimum wage is not known.
    MinimumWageUnknown = 4,
}

impl WageVerdict {
    /// The verdict of a number; none outside 1 to 4.
    #[must_use]
    pub(crate) fn from_number(number: i32) -> Option<Self> {
        let all = [Self::Within, Self::Over, Self::NotReported, Self::MinimumWageUnknown];
        all.into_iter().find(|verdict| *verdict as i32 == number)
    }

    /// The reason it gives; none when the wage is within the ceiling.
    #[must_use]
    pub(crate) const fn reason(self) -> Option<Reason> {
        match self {
            Self::Within => None,
            Self::Over => Some(Reason::WageOverCeiling),
            Self::NotReported => Some(Reason::WageNotReported),
            Self::MinimumWageUnknown => Some(Reason::MinimumWageUnknown),
        }
    }
}

/// Whether a person was insured as a wage recipient on the cut-off day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Membership {
    /// No employment of any category was active.
    NotActive,
    /// Active, but in none as a wage recipient.
    NotWageRecipient,
    /// At least one active employment as a wage recipient: wage and accounts are looked at.
    WageRecipient,
}

impl Membership {
    /// The reason it gives; none for a wage recipient.
    #[must_use]
    pub(crate) const fn reason(self) -> Option<Reason> {
        match self {
            Self::NotActive => Some(Reason::NotActiveAtCutoff),
            Self::NotWageRecipient => Some(Reason::NotWageRecipient),
            Self::WageRecipient => None,
        }
    }
}

/// Whether the candidate was insured as a wage recipient on the round's cut-off day
/// (Permenaker 14/2020 Pasal 3(2)b to d; Permenaker 10/2022).
#[must_use]
pub(crate) fn membership(round: &Round, candidate: &Candidate) -> Membership {
    if candidate.active_pu(round.cut_off).next().is_some() {
        Membership::WageRecipient
    } else if candidate.active(round.cut_off).next().is_some() {
        Membership::NotWageRecipient
    } else {
        Membership::NotActive
    }
}

/// Whether the round has an annex of regions (Permenaker 16/2021) that names the employer's region of
/// none of the active wage-recipient employments. Whoever has no such employment works nowhere that
/// could be looked at.
fn outside_region(round: &Round, candidate: &Candidate) -> bool {
    let Some(annex) = &round.annex else { return false };
    let mut regions =
        candidate.active_pu(round.cut_off).map(|index| candidate.employments[index].region).peekable();
    regions.peek().is_some() && !regions.any(|region| annex.names(region))
}

/// Every criteria reason of a candidate who is looked at for the first time.
///
/// `wage` is none for those without an active wage-recipient employment, who are not asked about;
/// it is then not looked at. For anyone else none counts as not reported: a wage is never taken to
/// be within the ceiling in silence.
#[must_use]
pub(crate) fn criteria(
    round: &Round,
    tranche: i32,
    candidate: &Candidate,
    wage: Option<WageVerdict>,
) -> ReasonSet {
    let membership = membership(round, candidate);
    let wage = match membership {
        Membership::WageRecipient => wage.unwrap_or(WageVerdict::NotReported).reason(),
        Membership::NotActive | Membership::NotWageRecipient => None,
    };
    let region = outside_region(round, candidate).then_some(Reason::OutsideRegion);
    let facts: ReasonSet = membership.reason().into_iter().chain(wage).chain(region).collect();
    facts.union(criteria_again(round, tranche, candidate))
}

/// Every criteria reason of a candidate who was determined in the tranche before: the facts of the
/// first tranche are kept, only the lists are looked at again.
#[must_use]
pub(crate) fn criteria_again(round: &Round, tranche: i32, candidate: &Candidate) -> ReasonSet {
    let named = round.excludes(tranche).filter(|exclusion| candidate.lists.contains(exclusion.list));
    named.map(|exclusion| exclusion.reason).collect()
}

/// Whether the banks are asked about a candidate with these criteria reasons.
///
/// Nobody without an active wage-recipient employment is: there is no account to look at.
#[must_use]
pub(crate) fn asks(round: &Round, criteria: ReasonSet) -> bool {
    if criteria.contains(Reason::NotActiveAtCutoff) || criteria.contains(Reason::NotWageRecipient) {
        return false;
    }
    match round.banks_asked {
        BanksAsked::All => true,
        // UU 27/2022: data of those who are refused anyway does not leave. Pending is not refused.
        BanksAsked::Entitled => !criteria.refuses(),
    }
}

#[cfg(test)]
mod tests {
    use tepat_terms::parse_date;

    use super::*;
    use crate::rules::candidate::tests::{candidate, employment};
    use crate::rules::candidate::{Category, List};
    use crate::rules::round::Rounds;

    fn names(reasons: ReasonSet) -> Vec<&'static str> {
        reasons.iter().map(Reason::name).collect()
    }

    fn check(round: &str, tranche: i32, candidate: &Candidate, wage: Option<WageVerdict>, expected: &[&str]) {
        let rounds = Rounds::shipped();
        let reasons = criteria(rounds.get(round).unwrap(), tranche, candidate, wage);
        assert_eq!(names(reasons), expected, "{round}/{tranche} {wage:?}");
    }

    #[test]
    fn the_wage_verdict_gives_its_reason() {
        for (number, verdict, expected) in [
            (1, WageVerdict::Within, &[][..]),
            (2, WageVerdict::Over, &["WAGE_OVER_CEILING"]),
            (3, WageVerdict::NotReported, &["WAGE_NOT_REPORTED"]),
            (4, WageVerdict::MinimumWageUnknown, &["MINIMUM_WAGE_UNKNOWN"]),
        ] {
            assert_eq!(WageVerdict::from_number(number), Some(verdict));
            check("bsu-2022", 1, &candidate(), Some(verdict), expected);
        }
        assert_eq!((WageVerdict::from_number(0), WageVerdict::from_number(5)), (None, None));
    }

    #[test]
    fn a_wage_that_nobody_judged_is_not_within() {
        check("bsu-2022", 1, &candidate(), None, &["WAGE_NOT_REPORTED"]);
    }

    #[test]
    fn membership_is_looked_at_on_the_cut_off_day_of_the_round() {
        for (round, end, expected) in [
            ("bsu-2020", "2020-06-29", &["NOT_ACTIVE_AT_CUTOFF"][..]),
            ("bsu-2020", "2020-06-30", &[]),
            ("bsu-2022", "2022-07-30", &["NOT_ACTIVE_AT_CUTOFF"]),
            ("bsu-2022", "2022-07-31", &[]),
            ("bsu-2021", "2021-06-29", &["NOT_ACTIVE_AT_CUTOFF"]),
            ("bsu-2021", "2021-06-30", &[]),
            ("bsu-2025", "2025-04-29", &["NOT_ACTIVE_AT_CUTOFF"]),
            ("bsu-2025", "2025-04-30", &[]),
        ] {
            let mut person = candidate();
            person.employments[0].end = Some(parse_date(end).unwrap());
            check(round, 1, &person, Some(WageVerdict::Within), expected);
        }
    }

    #[test]
    fn without_a_wage_recipient_employment_the_wage_is_not_looked_at() {
        let mut person = candidate();
        for category in [Category::Bpu, Category::Jakon, Category::Pmi] {
            person.employments = vec![employment("A", category, "2019-01-01", None, None)];
            for wage in [None, Some(WageVerdict::Over)] {
                check("bsu-2022", 1, &person, wage, &["NOT_WAGE_RECIPIENT"]);
            }
        }
        person.employments.push(employment("B", Category::Pu, "2019-01-01", Some("2022-07-30"), None));
        check("bsu-2022", 1, &person, None, &["NOT_WAGE_RECIPIENT"]);
        person.employments.clear();
        check("bsu-2022", 1, &person, Some(WageVerdict::Over), &["NOT_ACTIVE_AT_CUTOFF"]);
    }

    #[test]
    fn one_wage_recipient_employment_is_enough() {
        let mut person = candidate();
        person.employments.insert(0, employment("A", Category::Bpu, "2019-01-01", None, None));
        check("bsu-2022", 1, &person, Some(WageVerdict::Within), &[]);
    }

    #[test]
    fn each_list_refuses_in_its_round_and_tranche_only() {
        // The reason in bsu-2020/1, bsu-2020/2, bsu-2021, bsu-2022 and bsu-2025; empty where the list has
        // no effect or only orders.
        for (list, expected) in [
            (List::Asn, ["", "", "CIVIL_SERVANT", "CIVIL_SERVANT", "CIVIL_SERVANT"]),
            (List::Tni, ["", "", "MILITARY", "MILITARY", "MILITARY"]),
            (List::Polri, ["", "", "POLICE", "POLICE", "POLICE"]),
            (List::Pkh, ["", "", "OTHER_AID", "OTHER_AID", ""]),
            (List::Prakerja, ["", "", "OTHER_AID", "OTHER_AID", ""]),
            (List::Bpum, ["", "", "OTHER_AID", "OTHER_AID", ""]),
            (List::Bpnt, ["", "", "", "", ""]),
            (List::Dtks, ["", "", "", "", ""]),
            (List::Tax, ["", "TAX_INCOME_OVER", "", "", ""]),
            (List::Deceased, ["DECEASED", "DECEASED", "DECEASED", "DECEASED", "DECEASED"]),
        ] {
            let mut person = candidate();
            person.lists = [list].into_iter().collect();
            let terms = [("bsu-2020", 1), ("bsu-2020", 2), ("bsu-2021", 1), ("bsu-2022", 1), ("bsu-2025", 1)];
            for ((round, tranche), reason) in terms.into_iter().zip(expected) {
                let expected: Vec<&str> = [reason].into_iter().filter(|reason| !reason.is_empty()).collect();
                check(round, tranche, &person, Some(WageVerdict::Within), &expected);
            }
        }
    }

    /// Karawang (3215) is in the annex of 2021, Kabupaten Tasikmalaya (3206) is not.
    #[test]
    fn one_active_wage_recipient_employment_in_the_annex_is_enough_in_2021() {
        let job = |category, region: &str, end| {
            let mut job = employment("A", category, "2019-01-01", end, None);
            job.region = region.parse().unwrap();
            job
        };
        let (pu, ended) = (Category::Pu, Some("2021-06-29"));
        for (jobs, outside) in [
            (vec![job(pu, "3215", None)], false),
            (vec![job(pu, "3206", None)], true),
            (vec![job(pu, "3206", None), job(pu, "3215", None)], false),
            (vec![job(pu, "3206", None), job(pu, "3215", ended)], true),
            (vec![job(pu, "3206", None), job(Category::Bpu, "3215", None)], true),
            // Nobody is outside for an employment that does not count.
            (vec![job(pu, "3206", ended)], false),
            (vec![job(Category::Bpu, "3206", None)], false),
        ] {
            let person = Candidate { employments: jobs, ..candidate() };
            for round in ["bsu-2020", "bsu-2021", "bsu-2022", "bsu-2025"] {
                let rounds = Rounds::shipped();
                let reasons = criteria(rounds.get(round).unwrap(), 1, &person, Some(WageVerdict::Within));
                let expected = outside && round == "bsu-2021";
                assert_eq!(reasons.contains(Reason::OutsideRegion), expected, "{round} {person:?}");
            }
        }
    }

    #[test]
    fn every_reason_is_collected() {
        let mut person = candidate();
        person.employments.clear();
        person.lists = List::ALL.into_iter().collect();
        let expected =
            ["DECEASED", "NOT_ACTIVE_AT_CUTOFF", "CIVIL_SERVANT", "MILITARY", "POLICE", "OTHER_AID"];
        check("bsu-2022", 1, &person, None, &expected);
    }

    #[test]
    fn a_later_tranche_looks_at_the_lists_again_and_at_nothing_else() {
        let rounds = Rounds::shipped();
        let round = rounds.get("bsu-2020").unwrap();
        let mut person = candidate();
        person.employments.clear();
        assert!(criteria_again(round, 2, &person).is_empty());
        person.lists = [List::Tax, List::Deceased, List::Asn].into_iter().collect();
        assert_eq!(names(criteria_again(round, 2, &person)), ["DECEASED", "TAX_INCOME_OVER"]);
    }

    #[test]
    fn whom_the_banks_are_asked_about() {
        let rounds = Rounds::shipped();
        let asked = |round: &str, reasons: &[Reason]| {
            asks(rounds.get(round).unwrap(), reasons.iter().copied().collect())
        };
        // The reasons, whether 2020 (all) asks, whether 2022 (entitled) does.
        for (reasons, all, entitled) in [
            (&[][..], true, true),
            (&[Reason::MinimumWageUnknown], true, true),
            (&[Reason::WageOverCeiling], true, false),
            (&[Reason::Deceased], true, false),
            (&[Reason::MinimumWageUnknown, Reason::CivilServant], true, false),
            (&[Reason::NotActiveAtCutoff], false, false),
            (&[Reason::NotWageRecipient], false, false),
        ] {
            assert_eq!(
                (asked("bsu-2020", reasons), asked("bsu-2022", reasons)),
                (all, entitled),
                "{reasons:?}"
            );
        }
    }
}

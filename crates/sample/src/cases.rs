//! The cases: every worker is one of these rows, and the row says what is expected of him.
//!
//! A row is `(share, name, facts, [bsu-2020/1, bsu-2020/2, bsu-2021, bsu-2022, bsu-2025])`: its share is
//! groups in 10,000 workers; what the rows leave over is plain. Nothing here is computed by a rule: a row
//! whose facts and expectations part is wrong by itself. Cut-offs: 2020-06-30 (below 5,000,000; banks asked
//! for all), 2021-06-30 (at most 3,500,000 or the minimum wage of 2021 rounded up; within the annex of
//! regions), 2022-07-31 (the same by the minimum wage of 2022, anywhere) and 2025-04-30 (at most 3,500,000);
//! from 2021 on banks are asked for the entitled. Nearly all are reported for May 2020 and June 2022 alone,
//! so 2021 compares the wage of 2020, and 2025 that of 2022.

mod accounts;
mod groups;
mod lists;
mod regions;
mod reports;
mod wages;
mod work;

use crate::facts::{Case, Person, pu, works};
use crate::outcome::{E, Outcome};

/// Workers of a deck, the unit in which shares are counted.
pub(crate) const DECK: u32 = 10_000;

/// All cases; the first is the plain one, which takes what the others leave.
pub(crate) fn all() -> Vec<Case> {
    let special: Vec<Case> = [
        work::table(),
        wages::table(),
        reports::table(),
        regions::table(),
        lists::table(),
        accounts::table(),
        groups::table(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let taken: u32 = special.iter().map(Case::workers).sum();
    let plain = row(DECK - taken, "plain", works([pu()]), [E; 5]);
    std::iter::once(plain).chain(special).collect()
}

impl Case {
    /// Workers of this case in a deck.
    fn workers(&self) -> u32 {
        self.share * u32::try_from(self.people.len()).expect("a group has at most three people")
    }
}

/// A case of one person.
fn row(share: u32, name: &'static str, person: Person, expected: [Outcome; 5]) -> Case {
    group(share, name, [person.expects(expected)])
}

/// A case of several people; the first leads.
fn group<const N: usize>(share: u32, name: &'static str, people: [Person; N]) -> Case {
    Case { share, name, people: people.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Category, Claim, HolderName, HolderNik, Naming};
    use crate::outcome::NONE;
    use std::collections::HashSet;

    #[test]
    fn nearly_half_are_plain_and_seven_in_ten_or_more_are_eligible_in_each_round() {
        let cases = all();
        assert_eq!(cases.iter().map(Case::workers).sum::<u32>(), DECK);
        assert!(cases[0].share > 4_600, "{} plain", cases[0].share);
        for tranche in 0..5 {
            let eligible: u32 = cases
                .iter()
                .map(|case| {
                    let people = case.people.iter().filter(|person| person.expected[tranche] == E);
                    case.share * u32::try_from(people.count()).unwrap()
                })
                .sum();
            assert!((6_800..=8_500).contains(&eligible), "{eligible} eligible in {tranche}");
        }
    }

    #[test]
    fn names_of_cases_are_unique() {
        let cases = all();
        let names: HashSet<_> = cases.iter().map(|case| case.name).collect();
        assert_eq!(names.len(), cases.len());
    }

    #[test]
    fn the_second_tranche_receives_exactly_those_eligible_in_the_first() {
        for case in all() {
            for person in &case.people {
                let [first, second, later @ ..] = person.expected;
                assert_eq!(first == E, second != NONE, "{}", case.name);
                assert!(first != NONE && !later.contains(&NONE), "{}", case.name);
            }
        }
    }

    /// A close name is lifted by the bank's NIK, so leaving the NIK to chance would leave the decision.
    #[test]
    fn where_a_name_is_not_certain_the_case_states_the_banks_nik() {
        let uncertain = |naming| {
            !matches!(
                naming,
                Naming::Plain
                    | Naming::Titles
                    | Naming::Spelling
                    | Naming::Reordered
                    | Naming::Filler
                    | Naming::Shared
                    | Naming::Rare
                    | Naming::Distinct
            )
        };
        for case in all() {
            for person in case.people.iter().filter(|person| uncertain(person.naming)) {
                for job in person.jobs.iter().filter(|job| job.category == Category::Pu) {
                    let Claim::Account(account) = job.claim else { continue };
                    let stated = account.holder_nik != HolderNik::Usual;
                    assert!(stated || account.holder_name == HolderName::Exact, "{}", case.name);
                }
            }
        }
    }

    #[test]
    fn groups_and_jobs_stay_within_their_bounds() {
        for case in all() {
            assert!((1..=3).contains(&case.people.len()), "{}", case.name);
            for (index, person) in case.people.iter().enumerate() {
                assert!((1..=4).contains(&person.jobs.len()), "{}", case.name);
                let leads = person.jobs.iter().all(|job| !matches!(job.claim, Claim::Leaders));
                assert!(index > 0 || leads, "{}: a leader has nobody to follow", case.name);
            }
            let first = &case.people[0].jobs[0];
            let shares = case.people.len() > 1;
            assert!(!shares || matches!(first.claim, Claim::Account(_)), "{}", case.name);
        }
    }
}

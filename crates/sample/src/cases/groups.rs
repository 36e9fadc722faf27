//! Cases of several people around one account.

use super::group;
use crate::facts::At::Key;
use crate::facts::HolderNik::{Absent, Equal};
use crate::facts::List::{Asn, Deceased, Pkh};
use crate::facts::Naming::{Distinct, Rare, Shared, SharedLonger};
use crate::facts::Place::{Jakarta, LowMinimum, Outside, Unlisted};
use crate::facts::{Case, Claim, Job, Number, Person, account, pu, works};
use crate::outcome::{
    ACCOUNT_SHARED as SHARED, CIVIL_SERVANT, DECEASED, E, HOLDER_NAME_DIFFERS as NAME,
    HOLDER_NIK_DIFFERS as NIK, NONE, NOT_ACTIVE_AT_CUTOFF as INACTIVE, OTHER_AID, OUTSIDE_REGION as OUTSIDE,
    Outcome, WAGE_NOT_REPORTED as UNREPORTED, WAGE_OVER_CEILING as OVER,
};

const IN: [Outcome; 5] = [E; 5];

const fn out(outcome: Outcome) -> [Outcome; 5] {
    [outcome, NONE, outcome, outcome, outcome]
}

/// Holds the account; the bank gives a name that all of the group bear, and no NIK.
fn leader() -> Person {
    works([pu().into(account().nik(Absent))]).named(Shared)
}

/// An employment that reports the leader's account.
fn theirs() -> Job {
    pu().claiming(Claim::Leaders)
}

/// Claims the leader's account under the same name.
fn follower(job: Job) -> Person {
    works([job]).named(Shared)
}

/// Two or more without any other refusing reason are all refused; a review counts as chosen.
pub(super) fn table() -> Vec<Case> {
    let mut table = shared();
    table.extend(not_shared());
    table
}

fn shared() -> Vec<Case> {
    let spoilt = |at, in_2022| follower(theirs().at(at).wages(3_000_000, in_2022));
    vec![
        group(
            30,
            "two on one account",
            [leader().expects(out(SHARED)), follower(theirs()).expects(out(SHARED))],
        ),
        group(
            8,
            "three on one account",
            [
                leader().expects(out(SHARED)),
                follower(theirs()).expects(out(SHARED)),
                follower(theirs()).expects(out(SHARED)),
            ],
        ),
        group(
            10,
            "one valid, one in review",
            [leader().expects(out(SHARED)), works([theirs()]).named(SharedLonger).expects(out(SHARED))],
        ),
        group(
            6,
            "both in review",
            [
                leader().named(SharedLonger).expects(out(SHARED)),
                works([theirs()]).named(SharedLonger).expects(out(SHARED)),
            ],
        ),
        group(
            6,
            "the minimum wage of one is unknown: pending, not refused",
            [
                leader().expects([SHARED, NONE, SHARED, SHARED, E]),
                spoilt(Unlisted, 4_200_000).expects([SHARED, NONE, SHARED, SHARED, OVER]),
            ],
        ),
        group(
            6,
            "shared, though a second account would be valid",
            [
                leader().expects(out(SHARED)),
                works([theirs(), pu().behind(1)]).named(Shared).expects(out(SHARED)),
            ],
        ),
        group(
            6,
            "two share, the third is deceased",
            [
                leader().expects(out(SHARED)),
                follower(theirs()).expects(out(SHARED)),
                follower(theirs()).on([Deceased]).expects(out(DECEASED)),
            ],
        ),
        group(
            6,
            "shared in 2020 only: one left",
            [
                leader().expects([SHARED, NONE, E, E, E]),
                follower(theirs().ends("2021-02-28")).expects([SHARED, NONE, INACTIVE, INACTIVE, INACTIVE]),
            ],
        ),
        group(
            6,
            "shared until one is over the ceiling of 2022",
            [
                leader().expects([SHARED, NONE, SHARED, E, E]),
                spoilt(LowMinimum, 3_500_001).expects([SHARED, NONE, SHARED, OVER, OVER]),
            ],
        ),
        group(
            6,
            "shared in 2020 only: one is a civil servant",
            [
                leader().expects([SHARED, NONE, E, E, E]),
                follower(theirs()).on([Asn]).expects([
                    SHARED,
                    NONE,
                    CIVIL_SERVANT,
                    CIVIL_SERVANT,
                    CIVIL_SERVANT,
                ]),
            ],
        ),
        group(
            6,
            "shared where other aid does not refuse one of them",
            [
                leader().expects([SHARED, NONE, E, E, SHARED]),
                follower(theirs()).on([Pkh]).expects([SHARED, NONE, OTHER_AID, OTHER_AID, SHARED]),
            ],
        ),
        group(
            6,
            "shared from 2022 on: one joined in 2021, first reported later",
            [
                leader().expects([E, E, E, SHARED, SHARED]),
                follower(theirs().starts("2021-05-03")).expects([INACTIVE, NONE, UNREPORTED, SHARED, SHARED]),
            ],
        ),
        group(
            6,
            "shared but in 2021: one works outside the annex",
            [
                leader().expects([SHARED, NONE, E, SHARED, SHARED]),
                follower(theirs().at(Outside)).expects([SHARED, NONE, OUTSIDE, SHARED, SHARED]),
            ],
        ),
    ]
}

fn not_shared() -> Vec<Case> {
    vec![
        group(
            10,
            "one of two is over the ceilings",
            [
                leader().expects(IN),
                follower(theirs().at(Jakarta).wages(8_000_000, 8_000_000)).expects(out(OVER)),
            ],
        ),
        group(
            6,
            "one of two is deceased",
            [leader().expects(IN), follower(theirs()).on([Deceased]).expects(out(DECEASED))],
        ),
        group(
            6,
            "one of two uses a newer account of his own",
            [
                leader().expects(IN),
                works([pu().into(account().nik(Equal)), theirs().behind(1)]).named(Shared).expects(IN),
            ],
        ),
        group(
            12,
            "a spouse's account, by its NIK",
            [works([pu().into(account().nik(Equal))]).expects(IN), works([theirs()]).expects(out(NIK))],
        ),
        group(
            12,
            "a spouse's account, by its name",
            [
                works([pu().into(account().nik(Absent))]).named(Rare).expects(IN),
                works([theirs()]).named(Distinct).expects(out(NAME)),
            ],
        ),
        group(
            8,
            "the same number at another bank",
            [
                works([pu().into(account().at(Key("014")))]).expects(IN),
                works([pu().into(account().at(Key("009")).number(Number::LeadersDigits))]).expects(IN),
            ],
        ),
        group(
            6,
            "the same number at the sharia unit of the bank",
            [
                works([pu().into(account().at(Key("022")))]).expects(IN),
                works([pu().into(account().at(Key("022-S")).number(Number::LeadersDigits))]).expects(IN),
            ],
        ),
    ]
}

//! Cases of the lists, and of several reasons at once: the first of the order is the primary one.

use super::row;
use crate::facts::List::{Asn, Bpnt, Bpum, Deceased, Dtks, Pkh, Polri, Prakerja, Tax, Tni};
use crate::facts::Place::{LowMinimum, Outside, Unlisted};
use crate::facts::{Case, Claim, HolderNik, Naming, Status, account, pu, state, works};
use crate::outcome::{
    ACCOUNT_CLOSED as CLOSED, ACCOUNT_NOT_REPORTED, CIVIL_SERVANT, DECEASED, E,
    HOLDER_NAME_NEEDS_REVIEW as REVIEW, MILITARY, MINIMUM_WAGE_UNKNOWN as UNKNOWN, NONE,
    NOT_ACTIVE_AT_CUTOFF as INACTIVE, OTHER_AID, OUTSIDE_REGION as OUTSIDE, POLICE, TAX_INCOME_OVER as TAXED,
    WAGE_NOT_REPORTED as UNREPORTED, WAGE_OVER_CEILING as OVER,
};

/// Below the ceiling of 2020, above the fixed one of 2022.
const MIDDLE: (i64, i64) = (3_600_000, 4_300_000);

pub(super) fn table() -> Vec<Case> {
    let closed = state(Status::Closed);
    vec![
        // --- one list: the deceased always, tax before the second tranche, the others in 2022
        row(40, "deceased", works([pu()]).on([Deceased]), [DECEASED, NONE, DECEASED, DECEASED, DECEASED]),
        row(
            60,
            "civil servant",
            works([pu()]).on([Asn]),
            [E, E, CIVIL_SERVANT, CIVIL_SERVANT, CIVIL_SERVANT],
        ),
        row(25, "military", works([pu()]).on([Tni]), [E, E, MILITARY, MILITARY, MILITARY]),
        row(25, "police", works([pu()]).on([Polri]), [E, E, POLICE, POLICE, POLICE]),
        row(70, "family aid", works([pu()]).on([Pkh]), [E, E, OTHER_AID, OTHER_AID, E]),
        row(80, "pre-employment aid", works([pu()]).on([Prakerja]), [E, E, OTHER_AID, OTHER_AID, E]),
        row(30, "micro business aid", works([pu()]).on([Bpum]), [E, E, OTHER_AID, OTHER_AID, E]),
        row(80, "income over the ceiling by tax data", works([pu()]).on([Tax]), [E, TAXED, E, E, E]),
        row(50, "food aid has no effect", works([pu()]).on([Bpnt]), [E, E, E, E, E]),
        row(50, "the welfare register has no effect", works([pu()]).on([Dtks]), [E, E, E, E, E]),
        row(
            8,
            "civil servant outside the annex",
            works([pu().at(Outside)]).on([Asn]),
            [E, E, OUTSIDE, CIVIL_SERVANT, CIVIL_SERVANT],
        ),
        row(8, "aid, outside the annex", works([pu().at(Outside)]).on([Pkh]), [E, E, OUTSIDE, OTHER_AID, E]),
        row(
            8,
            "deceased, worked outside the annex",
            works([pu().at(Outside)]).on([Deceased]),
            [DECEASED, NONE, DECEASED, DECEASED, DECEASED],
        ),
        row(
            8,
            "outside the annex, and a closed account",
            works([pu().at(Outside).into(closed)]),
            [CLOSED, NONE, OUTSIDE, CLOSED, CLOSED],
        ),
        row(
            8,
            "outside the annex, never reported",
            works([pu().at(Outside).reports([])]),
            [UNREPORTED, NONE, UNREPORTED, UNREPORTED, UNREPORTED],
        ),
        // --- several
        row(
            12,
            "civil servant with aid",
            works([pu()]).on([Pkh, Asn]),
            [E, E, CIVIL_SERVANT, CIVIL_SERVANT, CIVIL_SERVANT],
        ),
        row(8, "military and police", works([pu()]).on([Polri, Tni]), [E, E, MILITARY, MILITARY, MILITARY]),
        row(8, "police with aid", works([pu()]).on([Bpum, Polri]), [E, E, POLICE, POLICE, POLICE]),
        row(
            8,
            "deceased civil servant",
            works([pu()]).on([Asn, Deceased]),
            [DECEASED, NONE, DECEASED, DECEASED, DECEASED],
        ),
        row(
            8,
            "aid twice and the register",
            works([pu()]).on([Pkh, Prakerja, Dtks]),
            [E, E, OTHER_AID, OTHER_AID, E],
        ),
        row(
            10,
            "taxed and a civil servant",
            works([pu()]).on([Tax, Asn]),
            [E, TAXED, CIVIL_SERVANT, CIVIL_SERVANT, CIVIL_SERVANT],
        ),
        row(
            10,
            "taxed, left in 2021",
            works([pu().ends("2021-06-30")]).on([Tax]),
            [E, TAXED, E, INACTIVE, INACTIVE],
        ),
        row(
            10,
            "deceased, and left before the cut-offs",
            works([pu().ends("2020-04-30").reports([])]).on([Deceased]),
            [DECEASED, NONE, DECEASED, DECEASED, DECEASED],
        ),
        row(
            10,
            "aid, and a closed account",
            works([pu().into(closed)]).on([Pkh]),
            [CLOSED, NONE, OTHER_AID, OTHER_AID, CLOSED],
        ),
        row(
            10,
            "taxed, and a closed account",
            works([pu().into(closed)]).on([Tax]),
            [CLOSED, NONE, CLOSED, CLOSED, CLOSED],
        ),
        row(
            10,
            "civil servant over the ceiling",
            works([pu().at(LowMinimum).wages(MIDDLE, MIDDLE)]).on([Asn]),
            [E, E, OVER, OVER, OVER],
        ),
        row(
            10,
            "minimum wage unknown, and aid",
            works([pu().at(Unlisted).wages(MIDDLE, MIDDLE)]).on([Bpum]),
            [E, E, OTHER_AID, OTHER_AID, OVER],
        ),
        row(
            10,
            "minimum wage unknown, and taxed",
            works([pu().at(Unlisted).wages(MIDDLE, MIDDLE)]).on([Tax]),
            [E, TAXED, UNKNOWN, UNKNOWN, OVER],
        ),
        row(
            10,
            "minimum wage unknown, and a closed account",
            works([pu().at(Unlisted).wages(MIDDLE, MIDDLE).into(closed)]),
            [CLOSED, NONE, CLOSED, CLOSED, OVER],
        ),
        row(
            10,
            "minimum wage unknown, and a name to review",
            works([pu().at(Unlisted).wages(MIDDLE, MIDDLE).into(account().nik(HolderNik::Absent))])
                .named(Naming::Initial),
            [REVIEW, NONE, UNKNOWN, UNKNOWN, OVER],
        ),
        row(
            10,
            "minimum wage unknown, and no account",
            works([pu().at(Unlisted).wages(MIDDLE, MIDDLE).claiming(Claim::Nothing)]),
            [ACCOUNT_NOT_REPORTED, NONE, ACCOUNT_NOT_REPORTED, ACCOUNT_NOT_REPORTED, OVER],
        ),
        row(
            8,
            "over the ceiling, and no account",
            works([pu().at(LowMinimum).wages(9_000_000, 9_000_000).claiming(Claim::Nothing)]),
            [OVER, NONE, OVER, OVER, OVER],
        ),
    ]
}

//! Cases of wage reports: which report decides, and which of several employments is compared.

use super::row;
use crate::facts::Place::{Jakarta, LowMinimum, RingOne, Unlisted};
use crate::facts::{Case, pu, report, works};
use crate::outcome::{
    E, MINIMUM_WAGE_UNKNOWN as UNKNOWN, NONE, NOT_ACTIVE_AT_CUTOFF as INACTIVE,
    WAGE_NOT_REPORTED as UNREPORTED, WAGE_OVER_CEILING as OVER,
};

const LOW: (i64, i64) = (1_700_000, 3_300_000);

pub(super) fn table() -> Vec<Case> {
    let mut table = reports();
    table.extend(two_jobs());
    table
}

/// The latest month among reports made by the cut-off, the latest of them; divided, rounded down.
fn reports() -> Vec<Case> {
    let late = report(202_005, "2020-07-01", LOW);
    let in_time = report(202_005, "2020-06-30", LOW);
    let in_2022 = report(202_206, None, LOW);
    vec![
        row(
            30,
            "never reported",
            works([pu().reports([])]),
            [UNREPORTED, NONE, UNREPORTED, UNREPORTED, UNREPORTED],
        ),
        row(
            15,
            "first report a day after the cut-off of 2020",
            works([pu().reports([late])]),
            [UNREPORTED, NONE, E, E, E],
        ),
        row(12, "first report on the cut-off of 2020", works([pu().reports([in_time])]), [E, E, E, E, E]),
        row(
            15,
            "first report a day after the cut-off of 2022",
            works([pu().starts("2022-06-01").reports([report(202_206, "2022-08-01", LOW)])]),
            [INACTIVE, NONE, INACTIVE, UNREPORTED, E],
        ),
        row(
            12,
            "first report on the cut-off of 2022",
            works([pu().starts("2022-06-01").reports([report(202_206, "2022-07-31", LOW)])]),
            [INACTIVE, NONE, INACTIVE, E, E],
        ),
        row(
            15,
            "first report a day after the cut-off of 2021",
            works([pu().starts("2021-05-01").reports([report(202_105, "2021-07-01", LOW)])]),
            [INACTIVE, NONE, UNREPORTED, E, E],
        ),
        row(
            12,
            "first report on the cut-off of 2021",
            works([pu().starts("2021-05-01").reports([report(202_105, "2021-06-30", LOW)])]),
            [INACTIVE, NONE, E, E, E],
        ),
        row(
            25,
            "first report a day after the cut-off of 2025",
            works([pu().starts("2025-03-01").reports([report(202_503, "2025-05-01", LOW)])]),
            [INACTIVE, NONE, INACTIVE, INACTIVE, UNREPORTED],
        ),
        row(
            12,
            "first report on the cut-off of 2025",
            works([pu().starts("2025-03-01").reports([report(202_503, "2025-04-30", LOW)])]),
            [INACTIVE, NONE, INACTIVE, INACTIVE, E],
        ),
        row(
            12,
            "a high wage reported on the cut-offs of 2021 and 2025",
            works([pu().at(LowMinimum).reports([
                report(202_005, None, LOW),
                report(202_105, "2021-06-30", 9_000_000),
                in_2022,
                report(202_503, "2025-04-30", 9_000_000),
            ])]),
            [E, E, OVER, E, OVER],
        ),
        row(
            12,
            "a high wage reported a day after them",
            works([pu().at(LowMinimum).reports([
                report(202_005, None, LOW),
                report(202_105, "2021-07-01", 9_000_000),
                in_2022,
                report(202_503, "2025-05-01", 9_000_000),
            ])]),
            [E, E, E, E, E],
        ),
        row(
            40,
            "not reported since 2020",
            works([pu().reports([report(202_005, None, LOW)])]),
            [E, E, E, E, E],
        ),
        row(
            12,
            "the latest month decides, not the latest report",
            works([pu().at(LowMinimum).reports([
                report(202_005, "2020-06-10", LOW),
                report(202_004, "2020-06-25", 6_000_000),
                report(202_206, "2022-07-05", LOW),
                report(202_205, "2022-07-20", 6_000_000),
            ])]),
            [E, E, E, E, E],
        ),
        row(
            12,
            "a corrected month: the later report decides",
            works([pu().at(LowMinimum).reports([
                report(202_005, "2020-06-05", 6_000_000),
                report(202_005, "2020-06-20", LOW),
                report(202_206, "2022-07-05", LOW),
                report(202_206, "2022-07-25", 6_000_000),
            ])]),
            [E, E, E, OVER, OVER],
        ),
        row(
            12,
            "corrections after a cut-off count for the next round",
            works([pu().at(LowMinimum).reports([
                report(202_005, "2020-06-10", LOW),
                report(202_005, "2020-07-01", 9_000_000),
                report(202_006, "2020-07-10", 9_000_000),
                report(202_206, "2022-07-10", LOW),
                report(202_206, "2022-08-01", 9_000_000),
                report(202_207, "2022-08-05", 9_000_000),
            ])]),
            [E, E, OVER, E, OVER],
        ),
        row(
            12,
            "corrections on the cut-offs count",
            works([pu().at(LowMinimum).reports([
                report(202_005, "2020-06-10", 9_000_000),
                report(202_005, "2020-06-30", LOW),
                report(202_206, "2022-07-10", LOW),
                report(202_206, "2022-07-31", 9_000_000),
            ])]),
            [E, E, E, OVER, OVER],
        ),
        row(
            12,
            "several months in one report, the remainder below the ceilings",
            works([pu().at(LowMinimum).reports([
                report(202_005, None, 4_999_999).over(3),
                report(202_206, None, 3_500_000).over(6),
            ])]),
            [E, E, OVER, E, E],
        ),
        row(
            12,
            "several months in one report, the quotient above the ceilings",
            works([pu().at(LowMinimum).reports([
                report(202_005, None, 5_000_000).over(12),
                report(202_206, None, 3_500_001).over(2),
            ])]),
            [OVER, NONE, OVER, OVER, OVER],
        ),
        row(
            15,
            "a teacher at about 100,000 in three months",
            works([
                pu().reports([report(202_005, None, 33_333).over(3), report(202_206, None, 33_333).over(3)])
            ]),
            [E, E, E, E, E],
        ),
        row(
            20,
            "two months, three and four in one report",
            works([pu().reports([
                report(202_005, None, LOW).over(2),
                report(202_205, None, LOW).over(3),
                in_2022.over(4),
            ])]),
            [E, E, E, E, E],
        ),
    ]
}

/// The highest of the active employments is compared; of equal ones the one that passes.
fn two_jobs() -> Vec<Case> {
    vec![
        row(
            15,
            "each wage within, their sum not",
            works([
                pu().at(LowMinimum).wages(3_000_000, 1_900_000),
                pu().at(LowMinimum).wages(2_900_000, 1_800_000),
            ]),
            [E, E, E, E, E],
        ),
        row(
            15,
            "the higher wage decides, though it is reported for an older month",
            works([
                pu().at(LowMinimum).wages(LOW, LOW),
                pu().at(LowMinimum).wages(5_200_000, 5_200_000).behind(2),
            ]),
            [OVER, NONE, OVER, OVER, OVER],
        ),
        row(
            12,
            "the higher wage passes by its place, the lower would not",
            works([pu().at(LowMinimum).wages(LOW, 3_600_000), pu().at(Jakarta).wages(LOW, 4_600_000)]),
            [E, E, E, E, OVER],
        ),
        row(
            12,
            "the higher wage is of a place whose minimum is unknown",
            works([pu().at(Jakarta).wages(LOW, 4_600_000), pu().at(Unlisted).wages(LOW, 4_700_000)]),
            [E, E, E, UNKNOWN, OVER],
        ),
        row(
            12,
            "equal wages, one passes and one is over",
            works([
                pu().at(LowMinimum).wages(4_100_000, 4_200_000),
                pu().at(Jakarta).wages(4_100_000, 4_200_000),
            ]),
            [E, E, E, E, OVER],
        ),
        row(
            12,
            "equal wages, one passes and one is unknown",
            works([
                pu().at(Unlisted).wages(4_100_000, 4_200_000),
                pu().at(RingOne).wages(4_100_000, 4_200_000),
            ]),
            [E, E, E, E, OVER],
        ),
        row(
            12,
            "equal wages, one is over and one is unknown",
            works([
                pu().at(LowMinimum).wages(4_100_000, 4_200_000),
                pu().at(Unlisted).wages(4_100_000, 4_200_000),
            ]),
            [E, E, UNKNOWN, UNKNOWN, OVER],
        ),
        row(15, "reported by one of two employers", works([pu().reports([]), pu()]), [E, E, E, E, E]),
        row(
            12,
            "the high one of two is reported too late",
            works([
                pu().at(LowMinimum),
                pu().at(LowMinimum).reports([
                    report(202_006, "2020-07-01", 9_000_000),
                    report(202_207, "2022-08-01", 9_000_000),
                ]),
            ]),
            [E, E, OVER, OVER, OVER],
        ),
    ]
}

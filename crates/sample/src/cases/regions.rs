//! Cases of the annex of 2021: one active wage-recipient employment inside is enough.

use super::row;
use crate::facts::Category::Bpu;
use crate::facts::Place::Outside;
use crate::facts::{Case, member, pu, report, works};
use crate::outcome::{E, NOT_ACTIVE_AT_CUTOFF as INACTIVE, OUTSIDE_REGION as OUTSIDE};

const LOW: (i64, i64) = (1_700_000, 3_300_000);

pub(super) fn table() -> Vec<Case> {
    let only_2021 = [E, E, OUTSIDE, E, E];
    let moved_in =
        pu().starts("2021-05-01").reports([report(202_105, None, LOW), report(202_206, None, LOW)]);
    vec![
        row(250, "outside the annex", works([pu().at(Outside)]), only_2021),
        row(20, "both employers outside", works([pu().at(Outside), pu().at(Outside).behind(1)]), only_2021),
        row(20, "one of two employers outside", works([pu().at(Outside), pu().behind(1)]), [E; 5]),
        row(
            12,
            "outside, and inside until a day before the cut-off",
            works([pu().at(Outside), pu().behind(1).ends("2021-06-29")]),
            only_2021,
        ),
        row(
            12,
            "outside, and inside until the cut-off",
            works([pu().at(Outside), pu().behind(1).ends("2021-06-30")]),
            [E; 5],
        ),
        row(12, "outside, BPU inside", works([pu().at(Outside), member(Bpu)]), only_2021),
        row(
            12,
            "moved to an employer inside",
            works([pu().at(Outside).ends("2021-04-30"), moved_in]),
            [E; 5],
        ),
        row(
            12,
            "left outside before the cut-off",
            works([pu().at(Outside).ends("2021-06-29")]),
            [E, E, INACTIVE, INACTIVE, INACTIVE],
        ),
    ]
}

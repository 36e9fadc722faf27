//! Cases of membership: active on the day, and in which category.

use super::row;
use crate::facts::{Case, Category, Claim, Report, member, pu, report, state, works};
use crate::facts::{Category::Bpu, Status};
use crate::outcome::{
    E, NONE, NOT_ACTIVE_AT_CUTOFF as INACTIVE, NOT_WAGE_RECIPIENT as NO_PU, WAGE_NOT_REPORTED as UNREPORTED,
};

const LOW: (i64, i64) = (1_700_000, 3_300_000);

/// Reported in 2021 and in 2022.
fn since_2021() -> [Report; 2] {
    [report(202_105, None, LOW), report(202_206, None, LOW)]
}

pub(super) fn table() -> Vec<Case> {
    vec![
        // --- active: start_date <= cut-off and (no end_date or end_date >= cut-off)
        row(
            120,
            "joined in 2020 after the cut-off",
            works([pu().starts("2020-10-01").reports(since_2021())]),
            [INACTIVE, NONE, E, E, E],
        ),
        row(
            120,
            "joined in 2021, first reported in 2022",
            works([pu().starts("2021-03-01")]),
            [INACTIVE, NONE, UNREPORTED, E, E],
        ),
        row(80, "joined in 2022", works([pu().starts("2022-01-03")]), [INACTIVE, NONE, INACTIVE, E, E]),
        row(
            110,
            "left in 2020 after the cut-off",
            works([pu().ends("2020-12-31")]),
            [E, E, INACTIVE, INACTIVE, INACTIVE],
        ),
        row(90, "left in 2021", works([pu().ends("2021-09-30")]), [E, E, E, INACTIVE, INACTIVE]),
        row(
            30,
            "left before both cut-offs",
            works([pu().ends("2020-05-31")]),
            [INACTIVE, NONE, INACTIVE, INACTIVE, INACTIVE],
        ),
        row(
            15,
            "last day is the cut-off of 2020",
            works([pu().ends("2020-06-30")]),
            [E, E, INACTIVE, INACTIVE, INACTIVE],
        ),
        row(
            15,
            "last day is a day before",
            works([pu().ends("2020-06-29")]),
            [INACTIVE, NONE, INACTIVE, INACTIVE, INACTIVE],
        ),
        row(15, "last day is the cut-off of 2022", works([pu().ends("2022-07-31")]), [E, E, E, E, INACTIVE]),
        row(
            15,
            "last day is a day before that",
            works([pu().ends("2022-07-30")]),
            [E, E, E, INACTIVE, INACTIVE],
        ),
        row(15, "the end of a contract lies ahead", works([pu().ends("2023-12-31")]), [E, E, E, E, INACTIVE]),
        row(
            12,
            "first day is the cut-off of 2020, reported on it",
            works([pu()
                .starts("2020-06-30")
                .reports([report(202_006, "2020-06-30", LOW), report(202_206, None, LOW)])]),
            [E, E, E, E, E],
        ),
        row(
            12,
            "first day is a day after",
            works([pu().starts("2020-07-01")]),
            [INACTIVE, NONE, UNREPORTED, E, E],
        ),
        row(
            12,
            "first day is the cut-off of 2022, reported on it",
            works([pu().starts("2022-07-31").reports([report(202_207, "2022-07-31", LOW)])]),
            [INACTIVE, NONE, INACTIVE, E, E],
        ),
        row(
            12,
            "first day is a day after that",
            works([pu().starts("2022-08-01")]),
            [INACTIVE, NONE, INACTIVE, INACTIVE, UNREPORTED],
        ),
        row(
            15,
            "last day is the cut-off of 2021",
            works([pu().ends("2021-06-30")]),
            [E, E, E, INACTIVE, INACTIVE],
        ),
        row(
            15,
            "last day is a day before that of 2021",
            works([pu().ends("2021-06-29")]),
            [E, E, INACTIVE, INACTIVE, INACTIVE],
        ),
        row(
            12,
            "first day is the cut-off of 2021, reported on it",
            works([pu()
                .starts("2021-06-30")
                .reports([report(202_106, "2021-06-30", LOW), report(202_206, None, LOW)])]),
            [INACTIVE, NONE, E, E, E],
        ),
        row(
            12,
            "first day is a day after that of 2021",
            works([pu().starts("2021-07-01")]),
            [INACTIVE, NONE, INACTIVE, E, E],
        ),
        row(15, "last day is the cut-off of 2025", works([pu().ends("2025-04-30")]), [E, E, E, E, E]),
        row(
            15,
            "last day is a day before that of 2025",
            works([pu().ends("2025-04-29")]),
            [E, E, E, E, INACTIVE],
        ),
        row(
            12,
            "first day is the cut-off of 2025, reported on it",
            works([pu().starts("2025-04-30").reports([report(202_504, "2025-04-30", LOW)])]),
            [INACTIVE, NONE, INACTIVE, INACTIVE, E],
        ),
        row(
            12,
            "first day is a day after that of 2025",
            works([pu().starts("2025-05-01")]),
            [INACTIVE, NONE, INACTIVE, INACTIVE, INACTIVE],
        ),
        row(
            30,
            "joined in 2023",
            works([pu().starts("2023-02-01").reports([report(202_503, None, LOW)])]),
            [INACTIVE, NONE, INACTIVE, INACTIVE, E],
        ),
        row(30, "left in 2024", works([pu().ends("2024-03-31")]), [E, E, E, E, INACTIVE]),
        // --- several employments
        row(120, "active at two employers", works([pu(), pu().behind(1)]), [E, E, E, E, E]),
        row(
            160,
            "moved to another employer",
            works([pu().ends("2021-03-31"), pu().starts("2021-04-01").reports(since_2021())]),
            [E, E, E, E, E],
        ),
        row(
            20,
            "back at the same employer the next day",
            works([pu().ends("2021-01-31"), pu().starts("2021-02-01").rehired()]),
            [E, E, UNREPORTED, E, E],
        ),
        row(
            12,
            "back at the same employer, the cut-off of 2020 in the gap",
            works([pu().ends("2020-05-31"), pu().starts("2020-07-15").rehired()]),
            [INACTIVE, NONE, UNREPORTED, E, E],
        ),
        row(
            12,
            "a high wage in an employment that ended does not count",
            works([pu(), pu().wages(9_000_000, 9_000_000).ends("2020-06-29")]),
            [E, E, E, E, E],
        ),
        // --- category: some active, none PU
        row(50, "BPU only", works([member(Bpu)]), [NO_PU, NONE, NO_PU, NO_PU, NO_PU]),
        row(
            10,
            "BPU without account",
            works([member(Bpu).claiming(Claim::Nothing)]),
            [NO_PU, NONE, NO_PU, NO_PU, NO_PU],
        ),
        row(20, "construction only", works([member(Category::Jakon)]), [NO_PU, NONE, NO_PU, NO_PU, NO_PU]),
        row(10, "migrant only", works([member(Category::Pmi)]), [NO_PU, NONE, NO_PU, NO_PU, NO_PU]),
        row(
            25,
            "BPU beside PU: its wage and its account do not count",
            works([member(Bpu).wages(8_000_000, 8_000_000).into(state(Status::Closed)), pu().behind(1)]),
            [E, E, E, E, E],
        ),
        row(
            12,
            "BPU goes on, PU ended the day before",
            works([pu().ends("2020-06-29"), member(Bpu)]),
            [NO_PU, NONE, NO_PU, NO_PU, NO_PU],
        ),
        row(
            12,
            "from PU to BPU",
            works([pu().ends("2021-05-31"), member(Bpu).starts("2021-06-01")]),
            [E, E, NO_PU, NO_PU, NO_PU],
        ),
        row(
            12,
            "from BPU to PU",
            works([member(Bpu).ends("2020-12-31"), pu().starts("2021-01-04")]),
            [NO_PU, NONE, UNREPORTED, E, E],
        ),
        row(
            10,
            "BPU that ended",
            works([member(Bpu).ends("2020-06-29")]),
            [INACTIVE, NONE, INACTIVE, INACTIVE, INACTIVE],
        ),
    ]
}

//! Cases of the wage: the ceilings to the rupiah.

use super::row;
use crate::facts::Place::{Jakarta, Karawang, LowMinimum, Papua, RingOne, Unlisted};
use crate::facts::{Case, pu, works};
use crate::outcome::{E, MINIMUM_WAGE_UNKNOWN as UNKNOWN, NONE, WAGE_OVER_CEILING as OVER};

const LOW: (i64, i64) = (1_700_000, 3_300_000);
const HIGH: (i64, i64) = (7_000_000, 25_000_000);
/// Fine in 2020, above the fixed ceiling of 2022.
const MIDDLE: (i64, i64) = (3_600_000, 4_300_000);

/// bsu-2020: below 5,000,000. bsu-2021 and bsu-2022: at most 3,500,000, or the minimum wage of the year rounded
/// up. bsu-2025: at most 3,500,000.
pub(super) fn table() -> Vec<Case> {
    vec![
        row(
            140,
            "high wage in Jakarta",
            works([pu().at(Jakarta).wages(HIGH, HIGH)]),
            [OVER, NONE, OVER, OVER, OVER],
        ),
        row(
            40,
            "high wage around Surabaya",
            works([pu().at(RingOne).wages(HIGH, HIGH)]),
            [OVER, NONE, OVER, OVER, OVER],
        ),
        row(
            50,
            "high wage, low minimum",
            works([pu().at(LowMinimum).wages(HIGH, HIGH)]),
            [OVER, NONE, OVER, OVER, OVER],
        ),
        row(
            60,
            "high wage, unknown minimum",
            works([pu().at(Unlisted).wages(HIGH, HIGH)]),
            [OVER, NONE, UNKNOWN, UNKNOWN, OVER],
        ),
        row(50, "grew, low minimum", works([pu().at(LowMinimum).wages(LOW, MIDDLE)]), [E, E, E, OVER, OVER]),
        row(
            60,
            "grew, unknown minimum",
            works([pu().at(Unlisted).wages(LOW, MIDDLE)]),
            [E, E, E, UNKNOWN, OVER],
        ),
        row(80, "grew in Jakarta", works([pu().at(Jakarta).wages(MIDDLE, MIDDLE)]), [E, E, E, E, OVER]),
        row(40, "grew around Surabaya", works([pu().at(RingOne).wages(MIDDLE, MIDDLE)]), [E, E, E, E, OVER]),
        row(
            12,
            "one rupiah below in 2020, the minimum of Jakarta rounded up in 2022",
            works([pu().at(Jakarta).wages(4_999_999, 4_700_000)]),
            [E, E, OVER, E, OVER],
        ),
        row(
            12,
            "at the ceiling of 2020, one rupiah above Jakarta's in 2022",
            works([pu().at(Jakarta).wages(5_000_000, 4_700_001)]),
            [OVER, NONE, OVER, OVER, OVER],
        ),
        row(
            12,
            "between Jakarta's minimum and it rounded up",
            works([pu().at(Jakarta).wages(4_276_349, 4_641_855)]),
            [E, E, E, E, OVER],
        ),
        row(
            12,
            "from the ceiling of 2020 to that of 2022",
            works([pu().at(LowMinimum).wages(5_000_000, 3_500_000)]),
            [OVER, NONE, OVER, E, E],
        ),
        row(12, "the fixed ceiling of 2022", works([pu().wages(3_500_000, 3_500_000)]), [E, E, E, E, E]),
        row(
            12,
            "one rupiah above, low minimum",
            works([pu().at(LowMinimum).wages(3_500_001, 3_500_001)]),
            [E, E, OVER, OVER, OVER],
        ),
        row(
            12,
            "one rupiah above, unknown minimum",
            works([pu().at(Unlisted).wages(3_500_001, 3_500_001)]),
            [E, E, UNKNOWN, UNKNOWN, OVER],
        ),
        row(
            12,
            "one rupiah above, high minimum",
            works([pu().at(RingOne).wages(3_500_001, 3_500_001)]),
            [E, E, E, E, OVER],
        ),
        row(
            12,
            "the minimum around Surabaya rounded up",
            works([pu().at(RingOne).wages(4_200_000, 4_400_000)]),
            [E, E, E, E, OVER],
        ),
        row(
            12,
            "one rupiah above that",
            works([pu().at(RingOne).wages(4_200_000, 4_400_001)]),
            [E, E, E, OVER, OVER],
        ),
        row(
            12,
            "Papua's provincial minimum rounded up",
            works([pu().at(Papua).wages(3_500_000, 3_600_000)]),
            [E, E, E, E, OVER],
        ),
        row(
            12,
            "one rupiah above that of Papua",
            works([pu().at(Papua).wages(3_500_000, 3_600_001)]),
            [E, E, E, UNKNOWN, OVER],
        ),
        row(
            12,
            "Karawang, whose minimum is known for 2021 only",
            works([pu().at(Karawang).wages(4_594_324, 4_798_312)]),
            [E, E, E, UNKNOWN, OVER],
        ),
        // --- of 2021, by the wage of 2020
        row(
            12,
            "Jakarta's minimum of 2021 rounded up",
            works([pu().at(Jakarta).wages(4_500_000, LOW)]),
            [E, E, E, E, E],
        ),
        row(
            12,
            "one rupiah above Jakarta's of 2021",
            works([pu().at(Jakarta).wages(4_500_001, LOW)]),
            [E, E, OVER, E, E],
        ),
        row(
            12,
            "Karawang's minimum of 2021 rounded up",
            works([pu().at(Karawang).wages(4_800_000, LOW)]),
            [E, E, E, E, E],
        ),
        row(
            12,
            "one rupiah above Karawang's",
            works([pu().at(Karawang).wages(4_800_001, LOW)]),
            [E, E, OVER, E, E],
        ),
        row(
            12,
            "the minimum around Surabaya of 2021 rounded up",
            works([pu().at(RingOne).wages(4_300_000, LOW)]),
            [E, E, E, E, E],
        ),
        row(
            12,
            "one rupiah above the highest around Surabaya",
            works([pu().at(RingOne).wages(4_400_001, LOW)]),
            [E, E, OVER, E, E],
        ),
        row(
            12,
            "Papua's minimum of 2021 rounded up",
            works([pu().at(Papua).wages(3_600_000, LOW)]),
            [E, E, E, E, E],
        ),
        row(
            12,
            "one rupiah above Papua's of 2021",
            works([pu().at(Papua).wages(3_600_001, LOW)]),
            [E, E, UNKNOWN, E, E],
        ),
        row(20, "fell, low minimum", works([pu().at(LowMinimum).wages(MIDDLE, LOW)]), [E, E, OVER, E, E]),
        row(
            40,
            "fell, unknown minimum",
            works([pu().at(Unlisted).wages(MIDDLE, LOW)]),
            [E, E, UNKNOWN, E, E],
        ),
        // --- of 2025: no minimum wage lifts it
        row(
            12,
            "the fixed ceiling of 2025",
            works([pu().at(Jakarta).also(202_503, 3_500_000)]),
            [E, E, E, E, E],
        ),
        row(
            12,
            "one rupiah above that of 2025",
            works([pu().at(Jakarta).also(202_503, 3_500_001)]),
            [E, E, E, E, OVER],
        ),
        row(20, "grew late", works([pu().also(202_503, HIGH)]), [E, E, E, E, OVER]),
        row(10, "one rupiah a month", works([pu().wages(1, 1)]), [E, E, E, E, E]),
    ]
}

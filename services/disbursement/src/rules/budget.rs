//! Who comes first when the money does not reach for all, and how far it reaches.

use tepat_terms::{Nik, seeded_rank};

/// The place of a person when the money does not reach for all, lowest first: those pending since an
/// earlier batch, then by the round's priorities, then by the seeded rank.
///
/// The order of NIKs is geography, so it must not decide; the seed is published, so anyone can work the
/// order out again.
#[must_use]
pub(crate) fn place(seed: &[u8], nik: Nik, waiting: bool, priority: i16) -> (bool, i16, u64) {
    (!waiting, priority, seeded_rank(seed, nik))
}

/// How many recipients of `amount_rupiah` each the rest of a budget pays: (ceiling - promised) /
/// amount, rounded down. 0 when more is promised already, or when a number makes no sense.
#[must_use]
pub(crate) fn affordable(ceiling_rupiah: i64, promised_rupiah: i64, amount_rupiah: i64) -> i64 {
    if amount_rupiah <= 0 || promised_rupiah < 0 {
        return 0;
    }
    let left_rupiah = ceiling_rupiah.checked_sub(promised_rupiah).unwrap_or(0);
    (left_rupiah / amount_rupiah).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waited_comes_first_then_the_priority_decides_then_the_seeded_rank() {
        let niks: Vec<Nik> =
            (1..=4).map(|serial| Nik::from_number(3_201_011_501_900_000 + serial).unwrap()).collect();
        let mut by_rank = niks.clone();
        by_rank.sort_by_key(|nik| seeded_rank(b"tepat", *nik));
        let order = |waiting: [bool; 4], priority: [i16; 4]| {
            let mut order: Vec<usize> = (0..4).collect();
            order.sort_by_key(|at| place(b"tepat", by_rank[*at], waiting[*at], priority[*at]));
            order
        };
        let nobody = [false; 4];
        assert_eq!(order(nobody, [0; 4]), [0, 1, 2, 3]);
        assert_eq!(order(nobody, [1, 0, 2, 0]), [1, 3, 0, 2]);
        assert_eq!(order([false, false, true, false], [0; 4]), [2, 0, 1, 3]);
        assert_eq!(order([false, true, true, false], [1, 1, 0, 0]), [2, 1, 3, 0]);
    }

    #[test]
    fn the_budget_reaches_as_far_as_it_does() {
        for (ceiling, promised, amount, expected) in [
            (1_200_000, 0, 600_000, 2),
            (1_199_999, 0, 600_000, 1),
            (599_999, 0, 600_000, 0),
            (1_200_000, 600_000, 600_000, 1),
            (1_200_000, 600_001, 600_000, 0),
            (1_200_000, 1_200_000, 600_000, 0),
            (1_200_000, 1_800_000, 600_000, 0),
            (8_804_969_750_000, 0, 600_000, 14_674_949),
            (37_740_556_800_000, 14_718_524_400_000, 1_200_000, 19_185_027),
            (i64::MAX, 0, 1, i64::MAX),
            (i64::MIN, i64::MAX, 1, 0),
            (i64::MAX, i64::MIN, 1, 0),
            (1_200_000, -1, 600_000, 0),
            (1_200_000, 0, 0, 0),
            (1_200_000, 0, -1, 0),
        ] {
            assert_eq!(affordable(ceiling, promised, amount), expected, "{ceiling} {promised} {amount}");
        }
    }
}

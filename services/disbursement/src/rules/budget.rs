//! Who comes first when the money does not reach for all, and how far it reaches.

use sha2::{Digest, Sha256};
use tepat_terms::Nik;

/// The place of a person in the round's order, lowest first: the first eight bytes of
/// SHA-256(seed, NIK as 16 digits).
///
/// The order of NIKs is geography, so it must not decide; the seed is the round's and published,
/// so anyone can work the order out again. Persons pending since an earlier batch, and the round's
/// priorities, come before this order.
#[must_use]
pub(crate) fn rank(seed: &[u8], nik: Nik) -> u64 {
    let digest = Sha256::new().chain_update(seed).chain_update(nik.reveal()).finalize();
    digest.iter().take(8).fold(0, |rank, byte| rank << 8 | u64::from(*byte))
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
    fn the_rank_can_be_worked_out_with_sha256sum() {
        let nik: Nik = "3201011501900001".parse().unwrap();
        // printf 'tepat3201011501900001' | sha256sum; printf '3201011501900001' | sha256sum
        assert_eq!(rank(b"tepat", nik), 0xf2f8_0064_64f3_1097);
        assert_eq!(rank(b"", nik), 0xb95b_54b8_a549_0007);
    }

    #[test]
    fn the_seed_and_the_nik_change_the_rank() {
        let nik: Nik = "3201011501900001".parse().unwrap();
        let other: Nik = "3201011501900002".parse().unwrap();
        assert_ne!(rank(b"a", nik), rank(b"b", nik));
        assert_ne!(rank(b"a", nik), rank(b"a", other));
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

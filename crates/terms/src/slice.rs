//! Parts of a roster, cut by a hash: the order of NIKs is geography, so it must not cut.

use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::Nik;

/// Most parts that a roster is cut into.
const PARTS_MAX: i32 = 1_000;

/// The rank of a person under a seed: the first eight bytes of SHA-256(seed, NIK as 16 digits), as a number.
///
/// Anyone who knows the seed can work it out again with `sha256sum`.
#[must_use]
pub fn seeded_rank(seed: &[u8], nik: Nik) -> u64 {
    let digest = Sha256::new().chain_update(seed).chain_update(nik.reveal()).finalize();
    digest.iter().take(8).fold(0, |rank, byte| rank << 8 | u64::from(*byte))
}

/// Part `k` of `n` of a roster: whoever's rank leaves `k - 1` when divided by `n`, under a seed that is
/// hashed by its decimal digits. The parts of one seed hold everybody once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    k: i32,
    n: i32,
    seed: i64,
}

/// The numbers make no slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "a slice is part k of n with 1 <= k <= n <= {PARTS_MAX} and a seed from 0, found {k} of {n}, seed {seed}"
)]
pub struct SliceFault {
    /// The part asked for.
    pub k: i32,
    /// Parts asked for.
    pub n: i32,
    /// The seed asked for.
    pub seed: i64,
}

impl Slice {
    /// Part `k` of `n`, counted from 1, at most 1,000; the seed is not negative.
    ///
    /// # Errors
    /// [`SliceFault`] with what was asked.
    pub fn new(k: i32, n: i32, seed: i64) -> Result<Self, SliceFault> {
        if (1..=PARTS_MAX).contains(&n) && (1..=n).contains(&k) && seed >= 0 {
            Ok(Self { k, n, seed })
        } else {
            Err(SliceFault { k, n, seed })
        }
    }

    /// Which part, from 1.
    #[must_use]
    pub const fn k(self) -> i32 {
        self.k
    }

    /// Of how many.
    #[must_use]
    pub const fn n(self) -> i32 {
        self.n
    }

    /// The seed of the division.
    #[must_use]
    pub const fn seed(self) -> i64 {
        self.seed
    }

    /// Whether a person is in this part.
    #[must_use]
    pub fn holds(self, nik: Nik) -> bool {
        let rank = seeded_rank(self.seed.to_string().as_bytes(), nik);
        rank % u64::from(self.n.unsigned_abs()) == u64::from(self.k.unsigned_abs() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rank_can_be_worked_out_with_sha256sum() {
        let nik: Nik = "3201011501900001".parse().unwrap();
        // printf 'tepat3201011501900001' | sha256sum; printf '3201011501900001' | sha256sum
        assert_eq!(seeded_rank(b"tepat", nik), 0xf2f8_0064_64f3_1097);
        assert_eq!(seeded_rank(b"", nik), 0xb95b_54b8_a549_0007);
    }

    #[test]
    fn the_seed_and_the_nik_change_the_rank() {
        let nik: Nik = "3201011501900001".parse().unwrap();
        let other: Nik = "3201011501900002".parse().unwrap();
        assert_ne!(seeded_rank(b"a", nik), seeded_rank(b"b", nik));
        assert_ne!(seeded_rank(b"a", nik), seeded_rank(b"a", other));
    }

    #[test]
    fn the_parts_hold_everybody_once_and_about_as_many_each() {
        for n in [1, 2, 5] {
            let mut held = vec![0; usize::try_from(n).unwrap()];
            for serial in 1..=2_000 {
                let nik = Nik::from_number(3_201_011_501_900_000 + serial).unwrap();
                let holding: Vec<i32> =
                    (1..=n).filter(|k| Slice::new(*k, n, 7).unwrap().holds(nik)).collect();
                assert_eq!(holding.len(), 1, "{serial} of {n}");
                held[usize::try_from(holding[0] - 1).unwrap()] += 1;
            }
            let even = 2_000 / n;
            assert!(held.iter().all(|count| (even * 8 / 10..=even * 12 / 10).contains(count)), "{held:?}");
        }
        // printf '73201011501900001' | sha256sum: 7b794ce33fe75df8…, an even number.
        let nik: Nik = "3201011501900001".parse().unwrap();
        assert_eq!(seeded_rank(b"7", nik), 0x7b79_4ce3_3fe7_5df8);
        assert!(Slice::new(1, 2, 7).unwrap().holds(nik));
    }

    #[test]
    fn numbers_that_make_no_slice_are_refused() {
        for (k, n, seed, valid) in [
            (1, 1, 0, true),
            (1_000, 1_000, i64::MAX, true),
            (0, 1, 0, false),
            (2, 1, 0, false),
            (1, 0, 0, false),
            (1, 1_001, 0, false),
            (1, 1, -1, false),
        ] {
            assert_eq!(Slice::new(k, n, seed).is_ok(), valid, "{k} {n} {seed}");
        }
    }
}

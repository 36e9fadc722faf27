//! What is known of a claim, and the few bytes in which a cache keeps it.

use crate::rules::name::{NAME_RULES_NUMBER, NameMatch};
use crate::rules::verdict::{Judgement, Verdict};

/// A verdict and when the bank's answer to it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// What was judged.
    pub(crate) judgement: Judgement,
    /// When the bank answered, microseconds UTC; 0 when nobody was asked.
    pub(crate) checked_at_us: i64,
}

/// Verdict, name match and dormancy, name rules, time.
const BYTES: usize = 1 + 1 + 2 + 8;

/// Set in the second byte when the bank would have told a dormant account.
const DORMANCY_TOLD: u8 = 0x10;

impl Known {
    /// The bytes of a cached verdict.
    pub(super) fn encode(self) -> [u8; BYTES] {
        let Self { judgement, checked_at_us } = self;
        let told = if judgement.dormancy_told { DORMANCY_TOLD } else { 0 };
        let mut bytes = [0; BYTES];
        bytes[0] = judgement.verdict.number();
        bytes[1] = name_match_number(judgement.name_match) | told;
        bytes[2..4].copy_from_slice(&NAME_RULES_NUMBER.to_be_bytes());
        bytes[4..].copy_from_slice(&checked_at_us.to_be_bytes());
        bytes
    }

    /// None for bytes that today's name rules did not write: the claim counts as unknown.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; BYTES] = bytes.try_into().ok()?;
        let (rules, time) = bytes[2..].split_first_chunk()?;
        if i16::from_be_bytes(*rules) != NAME_RULES_NUMBER {
            return None;
        }
        let judgement = Judgement {
            verdict: Verdict::from_number(bytes[0])?,
            name_match: name_match_of(bytes[1] & !DORMANCY_TOLD)?,
            dormancy_told: bytes[1] & DORMANCY_TOLD != 0,
        };
        Some(Self { judgement, checked_at_us: i64::from_be_bytes(*time.first_chunk()?) })
    }
}

/// The numbers of the wire: 0 not compared, 1 match, 2 close, 3 none.
pub(super) const fn name_match_number(name_match: Option<NameMatch>) -> u8 {
    match name_match {
        None => 0,
        Some(NameMatch::Match) => 1,
        Some(NameMatch::Close) => 2,
        Some(NameMatch::None) => 3,
    }
}

/// None for a number that is none of them.
pub(super) const fn name_match_of(number: u8) -> Option<Option<NameMatch>> {
    match number {
        0 => Some(None),
        1 => Some(Some(NameMatch::Match)),
        2 => Some(Some(NameMatch::Close)),
        3 => Some(Some(NameMatch::None)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(verdict: Verdict, name_match: Option<NameMatch>, dormancy_told: bool) -> Known {
        let judgement = Judgement { verdict, name_match, dormancy_told };
        Known { judgement, checked_at_us: 1_600_000_000_000_001 }
    }

    #[test]
    fn what_is_written_reads_the_same() {
        for verdict in Verdict::ALL {
            for name_match in [None, Some(NameMatch::Match), Some(NameMatch::Close), Some(NameMatch::None)] {
                for told in [true, false] {
                    let known = known(verdict, name_match, told);
                    assert_eq!(Known::decode(&known.encode()), Some(known));
                }
            }
        }
    }

    #[test]
    fn bytes_of_another_version_or_kind_are_unknown() {
        let good = known(Verdict::Valid, Some(NameMatch::Match), true).encode();
        let changed = |place: usize, value: u8| {
            let mut bytes = good;
            bytes[place] = value;
            Known::decode(&bytes)
        };
        assert!(changed(0, 1).is_some());
        assert_eq!(changed(0, 0), None);
        assert_eq!(changed(0, 12), None);
        assert_eq!(changed(1, 4), None);
        assert_eq!(changed(1, 0x20), None);
        assert_eq!(changed(3, 0), None);
        assert_eq!(Known::decode(&good[..11]), None);
        assert_eq!(Known::decode(&[]), None);
    }
}

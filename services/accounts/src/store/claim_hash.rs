//! The mark under which a claim is remembered without saying whose it is.

use aws_lc_rs::hmac;
use tepat_terms::{AccountNumber, BankKey, Nik, PersonName};
use thiserror::Error;

use crate::rules::directory::Profile;

/// HMAC-SHA256 of a claim, its first 16 bytes: equal claims have equal hashes, and nobody without the
/// key can guess back. Among 10^9 claims two share a hash less than once in 10^20 (10^18 / 2^129).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ClaimHash(pub(crate) [u8; 16]);

/// The key of claim hashes. Not printable.
pub(crate) struct ClaimKey(hmac::Key);

/// The text is no key. Nothing of it is in the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a claim key is 64 to 128 hexadecimal digits")]
pub(crate) struct ClaimKeyFault;

impl ClaimKey {
    /// Takes a key from hexadecimal, spaces at the ends left out.
    pub(crate) fn from_hex(text: &str) -> Result<Self, ClaimKeyFault> {
        let text = text.trim().as_bytes();
        if !(64..=128).contains(&text.len()) || !text.len().is_multiple_of(2) {
            return Err(ClaimKeyFault);
        }
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            b'A'..=b'F' => Ok(byte - b'A' + 10),
            _ => Err(ClaimKeyFault),
        };
        let bytes: Result<Vec<u8>, ClaimKeyFault> =
            text.chunks_exact(2).map(|pair| Ok(digit(pair[0])? << 4 | digit(pair[1])?)).collect();
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes?)))
    }

    /// The hash of a claim, and of the bank's profile: a verdict under another profile is another fact.
    pub(crate) fn hash(
        &self,
        bank: &BankKey,
        profile: Profile,
        number: &AccountNumber,
        name: &PersonName,
        nik: Nik,
    ) -> ClaimHash {
        let mut text = Vec::with_capacity(160);
        // None of the parts before the name can hold the sign that ends it, and the name stands last.
        text.extend_from_slice(bank.as_str().as_bytes());
        text.push(b'|');
        text.extend_from_slice(number.reveal().as_bytes());
        text.push(b'|');
        text.extend_from_slice(&nik.number().to_be_bytes());
        text.push(u8::from(profile.tells_dormant));
        text.extend_from_slice(&profile.name_length.unwrap_or(0).to_be_bytes());
        text.extend_from_slice(name.reveal().as_bytes());
        let tag = hmac::sign(&self.0, &text);
        ClaimHash(tag.as_ref()[..16].try_into().expect("HMAC-SHA256 has 32 bytes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILE: Profile = Profile { tells_dormant: true, name_length: None };

    fn hash(key: &str, bank: &str, number: &str, name: &str, nik: i64, profile: Profile) -> ClaimHash {
        let key = ClaimKey::from_hex(key).unwrap();
        let nik = Nik::from_number(nik).unwrap();
        key.hash(&bank.parse().unwrap(), profile, &number.parse().unwrap(), &name.parse().unwrap(), nik)
    }

    #[test]
    fn every_part_of_a_claim_makes_another_hash() {
        let (key, nik) = ("5a".repeat(32), 3_201_011_501_900_001);
        let first = hash(&key, "002", "1", "Budi", nik, PROFILE);
        assert_eq!(hash(&key, "002", "1", "Budi", nik, PROFILE), first);
        let others = [
            hash(&"5b".repeat(32), "002", "1", "Budi", nik, PROFILE),
            hash(&key, "008", "1", "Budi", nik, PROFILE),
            hash(&key, "002", "01", "Budi", nik, PROFILE),
            hash(&key, "002", "1", "Budi ", nik, PROFILE),
            hash(&key, "002", "1", "Budi", nik + 1, PROFILE),
            hash(&key, "002", "1", "Budi", nik, Profile { tells_dormant: false, ..PROFILE }),
            hash(&key, "002", "1", "Budi", nik, Profile { name_length: Some(20), ..PROFILE }),
        ];
        assert!(others.iter().all(|other| *other != first));
    }

    #[test]
    fn keys_at_their_borders() {
        let check =
            |text: &str, good: bool| assert_eq!(ClaimKey::from_hex(text).is_ok(), good, "{}", text.len());
        check(&"0".repeat(64), true);
        check(&format!(" {}\n", "aF".repeat(64)), true);
        check(&"0".repeat(62), false);
        check(&"0".repeat(65), false);
        check(&"0".repeat(130), false);
        check(&"g0".repeat(32), false);
        check("", false);
    }
}

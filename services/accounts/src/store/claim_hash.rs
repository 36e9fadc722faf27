//! The marks under which claims and accounts are remembered without saying whose they are.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};

use aws_lc_rs::hmac;
use tepat_terms::{AccountNumber, Nik, PersonName};
use thiserror::Error;
use uuid::Uuid;

use crate::rules::directory::{Bank, Profile};

/// HMAC-SHA256 of a claim, its first 16 bytes: equal claims have equal hashes, and nobody without the
/// key can guess back. Among 10^9 claims two share a hash less than once in 10^20 (10^18 / 2^129).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ClaimHash(pub(crate) [u8; 16]);

/// The same of an account, whoever claims it and whatever its bank's profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct AccountHash(pub(crate) [u8; 16]);

/// A map by hashes, which are as good as random and need no other hashing.
pub(crate) type ByHash<K, V> = HashMap<K, V, BuildHasherDefault<FirstBytes>>;

/// Takes the first eight bytes for the hash.
#[derive(Default)]
pub(crate) struct FirstBytes(u64);

impl Hasher for FirstBytes {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.first_chunk().map_or(0, |first| u64::from_le_bytes(*first));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Hash for ClaimHash {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(&self.0);
    }
}

impl Hash for AccountHash {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(&self.0);
    }
}

impl From<ClaimHash> for Uuid {
    fn from(hash: ClaimHash) -> Self {
        Self::from_bytes(hash.0)
    }
}

impl From<AccountHash> for Uuid {
    fn from(hash: AccountHash) -> Self {
        Self::from_bytes(hash.0)
    }
}

/// The key of the hashes. Not printable.
pub(crate) struct ClaimKey(hmac::Key);

/// The text is no key. Nothing of it is in the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a claim key is 64 to 128 hexadecimal digits")]
pub(crate) struct ClaimKeyFault;

/// Bytes of the longest text that is hashed: a bank's key, a number, a NIK, a profile and a name of 100
/// characters, with the signs between them.
const TEXT_BYTES_MAX: usize = 12 + 1 + 34 + 1 + 8 + 1 + 8 + 400;

/// What is hashed, without a detour over the heap.
struct Text {
    bytes: [u8; TEXT_BYTES_MAX],
    length: usize,
}

impl Text {
    fn new() -> Self {
        Self { bytes: [0; TEXT_BYTES_MAX], length: 0 }
    }

    fn push(&mut self, part: &[u8]) {
        self.bytes[self.length..][..part.len()].copy_from_slice(part);
        self.length += part.len();
    }
}

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
    pub(crate) fn claim(
        &self,
        bank: &Bank,
        number: &AccountNumber,
        name: &PersonName,
        nik: Nik,
    ) -> ClaimHash {
        let Profile { tells_dormant, name_length } = bank.profile;
        let mut text = Text::new();
        // None of the parts before the name can hold the sign that ends it, and the name stands last.
        text.push(bank.key.as_str().as_bytes());
        text.push(b"|");
        text.push(number.reveal().as_bytes());
        text.push(b"|");
        text.push(&nik.number().to_be_bytes());
        text.push(&[u8::from(tells_dormant)]);
        text.push(&name_length.unwrap_or(0).to_be_bytes());
        text.push(name.reveal().as_bytes());
        ClaimHash(self.sign(&text))
    }

    /// The hash of an account.
    pub(crate) fn account(&self, bank: &Bank, number: &AccountNumber) -> AccountHash {
        let mut text = Text::new();
        // No bank's key holds a slash, so no claim has the text of an account.
        text.push(b"/");
        text.push(bank.key.as_str().as_bytes());
        text.push(b"|");
        text.push(number.reveal().as_bytes());
        AccountHash(self.sign(&text))
    }

    fn sign(&self, text: &Text) -> [u8; 16] {
        let tag = hmac::sign(&self.0, &text.bytes[..text.length]);
        *tag.as_ref().first_chunk().expect("HMAC-SHA256 has 32 bytes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::directory::Directory;

    const PROFILE: Profile = Profile { tells_dormant: true, name_length: None };

    fn bank(key: &str, profile: Profile) -> Bank {
        let directory = Directory::shipped();
        let found = directory.find_text(key).map(|index| directory.bank(index).clone());
        Bank { profile, ..found.unwrap() }
    }

    fn hash(key: &str, bank_key: &str, number: &str, name: &str, nik: i64, profile: Profile) -> ClaimHash {
        let key = ClaimKey::from_hex(key).unwrap();
        let nik = Nik::from_number(nik).unwrap();
        key.claim(&bank(bank_key, profile), &number.parse().unwrap(), &name.parse().unwrap(), nik)
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
    fn an_account_has_one_hash_whatever_the_profile_and_another_than_every_claim() {
        let key = ClaimKey::from_hex(&"5a".repeat(32)).unwrap();
        let account =
            |bank_key, number: &str, profile| key.account(&bank(bank_key, profile), &number.parse().unwrap());
        let first = account("002", "1", PROFILE);
        assert_eq!(account("002", "1", Profile { name_length: Some(20), ..PROFILE }), first);
        assert_ne!(account("002", "01", PROFILE), first);
        assert_ne!(account("008", "1", PROFILE), first);
        assert_ne!(account("022", "1", PROFILE), account("022-S", "1", PROFILE));
    }

    #[test]
    fn the_longest_claim_has_room() {
        let (number, name) = ("9".repeat(34), "\u{1f600}".repeat(100));
        let nik = 3_201_011_501_900_001;
        let longest = hash(&"5a".repeat(64), "022-S", &number, &name, nik, PROFILE);
        assert_ne!(longest, hash(&"5a".repeat(64), "022-S", &number, &name[4..], nik, PROFILE));
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
        check(&format!("g{}", "0".repeat(63)), false);
        check("", false);
    }
}

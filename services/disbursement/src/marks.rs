//! Marks: keyed hashes that stand for accounts and persons where they must not be read.

use aws_lc_rs::hmac;
use thiserror::Error;
use uuid::Uuid;

/// The secret behind the marks: 32 bytes, written as 64 hexadecimal digits. Never printed.
#[derive(Clone)]
pub struct MarkKey([u8; 32]);

/// The text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a mark key is 64 hexadecimal digits")]
pub struct MarkKeyFault;

impl MarkKey {
    /// A key from its bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl std::str::FromStr for MarkKey {
    type Err = MarkKeyFault;

    fn from_str(text: &str) -> Result<Self, MarkKeyFault> {
        let text = text.trim().as_bytes();
        if text.len() != 64 || !text.is_ascii() {
            return Err(MarkKeyFault);
        }
        let mut bytes = [0; 32];
        for (byte, digits) in bytes.iter_mut().zip(text.chunks(2)) {
            let digits = std::str::from_utf8(digits).map_err(|_| MarkKeyFault)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| MarkKeyFault)?;
        }
        Ok(Self(bytes))
    }
}

impl std::fmt::Debug for MarkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MarkKey(***)")
    }
}

/// Makes marks.
#[derive(Clone, Debug)]
pub(crate) struct Marks(hmac::Key);

/// Mark of a person inside one batch, as `rejected.csv` sorts and shows it: 16 bytes.
pub(crate) type PersonMark = [u8; 16];

impl Marks {
    pub(crate) fn new(key: &MarkKey) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &key.0))
    }

    /// Mark of an account, the same in every batch: what one account one owner compares. 16 bytes: of
    /// 10^8 accounts two share a mark less than once in 10^22 (10^16 / 2^129).
    pub(crate) fn account(&self, bank: &str, number: &str) -> Uuid {
        // Neither a bank's key nor a number holds a slash.
        Uuid::from_bytes(self.sixteen(format!("account/{bank}/{number}").as_bytes()))
    }

    /// Mark of a person, another one in every batch.
    pub(crate) fn person(&self, batch_id: &str, nik: i64) -> PersonMark {
        self.sixteen(format!("person/{batch_id}/{nik}").as_bytes())
    }

    fn sixteen(&self, text: &[u8]) -> [u8; 16] {
        let tag = hmac::sign(&self.0, text);
        *tag.as_ref().first_chunk().expect("HMAC-SHA256 has 32 bytes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_depend_on_key_batch_and_whole_account() {
        let marks = Marks::new(&MarkKey::new([7; 32]));
        let other = Marks::new(&MarkKey::new([8; 32]));
        assert_eq!(marks.account("002", "12"), marks.account("002", "12"));
        assert_ne!(marks.account("002", "12"), marks.account("0021", "2"));
        assert_ne!(marks.account("002", "12"), other.account("002", "12"));
        assert_ne!(marks.person("a", 1), marks.person("b", 1));
    }

    #[test]
    fn a_key_is_read_from_hexadecimal_digits_and_never_printed() {
        let key: MarkKey = "0a".repeat(32).parse().unwrap();
        assert_eq!(key.0, [10; 32]);
        assert_eq!(format!("{key:?}"), "MarkKey(***)");
        for text in ["", "0a", &"0g".repeat(32), &"é".repeat(32)] {
            assert_eq!(text.parse::<MarkKey>().unwrap_err(), MarkKeyFault);
        }
    }
}

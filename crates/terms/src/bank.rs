//! The key of a bank in the directory.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Entity key of a bank: its code, with a suffix for a sharia unit (`022`, `022-S`).
///
/// Well-formed is not known: only the directory of the accounts service says whether it exists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BankKey(String);

/// The text is no entity key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a bank is named by its entity key: 1 to 12 of A-Z, 0-9 and -")]
pub struct BankKeyFault;

impl BankKey {
    /// The key as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BankKey {
    type Err = BankKeyFault;

    fn from_str(text: &str) -> Result<Self, BankKeyFault> {
        let allowed = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase() || byte == b'-';
        if (1..=12).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BankKeyFault)
        }
    }
}

impl fmt::Display for BankKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

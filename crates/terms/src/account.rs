//! Account numbers.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// An account number: 1 to 34 digits. Leading zeros count. Prints masked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountNumber(String);

/// The text is no account number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an account number is 1 to 34 digits")]
pub struct AccountNumberFault;

impl AccountNumber {
    /// The digits in clear. Every caller is a place where personal data leaves.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for AccountNumber {
    type Err = AccountNumberFault;

    fn from_str(text: &str) -> Result<Self, AccountNumberFault> {
        if (1..=34).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(AccountNumberFault)
        }
    }
}

/// Masked: the last three digits of those longer than six, else none.
impl fmt::Display for AccountNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = if self.0.len() > 6 { 3 } else { 0 };
        let hidden = self.0.len() - shown;
        write!(f, "{}{}", "*".repeat(hidden), &self.0[hidden..])
    }
}

impl fmt::Debug for AccountNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountNumber({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_numbers_at_their_borders() {
        assert!("0".parse::<AccountNumber>().is_ok());
        assert!("1".repeat(34).parse::<AccountNumber>().is_ok());
        assert!("1".repeat(35).parse::<AccountNumber>().is_err());
        assert!("".parse::<AccountNumber>().is_err());
        assert!("12-3".parse::<AccountNumber>().is_err());
    }

    #[test]
    fn an_account_number_prints_masked() {
        let long: AccountNumber = "0012345678".parse().unwrap();
        assert_eq!(format!("{long} {long:?}"), "*******678 AccountNumber(*******678)");
        let short: AccountNumber = "123456".parse().unwrap();
        assert_eq!(short.to_string(), "******");
        assert_eq!(long.reveal(), "0012345678");
    }
}

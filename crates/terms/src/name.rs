//! Names of persons.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A person's name as an office wrote it: 1 to 100 characters, no control characters, never cut.
/// Prints masked: the first letter of each word.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonName(String);

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PersonNameFault {
    /// Nothing but spaces.
    #[error("a name is needed")]
    Empty,
    /// More than 100 characters.
    #[error("a name has at most 100 characters")]
    TooLong,
    /// A control character inside.
    #[error("a name has no control characters")]
    ControlCharacter,
}

/// Most characters of a name.
pub const NAME_CHARACTERS_MAX: usize = 100;

impl PersonName {
    /// The name in clear. Every caller is a place where personal data leaves.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for PersonName {
    type Err = PersonNameFault;

    fn from_str(text: &str) -> Result<Self, PersonNameFault> {
        if text.trim().is_empty() {
            return Err(PersonNameFault::Empty);
        }
        if text.chars().any(char::is_control) {
            return Err(PersonNameFault::ControlCharacter);
        }
        if text.chars().count() > NAME_CHARACTERS_MAX {
            return Err(PersonNameFault::TooLong);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, word) in self.0.split_whitespace().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            let first = word.chars().next().unwrap_or('*');
            write!(f, "{first}***")?;
        }
        Ok(())
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonName({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_at_their_borders() {
        assert!("Ña".repeat(50).parse::<PersonName>().is_ok());
        assert_eq!("a".repeat(101).parse::<PersonName>(), Err(PersonNameFault::TooLong));
        assert_eq!("  ".parse::<PersonName>(), Err(PersonNameFault::Empty));
        assert_eq!("Si\u{7}ti".parse::<PersonName>(), Err(PersonNameFault::ControlCharacter));
    }

    #[test]
    fn a_name_prints_masked() {
        let name: PersonName = "Siti Nur Hasanah".parse().unwrap();
        assert_eq!(format!("{name} {name:?}"), "S*** N*** H*** PersonName(S*** N*** H***)");
    }
}

//! A month of a year.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A month of a year, 2000-01 to 2099-12, ordered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(u32);

/// The text or number is no month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a month is written YYYY-MM, from 2000-01 to 2099-12")]
pub struct MonthFault;

impl Month {
    /// Takes a year and a month of it, 1 to 12.
    ///
    /// # Errors
    /// [`MonthFault`] outside 2000-01 to 2099-12.
    pub const fn new(year: u32, month: u32) -> Result<Self, MonthFault> {
        if year < 2000 || year > 2099 || month < 1 || month > 12 {
            return Err(MonthFault);
        }
        Ok(Self(year * 100 + month))
    }

    /// Takes the number form YYYYMM, as tables carry it.
    ///
    /// # Errors
    /// [`MonthFault`] when the number is no month.
    pub fn from_number(number: i64) -> Result<Self, MonthFault> {
        let number = u32::try_from(number).map_err(|_| MonthFault)?;
        Self::new(number / 100, number % 100)
    }

    /// The number form YYYYMM, for tables.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0 as i64
    }

    /// The year, 2000 to 2099.
    #[must_use]
    pub const fn year(self) -> u32 {
        self.0 / 100
    }

    /// The month of the year, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u32 {
        self.0 % 100
    }
}

impl FromStr for Month {
    type Err = MonthFault;

    fn from_str(text: &str) -> Result<Self, MonthFault> {
        let bytes = text.as_bytes();
        let digits = |range: &[u8]| range.iter().all(u8::is_ascii_digit);
        if bytes.len() != 7 || bytes[4] != b'-' || !digits(&bytes[..4]) || !digits(&bytes[5..]) {
            return Err(MonthFault);
        }
        Self::new(text[..4].parse().map_err(|_| MonthFault)?, text[5..].parse().map_err(|_| MonthFault)?)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

impl fmt::Debug for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_at_their_borders() {
        for text in ["2000-01", "2022-12", "2099-12"] {
            let month: Month = text.parse().unwrap();
            assert_eq!(month.to_string(), text);
            assert_eq!(Month::from_number(month.number()), Ok(month));
        }
        for text in ["2022-00", "2022-13", "1999-12", "2022-1", "2022/01", "2022-1a", "202-011", ""] {
            assert_eq!(text.parse::<Month>(), Err(MonthFault), "{text}");
        }
    }
}

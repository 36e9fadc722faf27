//! NIK, the number of a person in the population register.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A well-formed NIK: 16 digits, a possible date, a serial that is not 0000.
///
/// Well-formed is not proof of a person: only the population register knows that. The region digits
/// say where the NIK was issued and are not checked or used. Prints masked, except by [`Nik::reveal`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nik(i64);

/// Sex as the register writes it: L (laki-laki) or P (perempuan).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// Laki-laki.
    Male,
    /// Perempuan; a woman's NIK carries her day of birth plus 40.
    Female,
}

/// What is wrong with a NIK.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NikFault {
    /// Not 16 digits, or beginning with 0.
    #[error("NIK must be 16 digits and not begin with 0")]
    Shape,
    /// Digits 7 to 12 are no date in either century.
    #[error("digits 7 to 12 of the NIK are not a possible date")]
    Date,
    /// The last four digits are 0000.
    #[error("the last four digits of the NIK must not be 0000")]
    Serial,
}

const SMALLEST: i64 = 1_000_000_000_000_000;
const LARGEST: i64 = 9_999_999_999_999_999;
/// A woman's day of birth is written plus 40.
const WOMANS_DAY: i64 = 40;

impl Nik {
    /// Takes the number form, as tables and messages carry it.
    ///
    /// # Errors
    /// A [`NikFault`] when the number is no well-formed NIK.
    pub fn from_number(number: i64) -> Result<Self, NikFault> {
        if !(SMALLEST..=LARGEST).contains(&number) {
            return Err(NikFault::Shape);
        }
        let nik = Self(number);
        if !nik.date_is_possible() {
            return Err(NikFault::Date);
        }
        if number % 10_000 == 0 {
            return Err(NikFault::Serial);
        }
        Ok(nik)
    }

    /// The number form, for tables and messages.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The 16 digits in clear. Every caller is a place where personal data leaves.
    #[must_use]
    pub fn reveal(self) -> String {
        format!("{:016}", self.0)
    }

    /// Sex as the day digits tell it.
    #[must_use]
    pub const fn sex(self) -> Sex {
        if self.day_digits() > WOMANS_DAY { Sex::Female } else { Sex::Male }
    }

    /// Day, month and last two digits of the year of birth, as written.
    #[must_use]
    pub const fn birth_digits(self) -> (i64, i64, i64) {
        let day = self.day_digits();
        let day = if day > WOMANS_DAY { day - WOMANS_DAY } else { day };
        (day, self.0 / 1_000_000 % 100, self.0 / 10_000 % 100)
    }

    const fn day_digits(self) -> i64 {
        self.0 / 100_000_000 % 100
    }

    fn date_is_possible(self) -> bool {
        let (day, month, year) = self.birth_digits();
        // 29 February passes if either century has it: 1900 was no leap year, 2000 was.
        let longest = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if year % 4 == 0 => 29,
            2 => 28,
            _ => return false,
        };
        (1..=longest).contains(&day)
    }
}

impl FromStr for Nik {
    type Err = NikFault;

    fn from_str(text: &str) -> Result<Self, NikFault> {
        if text.len() != 16 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NikFault::Shape);
        }
        Self::from_number(text.parse().map_err(|_| NikFault::Shape)?)
    }
}

/// Masked: the first four digits and the last two.
impl fmt::Display for Nik {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}**********{:02}", self.0 / 1_000_000_000_000, self.0 % 100)
    }
}

impl fmt::Debug for Nik {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Nik({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nik_shapes() {
        let cases: [(&str, Result<(), NikFault>); 16] = [
            ("3201011501900001", Ok(())),
            ("3201017101900001", Ok(())), // day 71: a woman born on the 31st
            ("3201013101900001", Ok(())),
            ("3201012902000001", Ok(())),              // 2000 was a leap year
            ("3201012902010001", Err(NikFault::Date)), // neither 1901 nor 2001 was
            ("3201013201900001", Err(NikFault::Date)), // days 32 to 40 do not exist
            ("3201014001900001", Err(NikFault::Date)),
            ("3201017201900001", Err(NikFault::Date)), // nor 72 and up
            ("3201013104900001", Err(NikFault::Date)), // 31 April
            ("3201010001900001", Err(NikFault::Date)),
            ("3201011500900001", Err(NikFault::Date)),
            ("3201011513900001", Err(NikFault::Date)),
            ("3201011501900000", Err(NikFault::Serial)),
            ("320101150190001", Err(NikFault::Shape)),
            ("32010115019000O1", Err(NikFault::Shape)),
            ("0201011501900001", Err(NikFault::Shape)),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<Nik>().map(|_| ()), expected, "{text}");
        }
    }

    #[test]
    fn a_nik_prints_masked_and_reveals_all_its_digits() {
        let nik: Nik = "3201017101900042".parse().unwrap();
        assert_eq!(nik.to_string(), "3201**********42");
        assert_eq!(format!("{nik:?}"), "Nik(3201**********42)");
        assert_eq!(nik.reveal(), "3201017101900042");
        assert_eq!(nik.sex(), Sex::Female);
        assert_eq!(nik.birth_digits(), (31, 1, 90));
    }
}

//! Calendar days: `time::Date`, written YYYY-MM-DD in files and YYYYMMDD as a number in tables.

use thiserror::Error;
use time::{Date, Month};

/// The text or number is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a date is written YYYY-MM-DD and has to exist, from 1900-01-01 to 2099-12-31")]
pub struct DateFault;

/// Parses YYYY-MM-DD, from 1900-01-01 to 2099-12-31.
///
/// # Errors
/// [`DateFault`] when the text is anything else, also for a day that does not exist.
pub fn parse_date(text: &str) -> Result<Date, DateFault> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return Err(DateFault);
    }
    let digits = |from: usize, to: usize| {
        bytes[from..to].iter().try_fold(0_i64, |number, byte| {
            if byte.is_ascii_digit() { Ok(number * 10 + i64::from(byte - b'0')) } else { Err(DateFault) }
        })
    };
    date_from_number(digits(0, 4)? * 10_000 + digits(5, 7)? * 100 + digits(8, 10)?)
}

/// Takes the number form YYYYMMDD, as tables carry it.
///
/// # Errors
/// [`DateFault`] when the number is no day from 1900-01-01 to 2099-12-31.
pub fn date_from_number(number: i64) -> Result<Date, DateFault> {
    if !(19_000_101..=20_991_231).contains(&number) {
        return Err(DateFault);
    }
    let year = i32::try_from(number / 10_000).map_err(|_| DateFault)?;
    let month = u8::try_from(number / 100 % 100).map_err(|_| DateFault)?;
    let day = u8::try_from(number % 100).map_err(|_| DateFault)?;
    let month = Month::try_from(month).map_err(|_| DateFault)?;
    Date::from_calendar_date(year, month, day).map_err(|_| DateFault)
}

/// Takes year, month and day apart, as messages carry them.
///
/// # Errors
/// [`DateFault`] when they are no day from 1900-01-01 to 2099-12-31.
pub fn date_from_parts(year: i32, month: i32, day: i32) -> Result<Date, DateFault> {
    let two_digits = |part: i32| if (0..100).contains(&part) { Ok(i64::from(part)) } else { Err(DateFault) };
    date_from_number(i64::from(year) * 10_000 + two_digits(month)? * 100 + two_digits(day)?)
}

/// The number form YYYYMMDD: ordered as days are, and readable in a table.
#[must_use]
pub fn date_to_number(date: Date) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(u8::from(date.month())) * 100 + i64::from(date.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_over_into_each_other() {
        assert_eq!(date_from_parts(2022, 7, 31), parse_date("2022-07-31"));
        for (year, month, day) in
            [(2022, 2, 29), (2022, 0, 1), (2022, 1, 131), (2021, 113, 1), (2022, 1, -1), (-1, 1, 1)]
        {
            assert_eq!(date_from_parts(year, month, day), Err(DateFault), "{year} {month} {day}");
        }
    }

    #[test]
    fn dates_at_their_borders() {
        for text in ["1900-01-01", "2020-02-29", "2099-12-31"] {
            let date = parse_date(text).unwrap();
            assert_eq!(date.to_string(), text);
            assert_eq!(date_from_number(date_to_number(date)), Ok(date));
        }
        for text in ["2021-02-29", "1899-12-31", "2022-7-01", "2022-07-32", "20220701", "2022-07-0a", ""] {
            assert_eq!(parse_date(text), Err(DateFault), "{text}");
        }
    }
}

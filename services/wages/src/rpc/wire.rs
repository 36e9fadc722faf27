//! Dates, months and regions between the wire and the terms; indexes and enums to the wire.

use tepat_proto::{Date as WireDate, wages as wire};
use tepat_terms::{Month, Region, RegionFault, date_from_parts};
use time::Date;

use crate::rules::ceiling::CeilingBasis;
use crate::rules::wage_rule::Comparison;

/// A calendar day.
pub(super) fn date(date: Option<WireDate>) -> Result<Date, &'static str> {
    const WANTED: &str = "must be a day that exists, from 1900-01-01 to 2099-12-31";
    let WireDate { year, month, day } = date.ok_or(WANTED)?;
    date_from_parts(year, month, day).map_err(|_| WANTED)
}

/// A month of a year: a date whose day is 0.
pub(super) fn month(date: Option<WireDate>) -> Result<Month, &'static str> {
    const WANTED: &str = "must be a month from 2000-01 to 2099-12, with day 0";
    match date {
        Some(WireDate { year, month, day: 0 }) => {
            let number = |part: i32| u32::try_from(part).map_err(|_| WANTED);
            Month::new(number(year)?, number(month)?).map_err(|_| WANTED)
        }
        _ => Err(WANTED),
    }
}

/// A regency or city by today's code.
pub(super) fn region(code: i32) -> Result<Region, String> {
    Region::from_number(code.into()).map_err(|fault| match fault {
        RegionFault::Unknown => "must be today's four-digit code of a regency or city".to_owned(),
        RegionFault::Old { now } => format!("must be today's code, this one was replaced by {now}"),
    })
}

/// An index or -1 for none. A page in memory holds fewer than 2^31 of anything.
pub(super) fn index(index: Option<usize>) -> i32 {
    index.map_or(-1, |index| i32::try_from(index).expect("a decoded list is bounded by the message size"))
}

pub(super) const fn basis(basis: CeilingBasis) -> wire::CeilingBasis {
    match basis {
        CeilingBasis::Fixed => wire::CeilingBasis::Fixed,
        CeilingBasis::Umk => wire::CeilingBasis::Umk,
        CeilingBasis::Ump => wire::CeilingBasis::Ump,
    }
}

pub(super) const fn comparison(comparison: Comparison) -> wire::Comparison {
    match comparison {
        Comparison::Below => wire::Comparison::Below,
        Comparison::AtMost => wire::Comparison::AtMost,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn wire_date(year: i32, month: i32, day: i32) -> Option<WireDate> {
        Some(WireDate { year, month, day })
    }

    #[test]
    fn a_day_has_to_exist_in_each_of_its_parts() {
        assert_eq!(date(wire_date(2020, 2, 29)).unwrap().to_string(), "2020-02-29");
        assert_eq!(date(wire_date(2022, 12, 31)).unwrap().to_string(), "2022-12-31");
        assert!(date(None).is_err());
        for (year, month, day) in [
            (2021, 2, 29),
            (2022, 7, 0),
            (2022, 7, 32),
            (2022, 0, 1),
            (2022, 13, 1),
            // 2022 * 10,000 + 0 * 100 + 701 would read as 2022-07-01, and so would the others.
            (2022, 0, 701),
            (2022, 6, 101),
            (2021, 107, 1),
            (2022, 8, -99),
            (1899, 12, 31),
            (2100, 1, 1),
            (i32::MAX, 12, 31),
            (i32::MIN, 1, 1),
        ] {
            assert!(date(wire_date(year, month, day)).is_err(), "{year} {month} {day}");
        }
    }

    #[test]
    fn a_month_has_no_day() {
        assert_eq!(month(wire_date(2022, 7, 0)).unwrap().to_string(), "2022-07");
        assert!(month(None).is_err());
        for (year, number, day) in
            [(2022, 7, 1), (2022, 0, 0), (2022, 13, 0), (1999, 12, 0), (2022, -7, 0), (-1, 7, 0)]
        {
            assert!(month(wire_date(year, number, day)).is_err(), "{year} {number} {day}");
        }
    }

    #[test]
    fn a_region_is_todays_regency() {
        assert_eq!(region(3215).unwrap().number(), 3215);
        assert_eq!(region(9101).unwrap_err(), "must be today's code, this one was replaced by 9301");
        for code in [0, -3215, 32, 9999, 32_150, i32::MAX] {
            assert!(region(code).is_err(), "{code}");
        }
    }
}

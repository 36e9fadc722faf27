//! Rows of `wages.csv`.

use tepat_terms::{Month, Nik, parse_rupiah};

use super::{Cells, EmployerKey, EmploymentKey};
use crate::rules::fault::{FaultKind, RowFault};

const NIK: usize = 0;
pub(crate) const NPP: usize = 1;
const DIVISION: usize = 2;
pub(crate) const START_DATE: usize = 3;
const MONTH: usize = 4;
const WAGE_RUPIAH: usize = 5;
const WAGE_MONTHS: usize = 6;
const REPORTED_ON: usize = 7;

/// A report's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ReportKey {
    /// The employment it is of.
    pub(crate) employment: EmploymentKey,
    /// The month the wage is for, YYYYMM.
    pub(crate) month: i32,
    /// Day of the report, YYYYMMDD.
    pub(crate) reported_on: i32,
}

/// What a report says besides its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WageFacts {
    /// Rupiah for the whole of `wage_months`.
    pub(crate) wage_rupiah: i64,
    /// 1 to 12.
    pub(crate) wage_months: i16,
}

/// A row of `wages.csv`.
#[derive(Debug)]
pub(crate) struct WageLine {
    /// Everything wrong with it alone.
    pub(crate) faults: Vec<RowFault>,
    /// Whose wage, where it is a number, also when the row has faults elsewhere.
    pub(crate) nik: Option<i64>,
    /// The employer it names, likewise.
    pub(crate) employer: Option<EmployerKey>,
    /// Start of the employment it names, likewise.
    pub(crate) start_date: Option<i32>,
    /// Month, day of the report and what it says, when nothing in these is wrong.
    pub(crate) said: Option<(i32, i32, WageFacts)>,
}

impl WageLine {
    /// Reads a row.
    pub(crate) fn read(mut cells: Cells<'_>) -> Self {
        let nik = cells.nik(NIK);
        let employer = cells.employer(NPP, DIVISION);
        let start_date = cells.date(START_DATE);
        let month = cells.read(MONTH, FaultKind::BadMonth, |text| {
            i32::try_from(text.parse::<Month>().ok()?.number()).ok()
        });
        let wage_rupiah = cells.read(WAGE_RUPIAH, FaultKind::BadNumber, |text| parse_rupiah(text).ok());
        let wage_months = cells.read(WAGE_MONTHS, FaultKind::BadNumber, months);
        let reported_on = cells.date(REPORTED_ON);
        let said = (|| {
            let facts = WageFacts { wage_rupiah: wage_rupiah?, wage_months: wage_months? };
            Some((month?, reported_on?, facts))
        })();
        Self { faults: cells.into_faults(), nik: nik.map(Nik::number), employer, start_date, said }
    }
}

/// Months that a wage covers, 1 to 12, without sign.
fn months(text: &str) -> Option<i16> {
    let digits = text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|months| digits && (1..=12).contains(months))
}

#[cfg(test)]
mod tests {
    use super::months;

    #[test]
    fn months_at_their_borders() {
        for (text, expected) in [
            ("1", Some(1)),
            ("12", Some(12)),
            ("0", None),
            ("13", None),
            ("+3", None),
            ("1.0", None),
            ("", None),
        ] {
            assert_eq!(months(text), expected, "{text}");
        }
    }
}

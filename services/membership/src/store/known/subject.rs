//! What an import said again is noted by these names.

use crate::rules::file::File;
use crate::rules::row::{EmployerKey, EmploymentKey, ReportKey};

/// The key, as numbers, that a subject has in this file; none for a subject of another file, and of an
/// employment, which comes with its person.
pub(crate) fn key_of(file: File, subject: &str) -> Option<Vec<i64>> {
    let mut words = subject.split('/');
    let skipped = match (file, words.next()?) {
        (File::Members, "person") => None,
        (File::Wages, "report") => {
            words.next()?;
            // The employer's number, behind the NIK.
            Some(1)
        }
        _ => return None,
    };
    let numbers = words.enumerate().filter(|(place, _)| Some(*place) != skipped);
    numbers.map(|(_, word)| word.parse().ok()).collect()
}

/// Of an employer.
pub(crate) fn employer(key: &EmployerKey) -> String {
    format!("employer/{}/{}", key.npp(), key.division())
}

/// Of a person.
pub(crate) fn person(nik: i64) -> String {
    format!("person/{nik}")
}

/// Of an employment.
pub(crate) fn employment(key: &EmploymentKey) -> String {
    format!("employment/{}/{}/{}", key.nik, key.employer, key.start_date)
}

/// Of a report.
pub(crate) fn report(key: &ReportKey) -> String {
    format!("report/{}/{}/{}", employment(&key.employment), key.month, key.reported_on)
}

//! What mends a reason and who can: the shipped table.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::rules::reason::Reason;

const TABLE: &str = include_str!("../../../data/mending.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    mending: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    reason: String,
    mend: String,
    mended_by: String,
}

static MENDING: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let table: Table = toml::from_str(TABLE).expect("the shipped table of mending is read by a test");
    table.mending
});

/// What to mend, and who can mend it.
pub(super) fn of(reason: Reason) -> (&'static str, &'static str) {
    let row = MENDING.iter().find(|row| row.reason == reason.name());
    row.map(|row| (row.mend.as_str(), row.mended_by.as_str())).expect("a test finds a row for every reason")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_one_row_in_the_order_of_precedence() {
        let rows: Vec<&str> = MENDING.iter().map(|row| row.reason.as_str()).collect();
        let reasons: Vec<&str> = Reason::ALL.into_iter().map(Reason::name).collect();
        assert_eq!(rows, reasons);
        for reason in Reason::ALL {
            let (mend, mended_by) = of(reason);
            assert!(!mend.is_empty() && !mended_by.is_empty(), "{}", reason.name());
        }
        assert_eq!(of(Reason::WageOverCeiling).1, "employer via SIPP");
    }
}

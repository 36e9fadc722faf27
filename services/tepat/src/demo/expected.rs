//! Decisions against what the sample was made for.

use std::cmp::Ordering;
use std::fs::File;
use std::path::Path;

use tepat_proto::disbursement::Decision;

use crate::chain::{BatchName, each_decision};
use crate::client::Clients;
use crate::failure::Failure;
use crate::view::{outcome_word, reason_word};

/// Rows of `expected.csv` of one tranche, in NIK order.
struct Expected {
    reader: csv::Reader<File>,
    name: BatchName,
    /// The row that was read and not compared yet.
    row: Option<csv::StringRecord>,
}

/// Persons whose decision or primary reason is not the expected one, or who stand on one side only.
pub(super) async fn differences(clients: &Clients, batch_id: &str, sample: &Path) -> Result<i64, Failure> {
    let name: BatchName = batch_id.parse().map_err(Failure::Usage)?;
    let mut expected = Expected::open(&sample.join("expected.csv"), name)?;
    let mut differences = 0;
    each_decision(clients, batch_id, |decision| {
        differences += expected.compare(decision)?;
        Ok(())
    })
    .await?;
    Ok(differences + expected.rest()?)
}

impl Expected {
    fn open(path: &Path, name: BatchName) -> Result<Self, Failure> {
        let reader = csv::Reader::from_path(path);
        let reader =
            reader.map_err(|err| Failure::failed(format!("cannot read {}: {err}", path.display())))?;
        let mut expected = Self { reader, name, row: None };
        expected.advance()?;
        Ok(expected)
    }

    /// Differences up to and with this decision.
    fn compare(&mut self, decision: &Decision) -> Result<i64, Failure> {
        let mut differences = 0;
        while let Some(row) = &self.row {
            match nik(row)?.cmp(&decision.nik) {
                Ordering::Less => {
                    differences += 1;
                    self.advance()?;
                }
                Ordering::Equal => {
                    let same = row[3] == *outcome_word(decision.outcome)
                        && row[4] == *reason_word(decision.primary_reason);
                    self.advance()?;
                    return Ok(differences + i64::from(!same));
                }
                Ordering::Greater => break,
            }
        }
        Ok(differences + 1)
    }

    /// Rows that nobody decided on.
    fn rest(&mut self) -> Result<i64, Failure> {
        let mut rows = 0;
        while self.row.is_some() {
            rows += 1;
            self.advance()?;
        }
        Ok(rows)
    }

    /// Goes to the next row of the tranche.
    fn advance(&mut self) -> Result<(), Failure> {
        let tranche = self.name.tranche.to_string();
        let mut row = self.row.take().unwrap_or_default();
        while self.reader.read_record(&mut row).map_err(|err| unreadable(&err))? {
            if row[1] == *self.name.round && row[2] == *tranche {
                self.row = Some(row);
                return Ok(());
            }
        }
        Ok(())
    }
}

fn nik(row: &csv::StringRecord) -> Result<i64, Failure> {
    row[0].parse().map_err(|_| Failure::failed("expected.csv has a row without a NIK"))
}

fn unreadable(err: &csv::Error) -> Failure {
    Failure::failed(format!("cannot read expected.csv: {err}"))
}

#[cfg(test)]
mod tests {
    use tepat_proto::disbursement::{Outcome, Reason};

    use super::*;

    fn differences_of(decisions: &[(i64, Outcome, Reason)]) -> i64 {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("expected.csv");
        let rows = "nik,round,tranche,decision,primary_reason\n\
            1,bsu-2020,1,ELIGIBLE,\n1,bsu-2022,1,ELIGIBLE,\n2,bsu-2022,1,REFUSED,POLICE\n3,bsu-2022,1,ELIGIBLE,\n";
        std::fs::write(&path, rows).unwrap();
        let name = "bsu-2022-1-0001".parse().unwrap();
        let mut expected = Expected::open(&path, name).unwrap();
        let mut differences = 0;
        for (nik, outcome, reason) in decisions {
            let (outcome, primary_reason) = (*outcome as i32, *reason as i32);
            let decision = Decision { nik: *nik, outcome, primary_reason, reasons: Vec::new() };
            differences += expected.compare(&decision).unwrap();
        }
        differences + expected.rest().unwrap()
    }

    #[test]
    fn every_person_that_differs_or_stands_on_one_side_counts_once() {
        let (eligible, refused, none) = (Outcome::Eligible, Outcome::Refused, Reason::Unspecified);
        let first = (1, eligible, none);
        let second = (2, refused, Reason::Police);
        let third = (3, eligible, none);
        assert_eq!(differences_of(&[first, second, third]), 0);
        assert_eq!(differences_of(&[first, (2, refused, Reason::Military), third]), 1);
        assert_eq!(differences_of(&[first, (2, eligible, none), third]), 1);
        assert_eq!(differences_of(&[first, third]), 1);
        assert_eq!(differences_of(&[first, second]), 1);
        assert_eq!(differences_of(&[first, second, third, (4, eligible, none)]), 1);
        assert_eq!(differences_of(&[]), 3);
    }
}

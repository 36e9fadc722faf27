//! The answer key of a sample for one tranche: a byte a member, in NIK order.

use std::fs;
use std::path::Path;

use tepat_proto::disbursement::Reason;

use crate::chain::BatchName;
use crate::failure::Failure;

/// No reason against.
pub(super) const ELIGIBLE: u8 = 0;

/// Whether a reason leaves a candidate pending; every other number but [`ELIGIBLE`] refuses.
pub(super) fn is_pending(reason: u8) -> bool {
    i32::from(reason) >= Reason::MinimumWageUnknown as i32
}

/// The primary reason of every candidate, by the number that it has on the wire.
#[derive(Debug)]
pub(super) struct Answers(Vec<u8>);

impl Answers {
    /// Reads the rows of one tranche from `expected.csv`, which stand in NIK order.
    pub(super) fn read(sample: &Path, name: &BatchName) -> Result<Self, Failure> {
        let path = sample.join("expected.csv");
        let unreadable = |err: csv::Error| Failure::failed(format!("cannot read {}: {err}", path.display()));
        let mut reader = csv::Reader::from_path(&path).map_err(unreadable)?;
        let mut row = csv::ByteRecord::new();
        let tranche = name.tranche.to_string();
        let mut reasons = Vec::new();
        while reader.read_byte_record(&mut row).map_err(unreadable)? {
            if &row[1] == name.round.as_bytes() && &row[2] == tranche.as_bytes() {
                reasons.push(number(&row[4])?);
            }
        }
        Ok(Self(reasons))
    }

    /// The key as [`Self::keep`] wrote it.
    pub(super) fn load(path: &Path) -> Result<Self, Failure> {
        fs::read(path).map(Self).map_err(|err| Failure::file("read", path, &err))
    }

    /// Writes the key.
    pub(super) fn keep(&self, path: &Path) -> Result<(), Failure> {
        fs::write(path, &self.0).map_err(|err| Failure::file("write", path, &err))
    }

    /// The primary reason of the candidate with this number in NIK order, from 1.
    pub(super) fn of(&self, sequence: i64) -> Result<u8, Failure> {
        let index = usize::try_from(sequence - 1).ok();
        let reason = index.and_then(|index| self.0.get(index)).copied();
        reason.ok_or_else(|| Failure::failed("the roster has more members than the sample"))
    }

    /// How many candidates have this primary reason.
    pub(super) fn with(&self, reason: u8) -> u64 {
        self.0.iter().filter(|other| **other == reason).count() as u64
    }

    /// How many candidates there are: eligible, refused, pending.
    pub(super) fn counts(&self) -> [u64; 3] {
        let mut counts = [0; 3];
        for reason in &self.0 {
            let place = if *reason == ELIGIBLE { 0 } else { 1 + usize::from(is_pending(*reason)) };
            counts[place] += 1;
        }
        counts
    }
}

fn number(reason: &[u8]) -> Result<u8, Failure> {
    if reason.is_empty() {
        return Ok(ELIGIBLE);
    }
    let name = String::from_utf8_lossy(reason);
    let reason = Reason::from_str_name(&format!("REASON_{name}"));
    let number = reason.and_then(|reason| u8::try_from(reason as i32).ok());
    number.ok_or_else(|| Failure::failed(format!("expected.csv gives an unknown reason, {name:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_holds_one_tranche_and_reads_back() {
        let dir = tempfile::tempdir().unwrap();
        let rows = "nik,round,tranche,decision,primary_reason\n1,bsu-2020,1,REFUSED,POLICE\n\
            1,bsu-2022,1,ELIGIBLE,\n2,bsu-2022,1,REFUSED,POLICE\n3,bsu-2022,1,PENDING,BANK_UNANSWERED\n";
        fs::write(dir.path().join("expected.csv"), rows).unwrap();
        let answers = Answers::read(dir.path(), &"bsu-2022-1-0001".parse().unwrap()).unwrap();
        let path = dir.path().join("key");
        answers.keep(&path).unwrap();
        let answers = Answers::load(&path).unwrap();
        assert_eq!(answers.counts(), [1, 1, 1]);
        let reason = |sequence| answers.of(sequence).ok();
        assert_eq!([reason(0), reason(1), reason(4)], [None, Some(ELIGIBLE), None]);
        assert_eq!(reason(2), Some(9));
        assert!(is_pending(reason(3).unwrap()) && !is_pending(9));
    }
}

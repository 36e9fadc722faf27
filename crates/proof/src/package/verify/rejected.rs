//! Every row of rejected.csv: form, order and counts.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::row::{LineReader, REJECTED_COLUMNS, RejectedRow, RowEncoder, RowProblem};
use super::super::{MANIFEST_FILE, Manifest};
use super::fault::expect;
use super::{REJECTED_FILE, VerifyFault, open};

pub(super) fn check(dir: &Path, manifest: &Manifest) -> Result<(), VerifyFault> {
    let broken = |problem| VerifyFault::read(REJECTED_FILE, problem);
    let mut lines = LineReader::new(open(dir, REJECTED_FILE)?, &REJECTED_COLUMNS).map_err(broken)?;
    let (mut encoder, mut encoded) = (RowEncoder::new(), Vec::new());
    let mut last_mark = String::new();
    let (mut refused, mut pending) = (0_u64, 0_u64);
    let mut by_reason: BTreeMap<String, u64> = BTreeMap::new();
    while let Some(line) = lines.next().map_err(broken)? {
        let fault = |problem| VerifyFault::row(REJECTED_FILE, line.row, problem);
        let (row, rejected) = RejectedRow::from_fields(&line.fields).map_err(fault)?;
        rejected.check().map_err(fault)?;
        encoded.clear();
        rejected.encode(row, &mut encoder, &mut encoded);
        for (holds, problem) in [
            (encoded.strip_suffix(b"\r\n") == Some(line.text.as_bytes()), "numbers must be plain digits"),
            (row == line.row, "row must count from 1"),
            (rejected.nik_mark > last_mark.as_str(), "rows must be sorted by nik_mark, each mark once"),
        ] {
            if !holds {
                return Err(fault(RowProblem(problem)));
            }
        }
        rejected.nik_mark.clone_into(&mut last_mark);
        if rejected.decision == "REFUSED" {
            refused += 1
        } else {
            pending += 1
        }
        match by_reason.get_mut(rejected.primary_reason) {
            Some(count) => *count += 1,
            None => _ = by_reason.insert(rejected.primary_reason.to_owned(), 1),
        }
    }
    let counts = &manifest.counts;
    expect(MANIFEST_FILE, "counts.refused", &refused, &counts.refused)?;
    expect(MANIFEST_FILE, "counts.pending", &pending, &counts.pending)?;
    for reason in by_reason.keys().chain(counts.by_reason.keys()) {
        let count = |counts: &BTreeMap<String, u64>| counts.get(reason).copied().unwrap_or(0);
        expect(
            MANIFEST_FILE,
            &format!("counts.by_reason.{reason}"),
            &count(&by_reason),
            &count(&counts.by_reason),
        )?;
    }
    Ok(())
}

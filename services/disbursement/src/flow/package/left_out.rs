//! Those left out of a batch, on their way into the order of their marks. However many there are, a bounded
//! number is held in memory: the rest waits in nameless files, which end with the process.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::PathBuf;

use crate::marks::PersonMark;
use crate::rules::reason::{Outcome, ReasonSet};
use crate::store::decisions::Effective;

/// Marks are evenly spread, so their first bits cut the rows into drawers of about one size.
const DRAWERS: usize = 64;

/// Rows held in memory before they go to files.
const HELD_MAX: usize = 200_000;

/// A row in a file: mark, NIK, reasons, outcome.
const ROW_BYTES: usize = 16 + 8 + 8 + 1;

type Row = (PersonMark, Effective);

#[derive(Debug, Default)]
struct Drawer {
    held: Vec<Row>,
    file: Option<File>,
}

/// Rows that come in any order and leave sorted by their marks.
#[derive(Debug)]
pub(super) struct LeftOut {
    /// Where the files lie.
    folder: PathBuf,
    drawers: Vec<Drawer>,
    held: usize,
}

impl LeftOut {
    /// Nobody yet.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, drawers: (0..DRAWERS).map(|_| Drawer::default()).collect(), held: 0 }
    }

    /// Adds a row.
    pub(super) fn add(&mut self, mark: PersonMark, decision: Effective) -> io::Result<()> {
        self.drawers[usize::from(mark[0]) * DRAWERS / 256].held.push((mark, decision));
        self.held += 1;
        if self.held == HELD_MAX {
            self.held = 0;
            for drawer in &mut self.drawers {
                drawer.spill(&self.folder)?;
            }
        }
        Ok(())
    }

    /// Gives every row to `take`, sorted by mark.
    pub(super) fn each<F: From<io::Error>>(
        self,
        mut take: impl FnMut(Row) -> Result<(), F>,
    ) -> Result<(), F> {
        for drawer in self.drawers {
            let mut rows = drawer.rows()?;
            rows.sort_unstable_by_key(|(mark, _)| *mark);
            rows.into_iter().try_for_each(&mut take)?;
        }
        Ok(())
    }
}

impl Drawer {
    fn spill(&mut self, folder: &PathBuf) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(self.held.len() * ROW_BYTES);
        for (mark, decision) in self.held.drain(..) {
            bytes.extend_from_slice(&mark);
            bytes.extend_from_slice(&decision.nik.to_be_bytes());
            bytes.extend_from_slice(&decision.reasons.bits().to_be_bytes());
            bytes.push(u8::try_from(decision.outcome.column()).expect("outcomes are 1 to 3"));
        }
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(tempfile::tempfile_in(folder)?),
        };
        file.write_all(&bytes)
    }

    fn rows(self) -> io::Result<Vec<Row>> {
        let mut rows = self.held;
        let mut bytes = Vec::new();
        if let Some(mut file) = self.file {
            file.rewind()?;
            file.read_to_end(&mut bytes)?;
        }
        rows.extend(bytes.chunks_exact(ROW_BYTES).map(read));
        Ok(rows)
    }
}

fn read(row: &[u8]) -> Row {
    let number = |from: usize| i64::from_be_bytes(*row[from..].first_chunk().expect("a row is whole"));
    let outcome = Outcome::from_number(i32::from(row[32])).expect("as it was written");
    let reasons = ReasonSet::from_bits(number(24)).expect("as it was written");
    (*row.first_chunk().expect("a row is whole"), Effective { nik: number(16), outcome, reasons })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::reason::Reason;

    #[test]
    fn rows_leave_sorted_and_whole_however_many_went_to_files() {
        for rows in [0, 1, 1_000, HELD_MAX + 77] {
            let folder = tempfile::tempdir().unwrap();
            let mut left_out = LeftOut::new(folder.path().to_owned());
            // A step that has no factor in common with 2^64 scatters the marks and repeats none.
            let mark = |row: usize| u128::from((row as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)) << 64;
            for row in 0..rows {
                let nik = i64::try_from(row).unwrap();
                let reasons = ReasonSet::from(Reason::ALL[row % Reason::ALL.len()]);
                let decision = Effective { nik, outcome: reasons.outcome(), reasons };
                left_out.add(mark(row).to_be_bytes(), decision).unwrap();
            }
            let (mut last, mut seen, mut sum) = (None, 0, 0);
            left_out
                .each(|(found, decision)| {
                    let row = usize::try_from(decision.nik).unwrap();
                    assert_eq!(u128::from_be_bytes(found), mark(row));
                    assert_eq!(decision.reasons, Reason::ALL[row % Reason::ALL.len()].into());
                    assert_eq!(decision.outcome, decision.reasons.outcome());
                    assert!(last < Some(found), "sorted, each once");
                    (last, seen, sum) = (Some(found), seen + 1, sum + row);
                    Ok::<_, io::Error>(())
                })
                .unwrap();
            assert_eq!((seen, sum), (rows, rows * rows.saturating_sub(1) / 2));
        }
    }
}

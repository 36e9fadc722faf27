//! The sandbox's banks settle the payments of a package, and the suite hears of it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tepat_proof::instant::{seconds_of_micros, to_rfc3339};
use tepat_sample::settle::OutcomesFile;

use crate::chain::record_outcomes;
use crate::client::Clients;
use crate::failure::Failure;

/// Writes `outcomes.csv` for every payment of the package, in the order of its files and lines.
pub(super) fn outcomes(package: &Path, out: &Path, seed: u64, now_us: i64) -> Result<(), Failure> {
    let unwritable = |err: std::io::Error| Failure::file("write", out, &err);
    let booked_on = today(now_us);
    let mut outcomes = OutcomesFile::create(out, seed).map_err(unwritable)?;
    for path in recipients(package)? {
        let unreadable = |err: csv::Error| Failure::failed(format!("cannot read {}: {err}", path.display()));
        let mut reader = csv::Reader::from_path(&path).map_err(unreadable)?;
        let column = reader.headers().map_err(unreadable)?.iter().position(|name| name == "end_to_end_id");
        let column =
            column.ok_or_else(|| Failure::failed(format!("{} has no end_to_end_id", path.display())))?;
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(unreadable)? {
            outcomes.settle(&record[column], &booked_on).map_err(unwritable)?;
        }
    }
    outcomes.finish().map_err(unwritable)?;
    Ok(())
}

/// Sends the outcomes; every row has to be recorded.
pub(super) async fn send(clients: &Clients, batch_id: &str, outcomes: &Path) -> Result<(), Failure> {
    let file = File::open(outcomes).map_err(|err| Failure::file("read", outcomes, &err))?;
    let recorded = record_outcomes(clients, batch_id, file, |_| {}).await?;
    match recorded.trouble() {
        0 => Ok(()),
        rows => Err(Failure::failed(format!("{rows} outcomes were not recorded"))),
    }
}

/// The recipients files by name.
fn recipients(package: &Path) -> Result<Vec<PathBuf>, Failure> {
    let dir = package.join("recipients");
    if !dir.is_dir() {
        // No recipients, no folder.
        return Ok(Vec::new());
    }
    let unreadable = |err: std::io::Error| Failure::file("read", &dir, &err);
    let entries = fs::read_dir(&dir).map_err(unreadable)?;
    let mut files = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(unreadable)?;
    files.sort();
    Ok(files)
}

/// The day in western Indonesia, YYYY-MM-DD: legal days are +07:00.
fn today(now_us: i64) -> String {
    let seven_hours = 7 * 3_600;
    let instant = to_rfc3339(seconds_of_micros(now_us) + seven_hours).unwrap_or_default();
    instant.chars().take(10).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_changes_at_seventeen_utc() {
        let day = |seconds: i64| today(seconds * 1_000_000);
        let midnight = 1_795_219_200; // 2026-11-21T00:00:00Z
        assert_eq!(day(midnight), "2026-11-21");
        assert_eq!(day(midnight + 17 * 3_600 - 1), "2026-11-21");
        assert_eq!(day(midnight + 17 * 3_600), "2026-11-22");
    }
}

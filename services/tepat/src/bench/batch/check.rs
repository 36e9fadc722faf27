//! Is the result of a batch right: the same as the floor's, and what the sample was made for.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value};
use sqlx::PgConnection;

use super::{FloorRan, Ran};
use crate::bench::answer::{Answers, ELIGIBLE};
use crate::bench::database::{self, Address};
use crate::bench::floor;
use crate::bench::world::Folder;
use crate::failure::Failure;

/// What is wrong; empty when nothing is.
pub(super) async fn wrong(
    folder: &Folder,
    address: &Address,
    ran: &Ran,
    floor: &FloorRan,
) -> Result<Vec<String>, Failure> {
    let answers = Answers::load(&folder.answers())?;
    let number = |count: i64| u64::try_from(count).unwrap_or(0);
    let batch = &ran.batch;
    let mut found = Found::default();
    let ours = [number(batch.eligible), number(batch.refused), number(batch.pending)];
    found.same("eligible, refused and pending", ours, answers.counts());
    found.same("eligible, refused and pending of the floor", floor.counts, answers.counts());
    for reason in &batch.by_reason {
        let expected = u8::try_from(reason.reason).map_or(0, |reason| answers.with(reason));
        found.same(&format!("persons with reason {}", reason.reason), [number(reason.persons)], [expected]);
    }
    let mut connection = database::connect(address).await?;
    let (all, eligible) = (answers.counts().iter().sum(), answers.with(ELIGIBLE));
    let expected = [[all; 3], [eligible, eligible, number(batch.amount_rupiah)], [eligible; 3]];
    let counted = [
        "count(DISTINCT nik), count(DISTINCT sequence)",
        "count(DISTINCT nik), CAST(sum(amount_rupiah) AS BIGINT)",
        "count(DISTINCT nik), count(DISTINCT account_mark)",
    ];
    for schema in ["disbursement", floor::SCHEMA] {
        for ((table, counted), expected) in floor::TABLES.iter().zip(counted).zip(expected) {
            let sql = format!("SELECT count(*), {counted} FROM {schema}.{table}");
            let numbers = numbers(&mut connection, &sql).await?;
            found.same(&format!("{schema}.{table}: rows, {counted}"), numbers, expected);
        }
    }
    found.files(Path::new(&batch.package), floor)?;
    Ok(found.wrong)
}

async fn numbers(connection: &mut PgConnection, sql: &str) -> Result<[u64; 3], Failure> {
    let numbers = database::numbers::<3>(connection, sql).await?;
    Ok(numbers.map(|number| u64::try_from(number).unwrap_or(0)))
}

/// What was found wrong so far.
#[derive(Default)]
struct Found {
    wrong: Vec<String>,
}

impl Found {
    fn same<const N: usize>(&mut self, what: &str, found: [u64; N], expected: [u64; N]) {
        if found != expected {
            self.wrong.push(format!("{what}: {found:?} instead of {expected:?}"));
        }
    }

    /// Recipients files that differ from the floor's, or that only one of them has.
    fn files(&mut self, package: &Path, floor: &FloorRan) -> Result<(), Failure> {
        let path = package.join("SHA256SUMS");
        let sums = fs::read_to_string(&path).map_err(|err| Failure::file("read", &path, &err))?;
        let of_line = |line: &str| {
            let (digest, file) = line.split_once(char::is_whitespace)?;
            let file = file.trim_start().trim_start_matches('*').strip_prefix("recipients/")?;
            Some((file.to_owned(), Value::from(digest)))
        };
        let ours: Map<String, Value> = sums.lines().filter_map(of_line).collect();
        let none = Map::new();
        let theirs = floor.digests.as_object().unwrap_or(&none);
        for file in ours.keys().chain(theirs.keys().filter(|file| !ours.contains_key(*file))) {
            if ours.get(file) != theirs.get(file) {
                self.wrong.push(format!("recipients/{file} is not the floor's"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_differs_or_stands_on_one_side_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let sums =
            "aa  manifest.json\n11  recipients/002.csv\n22  recipients/008.csv\n33  recipients/009.csv\n";
        fs::write(dir.path().join("SHA256SUMS"), sums).unwrap();
        let digests = serde_json::json!({ "002.csv": "11", "008.csv": "23", "014.csv": "44" });
        let floor = FloorRan { stages: Vec::new(), counts: [0; 3], digests, peak: 0 };
        let mut found = Found::default();
        found.files(dir.path(), &floor).unwrap();
        let expected =
            ["008.csv", "009.csv", "014.csv"].map(|file| format!("recipients/{file} is not the floor's"));
        assert_eq!(found.wrong, expected);
        found.same("rows", [1, 2], [1, 2]);
        assert_eq!(found.wrong.len(), 3);
        found.same("rows", [1, 2], [2, 1]);
        assert_eq!(found.wrong[3], "rows: [1, 2] instead of [2, 1]");
    }
}

//! Reads the tables; every fault is named with file and line.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;

use csv::StringRecord;
use tepat_terms::{Province, Region, parse_rupiah};

use super::{Decreed, MinimumWages, PARENTS, PARENTS_UMP_UNTIL};
use crate::rules::table_fault::TableFaults;

const UMP: &str = "ump.csv";
const UMK: &str = "umk.csv";
const COVERAGE: &str = "umk_coverage.csv";

const UMP_COLUMNS: [&str; 8] = [
    "province_code",
    "year",
    "amount_idr",
    "source",
    "second_amount_idr",
    "second_source",
    "agreement",
    "note",
];
const UMK_COLUMNS: [&str; 5] = ["region_code", "year", "amount_idr", "source", "note"];
const COVERAGE_COLUMNS: [&str; 5] = ["province_code", "year", "regencies", "with_umk", "complete"];

/// The texts of the three files.
#[derive(Clone, Copy)]
pub(crate) struct MinimumWageFiles<'a> {
    pub(crate) ump: &'a str,
    pub(crate) umk: &'a str,
    pub(crate) umk_coverage: &'a str,
}

/// A row of `umk_coverage.csv` as written.
struct Coverage {
    line: usize,
    regencies: usize,
    with_umk: usize,
    complete: bool,
}

/// Reads the three tables; every fault goes to `faults`, then the answer is not to be used.
pub(crate) fn parse(files: MinimumWageFiles<'_>, faults: &mut TableFaults) -> MinimumWages {
    let ump = table(UMP, files.ump, &UMP_COLUMNS, faults, ump_row);
    let umk = table(UMK, files.umk, &UMK_COLUMNS, faults, umk_row);
    let coverage = table(COVERAGE, files.umk_coverage, &COVERAGE_COLUMNS, faults, coverage_row);

    let years = coverage.keys().map(|(_, year)| *year);
    let years = years.clone().min().unwrap_or(0)..=years.max().unwrap_or(0);
    let complete =
        coverage.iter().filter(|(_, row)| row.complete).map(|(key, _)| *key).collect::<HashSet<_>>();
    let tables = MinimumWages { years, umk: without_lines(umk), ump: without_lines(ump), complete };
    check_floor(&tables, faults);
    check_coverage(&tables, &coverage, faults);
    tables
}

fn without_lines<K: Eq + Hash>(rows: BTreeMap<K, Decreed>) -> HashMap<K, Decreed> {
    rows.into_iter().collect()
}

/// One table: the header has to be as shipped, then each row is read by `row` and stands once.
fn table<K: Ord + Copy, V>(
    file: &'static str,
    text: &str,
    columns: &[&str],
    faults: &mut TableFaults,
    row: impl Fn(&StringRecord, usize) -> Result<(K, V), String>,
) -> BTreeMap<K, V> {
    let mut rows = BTreeMap::new();
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    match reader.headers() {
        Ok(header) if header.iter().eq(columns.iter().copied()) => {}
        _ => {
            faults.add(file, 1, format!("the header must be {}", columns.join(",")));
            return rows;
        }
    }
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).expect("a text in memory is UTF-8 and always readable") {
        let line = record.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or(0));
        if record.len() != columns.len() {
            faults.add(file, line, format!("{} fields wanted, found {}", columns.len(), record.len()));
            continue;
        }
        match row(&record, line) {
            Ok((key, value)) => {
                if rows.insert(key, value).is_some() {
                    faults.add(file, line, "the same code and year stand in an earlier row");
                }
            }
            Err(problem) => faults.add(file, line, problem),
        }
    }
    rows
}

fn year_of(text: &str) -> Result<u16, String> {
    match text.parse() {
        Ok(year @ 2000..=2099) => Ok(year),
        _ => Err(format!("a year is 2000 to 2099, found {text:?}")),
    }
}

fn province_of(text: &str) -> Result<Province, String> {
    let known = if text.len() == 2 { text.parse().ok().and_then(Province::from_number) } else { None };
    known.ok_or_else(|| format!("no province has the code {text:?}"))
}

fn amount_of(text: &str) -> Result<i64, String> {
    parse_rupiah(text).map_err(|fault| format!("{fault}, found {text:?}"))
}

fn source_of(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err("a source must not be empty".to_owned()) } else { Ok(text.to_owned()) }
}

fn ump_row(record: &StringRecord, _line: usize) -> Result<((Province, u16), Decreed), String> {
    let (province, year) = (province_of(&record[0])?, year_of(&record[1])?);
    let amount_rupiah = amount_of(&record[2])?;
    if year < PARENTS_UMP_UNTIL && PARENTS.contains_key(&province) {
        return Err(format!("province {province:?} did not exist when the UMP of {year} was decreed"));
    }
    let beside = match (&record[6], &record[4]) {
        ("single", "") => "only one source is known".to_owned(),
        (agreement @ ("match" | "within_1" | "differs"), second) => {
            let second_rupiah = amount_of(second)?;
            let found = match (second_rupiah - amount_rupiah).abs() {
                0 => "match",
                1 => "within_1",
                _ => "differs",
            };
            if found != agreement {
                return Err(format!("agreement is {agreement:?} where the two amounts say {found:?}"));
            }
            if found == "match" { String::new() } else { format!("a second source prints {second_rupiah}") }
        }
        (agreement, _) => return Err(format!("agreement {agreement:?} does not fit the second amount")),
    };
    let parts: Vec<&str> =
        [beside.as_str(), &record[7]].into_iter().filter(|part| !part.is_empty()).collect();
    Ok(((province, year), Decreed { amount_rupiah, source: source_of(&record[3])?, doubt: parts.join("; ") }))
}

fn umk_row(record: &StringRecord, _line: usize) -> Result<((Region, u16), Decreed), String> {
    let region: Region = record[0].parse().map_err(|fault| format!("region {:?}: {fault}", &record[0]))?;
    let decreed = Decreed {
        amount_rupiah: amount_of(&record[2])?,
        source: source_of(&record[3])?,
        doubt: record[4].to_owned(),
    };
    Ok(((region, year_of(&record[1])?), decreed))
}

fn coverage_row(record: &StringRecord, line: usize) -> Result<((Province, u16), Coverage), String> {
    let count =
        |text: &str| text.parse::<usize>().map_err(|_| format!("a count is a whole number, found {text:?}"));
    let complete = match &record[4] {
        "true" => true,
        "false" => false,
        other => return Err(format!("complete is true or false, found {other:?}")),
    };
    let coverage = Coverage { line, regencies: count(&record[2])?, with_umk: count(&record[3])?, complete };
    Ok(((province_of(&record[0])?, year_of(&record[1])?), coverage))
}

/// The rule for provinces that are not complete rests on this: a UMK is never below the UMP.
fn check_floor(tables: &MinimumWages, faults: &mut TableFaults) {
    let mut low: Vec<String> = tables
        .umk
        .iter()
        .filter_map(|((region, year), umk)| {
            let ump = tables.ump(region.province(), *year)?;
            let problem = || format!("the UMK of {region} in {year} is below its UMP, {}", ump.amount_rupiah);
            (umk.amount_rupiah < ump.amount_rupiah).then(problem)
        })
        .collect();
    low.sort_unstable();
    low.into_iter().for_each(|problem| faults.add(UMK, 0, problem));
}

/// Every province in every year is named, counted rightly, and has a UMP; no row of UMK lies outside.
fn check_coverage(
    tables: &MinimumWages,
    coverage: &BTreeMap<(Province, u16), Coverage>,
    faults: &mut TableFaults,
) {
    let mut regencies: BTreeMap<Province, usize> = BTreeMap::new();
    for region in Region::all() {
        *regencies.entry(region.province()).or_default() += 1;
    }
    let mut with_umk: BTreeMap<(Province, u16), usize> = BTreeMap::new();
    for (region, year) in tables.umk.keys() {
        *with_umk.entry((region.province(), *year)).or_default() += 1;
    }
    for (province, year) in with_umk.keys().filter(|key| !coverage.contains_key(key)) {
        faults.add(COVERAGE, 0, format!("province {province:?} has rows of UMK in {year} and no row here"));
    }
    for year in tables.years() {
        for (province, in_province) in &regencies {
            let counted = with_umk.get(&(*province, year)).copied().unwrap_or(0);
            match coverage.get(&(*province, year)) {
                None => faults.add(COVERAGE, 0, format!("province {province:?} has no row in {year}")),
                Some(row) if (row.regencies, row.with_umk) != (*in_province, counted) => faults.add(
                    COVERAGE,
                    row.line,
                    format!(
                        "{in_province} regencies, {counted} with UMK wanted, found {} and {}",
                        row.regencies, row.with_umk
                    ),
                ),
                Some(_) => {}
            }
            if tables.ump(*province, year).is_none() {
                faults.add(UMP, 0, format!("province {province:?} has no UMP in {year}"));
            }
        }
    }
}

#[cfg(test)]
mod tests;

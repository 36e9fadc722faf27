//! What a written sample promises to whoever reads it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::Path;

use tempfile::TempDir;
use tepat_sample::{Counts, Sample, SampleFault, WORKERS_MAX, write};
use tepat_terms::{
    AccountNumber, BankKey, Division, Kk, Kpj, Month, Nik, Npp, PersonName, Region, Sex, parse_date,
    parse_rupiah,
};

const FILES: [&str; 6] =
    ["employers.csv", "members.csv", "wages.csv", "lists.csv", "bank_accounts.csv", "expected.csv"];

type Row = HashMap<String, String>;

fn written(workers: u64, seed: u64) -> (TempDir, Counts) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let counts = write(&Sample::new(workers, seed), dir.path()).expect("a temporary folder is writable");
    (dir, counts)
}

fn rows(dir: &Path, file: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(dir.join(file)).expect("the file was written");
    reader.deserialize().map(|row| row.expect("rows have the columns of the header")).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_gives_others() {
    let (first, counts) = written(3_000, 1);
    let (again, counts_again) = written(3_000, 1);
    let (other, _) = written(3_000, 2);
    assert_eq!(counts, counts_again);
    for file in FILES {
        let bytes = |dir: &TempDir| fs::read(dir.path().join(file)).unwrap();
        assert_eq!(bytes(&first), bytes(&again), "{file}");
        assert_ne!(bytes(&first), bytes(&other), "{file}");
    }
}

/// Every reason that lists, wages and accounts can lead to, with the rounds in which it can stand.
#[test]
fn at_20_000_workers_every_reason_stands_in_every_round_that_can_hold_it_20_times() {
    let every = [
        "DECEASED",
        "NOT_ACTIVE_AT_CUTOFF",
        "NOT_WAGE_RECIPIENT",
        "WAGE_NOT_REPORTED",
        "WAGE_OVER_CEILING",
        "ACCOUNT_NOT_REPORTED",
        "BANK_UNKNOWN",
        "ACCOUNT_NOT_FOUND",
        "ACCOUNT_CLOSED",
        "ACCOUNT_FROZEN",
        "ACCOUNT_RESTRICTED",
        "ACCOUNT_DORMANT",
        "HOLDER_NIK_DIFFERS",
        "HOLDER_NAME_DIFFERS",
        "ACCOUNT_SHARED",
        "HOLDER_NAME_NEEDS_REVIEW",
    ];
    let servants = ["CIVIL_SERVANT", "MILITARY", "POLICE"];
    let of_2022 = [&servants[..], &["OTHER_AID", "MINIMUM_WAGE_UNKNOWN"]].concat();
    let of_2021 = [&of_2022[..], &["OUTSIDE_REGION"]].concat();
    let rounds =
        [("bsu-2020", vec![]), ("bsu-2021", of_2021), ("bsu-2022", of_2022), ("bsu-2025", servants.to_vec())];
    for seed in [0, 7, u64::MAX] {
        let (dir, counts) = written(20_000, seed);
        let mut found: BTreeMap<(String, String), BTreeMap<String, u32>> = BTreeMap::new();
        for row in rows(dir.path(), "expected.csv") {
            let tranche = (row["round"].clone(), row["tranche"].clone());
            *found.entry(tranche).or_default().entry(row["primary_reason"].clone()).or_default() += 1;
        }
        let of = |round: &str, tranche: &str| &found[&(round.to_owned(), tranche.to_owned())];
        for (round, more) in &rounds {
            let of_round = of(round, "1");
            assert_eq!(of_round.values().sum::<u32>(), 20_000, "{round}");
            assert!((13_600..=17_000).contains(&of_round[""]), "{} eligible in {round}", of_round[""]);
            let expected: BTreeSet<&str> = every.iter().chain(more).copied().chain([""]).collect();
            assert_eq!(of_round.keys().map(String::as_str).collect::<BTreeSet<_>>(), expected, "{round}");
            let rare: Vec<_> = of_round.iter().filter(|(_, persons)| **persons < 20).collect();
            assert!(rare.is_empty(), "{round}, seed {seed}: {rare:?}");
        }
        let second = of("bsu-2020", "2");
        assert!(second["TAX_INCOME_OVER"] >= 20, "seed {seed}");
        assert_eq!(second.values().sum::<u32>(), of("bsu-2020", "1")[""]);
        assert_eq!(counts.expected, 80_000 + u64::from(second.values().sum::<u32>()));
    }
}

#[test]
fn the_second_tranche_names_those_eligible_in_the_first_and_rows_are_sorted() {
    let (dir, _) = written(5_000, 3);
    let rows = rows(dir.path(), "expected.csv");
    let of = |tranche: &str, decision: Option<&str>| -> Vec<String> {
        rows.iter()
            .filter(|row| row["round"] == "bsu-2020" && row["tranche"] == tranche)
            .filter(|row| decision.is_none_or(|decision| row["decision"] == decision))
            .map(|row| row["nik"].clone())
            .collect()
    };
    assert_eq!(of("2", None), of("1", Some("ELIGIBLE")));
    let keys: Vec<_> = rows.iter().map(|row| [&row["round"], &row["tranche"], &row["nik"]]).collect();
    assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
    for row in &rows {
        assert_eq!(row["decision"] == "ELIGIBLE", row["primary_reason"].is_empty());
    }
}

#[test]
fn every_row_parses_and_refers_to_what_is_there() {
    let (dir, counts) = written(10_000, 11);
    let text = fs::read_to_string(dir.path().join("employers.csv")).unwrap();
    assert!(text.starts_with("npp,division,name,region_code,sector_code,ownership\n"));
    let mut employers = HashSet::new();
    for row in rows(dir.path(), "employers.csv") {
        row["npp"].parse::<Npp>().unwrap();
        row["division"].parse::<Division>().unwrap();
        row["region_code"].parse::<Region>().unwrap();
        assert!(employers.insert((row["npp"].clone(), row["division"].clone())));
    }
    assert_eq!(employers.len() as u64, counts.employers);

    let mut persons: HashMap<String, [String; 5]> = HashMap::new();
    let mut employments = HashSet::new();
    let mut cards = HashSet::new();
    for row in rows(dir.path(), "members.csv") {
        let nik: Nik = row["nik"].parse().unwrap();
        let birth = parse_date(&row["birth_date"]).unwrap();
        let (day, month, year) = nik.birth_digits();
        assert_eq!((day, month), (birth.day().into(), u8::from(birth.month()).into()));
        assert_eq!(year, i64::from(birth.year() % 100));
        assert_eq!(nik.sex() == Sex::Female, row["sex"] == "P");
        row["name"].parse::<PersonName>().unwrap();
        row["region_code"].parse::<Region>().unwrap();
        let person = ["name", "birth_date", "sex", "kk", "region_code"].map(|column| row[column].clone());
        let known = persons.entry(row["nik"].clone()).or_insert_with(|| person.clone());
        assert_eq!(*known, person, "one NIK is one person");
        assert!(row["kk"].is_empty() || row["kk"].parse::<Kk>().is_ok());
        assert!(
            row["kpj"].is_empty() || (row["kpj"].parse::<Kpj>().is_ok() && cards.insert(row["kpj"].clone()))
        );
        let start = parse_date(&row["start_date"]).unwrap();
        assert!(start.year() - birth.year() >= 18);
        assert!(row["end_date"].is_empty() || parse_date(&row["end_date"]).unwrap() >= start);
        assert!(employers.contains(&(row["npp"].clone(), row["division"].clone())));
        let account = ["bank", "account_number", "account_holder_name"].map(|column| row[column].is_empty());
        assert!(account.iter().all(|empty| *empty == account[0]), "all three or none");
        if !account[0] {
            row["bank"].parse::<BankKey>().unwrap();
            row["account_number"].parse::<AccountNumber>().unwrap();
        }
        let key = ["nik", "npp", "division", "start_date"].map(|column| row[column].clone());
        assert!(employments.insert(key), "an employment stands once");
    }
    assert_eq!(persons.len(), 10_000);
    assert_eq!(employments.len() as u64, counts.employments);

    let mut reports = HashSet::new();
    for row in rows(dir.path(), "wages.csv") {
        let key = ["nik", "npp", "division", "start_date"].map(|column| row[column].clone());
        assert!(employments.contains(&key));
        row["month"].parse::<Month>().unwrap();
        parse_rupiah(&row["wage_rupiah"]).unwrap();
        assert!((1..=12).contains(&row["wage_months"].parse::<u8>().unwrap()));
        parse_date(&row["reported_on"]).unwrap();
        assert!(reports.insert((key, row["month"].clone(), row["reported_on"].clone())));
    }
    assert_eq!(reports.len() as u64, counts.wage_reports);

    let mut snapshots: HashMap<String, String> = HashMap::new();
    for row in rows(dir.path(), "lists.csv") {
        assert!(persons.contains_key(&row["nik"]));
        let as_of = snapshots.entry(row["list"].clone()).or_insert_with(|| row["as_of"].clone());
        assert_eq!(*as_of, row["as_of"], "a list has one snapshot");
    }
    assert_eq!(snapshots.len(), 10);
}

#[test]
fn banks_know_what_the_expectations_say() {
    let (dir, _) = written(10_000, 5);
    let mut accounts: HashMap<(String, String), Row> = HashMap::new();
    for row in rows(dir.path(), "bank_accounts.csv") {
        row["holder_name"].parse::<PersonName>().unwrap();
        assert_eq!(row["holder_name"], row["holder_name"].to_uppercase());
        assert!(row["holder_nik"].is_empty() || row["holder_nik"].parse::<Nik>().is_ok());
        assert_ne!(row["bank"], "999");
        let key = (row["bank"].clone(), row["account_number"].clone());
        assert!(accounts.insert(key, row).is_none(), "a bank has a number once");
    }
    let mut claims: HashMap<String, Vec<(String, String)>> = HashMap::new();
    let mut claimants: HashMap<(String, String), HashSet<String>> = HashMap::new();
    for row in rows(dir.path(), "members.csv").iter().filter(|row| !row["bank"].is_empty()) {
        let claim = (row["bank"].clone(), row["account_number"].clone());
        claimants.entry(claim.clone()).or_default().insert(row["nik"].clone());
        claims.entry(row["nik"].clone()).or_default().push(claim);
    }
    let mut seen = HashSet::new();
    for row in rows(dir.path(), "expected.csv") {
        let none = Vec::new();
        let own = claims.get(&row["nik"]).unwrap_or(&none);
        let known: Vec<_> = own.iter().filter_map(|claim| accounts.get(claim)).collect();
        let some = |status: &str| known.iter().any(|account| account["status"] == status);
        let holds = match row["primary_reason"].as_str() {
            // Employments of the second round may report an account, and BPU ones do.
            "ACCOUNT_NOT_REPORTED" => own.len() < 2,
            "BANK_UNKNOWN" => own.iter().all(|(bank, _)| bank == "999"),
            "ACCOUNT_NOT_FOUND" => own.iter().all(|claim| !accounts.contains_key(claim)),
            "ACCOUNT_CLOSED" => some("CLOSED"),
            "ACCOUNT_FROZEN" => some("FROZEN"),
            "ACCOUNT_RESTRICTED" => some("RESTRICTED"),
            "ACCOUNT_DORMANT" => some("DORMANT") && known.iter().all(|account| account["bank"] != "002"),
            "HOLDER_NIK_DIFFERS" => known
                .iter()
                .any(|account| !account["holder_nik"].is_empty() && account["holder_nik"] != row["nik"]),
            "ACCOUNT_SHARED" => own.iter().any(|claim| claimants[claim].len() > 1),
            "HOLDER_NAME_NEEDS_REVIEW" => known.iter().any(|account| account["holder_nik"].is_empty()),
            "" => {
                known.iter().any(|account| matches!(account["status"].as_str(), "ACTIVE" | "NEW" | "DORMANT"))
            }
            _ => true,
        };
        assert!(holds, "{}", row["primary_reason"]);
        seen.insert(row["primary_reason"].clone());
    }
    assert!(seen.len() > 20);
    let banks: HashSet<_> = accounts.keys().map(|(bank, _)| bank.as_str()).collect();
    assert!(banks.len() >= 24 && banks.contains("451-BSI") && banks.contains("022-S"), "{}", banks.len());
}

#[test]
fn small_samples_are_whole() {
    for workers in [0, 1, 2, 3, 50, 137] {
        let (dir, counts) = written(workers, 7);
        let niks: HashSet<_> = rows(dir.path(), "members.csv").iter().map(|row| row["nik"].clone()).collect();
        assert_eq!(niks.len() as u64, workers);
        let expected = rows(dir.path(), "expected.csv");
        for round in ["bsu-2020", "bsu-2021", "bsu-2022", "bsu-2025"] {
            let tranche = "1";
            let received = expected.iter().filter(|row| row["round"] == round && row["tranche"] == tranche);
            assert_eq!(received.count() as u64, workers);
        }
        assert_eq!(expected.len() as u64, counts.expected);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), FILES.len(), "nothing is left over");
    }
}

#[test]
fn the_fault_names_the_file_and_leaves_nothing_half_written() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("wages.csv.part")).unwrap();
    let fault = write(&Sample::new(10, 1), dir.path()).unwrap_err();
    assert!(fault.to_string().contains("wages.csv"), "{fault}");
    for file in FILES {
        assert!(!dir.path().join(file).exists());
    }
    assert!(!dir.path().join("members.csv.part").exists());
    let wanted = WORKERS_MAX + 1;
    let fault = write(&Sample::new(wanted, 1), dir.path()).unwrap_err();
    assert!(matches!(fault, SampleFault::TooManyWorkers { wanted: told } if told == wanted));
}

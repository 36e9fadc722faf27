use super::*;
use crate::data::MINIMUM_WAGES;

fn read(files: MinimumWageFiles<'_>) -> (MinimumWages, TableFaults) {
    let mut faults = TableFaults::default();
    (parse(files, &mut faults), faults)
}

fn province(code: i64) -> Province {
    Province::from_number(code).unwrap()
}

fn regency(code: i64) -> Region {
    Region::from_number(code).unwrap()
}

#[test]
fn the_shipped_tables_have_no_fault_and_every_row() {
    let (tables, faults) = read(MINIMUM_WAGES);
    assert!(faults.is_empty(), "{faults}");
    assert_eq!((tables.ump.len(), tables.umk.len(), tables.complete.len()), (250, 364, 18));
    assert_eq!(tables.years(), 2020..=2026);
}

#[test]
fn a_row_is_found_by_its_code_and_year() {
    let (tables, _) = read(MINIMUM_WAGES);
    let amount = |decreed: Option<&Decreed>| decreed.map(|decreed| decreed.amount_rupiah);
    assert_eq!(amount(tables.umk(regency(3578), 2022)), Some(4_375_479));
    assert_eq!(amount(tables.umk(regency(3502), 2022)), None);
    assert_eq!(amount(tables.ump(province(31), 2022)), Some(4_641_854));
    assert_eq!(amount(tables.ump(province(31), 2019)), None);
    assert_eq!(amount(tables.ump(province(31), 2027)), None);
    assert!(tables.is_complete(province(31), 2022));
    assert!(tables.is_complete(province(35), 2020) && !tables.is_complete(province(35), 2021));
}

#[test]
fn a_new_province_takes_its_parents_ump_until_it_has_its_own() {
    let (tables, _) = read(MINIMUM_WAGES);
    for (new, parent) in [(93, 91), (94, 91), (95, 91), (96, 92)] {
        for year in 2020..=2023 {
            assert!(tables.ump(province(new), year).is_some());
            assert_eq!(tables.ump(province(new), year), tables.ump(province(parent), year), "{new} {year}");
        }
    }
    // From 2024 on the row is its own: Papua Selatan agrees with no row of Papua's by accident only in amount.
    let mut files = MINIMUM_WAGES;
    let ump: String = MINIMUM_WAGES
        .ump
        .lines()
        .filter(|line| !line.starts_with("93,2024"))
        .map(|line| format!("{line}\n"))
        .collect();
    files.ump = &ump;
    let (tables, faults) = read(files);
    assert_eq!(tables.ump(province(93), 2024), None);
    assert_eq!(faults.to_string(), "ump.csv: province 93 has no UMP in 2024");
}

#[test]
fn a_doubt_says_what_the_second_source_prints() {
    let (tables, _) = read(MINIMUM_WAGES);
    for (code, year, doubt) in [
        (13, 2020, ""),
        (11, 2020, "a second source prints 3165030"),
        (31, 2020, "a second source prints 4276350; decree value 4276349.906; fraction dropped"),
        (18, 2020, "a second source prints 2431324; press simulation 2431324; adopted 2432001"),
        (73, 2020, "only one source is known"),
    ] {
        assert_eq!(tables.ump(province(code), year).unwrap().doubt, doubt, "{code} {year}");
    }
    assert!(tables.umk(regency(3209), 2020).unwrap().doubt.starts_with("not seen in a source"));
    assert!(tables.umk(regency(3578), 2022).unwrap().source.starts_with("Kepgub 188/803/KPTS/013/2021"));
}

/// Replaces the one place of `from` in one of the files and gives the faults.
fn faults_with(file: &str, from: &str, to: &str) -> String {
    let mut files = MINIMUM_WAGES;
    let text = match file {
        UMP => &mut files.ump,
        UMK => &mut files.umk,
        _ => &mut files.umk_coverage,
    };
    assert_eq!(text.matches(from).count(), 1, "{from}");
    let changed = text.replace(from, to);
    *text = &changed;
    read(files).1.to_string()
}

#[test]
fn every_fault_of_a_row_is_named_with_its_line() {
    let check = |file: &str, from: &str, to: &str, fault: &str| {
        let faults = faults_with(file, from, to);
        assert!(faults.lines().any(|line| line == fault), "{to}: {faults}");
    };
    check(UMP, "11,2020,3165031", "10,2020,3165031", "ump.csv:2: no province has the code \"10\"");
    check(UMP, "11,2020,3165031", "1101,2020,3165031", "ump.csv:2: no province has the code \"1101\"");
    check(UMP, "11,2020,3165031", "11,20,3165031", "ump.csv:2: a year is 2000 to 2099, found \"20\"");
    check(
        UMP,
        "11,2020,3165031",
        "11,2020,-1",
        "ump.csv:2: an amount is a positive whole number of at most 15 digits, found \"-1\"",
    );
    check(
        UMP,
        "11,2020,3165031",
        "11,2020,3165030",
        "ump.csv:2: agreement is \"within_1\" where the two amounts say \"match\"",
    );
    check(
        UMP,
        "11,2020,3165031",
        "11,2020,3165032",
        "ump.csv:2: agreement is \"within_1\" where the two amounts say \"differs\"",
    );
    check(
        UMP,
        "11,2020,3165031",
        "93,2022,3165031",
        "ump.csv:2: province 93 did not exist when the UMP of 2022 was decreed",
    );
    check(UMP, "12,2020,", "11,2020,", "ump.csv:3: the same code and year stand in an earlier row");
    check(
        UMK,
        "3201,2020,4083670",
        "3299,2020,4083670",
        "umk.csv:2: region \"3299\": no regency or city has this code",
    );
    check(
        UMK,
        "3201,2020,4083670",
        "9101,2020,4083670",
        "umk.csv:2: region \"9101\": the code was replaced by 9301",
    );
    check(UMK, "3202,2020,", "3201,2020,", "umk.csv:3: the same code and year stand in an earlier row");
    check(UMK, "3201,2020,4083670,", "3201,2020,", "umk.csv:2: 5 fields wanted, found 4");
    check(
        COVERAGE,
        "11,2020,23,0,false",
        "11,2020,23,0,no",
        "umk_coverage.csv:2: complete is true or false, found \"no\"",
    );
    check(
        COVERAGE,
        "11,2020,23,0,",
        "11,2020,many,0,",
        "umk_coverage.csv:2: a count is a whole number, found \"many\"",
    );
    check(
        COVERAGE,
        "11,2020,23,0,",
        "11,2020,22,0,",
        "umk_coverage.csv:2: 23 regencies, 0 with UMK wanted, found 22 and 0",
    );
    check(
        COVERAGE,
        "32,2020,27,27,",
        "32,2020,27,26,",
        "umk_coverage.csv:79: 27 regencies, 27 with UMK wanted, found 27 and 26",
    );
    check(COVERAGE, "11,2020,23,0,false\n", "", "umk_coverage.csv: province 11 has no row in 2020");
}

#[test]
fn a_umk_below_the_ump_is_refused_and_one_equal_to_it_is_not() {
    // The UMP of Jawa Timur in 2022 is 1,891,567.
    assert_eq!(faults_with(UMK, "3501,2022,1961154", "3501,2022,1891567"), "");
    assert_eq!(
        faults_with(UMK, "3501,2022,1961154", "3501,2022,1891566"),
        "umk.csv: the UMK of 3501 in 2022 is below its UMP, 1891567"
    );
}

#[test]
fn a_source_is_wanted_and_the_header_is_as_shipped() {
    let umk = "region_code,year,amount_idr,source,note\n3201,2020,4083670, ,\n";
    let (_, faults) = read(MinimumWageFiles { umk, ..MINIMUM_WAGES });
    assert!(faults.to_string().contains("umk.csv:2: a source must not be empty"), "{faults}");
    let (_, faults) = read(MinimumWageFiles { umk: "region,year\n", ..MINIMUM_WAGES });
    let wanted = "umk.csv:1: the header must be region_code,year,amount_idr,source,note";
    assert!(faults.to_string().contains(wanted), "{faults}");
}

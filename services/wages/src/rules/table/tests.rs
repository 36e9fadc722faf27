use super::*;
use crate::data::{MINIMUM_WAGES, WAGE_RULES};
use crate::rules::wage_rule::Comparison;

/// The table as shipped.
pub(crate) fn shipped() -> WageTable {
    WageTable::parse(WAGE_RULES, MINIMUM_WAGES).unwrap_or_else(|faults| panic!("{faults}"))
}

/// The table as shipped, with one text of `umk.csv` replaced.
pub(crate) fn with_umk(from: &str, to: &str) -> WageTable {
    assert_eq!(MINIMUM_WAGES.umk.matches(from).count(), 1, "{from}");
    let umk = MINIMUM_WAGES.umk.replace(from, to);
    let files = MinimumWageFiles { umk: &umk, ..MINIMUM_WAGES };
    WageTable::parse(WAGE_RULES, files).unwrap_or_else(|faults| panic!("{faults}"))
}

#[test]
fn the_shipped_rules_are_those_of_four_rounds_and_one_disputed() {
    let table = shipped();
    let rules: Vec<_> = table
        .rules()
        .iter()
        .map(|rule| (rule.id.as_str(), rule.comparison, rule.ceiling_rupiah, rule.minimum_wage_year))
        .collect();
    assert_eq!(
        rules,
        [
            ("bsu-2020", Comparison::Below, 5_000_000, None),
            ("bsu-2021", Comparison::AtMost, 3_500_000, Some(2021)),
            ("bsu-2022", Comparison::AtMost, 3_500_000, Some(2022)),
            ("bsu-2025", Comparison::AtMost, 3_500_000, None),
            ("bsu-2025-minimum-wage", Comparison::AtMost, 3_500_000, Some(2025)),
        ]
    );
    assert_eq!(table.rule("bsu-2020").unwrap().legal_basis, "Permenaker 14/2020 Pasal 3(2) letter e");
    assert!(table.rule("bsu-2020").unwrap().doubt.is_empty());
    assert!(table.rules()[1..].iter().all(|rule| !rule.doubt.is_empty()));
    assert!(table.rule("bsu-2019").is_none());
}

#[test]
fn the_digest_of_the_shipped_table_is_that_of_its_637_lines() {
    // Worked out apart from this code, from the form that `digest` describes. A batch goes on only with
    // the digest that opened it: a change here is a new table, never an accident.
    let hex: String = shipped().sha256().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, "01cbf38a0996a4af79f7574c9a0d07fefc0f6ae822fec44479db0482555f466b");
}

fn digest_of(rules: &str, files: MinimumWageFiles<'_>) -> [u8; 32] {
    *WageTable::parse(rules, files).unwrap_or_else(|faults| panic!("{faults}")).sha256()
}

#[test]
fn the_digest_is_over_all_that_decides() {
    let as_shipped = digest_of(WAGE_RULES, MINIMUM_WAGES);
    assert_eq!(as_shipped, *shipped().sha256());

    for (from, to) in [
        ("\"bsu-2020\"", "\"bsu-2020b\""),
        ("comparison = \"below\"", "comparison = \"at_most\""),
        ("5_000_000", "5_000_001"),
        ("minimum_wage_year = 2022", "minimum_wage_year = 2023"),
        ("minimum_wage_year = 2022", ""),
    ] {
        assert_ne!(digest_of(&WAGE_RULES.replacen(from, to, 1), MINIMUM_WAGES), as_shipped, "{to}");
    }
    let umk = MINIMUM_WAGES.umk.replacen("3578,2022,4375479", "3578,2022,4375480", 1);
    assert_ne!(digest_of(WAGE_RULES, MinimumWageFiles { umk: &umk, ..MINIMUM_WAGES }), as_shipped);
    let ump = MINIMUM_WAGES.ump.replacen("12,2022,2522609", "12,2022,2522611", 1);
    assert_ne!(digest_of(WAGE_RULES, MinimumWageFiles { ump: &ump, ..MINIMUM_WAGES }), as_shipped);
    let umk_coverage = MINIMUM_WAGES.umk_coverage.replacen("11,2022,23,0,false", "11,2022,23,0,true", 1);
    let files = MinimumWageFiles { umk_coverage: &umk_coverage, ..MINIMUM_WAGES };
    assert_ne!(digest_of(WAGE_RULES, files), as_shipped);
}

#[test]
fn the_digest_is_not_over_sources_comments_and_the_order_of_rows() {
    let as_shipped = *shipped().sha256();
    let reordered: Vec<&str> = WAGE_RULES.split("[[rule]]").skip(1).collect();
    let rules: String = reordered.iter().rev().map(|rule| format!("[[rule]]{rule}\n")).collect();
    assert_eq!(digest_of(&rules, MINIMUM_WAGES), as_shipped);

    let mut lines: Vec<String> =
        MINIMUM_WAGES.umk.lines().map(|line| line.replace("kompas.com", "Kompas")).collect();
    lines[1..].reverse();
    assert_ne!(lines.join("\n"), MINIMUM_WAGES.umk.trim_end());
    let umk = lines.join("\n");
    assert_eq!(digest_of(WAGE_RULES, MinimumWageFiles { umk: &umk, ..MINIMUM_WAGES }), as_shipped);
}

#[test]
fn a_rule_names_a_year_of_the_tables() {
    for (year, refused) in [(2019, true), (2020, false), (2026, false), (2027, true)] {
        let rules = WAGE_RULES.replace("minimum_wage_year = 2022", &format!("minimum_wage_year = {year}"));
        match WageTable::parse(&rules, MINIMUM_WAGES) {
            Ok(_) => assert!(!refused, "{year}"),
            Err(faults) => assert_eq!(
                (refused, faults.to_string()),
                (
                    true,
                    format!(
                        "wage_rules.toml: rule bsu-2022: minimum_wage_year is 2020 to 2026, as the tables are, \
                         found {year}"
                    )
                )
            ),
        }
    }
}

#[test]
fn the_faults_of_all_files_come_together() {
    let umk = MINIMUM_WAGES.umk.replacen("3578,2022,4375479", "3578,2022,0", 1);
    let files = MinimumWageFiles { umk: &umk, ..MINIMUM_WAGES };
    let faults = WageTable::parse("[[rules]]", files).unwrap_err().to_string();
    for file in ["umk.csv:", "umk_coverage.csv:", "wage_rules.toml:1:"] {
        assert!(faults.lines().any(|line| line.starts_with(file)), "{file} in {faults}");
    }
}

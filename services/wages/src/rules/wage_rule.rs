//! Wage rules as data: what the ceiling of a round is and how a wage is compared with it.

use serde::Deserialize;

use super::table_fault::TableFaults;

/// Name of the file of rules, in faults.
pub(crate) const FILE: &str = "wage_rules.toml";

/// The largest ceiling taken: 15 digits, as wages are.
const CEILING_RUPIAH_MAX: i64 = 999_999_999_999_999;

/// How a monthly wage is compared with the ceiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Comparison {
    /// Strictly below (2020).
    Below,
    /// At most (2021 and later).
    AtMost,
}

impl Comparison {
    /// Whether the wage is within the ceiling.
    pub(crate) const fn passes(self, monthly_rupiah: i64, ceiling_rupiah: i64) -> bool {
        match self {
            // Permenaker 14/2020 Pasal 3(2)e: strictly below.
            Self::Below => monthly_rupiah < ceiling_rupiah,
            // Permenaker 16/2021 and 10/2022: at most.
            Self::AtMost => monthly_rupiah <= ceiling_rupiah,
        }
    }

    /// Its name in the file of rules.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Below => "below",
            Self::AtMost => "at_most",
        }
    }
}

/// The wage rule of a round.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WageRule {
    /// For instance `bsu-2022`.
    pub(crate) id: String,
    pub(crate) comparison: Comparison,
    /// The fixed ceiling, rupiah a month.
    pub(crate) ceiling_rupiah: i64,
    /// Year of the minimum wages that may lift the ceiling; none when they may not.
    pub(crate) minimum_wage_year: Option<u16>,
    /// The article it rests on.
    pub(crate) legal_basis: String,
    /// What is not certain about it; empty when nothing is.
    #[serde(default)]
    pub(crate) doubt: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<WageRule>,
}

/// Reads the file of rules, sorted by id; every fault goes to `faults`, then the answer is empty or
/// holds the rules as they stand.
pub(crate) fn parse(text: &str, faults: &mut TableFaults) -> Vec<WageRule> {
    let mut rules = match toml::from_str::<File>(text) {
        Ok(file) => file.rule,
        Err(error) => {
            let line = error.span().map_or(0, |span| 1 + text[..span.start].matches('\n').count());
            faults.add(FILE, line, error.message());
            return Vec::new();
        }
    };
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    if rules.is_empty() {
        faults.add(FILE, 0, "at least one rule is wanted, none found");
    }
    for twice in rules.windows(2).filter(|pair| pair[0].id == pair[1].id) {
        faults.add(FILE, 0, format!("rule {} stands twice", twice[0].id));
    }
    for rule in &rules {
        check(rule, faults);
    }
    rules
}

fn check(rule: &WageRule, faults: &mut TableFaults) {
    let id = &rule.id;
    let shape = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase() || byte == b'-';
    if !(1..=64).contains(&id.len()) || !id.bytes().all(shape) {
        faults.add(FILE, 0, format!("an id is 1 to 64 of a-z, 0-9 and -, found {id:?}"));
    }
    if !(1..=CEILING_RUPIAH_MAX).contains(&rule.ceiling_rupiah) {
        let found = rule.ceiling_rupiah;
        faults.add(FILE, 0, format!("rule {id}: ceiling_rupiah is 1 to {CEILING_RUPIAH_MAX}, found {found}"));
    }
    if rule.legal_basis.trim().is_empty() {
        faults.add(FILE, 0, format!("rule {id}: legal_basis must not be empty"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strictly_below_refuses_the_ceiling_and_at_most_takes_it() {
        for (comparison, monthly, ceiling, passes) in [
            (Comparison::Below, 4_999_999, 5_000_000, true),
            (Comparison::Below, 5_000_000, 5_000_000, false),
            (Comparison::Below, 5_000_001, 5_000_000, false),
            (Comparison::AtMost, 3_499_999, 3_500_000, true),
            (Comparison::AtMost, 3_500_000, 3_500_000, true),
            (Comparison::AtMost, 3_500_001, 3_500_000, false),
        ] {
            assert_eq!(comparison.passes(monthly, ceiling), passes, "{comparison:?} {monthly}");
        }
    }

    const GOOD: &str =
        "[[rule]]\nid = \"b-1\"\ncomparison = \"below\"\nceiling_rupiah = 1\nlegal_basis = \"x\"\n";

    fn faults_of(text: &str) -> String {
        let mut faults = TableFaults::default();
        parse(text, &mut faults);
        faults.to_string()
    }

    #[test]
    fn a_rule_is_read_as_written() {
        let mut faults = TableFaults::default();
        let rules = parse(GOOD, &mut faults);
        assert!(faults.is_empty(), "{faults}");
        let rule = WageRule {
            id: "b-1".into(),
            comparison: Comparison::Below,
            ceiling_rupiah: 1,
            minimum_wage_year: None,
            legal_basis: "x".into(),
            doubt: String::new(),
        };
        assert_eq!(rules, [rule]);
    }

    #[test]
    fn unknown_keys_are_refused_with_their_line() {
        let text = format!("{GOOD}ceilling = 2\n");
        let faults = faults_of(&text);
        assert!(faults.contains("wage_rules.toml:6: unknown field `ceilling`"), "{faults}");
        assert!(faults_of("[[rules]]\n").contains("unknown field `rules`"));
    }

    #[test]
    fn every_fault_of_the_rules_is_named() {
        let check = |from: &str, to: &str, problem: &str| {
            let faults = faults_of(&GOOD.replace(from, to));
            assert!(faults.contains(problem), "{to}: {faults}");
        };
        check("b-1", "", "an id is 1 to 64 of a-z, 0-9 and -, found \"\"");
        check("b-1", "B_1", "an id is 1 to 64 of a-z, 0-9 and -, found \"B_1\"");
        check("rupiah = 1", "rupiah = 0", "rule b-1: ceiling_rupiah is 1 to 999999999999999, found 0");
        check("\"x\"", "\" \"", "rule b-1: legal_basis must not be empty");
        check("\"below\"", "\"under\"", "unknown variant `under`");
        assert!(faults_of(&GOOD.repeat(2)).contains("rule b-1 stands twice"));
        assert!(faults_of("rule = []").contains("at least one rule is wanted"));
    }
}

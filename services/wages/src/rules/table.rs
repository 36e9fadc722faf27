//! The rules and the minimum wages together, under one digest.

use sha2::{Digest, Sha256};

use super::minimum_wage::{self, MinimumWageFiles, MinimumWages};
use super::table_fault::TableFaults;
use super::wage_rule::{self, WageRule};

/// Everything that decides about a wage.
#[derive(Debug)]
pub(crate) struct WageTable {
    /// Sorted by id.
    rules: Vec<WageRule>,
    minimum_wages: MinimumWages,
    sha256: [u8; 32],
}

impl WageTable {
    /// Reads rules and tables.
    ///
    /// # Errors
    /// Every fault of every file.
    pub(crate) fn parse(rules: &str, files: MinimumWageFiles<'_>) -> Result<Self, TableFaults> {
        let mut faults = TableFaults::default();
        let minimum_wages = minimum_wage::parse(files, &mut faults);
        let rules = wage_rule::parse(rules, &mut faults);
        let years = minimum_wages.years();
        for rule in &rules {
            if let Some(year) = rule.minimum_wage_year.filter(|year| !years.contains(year)) {
                let (first, last) = (years.start(), years.end());
                let problem = format!(
                    "rule {}: minimum_wage_year is {first} to {last}, as the tables are, found {year}",
                    rule.id
                );
                faults.add(wage_rule::FILE, 0, problem);
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let sha256 = digest(&rules, &minimum_wages);
        Ok(Self { rules, minimum_wages, sha256 })
    }

    /// The rule of that id.
    pub(crate) fn rule(&self, id: &str) -> Option<&WageRule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// All rules, ascending by id.
    pub(crate) fn rules(&self) -> &[WageRule] {
        &self.rules
    }

    pub(crate) fn minimum_wages(&self) -> &MinimumWages {
        &self.minimum_wages
    }

    /// SHA-256 over all that decides: a change of a source or a doubt leaves it as it is, a change of an
    /// amount, a rule or a coverage does not.
    pub(crate) const fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }
}

/// Over lines of text, each ended by LF: first the rules by id, then the tables, sorted.
fn digest(rules: &[WageRule], minimum_wages: &MinimumWages) -> [u8; 32] {
    let mut hash = Sha256::new();
    for rule in rules {
        let (id, comparison) = (&rule.id, rule.comparison.name());
        let (ceiling, year) = (rule.ceiling_rupiah, rule.minimum_wage_year.unwrap_or(0));
        hash.update(format!("rule {id} {comparison} {ceiling} {year}\n"));
    }
    for line in minimum_wages.canonical_lines() {
        hash.update(format!("{line}\n"));
    }
    hash.finalize().into()
}

#[cfg(test)]
pub(crate) mod tests;

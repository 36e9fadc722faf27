//! The shipped rules and tables; their sources stand in `data/PROVENANCE.md`.

use crate::rules::minimum_wage::MinimumWageFiles;

/// `wage_rules.toml`.
pub(crate) const WAGE_RULES: &str = include_str!("../data/wage_rules.toml");

/// `ump.csv`, `umk.csv`, `umk_coverage.csv`.
pub(crate) const MINIMUM_WAGES: MinimumWageFiles<'static> = MinimumWageFiles {
    ump: include_str!("../data/ump.csv"),
    umk: include_str!("../data/umk.csv"),
    umk_coverage: include_str!("../data/umk_coverage.csv"),
};

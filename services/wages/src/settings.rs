//! Settings of the service.

use std::path::PathBuf;

use serde::Deserialize;

/// The settings with their defaults and their documentation, key by key, as a TOML section.
pub const DEFAULT_TOML: &str = include_str!("default.toml");

/// Settings of the wages service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Folder whose `wage_rules.toml`, `ump.csv`, `umk.csv` and `umk_coverage.csv` are used in place of the
    /// shipped ones, all four; empty for the shipped ones.
    pub data_folder: PathBuf,
}

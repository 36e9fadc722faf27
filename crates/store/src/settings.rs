//! How a store is reached and bounded.

use serde::Deserialize;

/// Settings of one service's database.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreSettings {
    /// `sqlite:PATH`; the file is made when it is missing.
    pub url: String,
    /// Most connections, 1 to 100.
    pub connections_max: u32,
    /// Longest wait for a connection or for a writer, milliseconds, 100 to 600,000.
    pub wait_ms_max: u64,
}

impl StoreSettings {
    /// A file on this machine, with the bounds of `default.toml`.
    #[must_use]
    pub fn sqlite(path: &std::path::Path) -> Self {
        Self { url: format!("sqlite:{}", path.display()), connections_max: 8, wait_ms_max: 30_000 }
    }
}

//! How a store is reached and bounded.

use std::fmt;

use serde::Deserialize;

/// Settings of one service's database.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreSettings {
    /// `sqlite:PATH`, a file that is made when it is missing, or `postgres://ROLE:PASSWORD@HOST:PORT/DATABASE`.
    pub url: String,
    /// PostgreSQL: the schema that holds the tables.
    pub schema: String,
    /// Most connections, 1 to 100.
    pub connections_max: u32,
    /// Longest wait for a connection or for a writer, milliseconds, 100 to 600,000.
    pub wait_ms_max: u64,
}

impl StoreSettings {
    /// A file on this machine, with the usual bounds.
    #[must_use]
    pub fn sqlite(path: &std::path::Path) -> Self {
        Self {
            url: format!("sqlite:{}", path.display()),
            schema: String::new(),
            connections_max: 8,
            wait_ms_max: 30_000,
        }
    }

    /// A schema of a PostgreSQL database, with the usual bounds.
    #[must_use]
    pub fn postgres(url: impl Into<String>, schema: impl Into<String>) -> Self {
        Self { url: url.into(), schema: schema.into(), connections_max: 16, wait_ms_max: 30_000 }
    }
}

/// The address may hold a password and does not print.
impl fmt::Debug for StoreSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.url.split(':').next().unwrap_or_default();
        write!(f, "StoreSettings({kind}, schema {:?})", self.schema)
    }
}

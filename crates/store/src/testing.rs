//! Databases for tests: one of each kind, empty, and nobody else's.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use sea_orm::{ConnectionTrait as _, Database};
use tempfile::TempDir;

use crate::open::Store;
use crate::settings::StoreSettings;

/// An empty database. A file goes with this value, a database of a server with the server.
#[derive(Debug)]
pub struct TestDatabase {
    /// For messages: which kind it is.
    pub kind: &'static str,
    /// How it is reached.
    pub settings: StoreSettings,
    _folder: Option<TempDir>,
}

impl TestDatabase {
    /// An SQLite file in a folder of its own.
    ///
    /// # Panics
    /// When there is no room for a temporary folder.
    #[must_use]
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let settings = StoreSettings::sqlite(&folder.path().join("test.sqlite"));
        Self { kind: "SQLite", settings, _folder: Some(folder) }
    }

    /// A database of the PostgreSQL server whose texts are ordered byte by byte.
    ///
    /// # Panics
    /// When no server was started.
    pub async fn postgres() -> Self {
        Self::on_server("PostgreSQL", "TEST_POSTGRES_URL").await
    }

    /// A database of the PostgreSQL server whose texts are ordered as Indonesian has it.
    ///
    /// # Panics
    /// When no server was started.
    pub async fn postgres_icu() -> Self {
        Self::on_server("PostgreSQL in Indonesian", "TEST_POSTGRES_ICU_URL").await
    }

    /// One of each kind.
    ///
    /// # Panics
    /// When a server was not started.
    pub async fn each() -> [Self; 3] {
        [Self::sqlite(), Self::postgres().await, Self::postgres_icu().await]
    }

    async fn on_server(kind: &'static str, variable: &str) -> Self {
        let server = std::env::var(variable)
            .unwrap_or_else(|_| panic!("{variable} is not set: run the tests through scripts/with-servers"));
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("today is behind 1970").as_nanos();
        let name = format!("test_{}_{now}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let admin = Database::connect(&server).await.expect("the test server answers");
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a new database");
        admin.close().await.expect("closing ends well");
        let (address, _) = server.rsplit_once('/').expect("an address ends in the name of a database");
        let mut settings = StoreSettings::postgres(format!("{address}/{name}"), "public");
        // Many tests share one server.
        settings.connections_max = 5;
        Self { kind, settings, _folder: None }
    }

    /// Opens it.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn open(&self) -> Store {
        Store::open(&self.settings).await.expect("a test database opens")
    }
}

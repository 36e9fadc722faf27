//! A store: a service's own database.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, QueryResult,
    SqlxPostgresConnector, Statement, Value,
};
use sea_orm_migration::MigratorTrait;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, PgPool};
use tokio::sync::Semaphore;

use crate::again::Again;
use crate::backend::Backend;
use crate::fault::StoreFault;
use crate::settings::StoreSettings;

/// A service's database. Cloning it shares the connections.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) db: DatabaseConnection,
    pub(crate) kind: Kind,
    pub(crate) wait_max: Duration,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// One writer: whoever waits for the permit waits fairly and without busy errors.
    Sqlite { writer: Arc<Semaphore> },
    /// The connections behind `db`, for what needs the protocol itself: COPY.
    Postgres { pool: PgPool },
}

/// How a server notices that a client is dead: its machine does not answer for half a minute, or it stands
/// still within a transaction, which goes on at once in a process that is well. Until then what the
/// transaction locked, for instance a chunk, is nobody else's.
const OF_THE_DEAD: [(&str, &str); 4] = [
    ("tcp_keepalives_idle", "15"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "3"),
    ("idle_in_transaction_session_timeout", "60000"),
];

impl Store {
    /// Opens the database: makes the file when it is missing, or connects to the server.
    ///
    /// # Errors
    /// [`StoreFault::Address`] for an address of neither kind, [`StoreFault::Unwritable`] when the file
    /// cannot be made or written, [`StoreFault::Away`] when the server does not answer in time,
    /// [`StoreFault::Refused`] when it does not let the role in.
    pub async fn open(settings: &StoreSettings) -> Result<Self, StoreFault> {
        let wait_max = Duration::from_millis(settings.wait_ms_max);
        if let Some(path) = settings.url.strip_prefix("sqlite:") {
            Self::open_sqlite(settings, path, wait_max).await
        } else if settings.url.starts_with("postgres://") {
            Self::open_postgres(settings, wait_max).await
        } else {
            Err(StoreFault::Address)
        }
    }

    async fn open_sqlite(
        settings: &StoreSettings,
        path: &str,
        wait_max: Duration,
    ) -> Result<Self, StoreFault> {
        let mut options = ConnectOptions::new(format!("sqlite://{path}?mode=rwc"));
        options
            .max_connections(settings.connections_max)
            .acquire_timeout(wait_max)
            .connect_timeout(wait_max)
            .sqlx_logging(false)
            .map_sqlx_sqlite_opts(move |sqlite| {
                sqlite
                    .journal_mode(SqliteJournalMode::Wal)
                    // A commit that was answered survives a power cut.
                    .synchronous(SqliteSynchronous::Full)
                    .busy_timeout(wait_max)
                    .foreign_keys(true)
                    .pragma("cache_size", "-32768")
                    .statement_cache_capacity(200)
            });
        let db = Database::connect(options).await.map_err(|err| match StoreFault::from(err) {
            StoreFault::Unwritable { .. } => StoreFault::Unwritable { url: settings.url.clone() },
            other => other,
        })?;
        Ok(Self { db, kind: Kind::Sqlite { writer: Arc::new(Semaphore::new(1)) }, wait_max })
    }

    async fn open_postgres(settings: &StoreSettings, wait_max: Duration) -> Result<Self, StoreFault> {
        let options: PgConnectOptions = settings.url.parse().map_err(|_| StoreFault::Address)?;
        let options = options
            .application_name("tepat")
            // A plan that was made for an empty table stays with a statement while the table grows by
            // millions; planning anew costs a fraction of a page. Compiling a page's query takes longer
            // than running it.
            .options([
                ("search_path", settings.schema.as_str()),
                ("plan_cache_mode", "force_custom_plan"),
                ("jit", "off"),
            ])
            .options(OF_THE_DEAD)
            .statement_cache_capacity(200)
            .disable_statement_logging();
        let pool = PgPoolOptions::new()
            .max_connections(settings.connections_max)
            .acquire_timeout(wait_max)
            .connect_with(options)
            .await?;
        let db = SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone());
        Ok(Self { db, kind: Kind::Postgres { pool }, wait_max })
    }

    /// Which database it is.
    #[must_use]
    pub fn backend(&self) -> Backend {
        match self.kind {
            Kind::Sqlite { .. } => Backend::Sqlite,
            Kind::Postgres { .. } => Backend::Postgres,
        }
    }

    /// Brings the schema up to date; one that is stays as it is. On PostgreSQL the role must be the owner.
    ///
    /// # Errors
    /// [`StoreFault`] when a migration fails; a failed one leaves nothing behind.
    pub async fn migrate<M: MigratorTrait>(&self) -> Result<(), StoreFault> {
        M::up(&self.db, None).await.map_err(StoreFault::from)
    }

    /// Whether every migration was run. Needs no right but to read.
    pub async fn is_current<M: MigratorTrait>(&self) -> bool {
        let run = self.rows("SELECT version FROM seaql_migrations", []).await.unwrap_or_default();
        let run: Vec<String> = run.iter().filter_map(|row| row.try_get_by_index(0).ok()).collect();
        M::migrations().iter().all(|wanted| run.iter().any(|version| version == wanted.name()))
    }

    /// All rows of a query that only reads. A connection that breaks is replaced and the query repeated.
    ///
    /// # Errors
    /// [`StoreFault`] when the database fails.
    pub async fn rows(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<QueryResult>, StoreFault> {
        let statement = self.statement(sql, values);
        let mut again = Again::new();
        loop {
            match self.db.query_all_raw(statement.clone()).await {
                Ok(rows) => return Ok(rows),
                Err(err) => again.after(err.into()).await?,
            }
        }
    }

    /// The first row of a query that only reads, if any; repeated like [`Store::rows`].
    ///
    /// # Errors
    /// [`StoreFault`] when the database fails.
    pub async fn row(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Option<QueryResult>, StoreFault> {
        let statement = self.statement(sql, values);
        let mut again = Again::new();
        loop {
            match self.db.query_one_raw(statement.clone()).await {
                Ok(row) => return Ok(row),
                Err(err) => again.after(err.into()).await?,
            }
        }
    }

    fn statement(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
        let backend = match self.kind {
            Kind::Sqlite { .. } => DbBackend::Sqlite,
            Kind::Postgres { .. } => DbBackend::Postgres,
        };
        Statement::from_sql_and_values(backend, sql, values)
    }
}

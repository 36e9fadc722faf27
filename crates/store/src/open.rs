//! A store: a service's own database.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    QueryResult, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait, Value,
};
use sea_orm_migration::MigratorTrait;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::fault::StoreFault;
use crate::settings::StoreSettings;

/// A service's database. Cloning it shares the connections.
#[derive(Clone, Debug)]
pub struct Store {
    db: DatabaseConnection,
    /// SQLite has one writer: whoever waits for the permit waits fairly and without busy errors.
    writer: Arc<Semaphore>,
    wait_max: Duration,
}

/// A write transaction. Dropping it without [`Tx::commit`] undoes everything in it.
#[derive(Debug)]
pub struct Tx {
    tx: DatabaseTransaction,
    _writer: OwnedSemaphorePermit,
}

impl Store {
    /// Opens the database, making the file when it is missing.
    ///
    /// # Errors
    /// [`StoreFault::Address`] for another backend than SQLite, [`StoreFault::Unwritable`] when the
    /// file cannot be made or written.
    pub async fn open(settings: &StoreSettings) -> Result<Self, StoreFault> {
        let Some(path) = settings.url.strip_prefix("sqlite:") else {
            return Err(StoreFault::Address { found: settings.url.clone() });
        };
        let wait_max = Duration::from_millis(settings.wait_ms_max);
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
        Ok(Self { db, writer: Arc::new(Semaphore::new(1)), wait_max })
    }

    /// Brings the schema up to date; a schema that is keeps as it is.
    ///
    /// # Errors
    /// [`StoreFault`] when a migration fails; a failed one leaves nothing behind.
    pub async fn migrate<M: MigratorTrait>(&self) -> Result<(), StoreFault> {
        M::up(&self.db, None).await.map_err(StoreFault::from)
    }

    /// The connections, for sea-orm queries that only read.
    #[must_use]
    pub fn read(&self) -> &DatabaseConnection {
        &self.db
    }

    /// All rows of a query.
    ///
    /// # Errors
    /// [`StoreFault`] when the database fails.
    pub async fn rows(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<QueryResult>, StoreFault> {
        Ok(self.db.query_all_raw(statement(sql, values)).await?)
    }

    /// The first row of a query, if any.
    ///
    /// # Errors
    /// [`StoreFault`] when the database fails.
    pub async fn row(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Option<QueryResult>, StoreFault> {
        Ok(self.db.query_one_raw(statement(sql, values)).await?)
    }

    /// Begins a write transaction, waiting for the writer's turn.
    ///
    /// # Errors
    /// [`StoreFault::Away`] when the turn does not come within the bound.
    pub async fn begin(&self) -> Result<Tx, StoreFault> {
        let turn = timeout(self.wait_max, Arc::clone(&self.writer).acquire_owned()).await;
        let writer = turn.map_err(|_| StoreFault::Away(None))?.map_err(|_| StoreFault::Away(None))?;
        let immediate = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let tx = self.db.begin_with_options(immediate).await?;
        Ok(Tx { tx, _writer: writer })
    }
}

impl Tx {
    /// The transaction as a sea-orm connection.
    #[must_use]
    pub fn connection(&self) -> &DatabaseTransaction {
        &self.tx
    }

    /// All rows of a query, as this transaction sees them.
    ///
    /// # Errors
    /// [`StoreFault`] when the database fails.
    pub async fn rows(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<QueryResult>, StoreFault> {
        Ok(self.tx.query_all_raw(statement(sql, values)).await?)
    }

    /// The first row of a query, as this transaction sees it.
    ///
    /// # Errors
    /// [`StoreFault`] when the database fails.
    pub async fn row(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Option<QueryResult>, StoreFault> {
        Ok(self.tx.query_one_raw(statement(sql, values)).await?)
    }

    /// Runs a statement and returns how many rows it touched.
    ///
    /// # Errors
    /// [`StoreFault::Conflict`] when a constraint refuses, else what failed.
    pub async fn execute(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<u64, StoreFault> {
        Ok(self.tx.execute_raw(statement(sql, values)).await?.rows_affected())
    }

    /// Makes everything in the transaction last.
    ///
    /// # Errors
    /// [`StoreFault`] when the database fails; then nothing of it lasts.
    pub async fn commit(self) -> Result<(), StoreFault> {
        Ok(self.tx.commit().await?)
    }
}

pub(crate) fn statement(sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
}

//! Write transactions.

use std::sync::Arc;

use futures::TryStreamExt as _;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, QueryResult, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait, Value,
};
use sea_query_sqlx::SqlxValues;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Postgres, Row as _, Transaction, query_with};
use tokio::sync::{Mutex, OwnedSemaphorePermit};
use tokio::time::timeout;

use crate::again::Again;
use crate::backend::Backend;
use crate::fault::StoreFault;
use crate::open::{Kind, Store};

/// A write transaction. Dropping it without [`Tx::commit`] undoes everything in it.
#[derive(Debug)]
pub struct Tx {
    pub(crate) way: Way,
}

#[derive(Debug)]
pub(crate) enum Way {
    Sqlite {
        tx: DatabaseTransaction,
        _writer: OwnedSemaphorePermit,
    },
    /// A connection does one thing at a time; whoever shares the transaction waits.
    Postgres(Mutex<Transaction<'static, Postgres>>),
}

impl Store {
    /// Begins a write transaction, waiting for a connection and, on SQLite, for the writer's turn.
    ///
    /// # Errors
    /// [`StoreFault::Away`] when neither comes within the bound.
    pub async fn begin(&self) -> Result<Tx, StoreFault> {
        let way = match &self.kind {
            Kind::Sqlite { writer } => {
                let turn = timeout(self.wait_max, Arc::clone(writer).acquire_owned()).await;
                let writer = turn.map_err(|_| StoreFault::Away(None))?.map_err(|_| StoreFault::Away(None))?;
                let immediate = TransactionOptions {
                    sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                    ..TransactionOptions::default()
                };
                Way::Sqlite { tx: self.db.begin_with_options(immediate).await?, _writer: writer }
            }
            Kind::Postgres { pool } => {
                let mut again = Again::new();
                loop {
                    match pool.begin().await {
                        Ok(tx) => break Way::Postgres(Mutex::new(tx)),
                        Err(err) => again.after(err.into()).await?,
                    }
                }
            }
        };
        Ok(Tx { way })
    }
}

impl Tx {
    /// Which database it is in.
    #[must_use]
    pub fn backend(&self) -> Backend {
        match self.way {
            Way::Sqlite { .. } => Backend::Sqlite,
            Way::Postgres(_) => Backend::Postgres,
        }
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
        match &self.way {
            Way::Sqlite { tx, .. } => Ok(tx.query_all_raw(sqlite(sql, values)).await?),
            Way::Postgres(tx) => {
                let query = query_with(AssertSqlSafe(sql), bound(values));
                let rows: Vec<PgRow> = query.fetch_all(&mut **tx.lock().await).await?;
                Ok(rows.into_iter().map(QueryResult::from).collect())
            }
        }
    }

    /// The first column of every row of a query, a BIGINT, as this transaction sees it: eight bytes a row, however
    /// many there are.
    ///
    /// # Errors
    /// [`StoreFault`] when the database fails or the column is none.
    pub async fn numbers(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<i64>, StoreFault> {
        match &self.way {
            Way::Sqlite { tx, .. } => {
                let rows = tx.query_all_raw(sqlite(sql, values)).await?;
                rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
            }
            Way::Postgres(tx) => {
                let mut connection = tx.lock().await;
                let mut rows = query_with(AssertSqlSafe(sql), bound(values)).fetch(&mut **connection);
                let mut numbers = Vec::new();
                while let Some(row) = rows.try_next().await? {
                    numbers.push(row.try_get(0)?);
                }
                Ok(numbers)
            }
        }
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
        match &self.way {
            Way::Sqlite { tx, .. } => Ok(tx.query_one_raw(sqlite(sql, values)).await?),
            Way::Postgres(tx) => {
                let query = query_with(AssertSqlSafe(sql), bound(values));
                Ok(query.fetch_optional(&mut **tx.lock().await).await?.map(QueryResult::from))
            }
        }
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
        match &self.way {
            Way::Sqlite { tx, .. } => Ok(tx.execute_raw(sqlite(sql, values)).await?.rows_affected()),
            Way::Postgres(tx) => {
                let query = query_with(AssertSqlSafe(sql), bound(values));
                Ok(query.execute(&mut **tx.lock().await).await?.rows_affected())
            }
        }
    }

    /// Makes everything in the transaction last.
    ///
    /// # Errors
    /// [`StoreFault`] when the database fails; then nothing of it lasts, unless the connection broke
    /// while the answer was on its way: then nobody knows, and whoever repeats must look first.
    pub async fn commit(self) -> Result<(), StoreFault> {
        match self.way {
            Way::Sqlite { tx, .. } => Ok(tx.commit().await?),
            Way::Postgres(tx) => Ok(tx.into_inner().commit().await?),
        }
    }
}

fn sqlite(sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
}

fn bound(values: impl IntoIterator<Item = Value>) -> SqlxValues {
    SqlxValues(sea_orm::Values(values.into_iter().collect()))
}

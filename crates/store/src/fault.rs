//! What can go wrong in a store, told by the driver's codes and never by its texts.

use sea_orm::{DbErr, RuntimeErr, SqlxError};
use tepat_faults::{Fault, Reason, reason};
use thiserror::Error;

/// A constraint of the schema that refused a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// PRIMARY KEY or UNIQUE.
    Unique,
    /// FOREIGN KEY.
    ForeignKey,
    /// CHECK.
    Check,
    /// NOT NULL.
    NotNull,
}

/// A store did not do what it was asked.
#[derive(Debug, Error)]
pub enum StoreFault {
    /// A constraint refused the row. Which rule that is, the caller knows.
    #[error("the database refused the row: {0:?} constraint")]
    Conflict(Conflict),
    /// The disk or the quota is full; nothing of the transaction was kept.
    #[error("the disk that holds the database is full")]
    Full,
    /// The database file or its folder cannot be opened or written.
    #[error("the database {url} cannot be opened: the folder must exist and be writable")]
    Unwritable {
        /// The address that was tried.
        url: String,
    },
    /// The address names no backend of this build.
    #[error("the store address must begin with sqlite:, found {found}")]
    Address {
        /// The address as given.
        found: String,
    },
    /// No connection, or no writer's turn, within the bound.
    #[error("the database did not answer in time")]
    Away(#[source] Option<DbErr>),
    /// A lease was lost to another worker: what it was taken for must not be written.
    #[error("the lease was lost to another worker")]
    LeaseLost,
    /// Anything else; the driver's own words stay in the log.
    #[error("the database failed")]
    Other(#[source] DbErr),
}

/// SQLite primary result codes: readonly, I/O error, full, cannot open.
const SQLITE_FULL: i64 = 13;
const SQLITE_IO: i64 = 10;
const SQLITE_READONLY: i64 = 8;
const SQLITE_CANTOPEN: i64 = 14;

impl From<DbErr> for StoreFault {
    fn from(err: DbErr) -> Self {
        let (DbErr::Exec(RuntimeErr::SqlxError(driver))
        | DbErr::Query(RuntimeErr::SqlxError(driver))
        | DbErr::Conn(RuntimeErr::SqlxError(driver))) = &err
        else {
            return if matches!(err, DbErr::ConnectionAcquire(_)) {
                Self::Away(Some(err))
            } else {
                Self::Other(err)
            };
        };
        let SqlxError::Database(database) = driver.as_ref() else {
            return match driver.as_ref() {
                SqlxError::Io(_) | SqlxError::PoolTimedOut | SqlxError::PoolClosed => Self::Away(Some(err)),
                _ => Self::Other(err),
            };
        };
        if database.is_unique_violation() {
            return Self::Conflict(Conflict::Unique);
        }
        if database.is_foreign_key_violation() {
            return Self::Conflict(Conflict::ForeignKey);
        }
        if database.is_check_violation() {
            return Self::Conflict(Conflict::Check);
        }
        // Extended result codes carry the primary code in their low byte.
        match database.code().and_then(|code| code.parse::<i64>().ok()) {
            Some(1299) => Self::Conflict(Conflict::NotNull),
            Some(code) if [SQLITE_FULL, SQLITE_IO].contains(&(code & 0xff)) => Self::Full,
            Some(code) if [SQLITE_READONLY, SQLITE_CANTOPEN].contains(&(code & 0xff)) => {
                Self::Unwritable { url: "of this service".to_owned() }
            }
            Some(5 | 6) => Self::Away(Some(err)),
            _ => Self::Other(err),
        }
    }
}

impl Fault for StoreFault {
    fn reason(&self) -> Reason {
        match self {
            Self::Conflict(_) | Self::LeaseLost => reason::CONFLICT,
            Self::Full | Self::Unwritable { .. } => reason::STORE_FULL,
            Self::Away(_) => reason::STORE_AWAY,
            Self::Address { .. } | Self::Other(_) => reason::INTERNAL,
        }
    }

    fn retry_after_ms(&self) -> Option<u64> {
        matches!(self, Self::Away(_)).then_some(1_000)
    }
}

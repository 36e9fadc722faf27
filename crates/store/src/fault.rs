//! What can go wrong in a store, told by the driver's codes and never by its texts.

use std::sync::Arc;

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
    /// The address names no database. It may hold a password and is not repeated.
    #[error("the address of a database must be sqlite:PATH or postgres://ROLE:PASSWORD@HOST:PORT/DATABASE")]
    Address,
    /// The server does not let the role in, or the role may not do this.
    #[error("the database refused the role: name, password or rights are not right")]
    Refused(#[source] Option<DbErr>),
    /// The schema lacks tables that this version needs.
    #[error("the schema {schema} is older than this version: run tepat migrate")]
    SchemaOld {
        /// Which schema.
        schema: String,
    },
    /// A row that none of the service's own writes can have made.
    #[error("a stored row is none that this version writes")]
    Damaged,
    /// Two transactions were in each other's way and this one was undone; it may be repeated.
    #[error("another transaction was in the way")]
    Busy(#[source] Option<DbErr>),
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

impl StoreFault {
    /// Whether the same may well succeed when it is repeated: a lost connection, or a conflict of
    /// transactions.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Away(Some(_)) | Self::Busy(_))
    }

    /// What a code says: five signs of SQLSTATE, or a number of SQLite.
    fn of_code(code: &str, err: DbErr) -> Self {
        if let Ok(number) = code.parse::<i64>()
            && code.len() < 5
        {
            return match number {
                1_299 => Self::Conflict(Conflict::NotNull),
                // Extended result codes carry the primary code in their low byte.
                _ if [SQLITE_FULL, SQLITE_IO].contains(&(number & 0xff)) => Self::Full,
                _ if [SQLITE_READONLY, SQLITE_CANTOPEN].contains(&(number & 0xff)) => {
                    Self::Unwritable { url: "of this service".to_owned() }
                }
                5 | 6 => Self::Away(Some(err)),
                _ => Self::Other(err),
            };
        }
        match code {
            // A row that is in none of the partitions counts as a check as well.
            "23505" => Self::Conflict(Conflict::Unique),
            "23503" => Self::Conflict(Conflict::ForeignKey),
            "23514" => Self::Conflict(Conflict::Check),
            "23502" => Self::Conflict(Conflict::NotNull),
            "53100" => Self::Full,
            "40001" | "40P01" | "55P03" => Self::Busy(Some(err)),
            // 25P03: this client stood still for so long that the server took it for dead.
            "53300" | "58030" | "25P03" => Self::Away(Some(err)),
            "28000" | "28P01" | "42501" | "3D000" => Self::Refused(Some(err)),
            _ if code.starts_with("08") || code.starts_with("57P0") => Self::Away(Some(err)),
            _ => Self::Other(err),
        }
    }
}

impl From<SqlxError> for StoreFault {
    fn from(err: SqlxError) -> Self {
        DbErr::Exec(RuntimeErr::SqlxError(Arc::new(err))).into()
    }
}

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
                // What a broken connection left half read ends as a fault of the protocol.
                SqlxError::Io(_) | SqlxError::Protocol(_) => Self::Away(Some(err)),
                // The bound was waited out already.
                SqlxError::PoolTimedOut | SqlxError::PoolClosed => Self::Away(None),
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
        match database.code().map(std::borrow::Cow::into_owned) {
            Some(code) => Self::of_code(&code, err),
            None => Self::Other(err),
        }
    }
}

impl Fault for StoreFault {
    fn reason(&self) -> Reason {
        match self {
            Self::Conflict(_) | Self::LeaseLost => reason::CONFLICT,
            Self::Full | Self::Unwritable { .. } => reason::STORE_FULL,
            Self::Away(_) | Self::Busy(_) => reason::STORE_AWAY,
            Self::Address | Self::Refused(_) | Self::SchemaOld { .. } | Self::Damaged | Self::Other(_) => {
                reason::INTERNAL
            }
        }
    }

    fn retry_after_ms(&self) -> Option<u64> {
        matches!(self, Self::Away(_) | Self::Busy(_)).then_some(1_000)
    }
}

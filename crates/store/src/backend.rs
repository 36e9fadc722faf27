//! The two databases, and the few words that they spell differently.

use std::fmt::Display;

use sea_orm::{ConnectionTrait as _, DbBackend, DbErr, Value};
use sea_orm_migration::SchemaManager;
use uuid::Uuid;

/// Which database a store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// One file, one process, one writer: the demonstration and the desk.
    Sqlite,
    /// A schema for each service, any number of processes.
    Postgres,
}

impl Backend {
    /// The backend of a migration.
    #[must_use]
    pub fn of(manager: &SchemaManager<'_>) -> Self {
        match manager.get_database_backend() {
            DbBackend::Sqlite => Self::Sqlite,
            _ => Self::Postgres,
        }
    }

    /// The time by the database's own clock, microseconds UTC, as an expression. Workers' clocks never
    /// decide, and the time goes on within a transaction.
    pub(crate) fn now_us(self) -> &'static str {
        match self {
            Self::Sqlite => "CAST(unixepoch('subsec') * 1000000 AS BIGINT)",
            Self::Postgres => "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)",
        }
    }

    /// The condition that a column of numbers is one of those of [`numbers`](Self::numbers) at `place`,
    /// for instance `$2`.
    ///
    /// Thousands of keys travel as one value: with a place of its own for each, a database takes longer
    /// to read the statement than to run it. The value is cut into keys once, as a set: `= ANY (…)` would
    /// read it anew for every row that it is held against.
    #[must_use]
    pub fn among_numbers(self, column: &str, place: &str) -> String {
        match self {
            Self::Sqlite => format!("{column} IN (SELECT value FROM json_each({place}))"),
            Self::Postgres => format!("{column} IN (SELECT unnest(CAST({place} AS BIGINT[])))"),
        }
    }

    /// The value that [`among_numbers`](Self::among_numbers) reads.
    #[must_use]
    pub fn numbers(self, numbers: &[i64]) -> Value {
        self.list(numbers)
    }

    /// The condition that a text key is one of those of [`texts`](Self::texts) at `place`.
    #[must_use]
    pub fn among_texts(self, column: &str, place: &str) -> String {
        match self {
            Self::Sqlite => self.among_numbers(column, place),
            Self::Postgres => format!("{column} IN (SELECT unnest(CAST({place} AS TEXT[])))"),
        }
    }

    /// The value that [`among_texts`](Self::among_texts) reads. Keys have neither quotes, backslashes
    /// nor control characters.
    #[must_use]
    pub fn texts<T: AsRef<str>>(self, keys: &[T]) -> Value {
        let plain = |key: &str| !key.contains(|sign: char| sign == '"' || sign == '\\' || sign.is_control());
        debug_assert!(keys.iter().all(|key| plain(key.as_ref())), "a key needs no escape");
        let quoted: Vec<String> = keys.iter().map(|key| format!("\"{}\"", key.as_ref())).collect();
        self.list(&quoted)
    }

    /// The condition that a column of 16 bytes is one of those of [`uuids`](Self::uuids) at `place`.
    #[must_use]
    pub fn among_uuids(self, column: &str, place: &str) -> String {
        match self {
            Self::Sqlite => format!("{column} IN (SELECT unhex(value) FROM json_each({place}))"),
            Self::Postgres => format!("{column} IN (SELECT unnest(CAST({place} AS UUID[])))"),
        }
    }

    /// The keys of [`uuids`](Self::uuids) at `place` as rows with the one column `key`, for a query that
    /// looks up each of them in an index whatever the planner thinks of the table.
    #[must_use]
    pub fn rows_of_uuids(self, place: &str) -> String {
        match self {
            Self::Sqlite => format!("(SELECT unhex(value) AS key FROM json_each({place})) AS keys"),
            Self::Postgres => format!("unnest(CAST({place} AS UUID[])) AS keys (key)"),
        }
    }

    /// The value that [`among_uuids`](Self::among_uuids) and [`rows_of_uuids`](Self::rows_of_uuids) read.
    #[must_use]
    pub fn uuids(self, keys: &[Uuid]) -> Value {
        let quoted: Vec<String> = keys.iter().map(|key| format!("\"{}\"", key.simple())).collect();
        self.list(&quoted)
    }

    fn list<T: Display>(self, items: &[T]) -> Value {
        let items = items.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        match self {
            Self::Sqlite => format!("[{items}]").into(),
            Self::Postgres => format!("{{{items}}}").into(),
        }
    }
}

/// Runs the statements of a migration, with these words for what the databases call differently:
/// `{key}` a text that is compared and ordered byte by byte everywhere, `{bytes}` bytes, `{uuid}` 16 bytes, `{keyed}`
/// behind a table whose rows lie in the order of its primary key where the database can do that.
///
/// # Errors
/// [`DbErr`] when the database refuses.
pub async fn create(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    let [key, bytes, uuid, keyed] = match Backend::of(manager) {
        Backend::Sqlite => ["TEXT", "BLOB", "BLOB", "WITHOUT ROWID"],
        Backend::Postgres => ["TEXT COLLATE \"C\"", "BYTEA", "UUID", ""],
    };
    let words = [("{key}", key), ("{bytes}", bytes), ("{uuid}", uuid), ("{keyed}", keyed)];
    let sql = words.iter().fold(sql.to_owned(), |sql, (word, spelt)| sql.replace(word, spelt));
    manager.get_connection().execute_unprepared(&sql).await.map(|_| ())
}

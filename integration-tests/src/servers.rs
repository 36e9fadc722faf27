//! PostgreSQL and Redis of one journey alone: killing them disturbs nobody else.
//!
//! Each stands in a temporary folder and is run by `scripts/servers`, which installs what is missing. A
//! server that is stopped and started again has the address that it had. Dropping one stops and removes it.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::io::{Error, Result};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::root;

/// A PostgreSQL with the roles, schemas and database `tepat` of `scripts/provision.sql`.
///
/// A crash of the machine loses its data; that of the server does not.
#[derive(Debug)]
pub struct Postgres {
    dir: TempDir,
}

impl Postgres {
    /// Makes one and waits until it answers, about a second.
    ///
    /// # Errors
    /// What the script or the system says.
    pub fn start() -> Result<Self> {
        let postgres = Self { dir: folder()? };
        servers(&["postgres", "start"], postgres.dir.path(), &["--throwaway"])?;
        Ok(postgres)
    }

    /// Address of database `tepat` for one of its roles (`tepat_owner`, `tepat_membership`,
    /// `tepat_accounts`, `tepat_disbursement`) or the superuser (`postgres`).
    ///
    /// # Errors
    /// What the script says.
    pub fn url(&self, role: &str) -> Result<String> {
        servers(&["postgres", "url"], self.dir.path(), &[role])
    }

    /// Ends it as a crash would: every connection is cut, nothing is written down first. It comes back by
    /// its write-ahead log.
    ///
    /// # Errors
    /// What the script says.
    pub fn stop_immediate(&self) -> Result<()> {
        servers(&["postgres", "stop"], self.dir.path(), &["immediate"]).map(drop)
    }

    /// Starts it with the data and the address that it had, and waits until it answers.
    ///
    /// # Errors
    /// What the script says.
    pub fn start_again(&self) -> Result<()> {
        servers(&["postgres", "start"], self.dir.path(), &[]).map(drop)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        told(self.stop_immediate());
    }
}

/// A single Redis that writes nothing down.
#[derive(Debug)]
pub struct Redis {
    dir: TempDir,
    url: String,
}

impl Redis {
    /// Makes one and waits until it answers.
    ///
    /// # Errors
    /// What the script or the system says.
    pub fn start() -> Result<Self> {
        let mut redis = Self { dir: folder()?, url: String::new() };
        redis.url = servers(&["redis", "start"], redis.dir.path(), &[])?;
        Ok(redis)
    }

    /// `redis://host:port`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends it at once; what it held is gone.
    ///
    /// # Errors
    /// What the script says.
    pub fn kill_and_empty(&self) -> Result<()> {
        servers(&["redis", "stop"], self.dir.path(), &["kill"]).map(drop)
    }

    /// Starts it at the address that it had, and waits until it answers.
    ///
    /// # Errors
    /// What the script says.
    pub fn start_again(&self) -> Result<()> {
        servers(&["redis", "start"], self.dir.path(), &[]).map(drop)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        told(self.kill_and_empty());
    }
}

/// A temporary folder through which the user of the servers can pass.
fn folder() -> Result<TempDir> {
    let dir = tempfile::Builder::new().prefix("tepat-journey-").tempdir()?;
    fs::set_permissions(dir.path(), Permissions::from_mode(0o711))?;
    Ok(dir)
}

/// What `scripts/servers` answers, a line without its end.
fn servers(what: &[&str], dir: &Path, more: &[&str]) -> Result<String> {
    let args = what.iter().map(OsStr::new).chain([dir.as_os_str()]).chain(more.iter().map(OsStr::new));
    let output = Command::new(root().join("scripts/servers")).args(args).stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(Error::other(format!("servers {}: {}: {}", what.join(" "), output.status, stderr.trim_end())))
}

/// A drop cannot fail, and a server left behind should not be silent.
fn told(stopped: Result<()>) {
    if let Err(err) = stopped {
        eprintln!("{err}");
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in tests an unwrap is an assertion")]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    use super::*;

    /// What PostgreSQL answers to a query, unaligned, errors included.
    fn sql(url: &str, query: &str) -> String {
        let psql = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--command", query, url];
        let output = Command::new("psql").args(psql).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        String::from_utf8(said).unwrap().trim_end().to_owned()
    }

    #[test]
    fn postgres_comes_back_from_a_crash_with_what_was_committed() {
        let postgres = Postgres::start().unwrap();
        let owner = postgres.url("tepat_owner").unwrap();
        sql(&owner, "CREATE TABLE membership.kept (one BIGINT)");
        let service = postgres.url("tepat_membership").unwrap();
        assert_eq!(sql(&service, "INSERT INTO membership.kept VALUES (7)"), "");
        postgres.stop_immediate().unwrap();
        assert!(sql(&service, "SELECT 1").contains("refused"));
        postgres.start_again().unwrap();
        assert_eq!(postgres.url("tepat_membership").unwrap(), service);
        assert_eq!(sql(&service, "SELECT one FROM membership.kept"), "7");
    }

    #[test]
    fn a_service_has_rows_and_nothing_else() {
        let postgres = Postgres::start().unwrap();
        let owner = postgres.url("tepat_owner").unwrap();
        let made = "CREATE TABLE accounts.kept (one BIGINT);
            CREATE FUNCTION accounts.opened() RETURNS BIGINT LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'";
        assert_eq!(sql(&owner, made), "");
        let accounts = postgres.url("tepat_accounts").unwrap();
        assert_eq!(sql(&accounts, "SELECT accounts.opened()"), "1");
        let refused = [
            "CREATE TABLE accounts.another (one BIGINT)",
            "ALTER TABLE accounts.kept ADD two BIGINT",
            "TRUNCATE accounts.kept",
            "DROP TABLE accounts.kept",
            "CREATE SCHEMA mine",
            "CREATE TABLE public.mine (one BIGINT)",
            "CREATE TEMPORARY TABLE mine (one BIGINT)",
        ];
        for statement in refused {
            let said = sql(&accounts, statement);
            assert!(
                said.contains("permission denied") || said.contains("must be owner"),
                "{statement}: {said}"
            );
        }
        let neighbour = postgres.url("tepat_membership").unwrap();
        for statement in ["SELECT one FROM accounts.kept", "SELECT accounts.opened()"] {
            assert!(sql(&neighbour, statement).contains("permission denied"), "{statement}");
        }
    }

    /// What Redis answers to one command.
    fn ask(redis: &Redis, command: &str) -> String {
        let mut stream = TcpStream::connect(redis.url().strip_prefix("redis://").unwrap()).unwrap();
        stream.write_all(format!("{command}\r\nQUIT\r\n").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn redis_comes_back_empty_at_its_address() {
        let redis = Redis::start().unwrap();
        assert_eq!(ask(&redis, "SET one 1"), "+OK\r\n+OK\r\n");
        redis.kill_and_empty().unwrap();
        TcpStream::connect(redis.url().strip_prefix("redis://").unwrap()).unwrap_err();
        redis.start_again().unwrap();
        assert_eq!(ask(&redis, "DBSIZE"), ":0\r\n+OK\r\n");
    }

    #[test]
    fn what_is_dropped_is_gone() {
        let redis = Redis::start().unwrap();
        let (dir, address) = (redis.dir.path().to_owned(), redis.url().replace("redis://", ""));
        drop(redis);
        assert!(!dir.exists());
        TcpStream::connect(address).unwrap_err();
    }
}

//! A suite as it is run in production: PostgreSQL and Redis, services under their own roles.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;

use integration_tests::servers::{Postgres, Redis};
use tempfile::TempDir;
use tepat_store::{Store, StoreSettings};

use super::ended::{BATCH, CHUNK_MEMBERS};
use super::private::assert_without_persons;
use super::suite::Suite;
use super::world::{SAMPLE, binary, good, text};

/// Servers of one suite alone, with its settings and its keys.
pub(crate) struct Production {
    pub(crate) dir: TempDir,
    pub(crate) postgres: Postgres,
    pub(crate) redis: Redis,
}

/// How fast chunks go: what a journey chooses for itself. It changes no outcome.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    /// Chunks asked about at once by a process.
    pub(crate) screen_workers: u32,
    /// How long the silent bank holds up each.
    pub(crate) silence_ms: u32,
}

/// How a service of its own is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// `tepat serve SERVICE`.
    Serve,
    /// The service's own binary.
    Own,
}

impl Production {
    /// Starts the servers and brings the tables up to date as their owner.
    pub(crate) fn new(pace: Pace) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let production = Self { postgres: Postgres::start().unwrap(), redis: Redis::start().unwrap(), dir };
        fs::write(production.settings_file(), production.settings(pace)).unwrap();
        let owner = format!("stores.owner={}", production.postgres.url("tepat_owner").unwrap());
        let (data, file) = (production.data(), production.settings_file());
        good(&["migrate", "--data", text(&data), "--settings", text(&file), "--set", &owner]);
        production
    }

    /// The folder of keys and packages.
    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn settings_file(&self) -> PathBuf {
        self.dir.path().join("tepat.toml")
    }

    /// One file for all processes; the owner's password is in none of them.
    fn settings(&self, Pace { screen_workers, silence_ms }: Pace) -> String {
        let [membership, accounts, disbursement] = ["membership", "accounts", "disbursement"]
            .map(|service| self.postgres.url(&format!("tepat_{service}")).unwrap());
        let (data, bank_accounts) = (self.data(), SAMPLE.bank_accounts());
        let (data, bank_accounts) = (text(&data), text(&bank_accounts));
        let redis = self.redis_address();
        format!(
            r#"
            [stores]
            membership = "{membership}"
            accounts = "{accounts}"
            disbursement = "{disbursement}"
            [keys]
            folder = "{data}/keys"
            [accounts.redis]
            mode = "single"
            addresses = "{redis}"
            [accounts.sandbox]
            accounts_file = "{bank_accounts}"
            silent_banks = ["002"]
            silence_ms = {silence_ms}
            [disbursement]
            chunk_members = {CHUNK_MEMBERS}
            lease_ms = 1000
            screen_workers = {screen_workers}
            packages_folder = "{data}/packages"
            "#
        )
    }

    /// All services in one process.
    pub(crate) fn up(&self) -> Suite {
        Suite::up(&self.data(), &["--settings", text(&self.settings_file())])
    }

    /// The command that runs one service alone.
    pub(crate) fn command(&self, program: Program, service: &str) -> Command {
        let mut command = match program {
            Program::Serve => binary("tepat"),
            Program::Own => binary(&format!("tepat-{service}")),
        };
        let (data, file) = (self.data(), self.settings_file());
        match program {
            Program::Serve => {
                command.args(["serve", service, "--data", text(&data), "--settings", text(&file)]);
            }
            Program::Own => {
                command.arg(file);
            }
        }
        command.env("TEPAT_LOG", "info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn");
        command
    }

    /// Where a process writes its log.
    pub(crate) fn log_file(&self, process: &str) -> PathBuf {
        self.dir.path().join(format!("{process}.log"))
    }

    /// Checks that no log of a process holds personal data; returns their lines.
    pub(crate) fn assert_logs_without_persons(&self) -> usize {
        let mut lines = 0;
        for (name, log) in self.logs() {
            assert_without_persons(&name, &log);
            lines += log.lines().count();
        }
        lines
    }

    fn logs(&self) -> Vec<(String, String)> {
        let files = fs::read_dir(self.dir.path()).unwrap().map(|entry| entry.unwrap().path());
        let logs = files.filter(|path| path.extension().is_some_and(|ending| ending == "log"));
        logs.map(|path| (text(&path).to_owned(), fs::read_to_string(&path).unwrap())).collect()
    }

    /// What disbursement keeps, read with its own role.
    pub(crate) async fn disbursement(&self) -> Store {
        let url = self.postgres.url("tepat_disbursement").unwrap();
        Store::open(&StoreSettings::postgres(url, "disbursement")).await.unwrap()
    }

    fn redis_address(&self) -> &str {
        self.redis.url().strip_prefix("redis://").unwrap()
    }

    /// Verdicts in Redis.
    pub(crate) fn verdicts_in_redis(&self) -> u64 {
        let mut stream = TcpStream::connect(self.redis_address()).unwrap();
        stream.write_all(b"DBSIZE\r\nQUIT\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.trim_start_matches(':').lines().next().unwrap().parse().unwrap()
    }
}

/// Whoever reads of a failure reads what the processes said last.
impl Drop for Production {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for (name, log) in self.logs() {
                let lines: Vec<&str> = log.lines().collect();
                println!("{name}:\n{}", lines[lines.len().saturating_sub(15)..].join("\n"));
            }
        }
    }
}

/// Chunks of the batch that are done, and all.
pub(crate) async fn chunks_done(disbursement: &Store) -> (i64, i64) {
    let sql = "SELECT count(*) FILTER (WHERE state = 'done'), count(*) FROM chunk WHERE batch_id = $1";
    let row = disbursement.row(sql, [BATCH.into()]).await.unwrap().unwrap();
    row.try_get_many_by_index().unwrap()
}

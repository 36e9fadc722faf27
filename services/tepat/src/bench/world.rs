//! Where a benchmark runs: the data folder, the servers that the settings name, and what was prepared.

use std::fs;
use std::path::{Path, PathBuf};

use redis::aio::MultiplexedConnection;
use serde::{Deserialize, Serialize};
use tepat_accounts::RedisMode;
use tepat_store::Stores;

use super::database::{self, Address};
use super::states;
use crate::compose::Parts;
use crate::failure::Failure;

/// How old a verdict may be here: what was prepared is used for as long as the servers' folder is kept.
pub(super) const YEAR_SECONDS: i64 = 31_536_000;

/// The word by which a benchmark knows schemas and a Redis as its own.
const MARK: &str = "tepat bench";

/// Settings of every benchmark, over what the environment says.
pub(crate) fn flags() -> Vec<(&'static str, Option<String>)> {
    let year = YEAR_SECONDS.to_string();
    let set = |key, value: &str| (key, Some(value.to_owned()));
    vec![
        set("accounts.age_valid_max_seconds", &year),
        set("accounts.age_other_max_seconds", &year),
        set("disbursement.verdict_age_seconds_max", &year),
        set("disbursement.instrument_reference", "benchmark"),
    ]
}

/// What was prepared, kept beside the sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Prepared {
    pub(super) members: u64,
    pub(super) seed: u64,
    /// 0 before the import is sealed.
    pub(super) roster_version: i64,
    /// Claims that were validated; all of them when `warm`.
    pub(super) claims: u64,
    pub(super) warm: bool,
}

/// The data folder's part for benchmarks.
#[derive(Clone, Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// The folder of a suite's parts.
    pub(super) fn of(parts: &Parts) -> Self {
        Self(parts.folder.path().join("bench"))
    }

    /// The roster and its answers.
    pub(super) fn sample(&self) -> PathBuf {
        self.0.join("sample")
    }

    /// The answer key, a byte a member.
    pub(super) fn answers(&self) -> PathBuf {
        self.0.join("answers")
    }

    /// What the suite and the floor write.
    pub(super) fn files(&self, of: &str) -> PathBuf {
        self.0.join(of)
    }

    fn note(&self) -> PathBuf {
        self.0.join("prepared.json")
    }

    /// What was prepared so far, if anything.
    pub(super) fn prepared(&self) -> Option<Prepared> {
        serde_json::from_slice(&fs::read(self.note()).ok()?).ok()
    }

    /// What was prepared, whole.
    pub(super) fn ready(&self) -> Result<Prepared, Failure> {
        let whole = self.prepared().filter(|prepared| prepared.warm);
        whole.ok_or_else(|| Failure::usage("nothing is prepared: run `tepat bench prepare` to its end first"))
    }

    /// Notes what was prepared; the folder is made where it is missing.
    pub(super) fn keep(&self, prepared: &Prepared) -> Result<(), Failure> {
        let text = serde_json::to_vec(prepared).expect("numbers are JSON");
        fs::create_dir_all(&self.0).map_err(|err| Failure::file("make the folder", &self.0, &err))?;
        replace(&self.note(), &text)
    }
}

fn replace(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let part = path.with_extension("part");
    let written = fs::write(&part, content).and_then(|()| fs::rename(&part, path));
    written.map_err(|err| Failure::file("write", path, &err))
}

/// Where the owner of the schemas connects.
pub(super) fn owner(stores: &Stores) -> Result<Address, Failure> {
    Address::of(if stores.owner.is_empty() { &stores.disbursement } else { &stores.owner })
}

/// Where the accounts service has its shared cache.
pub(super) fn redis_url(parts: &Parts) -> Result<String, Failure> {
    let redis = &parts.settings.accounts.redis;
    if redis.mode != RedisMode::Single {
        return Err(Failure::usage(
            "benchmarks need one Redis: set accounts.redis.mode to single, or run them through scripts/with-servers",
        ));
    }
    Ok(format!("redis://{}", redis.addresses))
}

/// Empties schemas, each of which must be a benchmark's already or hold nothing.
pub(super) async fn empty(address: &Address, schemas: &[&str]) -> Result<(), Failure> {
    let mut connection = database::connect(address).await?;
    for schema in schemas {
        let foreign = format!(
            "SELECT count(c.oid) FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid
             WHERE n.nspname = '{schema}' AND obj_description(n.oid, 'pg_namespace') IS DISTINCT FROM '{MARK}'"
        );
        if database::numbers(&mut connection, &foreign).await? != [0] {
            return Err(Failure::failed(format!(
                "schema {schema} was not made by a benchmark, which would empty it: use another database"
            )));
        }
        let sql = format!(
            "DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}; COMMENT ON SCHEMA {schema} IS '{MARK}'"
        );
        database::run(&mut connection, &sql).await?;
    }
    Ok(())
}

/// Empties Redis, which must be a benchmark's already or hold nothing.
pub(super) async fn empty_redis(redis: &mut MultiplexedConnection) -> Result<(), Failure> {
    let keys: u64 = redis::cmd("DBSIZE").query_async(redis).await.map_err(states::failed)?;
    let is_ours: bool = redis::cmd("EXISTS").arg(MARK).query_async(redis).await.map_err(states::failed)?;
    if keys > 0 && !is_ours {
        return Err(Failure::failed(
            "this Redis was not filled by a benchmark, which would empty it: use another one",
        ));
    }
    redis::cmd("FLUSHDB").query_async::<()>(redis).await.map_err(states::failed)?;
    redis::cmd("SET").arg(MARK).arg("1").query_async(redis).await.map_err(states::failed)
}

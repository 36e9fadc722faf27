//! A suite in this process, over the files of a small sample and over either database.

mod roster;
mod steps;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use integration_tests::root;
use serde::de::DeserializeOwned;
use tempfile::TempDir;
use tepat_disbursement::{Built, MarkKey};
use tepat_proof::{DemoCa, Signer};
use tepat_proto::accounts::accounts_service_client::AccountsServiceClient;
use tepat_proto::accounts::{Closure, RecordClosuresRequest};
use tepat_proto::disbursement::disbursement_service_client::DisbursementServiceClient;
use tepat_proto::membership::membership_service_client::MembershipServiceClient;
use tepat_sample::Sample;
use tepat_serve::{Clock, Limits, Transport, system_clock};
use tepat_store::testing::TestDatabase;
use tepat_store::{Kept, Store, Stores};
use tokio::task::JoinSet;
use tonic::Status;
use tonic::service::Routes;
use uuid::Uuid;

/// The suite and the folder it lives in.
pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) client: DisbursementServiceClient<Transport>,
    membership: MembershipServiceClient<Transport>,
    accounts: AccountsServiceClient<Transport>,
    stores: Stores,
    _workers: JoinSet<()>,
}

/// Where a world keeps its tables.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Database {
    /// A file for each service.
    Sqlite,
    /// A schema for each service in a database of its own.
    Postgres,
}

/// Makes two tests of each function that wants a [`Database`].
macro_rules! on_each_database {
    ($($test:ident,)*) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::disbursement::world::Database::Sqlite).await;
            })*
        }
        mod on_postgres {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::disbursement::world::Database::Postgres).await;
            })*
        }
    };
}
pub(crate) use on_each_database;

/// What a world is made of.
pub(crate) struct Plan {
    pub(crate) database: Database,
    pub(crate) workers: u64,
    pub(crate) silent: Silent,
    /// What is done to the files of the sample before they are imported.
    pub(crate) prepare: fn(&Path),
    /// What is changed in the data of the shipped rounds.
    pub(crate) rounds: Vec<Change>,
}

/// A change of a shipped file: its name, what stands there, what shall stand there.
pub(crate) type Change = (&'static str, &'static str, String);

/// Banks that never answer, by entity key.
#[derive(Clone, Copy, Default)]
pub(crate) struct Silent {
    pub(crate) banks: &'static [&'static str],
    /// How long each keeps the line.
    pub(crate) for_ms: u64,
}

impl Plan {
    /// A small one whose banks all answer.
    pub(crate) fn on(database: Database) -> Self {
        Self { database, workers: 700, silent: Silent::default(), prepare: |_| {}, rounds: Vec::new() }
    }
}

fn settings<T: DeserializeOwned>(section: &str, text: &str) -> T {
    let mut table: toml::Table = text.parse().unwrap();
    table.remove(section).unwrap().try_into().unwrap()
}

/// Empty tables of every service.
async fn stores(database: Database, folder: &Path) -> Stores {
    let url = match database {
        Database::Sqlite => String::new(),
        Database::Postgres => TestDatabase::postgres().await.settings.url,
    };
    let stores = Stores {
        membership: url.clone(),
        accounts: url.clone(),
        disbursement: url.clone(),
        owner: url,
        // Many worlds share one server.
        connections_max: 5,
        wait_ms_max: 30_000,
    };
    let stores = stores.within(folder);
    stores.migrate::<tepat_membership::Migrator>(Kept::Membership).await.unwrap();
    stores.migrate::<tepat_accounts::Migrator>(Kept::Accounts).await.unwrap();
    stores.migrate::<tepat_disbursement::Migrator>(Kept::Disbursement).await.unwrap();
    stores
}

const LIMITS: Limits = Limits { requests_max: 100, deadline_ms: 60_000, deadline_max_ms: 60_000 };

impl World {
    /// A world with the sample imported and sealed.
    pub(crate) async fn new(plan: Plan) -> Self {
        let folder = TempDir::new().unwrap();
        let roster = folder.path().join("roster");
        fs::create_dir(&roster).unwrap();
        tepat_sample::write(&Sample::new(plan.workers, 7), &roster).unwrap();
        (plan.prepare)(&roster);
        change_rounds(folder.path(), &plan.rounds);
        let names = ["seal", "maker", "checker", "treasurer"];
        DemoCa::create(&folder.path().join("keys"), system_clock()() / 1_000_000, &names).unwrap();
        let stores = stores(plan.database, folder.path()).await;
        let world = Self::over(folder, stores, plan.silent).await;
        world.import(&roster).await;
        world
    }

    /// The same tables and keys after a restart in which every bank answers.
    pub(crate) async fn restarted(self) -> Self {
        let Self { folder, stores, .. } = self;
        Self::over(folder, stores, Silent::default()).await
    }

    async fn over(folder: TempDir, stores: Stores, silent: Silent) -> Self {
        let path = folder.path();
        let clock = system_clock();
        let membership = membership(&stores, &clock).await;
        let wages = tepat_wages::build(&settings("wages", tepat_wages::DEFAULT_TOML)).await.unwrap();
        let wages = Transport::local(Routes::new(wages), LIMITS);
        let accounts = accounts(&stores, path, silent, &clock).await;

        let mut of_disbursement: tepat_disbursement::Settings =
            settings("disbursement", tepat_disbursement::DEFAULT_TOML);
        of_disbursement.chunk_members = 100;
        let rounds = path.join("rounds");
        if rounds.exists() {
            of_disbursement.rounds_folder = rounds;
        }
        of_disbursement.packages_folder = path.join("packages").to_str().unwrap().to_owned();
        let deps = tepat_disbursement::Deps {
            store: stores.open::<tepat_disbursement::Migrator>(Kept::Disbursement).await.unwrap(),
            clock,
            mark_key: MarkKey::new([7; 32]),
            seal: Signer::load(&path.join("keys"), "seal").unwrap(),
            roots_pem: fs::read(path.join("keys/ca.pem")).unwrap(),
            membership: membership.clone(),
            wages,
            accounts: accounts.clone(),
        };
        let Built { server, workers } = tepat_disbursement::build(of_disbursement, deps).unwrap();
        Self {
            client: DisbursementServiceClient::new(Transport::local(Routes::new(server), LIMITS)),
            membership: MembershipServiceClient::new(membership),
            accounts: AccountsServiceClient::new(accounts),
            folder,
            stores,
            _workers: workers,
        }
    }

    /// The disbursement database, from beside the service.
    pub(crate) async fn beside(&self) -> Store {
        Store::open(&self.stores.of(Kept::Disbursement)).await.unwrap()
    }

    /// A statement on the disbursement database, from beside the service.
    pub(crate) async fn sql(&self, sql: &str) {
        let tx = self.beside().await.begin().await.unwrap();
        tx.execute(sql, []).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A bank tells that it closed these accounts, by bank and number, just now.
    pub(crate) async fn accounts_closed(&self, accounts: &[(String, String)]) {
        let closed_at_us = system_clock()();
        let closure = |(bank, account_number): &(String, String)| Closure {
            bank: bank.clone(),
            account_number: account_number.clone(),
            closed_at_us,
        };
        let request = RecordClosuresRequest {
            request_id: request_id(),
            source: "a letter".to_owned(),
            closures: accounts.iter().map(closure).collect(),
        };
        self.accounts.clone().record_closures(request).await.unwrap();
    }
}

/// Puts the shipped rounds with these changes into the folder of a world; with none the shipped ones serve.
fn change_rounds(folder: &Path, changes: &[Change]) {
    if changes.is_empty() {
        return;
    }
    let rounds = folder.join("rounds");
    fs::create_dir(&rounds).unwrap();
    for entry in fs::read_dir(root().join("services/disbursement/data/rounds")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        let mut text = fs::read_to_string(&path).unwrap();
        for (_, from, to) in changes.iter().filter(|(file, ..)| name == *file) {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, to, 1);
        }
        fs::write(rounds.join(name), text).unwrap();
    }
}

async fn membership(stores: &Stores, clock: &Clock) -> Transport {
    let store = stores.open::<tepat_membership::Migrator>(Kept::Membership).await.unwrap();
    let deps = tepat_membership::Deps { store, clock: Arc::clone(clock) };
    let settings = settings("membership", tepat_membership::DEFAULT_TOML);
    Transport::local(Routes::new(tepat_membership::build(&settings, deps).await.unwrap()), LIMITS)
}

async fn accounts(stores: &Stores, folder: &Path, silent: Silent, clock: &Clock) -> Transport {
    let store = stores.open::<tepat_accounts::Migrator>(Kept::Accounts).await.unwrap();
    let mut settings: tepat_accounts::Settings = settings("accounts", tepat_accounts::DEFAULT_TOML);
    settings.claim_key = tepat_accounts::KeyText::new("0a".repeat(32));
    settings.sandbox.accounts_file = folder.join("roster/bank_accounts.csv");
    settings.sandbox.silent_banks = silent.banks.iter().map(|bank| (*bank).to_owned()).collect();
    settings.sandbox.silence_ms = silent.for_ms;
    let deps = tepat_accounts::Deps { store, clock: Arc::clone(clock) };
    Transport::local(Routes::new(tepat_accounts::build(&settings, deps).await.unwrap()), LIMITS)
}

pub(crate) fn request_id() -> String {
    Uuid::now_v7().to_string()
}

/// The reason of a refusal, as `ErrorInfo` carries it.
pub(crate) fn reason<T: std::fmt::Debug>(answer: Result<T, Status>) -> String {
    let status = answer.unwrap_err();
    tepat_faults::reason_of(&status).map_or_else(|| format!("{status:?}"), |reason| reason.to_string())
}

/// The lines of a package's recipients files, headers left out, by file.
pub(crate) fn recipients(package: &Path) -> Vec<(PathBuf, Vec<String>)> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(package.join("recipients")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let lines =
        |file: &PathBuf| fs::read_to_string(file).unwrap().lines().skip(1).map(str::to_owned).collect();
    files.iter().map(|file| (file.clone(), lines(file))).collect()
}

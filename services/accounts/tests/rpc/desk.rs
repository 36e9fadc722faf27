//! A service in this process with a database, a bank file and a clock of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tempfile::TempDir;
use tepat_accounts::{BuildFault, DEFAULT_TOML, Deps, Migrator, Settings, build};
use tepat_proto::accounts::accounts_service_client::AccountsServiceClient;
use tepat_proto::accounts::{Claim, Purpose, ValidateAccountsRequest, ValidateAccountsResponse};
use tepat_serve::{Clock, Limits, Transport};
use tepat_store::testing::TestDatabase;
use tepat_store::{Store, StoreSettings};
use tonic::service::Routes;

/// NIK 1 is 3201011501900001.
pub(crate) const ACCOUNTS: &str = "bank,account_number,holder_name,holder_nik,status
002,1,BUDI SANTOSO,3201011501900001,ACTIVE
002,5,BUDI SANTOSO,,DORMANT
008,1,BUDI SANTOSO,,ACTIVE
008,2,SITI AMINAH,3201011501900002,CLOSED
008,3,BUDI SANTOSO,3201011501900001,FROZEN
008,4,BUDI SANTOSO,3201011501900001,RESTRICTED
008,5,BUDI SANTOSO,3201011501900001,DORMANT
008,6,BUDI SANTOSO,3201011501900002,ACTIVE
008,7,SITI AMINAH,3201011501900001,ACTIVE
008,8,BUDI SANTOSA,,ACTIVE
008,9,BUDI SANTOSA,3201011501900001,NEW
008,98765432101234,KUSUMAWARDHANI,,ACTIVE
009,1,BUDI SANTOSO,,ACTIVE
022-S,1,BUDI SANTOSO,,NEW
";

pub(crate) struct Desk {
    folder: Arc<TempDir>,
    database: Arc<TestDatabase>,
    settings: String,
    now_us: Arc<AtomicI64>,
    client: AccountsServiceClient<Transport>,
    store: Store,
}

impl Desk {
    /// Bank 009 is silent. Without accounts there is no sandbox.
    pub(crate) async fn open(accounts: &str, more_settings: &str) -> Self {
        Self::on(TestDatabase::sqlite(), accounts, more_settings).await
    }

    /// The same on a database of another kind.
    pub(crate) async fn on(database: TestDatabase, accounts: &str, more_settings: &str) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let settings = settings(&folder, accounts, more_settings);
        let now_us = Arc::new(AtomicI64::new(1_600_000_000_000_000));
        Self::start(folder, Arc::new(database), settings, now_us).await
    }

    async fn start(
        folder: Arc<TempDir>,
        database: Arc<TestDatabase>,
        settings: String,
        now_us: Arc<AtomicI64>,
    ) -> Self {
        let store = database.open().await;
        store.migrate::<Migrator>().await.unwrap();
        let told = Arc::clone(&now_us);
        let clock: Clock = Arc::new(move || told.load(Ordering::SeqCst));
        let server = build(&parse(&settings), Deps { store: store.clone(), clock }).await.unwrap();
        let limits = Limits { requests_max: 16, deadline_ms: 60_000, deadline_max_ms: 60_000 };
        let client = AccountsServiceClient::new(Transport::local(Routes::new(server), limits));
        Self { folder, database, settings, now_us, client, store }
    }

    /// The same database under a new process, with its settings replaced piece by piece.
    pub(crate) async fn reopen(&self, replace: &[(&str, &str)]) -> Self {
        let mut settings = self.settings.clone();
        for (old, new) in replace {
            assert!(settings.contains(old), "{old}");
            settings = settings.replace(old, new);
        }
        let (folder, database) = (Arc::clone(&self.folder), Arc::clone(&self.database));
        Self::start(folder, database, settings, Arc::clone(&self.now_us)).await
    }

    pub(crate) fn client(&self) -> AccountsServiceClient<Transport> {
        self.client.clone()
    }

    pub(crate) async fn validate(
        &self,
        request: ValidateAccountsRequest,
    ) -> Result<ValidateAccountsResponse, tonic::Status> {
        self.client().validate_accounts(request).await.map(tonic::Response::into_inner)
    }

    pub(crate) fn now_us(&self) -> i64 {
        self.now_us.load(Ordering::SeqCst)
    }

    pub(crate) fn pass_us(&self, microseconds: i64) {
        self.now_us.fetch_add(microseconds, Ordering::SeqCst);
    }

    /// Where the database is; a file when it is one.
    pub(crate) fn database(&self) -> &str {
        self.database.settings.url.trim_start_matches("sqlite:")
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) async fn count(&self, table: &str) -> i64 {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        self.store.row(&sql, []).await.unwrap().unwrap().try_get_by_index(0).unwrap()
    }

    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let rows = self.store.rows(sql, []).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    /// Outside of any transaction.
    pub(crate) async fn execute(&self, sql: &str) {
        self.store.rows(sql, []).await.unwrap();
    }
}

/// The file of settings, with the accounts in a file beside the database.
pub(crate) fn settings(folder: &TempDir, accounts: &str, more: &str) -> String {
    let mut text = DEFAULT_TOML.replace("claim_key = \"\"", &format!("claim_key = \"{}\"", "5a".repeat(32)));
    text = text.replace("silent_banks = []", "silent_banks = [\"009\"]");
    if !accounts.is_empty() {
        let path = folder.path().join("bank_accounts.csv");
        std::fs::write(&path, accounts).unwrap();
        text = text.replace("accounts_file = \"\"", &format!("accounts_file = {path:?}"));
    }
    format!("{text}\n{more}")
}

pub(crate) fn parse(settings: &str) -> Settings {
    #[derive(serde::Deserialize)]
    struct File {
        accounts: Settings,
    }
    toml::from_str::<File>(settings).unwrap().accounts
}

/// What a service that cannot be built says.
pub(crate) async fn build_fault(settings: &str) -> BuildFault {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&StoreSettings::sqlite(&folder.path().join("accounts.db"))).await.unwrap();
    let deps = Deps { store, clock: tepat_serve::system_clock() };
    build(&parse(settings), deps).await.err().expect("a fault")
}

pub(crate) fn nik(serial: i64) -> i64 {
    3_201_011_501_900_000 + serial
}

pub(crate) fn claim(bank: &str, account_number: &str, name: &str, serial: i64) -> Claim {
    Claim { bank: bank.into(), account_number: account_number.into(), name: name.into(), nik: nik(serial) }
}

pub(crate) fn page(claims: Vec<Claim>, max_age_seconds: i64) -> ValidateAccountsRequest {
    ValidateAccountsRequest {
        request_id: "7e57ab1e-0000-4000-8000-000000000001".into(),
        purpose: Purpose::WageSubsidy.into(),
        legal_basis: "UU 40/2004".into(),
        instrument_reference: "Keputusan 1/2022".into(),
        max_age_seconds,
        claims,
    }
}

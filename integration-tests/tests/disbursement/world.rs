//! A suite in this process, over the files of a small sample.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tepat_disbursement::{Built, MarkKey};
use tepat_proof::{DemoCa, Signer};
use tepat_proto::disbursement::disbursement_service_client::DisbursementServiceClient;
use tepat_proto::disbursement::{self as wire, BatchState};
use tepat_proto::membership::membership_service_client::MembershipServiceClient;
use tepat_proto::membership::{
    FileAnnounced, ImportFile, OpenImportRequest, SealRosterRequest, UploadFileRequest, UploadHeader,
    upload_file_request,
};
use tepat_sample::Sample;
use tepat_serve::{Actor, Limits, Transport, system_clock, with_actor};
use tepat_store::{Store, StoreSettings};
use tokio::task::JoinSet;
use tokio_stream::StreamExt as _;
use tonic::service::Routes;
use tonic::{Request, Status};
use uuid::Uuid;

/// The suite and the folder it lives in.
pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) client: DisbursementServiceClient<Transport>,
    membership: MembershipServiceClient<Transport>,
    _workers: JoinSet<()>,
}

/// What a world is made of.
pub(crate) struct Plan {
    pub(crate) workers: u64,
    pub(crate) silent_banks: &'static [&'static str],
}

impl Default for Plan {
    fn default() -> Self {
        Self { workers: 700, silent_banks: &[] }
    }
}

fn settings<T: DeserializeOwned>(section: &str, text: &str) -> T {
    let mut table: toml::Table = text.parse().unwrap();
    table.remove(section).unwrap().try_into().unwrap()
}

async fn store(folder: &Path, name: &str) -> Store {
    Store::open(&StoreSettings::sqlite(&folder.join(format!("{name}.sqlite")))).await.unwrap()
}

const LIMITS: Limits = Limits { requests_max: 100, deadline_ms: 60_000, deadline_max_ms: 60_000 };

impl World {
    /// A world with the sample imported and sealed.
    pub(crate) async fn new(plan: Plan) -> Self {
        let folder = TempDir::new().unwrap();
        let roster = folder.path().join("roster");
        fs::create_dir(&roster).unwrap();
        tepat_sample::write(&Sample::new(plan.workers, 7), &roster).unwrap();
        DemoCa::create(
            &folder.path().join("keys"),
            system_clock()() / 1_000_000,
            &["seal", "maker", "checker", "treasurer"],
        )
        .unwrap();
        let world = Self::over(folder, plan.silent_banks).await;
        world.import(&roster).await;
        world
    }

    /// The suite over a folder that has its roster, keys and stores: also a restart with other banks.
    pub(crate) async fn over(folder: TempDir, silent_banks: &[&str]) -> Self {
        let path = folder.path();
        let clock = system_clock();

        let membership_store = store(path, "membership").await;
        membership_store.migrate::<tepat_membership::Migrator>().await.unwrap();
        let deps = tepat_membership::Deps { store: membership_store, clock: Arc::clone(&clock) };
        let membership =
            tepat_membership::build(&settings("membership", tepat_membership::DEFAULT_TOML), deps)
                .await
                .unwrap();

        let wages = tepat_wages::build(&settings("wages", tepat_wages::DEFAULT_TOML)).await.unwrap();

        let accounts_store = store(path, "accounts").await;
        accounts_store.migrate::<tepat_accounts::Migrator>().await.unwrap();
        let mut of_accounts: tepat_accounts::Settings = settings("accounts", tepat_accounts::DEFAULT_TOML);
        of_accounts.claim_key = tepat_accounts::KeyText::new("0a".repeat(32));
        of_accounts.sandbox.accounts_file = path.join("roster/bank_accounts.csv");
        of_accounts.sandbox.silent_banks = silent_banks.iter().map(|bank| (*bank).to_owned()).collect();
        let deps = tepat_accounts::Deps { store: accounts_store, clock: Arc::clone(&clock) };
        let accounts = tepat_accounts::build(&of_accounts, deps).await.unwrap();

        let disbursement_store = store(path, "disbursement").await;
        disbursement_store.migrate::<tepat_disbursement::Migrator>().await.unwrap();
        let mut of_disbursement: tepat_disbursement::Settings =
            settings("disbursement", tepat_disbursement::DEFAULT_TOML);
        of_disbursement.chunk_members = 100;
        of_disbursement.packages_folder = path.join("packages").to_str().unwrap().to_owned();
        let membership_transport = Transport::local(Routes::new(membership), LIMITS);
        let deps = tepat_disbursement::Deps {
            store: disbursement_store,
            clock,
            mark_key: MarkKey::new([7; 32]),
            seal: Signer::load(&path.join("keys"), "seal").unwrap(),
            roots_pem: fs::read(path.join("keys/ca.pem")).unwrap(),
            membership: membership_transport.clone(),
            wages: Transport::local(Routes::new(wages), LIMITS),
            accounts: Transport::local(Routes::new(accounts), LIMITS),
        };
        let Built { server, workers } = tepat_disbursement::build(of_disbursement, deps);
        Self {
            client: DisbursementServiceClient::new(Transport::local(Routes::new(server), LIMITS)),
            membership: MembershipServiceClient::new(membership_transport),
            folder,
            _workers: workers,
        }
    }

    async fn import(&self, roster: &Path) {
        let files = [
            (ImportFile::Employers, "employers.csv"),
            (ImportFile::Members, "members.csv"),
            (ImportFile::Wages, "wages.csv"),
            (ImportFile::Lists, "lists.csv"),
        ];
        let contents = files.map(|(file, name)| (file, fs::read(roster.join(name)).unwrap()));
        let announced = contents.iter().map(|(file, content)| FileAnnounced {
            file: (*file).into(),
            bytes: i64::try_from(content.len()).unwrap(),
            sha256: Sha256::digest(content).to_vec(),
        });
        let open = OpenImportRequest {
            request_id: request_id(),
            import_id: "sample".to_owned(),
            files: announced.collect(),
            ..OpenImportRequest::default()
        };
        let mut client = self.membership.clone();
        client.open_import(open).await.unwrap();
        for (file, content) in contents {
            let header = UploadHeader { import_id: "sample".to_owned(), file: file.into(), offset: 0 };
            let mut parts = vec![upload_file_request::Part::Header(header)];
            parts.extend(
                content.chunks(1 << 20).map(|part| upload_file_request::Part::Data(part.to_vec().into())),
            );
            let parts = parts.into_iter().map(|part| UploadFileRequest { part: Some(part) });
            let read =
                client.upload_file(tokio_stream::iter(parts.collect::<Vec<_>>())).await.unwrap().into_inner();
            assert_eq!(read.progress.unwrap().rows_faulty, 0, "{file:?}");
        }
        let seal = SealRosterRequest { request_id: request_id(), import_id: "sample".to_owned() };
        client.seal_roster(seal).await.unwrap();
    }

    /// Opens a batch and waits until it is screened.
    pub(crate) async fn screened(&self, batch_id: &str) -> wire::Batch {
        self.open(batch_id).await.unwrap();
        let watch = wire::WatchBatchRequest { batch_id: batch_id.to_owned() };
        let mut snapshots = self.client.clone().watch_batch(watch).await.unwrap().into_inner();
        let mut last = None;
        while let Some(snapshot) = snapshots.next().await {
            last = snapshot.unwrap().batch;
        }
        let batch = last.unwrap();
        assert_eq!(batch.state(), BatchState::Screened);
        batch
    }

    pub(crate) async fn open(&self, batch_id: &str) -> Result<wire::Batch, Status> {
        let mut ends = batch_id.rsplitn(3, '-').skip(1);
        let tranche = ends.next().unwrap().parse().unwrap();
        let request = wire::OpenBatchRequest {
            request_id: request_id(),
            batch_id: batch_id.to_owned(),
            round: ends.next().unwrap().to_owned(),
            tranche,
            roster_version: 0,
        };
        Ok(self.client.clone().open_batch(request).await?.into_inner().batch.unwrap())
    }

    pub(crate) async fn close(&self, batch_id: &str) -> Result<wire::Batch, Status> {
        let request = wire::CloseBatchRequest { request_id: request_id(), batch_id: batch_id.to_owned() };
        Ok(self.client.clone().close_batch(request).await?.into_inner().batch.unwrap())
    }

    pub(crate) async fn compose(&self, batch_id: &str) -> Result<wire::Batch, Status> {
        let request = wire::ComposeBatchRequest { request_id: request_id(), batch_id: batch_id.to_owned() };
        Ok(self.client.clone().compose_batch(request).await?.into_inner().batch.unwrap())
    }

    pub(crate) async fn determine(&self, batch_id: &str, actor: &str) -> Result<wire::Batch, Status> {
        let request = wire::DetermineBatchRequest { request_id: request_id(), batch_id: batch_id.to_owned() };
        Ok(self.client.clone().determine_batch(acted(request, actor)).await?.into_inner().batch.unwrap())
    }

    /// Approves as `actor` with a signature that `signer` made over the batch's statement.
    pub(crate) async fn approve(
        &self,
        batch_id: &str,
        actor: &str,
        signer: &str,
    ) -> Result<wire::Batch, Status> {
        let statement = wire::GetStatementRequest { batch_id: batch_id.to_owned() };
        let statement = self.client.clone().get_statement(statement).await?.into_inner().statement;
        let signer = Signer::load(&self.folder.path().join("keys"), signer).unwrap();
        let now_s = system_clock()() / 1_000_000;
        let statement_signature = signer.sign(&Sha256::digest(&statement).into(), now_s).unwrap();
        self.approve_with(batch_id, actor, statement_signature).await
    }

    pub(crate) async fn approve_with(
        &self,
        batch_id: &str,
        actor: &str,
        statement_signature: Vec<u8>,
    ) -> Result<wire::Batch, Status> {
        let request = wire::ApproveBatchRequest {
            request_id: request_id(),
            batch_id: batch_id.to_owned(),
            statement_signature,
        };
        Ok(self.client.clone().approve_batch(acted(request, actor)).await?.into_inner().batch.unwrap())
    }

    pub(crate) async fn hand_over(&self, batch_id: &str, actor: &str) -> Result<wire::Batch, Status> {
        let request = wire::HandOverBatchRequest { request_id: request_id(), batch_id: batch_id.to_owned() };
        Ok(self.client.clone().hand_over_batch(acted(request, actor)).await?.into_inner().batch.unwrap())
    }

    pub(crate) async fn reconcile(&self, batch_id: &str) -> Result<wire::ReconcileBatchResponse, Status> {
        let request = wire::ReconcileBatchRequest { request_id: request_id(), batch_id: batch_id.to_owned() };
        Ok(self.client.clone().reconcile_batch(request).await?.into_inner())
    }

    /// A batch up to the determination by `maker`.
    pub(crate) async fn determined(&self, batch_id: &str) {
        self.screened(batch_id).await;
        self.close(batch_id).await.unwrap();
        self.compose(batch_id).await.unwrap();
        self.determine(batch_id, "maker").await.unwrap();
    }

    /// A batch through the whole chain up to the package.
    pub(crate) async fn handed_over(&self, batch_id: &str) -> wire::Batch {
        self.determined(batch_id).await;
        self.approve(batch_id, "checker", "checker").await.unwrap();
        self.hand_over(batch_id, "treasurer").await.unwrap()
    }

    /// All effective decisions, in NIK order, read in pages of `page_size`.
    pub(crate) async fn decisions(&self, batch_id: &str, page_size: i32) -> Vec<wire::Decision> {
        let mut all = Vec::new();
        let mut page_token = String::new();
        loop {
            let request = wire::ListDecisionsRequest { batch_id: batch_id.to_owned(), page_size, page_token };
            let page = self.client.clone().list_decisions(request).await.unwrap().into_inner();
            all.extend(page.decisions);
            if page.next_page_token.is_empty() {
                return all;
            }
            page_token = page.next_page_token;
        }
    }

    /// A statement on the disbursement database, from beside the service.
    pub(crate) async fn sql(&self, sql: &str) {
        let beside = store(self.folder.path(), "disbursement").await;
        let tx = beside.begin().await.unwrap();
        tx.execute(sql, []).await.unwrap();
        tx.commit().await.unwrap();
    }
}

pub(crate) fn request_id() -> String {
    Uuid::now_v7().to_string()
}

pub(crate) fn acted<T>(request: T, actor: &str) -> Request<T> {
    with_actor(Request::new(request), &actor.parse::<Actor>().unwrap())
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

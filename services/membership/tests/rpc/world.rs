//! A service of its own for every test, and rosters in a few words.

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tepat_membership::{Deps, Migrator, Settings, build};
use tepat_proto::membership::membership_service_client::MembershipServiceClient;
use tepat_proto::membership::upload_file_request::Part;
use tepat_proto::membership::{
    Chunk, FileAnnounced, FileProgress, GetMemberRequest, ImportFile, ListChunksRequest,
    ListImportFaultsRequest, Member, OpenImportRequest, OpenImportResponse, ReadChunkRequest, RosterVersion,
    SealRosterRequest, UploadFileRequest, UploadHeader,
};
use tepat_serve::{Limits, Transport, standing_clock};
use tepat_store::Store;
use tepat_store::testing::TestDatabase;
use tonic::service::Routes;
use tonic::{Code, Status};

pub(crate) const EMPLOYERS: &str = "npp,division,name,region_code,sector_code,ownership\n\
    AA000001,00,PT Maju Jaya,3215,10,private\n\
    AA000002,00,PT Mundur Maju,3171,47,private\n";
pub(crate) const MEMBERS_HEADER: &str = "nik,kk,kpj,name,birth_date,sex,region_code,npp,division,category,segment,\
    programmes,start_date,end_date,bank,account_number,account_holder_name\n";
pub(crate) const WAGES_HEADER: &str =
    "nik,npp,division,start_date,month,wage_rupiah,wage_months,reported_on\n";
pub(crate) const LISTS_HEADER: &str = "nik,list,as_of\n";

/// When everything happens.
pub(crate) const NOW_US: i64 = 1_669_000_000_000_000;

pub(crate) type Client = MembershipServiceClient<Transport>;

/// The stores that every test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    Sqlite,
    Postgres,
    /// Orders texts as Indonesian does, which must change nothing.
    PostgresIcu,
}

tokio::task_local! {
    /// Where the worlds of the test that runs live.
    pub(crate) static ON: On;
}

/// Makes a test of each function for each store.
macro_rules! on_every_store {
    ($($name:ident)*) => {
        on_every_store!(@on sqlite Sqlite: $($name)*);
        on_every_store!(@on postgres Postgres: $($name)*);
        on_every_store!(@on postgres_icu PostgresIcu: $($name)*);
    };
    (@on $module:ident $on:ident: $($name:ident)*) => {
        mod $module {
            $(
                #[tokio::test]
                async fn $name() {
                    let on = $crate::world::On::$on;
                    $crate::world::ON.scope(on, Box::pin(super::$name())).await;
                }
            )*
        }
    };
}

pub(crate) struct World {
    _database: TestDatabase,
    pub(crate) client: Client,
}

/// A member's row that is right in every column, of the person with this serial.
pub(crate) fn member(serial: u32) -> String {
    format!(
        "320101150190{serial:04},3201010101010001,12345678901,Siti Aminah {serial},1990-01-15,L,3201,AA000001,00,PU,\
         private,JKK|JKM,2020-01-01,,002,00123{serial:04},Siti Aminah\n"
    )
}

/// The NIK of [`member`].
pub(crate) fn nik(serial: u32) -> i64 {
    3_201_011_501_900_000 + i64::from(serial)
}

/// A wage of [`member`] in a month of 2022.
pub(crate) fn wage(serial: u32, month: u32) -> String {
    format!("320101150190{serial:04},AA000001,00,2020-01-01,2022-{month:02},3000000,1,2022-{month:02}-20\n")
}

pub(crate) fn id() -> String {
    uuid::Uuid::new_v4().to_string()
}

pub(crate) fn announce(files: &[(ImportFile, &[u8])]) -> Vec<FileAnnounced> {
    let announce = |(file, bytes): &(ImportFile, &[u8])| FileAnnounced {
        file: (*file).into(),
        bytes: i64::try_from(bytes.len()).unwrap(),
        sha256: Sha256::digest(bytes).to_vec(),
    };
    files.iter().map(announce).collect()
}

pub(crate) fn opening(import_id: &str, files: &[(ImportFile, &[u8])]) -> OpenImportRequest {
    OpenImportRequest {
        request_id: id(),
        import_id: import_id.to_owned(),
        files: announce(files),
        ..OpenImportRequest::default()
    }
}

pub(crate) fn head(import_id: &str, file: ImportFile, offset: i64) -> UploadFileRequest {
    let header = UploadHeader { import_id: import_id.to_owned(), file: file.into(), offset };
    UploadFileRequest { part: Some(Part::Header(header)) }
}

pub(crate) fn data(bytes: &[u8]) -> UploadFileRequest {
    UploadFileRequest { part: Some(Part::Data(Bytes::copy_from_slice(bytes))) }
}

/// Code, reason and metadata of a refusal.
pub(crate) fn refusal(status: &Status) -> (Code, String, Vec<(String, String)>) {
    use tonic_types::StatusExt as _;
    let info = status.get_details_error_info().unwrap();
    let mut metadata: Vec<_> = info.metadata.into_iter().collect();
    metadata.sort();
    (status.code(), info.reason, metadata)
}

/// The fields that a refusal names.
pub(crate) fn violated(status: &Status) -> Vec<String> {
    use tonic_types::StatusExt as _;
    let request = status.get_details_bad_request().unwrap();
    request.field_violations.into_iter().map(|violation| violation.field).collect()
}

impl World {
    /// A service whose pages have 4 rows, so that small files have several.
    pub(crate) async fn new() -> Self {
        Self::with_pages_of(4).await
    }

    pub(crate) async fn with_pages_of(page_rows: usize) -> Self {
        let database = match ON.get() {
            On::Sqlite => TestDatabase::sqlite(),
            On::Postgres => TestDatabase::postgres().await,
            On::PostgresIcu => TestDatabase::postgres_icu().await,
        };
        let store = Store::open(&database.settings).await.unwrap();
        store.migrate::<Migrator>().await.unwrap();
        Self::of(database, store, page_rows).await
    }

    /// A service on a store that is migrated.
    pub(crate) async fn of(database: TestDatabase, store: Store, page_rows: usize) -> Self {
        let deps = Deps { store, clock: standing_clock(NOW_US) };
        let service = build(&Settings { page_rows }, deps).await.unwrap();
        let limits = Limits { requests_max: 16, deadline_ms: 60_000, deadline_max_ms: 60_000 };
        let client = Client::new(Transport::local(Routes::new(service), limits));
        Self { _database: database, client }
    }

    pub(crate) fn client(&self) -> Client {
        self.client.clone()
    }

    pub(crate) async fn open(&self, request: OpenImportRequest) -> Result<OpenImportResponse, Status> {
        self.client().open_import(request).await.map(tonic::Response::into_inner)
    }

    pub(crate) async fn upload(
        &self,
        import_id: &str,
        file: ImportFile,
        offset: i64,
        bytes: &[u8],
    ) -> Result<FileProgress, Status> {
        let parts = std::iter::once(head(import_id, file, offset)).chain(bytes.chunks(1 << 20).map(data));
        let parts: Vec<_> = parts.collect();
        let answer = self.client().upload_file(tokio_stream::iter(parts)).await?;
        Ok(answer.into_inner().progress.unwrap())
    }

    pub(crate) async fn seal(&self, import_id: &str) -> Result<RosterVersion, Status> {
        let request = SealRosterRequest { request_id: id(), import_id: import_id.to_owned() };
        Ok(self.client().seal_roster(request).await?.into_inner().roster.unwrap())
    }

    /// Opens the import and uploads every file; none is sealed.
    pub(crate) async fn send(&self, import_id: &str, files: &[(ImportFile, &[u8])]) -> Vec<FileProgress> {
        self.send_as(opening(import_id, files), files).await
    }

    pub(crate) async fn send_as(
        &self,
        request: OpenImportRequest,
        files: &[(ImportFile, &[u8])],
    ) -> Vec<FileProgress> {
        let import_id = request.import_id.clone();
        self.open(request).await.unwrap();
        let mut read = Vec::new();
        for (file, bytes) in files {
            read.push(self.upload(&import_id, *file, 0, bytes).await.unwrap());
        }
        read
    }

    /// The whole import, sealed.
    pub(crate) async fn import(&self, import_id: &str, files: &[(ImportFile, &[u8])]) -> RosterVersion {
        self.send(import_id, files).await;
        self.seal(import_id).await.unwrap()
    }

    /// Every fault of an import as (file, line, column, fault).
    pub(crate) async fn faults(&self, import_id: &str) -> Vec<(ImportFile, i64, String, String)> {
        let (mut faults, mut page_token) = (Vec::new(), String::new());
        loop {
            let request =
                ListImportFaultsRequest { import_id: import_id.to_owned(), page_size: 3, page_token };
            let page = self.client().list_import_faults(request).await.unwrap().into_inner();
            assert!(page.faults.len() <= 3);
            faults.extend(
                page.faults.into_iter().map(|fault| (fault.file(), fault.line, fault.column, fault.fault)),
            );
            page_token = page.next_page_token;
            if page_token.is_empty() {
                return faults;
            }
        }
    }

    pub(crate) async fn get(&self, nik: i64, roster_version: i64) -> Result<Member, Status> {
        let answer = self.client().get_member(GetMemberRequest { nik, roster_version }).await?;
        Ok(answer.into_inner().member.unwrap())
    }

    pub(crate) async fn chunks(
        &self,
        roster_version: i64,
        members_per_chunk: i32,
        page_size: i32,
    ) -> Vec<Chunk> {
        let request =
            ListChunksRequest { roster_version, members_per_chunk, page_size, ..Default::default() };
        self.chunks_as(request).await
    }

    pub(crate) async fn chunks_as(&self, mut request: ListChunksRequest) -> Vec<Chunk> {
        let mut chunks = Vec::new();
        loop {
            let page = self.client().list_chunks(request.clone()).await.unwrap().into_inner();
            chunks.extend(page.chunks);
            if page.next_page_token.is_empty() {
                return chunks;
            }
            request.page_token = page.next_page_token;
        }
    }

    /// The members of a range, and how many each message had.
    pub(crate) async fn read(
        &self,
        version: i64,
        after_nik: i64,
        through_nik: i64,
    ) -> (Vec<Member>, Vec<usize>) {
        self.read_as(ReadChunkRequest { roster_version: version, after_nik, through_nik, slice: None }).await
    }

    pub(crate) async fn read_as(&self, request: ReadChunkRequest) -> (Vec<Member>, Vec<usize>) {
        let mut stream = self.client().read_chunk(request).await.unwrap().into_inner();
        let (mut members, mut sizes) = (Vec::new(), Vec::new());
        while let Some(message) = stream.message().await.unwrap() {
            sizes.push(message.members.len());
            members.extend(message.members);
        }
        (members, sizes)
    }

    /// Everybody at a version.
    pub(crate) async fn everybody(&self, version: i64) -> Vec<Member> {
        self.read(version, 0, i64::MAX).await.0
    }
}

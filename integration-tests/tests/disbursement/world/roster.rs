//! The roster of a world, imported as an office imports it.

use std::fs;
use std::path::Path;

use sha2::{Digest as _, Sha256};
use tepat_proto::membership::{
    FileAnnounced, ImportFile, OpenImportRequest, SealRosterRequest, UploadFileRequest, UploadHeader,
    upload_file_request,
};

use super::{World, request_id};

impl World {
    /// Imports the files of a folder and seals them into a roster version.
    pub(super) async fn import(&self, roster: &Path) {
        let files = [
            (ImportFile::Employers, "employers.csv"),
            (ImportFile::Members, "members.csv"),
            (ImportFile::Wages, "wages.csv"),
            (ImportFile::Lists, "lists.csv"),
        ];
        let contents = files.map(|(file, name)| (file, fs::read(roster.join(name)).unwrap()));
        self.import_as("sample", &contents).await;
    }

    /// Imports files and seals them into a roster version.
    pub(crate) async fn import_as(&self, import_id: &str, contents: &[(ImportFile, Vec<u8>)]) {
        let announced = contents.iter().map(|(file, content)| FileAnnounced {
            file: (*file).into(),
            bytes: i64::try_from(content.len()).unwrap(),
            sha256: Sha256::digest(content).to_vec(),
        });
        let open = OpenImportRequest {
            request_id: request_id(),
            import_id: import_id.to_owned(),
            files: announced.collect(),
            ..OpenImportRequest::default()
        };
        let mut client = self.membership.clone();
        client.open_import(open).await.unwrap();
        for (file, content) in contents {
            let header = UploadHeader { import_id: import_id.to_owned(), file: (*file).into(), offset: 0 };
            let mut parts = vec![upload_file_request::Part::Header(header)];
            parts.extend(
                content.chunks(1 << 20).map(|part| upload_file_request::Part::Data(part.to_vec().into())),
            );
            let parts = parts.into_iter().map(|part| UploadFileRequest { part: Some(part) });
            let read =
                client.upload_file(tokio_stream::iter(parts.collect::<Vec<_>>())).await.unwrap().into_inner();
            assert_eq!(read.progress.unwrap().rows_faulty, 0, "{file:?}");
        }
        let seal = SealRosterRequest { request_id: request_id(), import_id: import_id.to_owned() };
        client.seal_roster(seal).await.unwrap();
    }
}

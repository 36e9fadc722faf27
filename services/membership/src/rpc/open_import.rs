//! OpenImport.

use prost::Message as _;
use tepat_faults::Invalid;
use tepat_proto::membership::{ColumnName, FileAnnounced, OpenImportRequest, OpenImportResponse};
use tepat_store::Replay;

use super::{check_import_id, check_request_id, message};
use crate::fault::ImportFault;
use crate::flow::import::{self, Announced};
use crate::rules::file::File;
use crate::{Membership, hex};

/// Longest name of a column in a file.
const COLUMN_CHARACTERS_MAX: usize = 100;

impl Membership {
    pub(super) async fn answer_open_import(
        &self,
        request: OpenImportRequest,
    ) -> Result<OpenImportResponse, ImportFault> {
        let replay = Replay::of(&request.request_id, "OpenImport", &request.encode_to_vec());
        let announced = announced(request)?;
        if let Some(answer) = self.replayed(&replay).await? {
            return Ok(answer);
        }
        let now_us = (self.clock)();
        let tx = self.store.begin().await?;
        let (import, files) = import::open(&tx, &announced, now_us).await?;
        let answer = OpenImportResponse { import: Some(message::import(import, &files)) };
        replay.keep(&tx, answer.encode_to_vec(), now_us).await?;
        tx.commit().await?;
        Ok(answer)
    }
}

fn announced(request: OpenImportRequest) -> Result<Announced, Invalid> {
    let mut invalid = Invalid::new();
    check_request_id(&mut invalid, &request.request_id);
    check_import_id(&mut invalid, "import_id", &request.import_id);
    let files = files(&mut invalid, request.files);
    let renames = renames(&mut invalid, request.columns);
    invalid.into_result()?;
    let OpenImportRequest { import_id, dry_run, allow_extra, .. } = request;
    Ok(Announced { import_id, files, dry_run, allow_extra, renames })
}

/// The announced files in the order of upload, each at most once.
fn files(invalid: &mut Invalid, announced: Vec<FileAnnounced>) -> Vec<(File, i64, String)> {
    if announced.is_empty() {
        invalid.add("files", "must name at least one file");
    }
    let mut files: Vec<(File, i64, String)> = Vec::new();
    for (index, announced) in announced.into_iter().enumerate() {
        let at = |field: &str| format!("files[{index}].{field}");
        if announced.bytes < 0 {
            invalid.add(at("bytes"), format!("must not be negative, found {}", announced.bytes));
        }
        if announced.sha256.len() != 32 {
            invalid.add(at("sha256"), format!("must be 32 bytes, found {}", announced.sha256.len()));
        }
        match message::file_of(announced.file) {
            None => invalid.add(at("file"), format!("must be one of the files, found {}", announced.file)),
            Some(file) if files.iter().any(|(other, _, _)| *other == file) => {
                invalid.add(at("file"), "is announced twice");
            }
            Some(file) => files.push((file, announced.bytes, hex::encode(&announced.sha256))),
        }
    }
    files.sort();
    files
}

/// The column names, sorted, so that their order says nothing.
fn renames(invalid: &mut Invalid, columns: Vec<ColumnName>) -> Vec<(File, String, String)> {
    let mut renames: Vec<(File, String, String)> = Vec::new();
    for (index, column) in columns.into_iter().enumerate() {
        let at = |field: &str| format!("columns[{index}].{field}");
        let ColumnName { file, from, to } = column;
        let Some(file) = message::file_of(file) else {
            invalid.add(at("file"), format!("must be one of the files, found {file}"));
            continue;
        };
        let shown = from.chars().all(|character| !character.is_control());
        if from.is_empty() || from.chars().count() > COLUMN_CHARACTERS_MAX || !shown {
            invalid.add(at("from"), format!("must be 1 to {COLUMN_CHARACTERS_MAX} printable characters"));
        }
        if !file.columns().contains(&to.as_str()) {
            invalid.add(at("to"), format!("must be a column of the file: {}", file.columns().join(", ")));
        }
        if renames.iter().any(|(other, name, _)| *other == file && *name == from) {
            invalid.add(at("from"), "is named twice");
        }
        if renames.iter().any(|(other, _, name)| *other == file && *name == to) {
            invalid.add(at("to"), "is named twice");
        }
        renames.push((file, from, to));
    }
    renames.sort();
    renames
}

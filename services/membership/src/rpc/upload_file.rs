//! UploadFile.

use tepat_faults::{IntoStatus as _, Invalid};
use tepat_proto::membership::upload_file_request::Part;
use tepat_proto::membership::{UploadFileRequest, UploadFileResponse, UploadHeader};
use tonic::{Status, Streaming};

use super::{check_import_id, message};
use crate::Membership;
use crate::fault::ImportFault;
use crate::flow::upload::Upload;
use crate::rules::file::File;

/// Most bytes of one message.
const DATA_BYTES_MAX: usize = 1 << 20;

impl Membership {
    pub(super) async fn answer_upload_file(
        &self,
        mut parts: Streaming<UploadFileRequest>,
    ) -> Result<UploadFileResponse, Status> {
        let first = parts.message().await?.and_then(|message| message.part);
        let mut upload = self.begin(first).await.map_err(ImportFault::into_status)?;
        let mut broken = None;
        while !upload.is_refused() {
            match parts.message().await {
                Ok(None) => break,
                Ok(Some(message)) => {
                    let data = data(message.part).map_err(Invalid::into_status)?;
                    upload.take(&data).await.map_err(ImportFault::into_status)?;
                }
                Err(status) => {
                    broken = Some(status);
                    break;
                }
            }
        }
        // What was complete before the line broke is kept as well.
        let file = upload.end().await.map_err(ImportFault::into_status)?;
        match broken {
            Some(status) => Err(status),
            None => Ok(UploadFileResponse { progress: Some(message::progress(&file)) }),
        }
    }

    async fn begin(&self, first: Option<Part>) -> Result<Upload<'_>, ImportFault> {
        let Some(Part::Header(header)) = first else {
            return Err(Invalid::one("header", "must be the first message").into());
        };
        let file = checked(&header)?;
        Upload::begin(&self.store, self.page_rows, &header.import_id, file, header.offset).await
    }
}

fn checked(header: &UploadHeader) -> Result<File, Invalid> {
    let mut invalid = Invalid::new();
    check_import_id(&mut invalid, "header.import_id", &header.import_id);
    let file = message::file_of(header.file)
        .ok_or_else(|| format!("must be one of the files, found {}", header.file));
    let file = invalid.take("header.file", file);
    if header.offset < 0 {
        invalid.add("header.offset", format!("must not be negative, found {}", header.offset));
    }
    match file {
        Some(file) if invalid.is_empty() => Ok(file),
        _ => Err(invalid),
    }
}

fn data(part: Option<Part>) -> Result<bytes::Bytes, Invalid> {
    match part {
        Some(Part::Data(data)) if data.len() <= DATA_BYTES_MAX => Ok(data),
        Some(Part::Data(data)) => Err(Invalid::one(
            "data",
            format!("must be at most {DATA_BYTES_MAX} bytes a message, found {}", data.len()),
        )),
        Some(Part::Header(_)) => Err(Invalid::one("header", "must be the first message only")),
        None => Err(Invalid::one("data", "must not be missing")),
    }
}

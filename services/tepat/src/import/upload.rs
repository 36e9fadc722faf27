//! Uploading files from where they stand.

use std::io::SeekFrom;
use std::path::PathBuf;

use indicatif::ProgressBar;
use tepat_proto::membership as wire;
use tepat_proto::membership::upload_file_request::Part;
use tepat_proto::membership::{FileProgress, FileState};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_stream::wrappers::ReceiverStream;

use super::file_name;
use super::files::Found;
use crate::chain::the;
use crate::client::{Clients, long};
use crate::failure::Failure;
use crate::progress;

/// Bytes a message, well below the 1 MiB that one may have.
const MESSAGE_BYTES: usize = 256 * 1024;

/// Messages read ahead of the server.
const AHEAD: usize = 8;

/// Uploads what is missing of every file. A file that is refused whole ends it: the files after it
/// would only repeat its faults.
pub(super) async fn all(
    clients: &Clients,
    mut import: wire::Import,
    found: &[Found],
) -> Result<wire::Import, Failure> {
    for position in 0..import.files.len() {
        let progress = &import.files[position];
        let uploaded = match progress.state() {
            FileState::Done => continue,
            FileState::Refused => break,
            _ => one(clients, &import.import_id, progress, found).await?,
        };
        let refused = uploaded.state() == FileState::Refused;
        import.files[position] = uploaded;
        if refused {
            break;
        }
    }
    Ok(import)
}

async fn one(
    clients: &Clients,
    import_id: &str,
    progress: &FileProgress,
    found: &[Found],
) -> Result<FileProgress, Failure> {
    let file = found.iter().find(|found| found.file == progress.file());
    let file = file.ok_or_else(|| Failure::failed("the import was announced with other files"))?;
    let offset =
        u64::try_from(progress.offset).map_err(|_| Failure::failed("the server's offset is negative"))?;
    let bar = progress::bytes(file_name(file.file), file.bytes);
    bar.set_position(offset);

    let header =
        wire::UploadHeader { import_id: import_id.to_owned(), file: progress.file, offset: progress.offset };
    let (sender, receiver) = mpsc::channel(AHEAD);
    let reading = tokio::spawn(read(file.path.clone(), offset, header, sender, bar.clone()));
    let answer = clients.membership().upload_file(long(ReceiverStream::new(receiver))).await;
    // The answer came, or the way is broken: either way nobody takes more of the file.
    let read = end(reading).await;
    bar.finish_and_clear();
    let answer = answer?;
    read.map_err(|err| Failure::file("read", &file.path, &err))?;
    the(answer.into_inner().progress)
}

async fn end(reading: JoinHandle<std::io::Result<()>>) -> std::io::Result<()> {
    reading.await.unwrap_or_else(|_| Err(std::io::Error::other("the reader was cut")))
}

/// Reads the file in pieces; ends early when nobody takes them any more.
async fn read(
    path: PathBuf,
    offset: u64,
    header: wire::UploadHeader,
    sender: mpsc::Sender<wire::UploadFileRequest>,
    bar: ProgressBar,
) -> std::io::Result<()> {
    let message = |part| wire::UploadFileRequest { part: Some(part) };
    if sender.send(message(Part::Header(header))).await.is_err() {
        return Ok(());
    }
    let mut file = File::open(path).await?;
    file.set_max_buf_size(MESSAGE_BYTES);
    file.seek(SeekFrom::Start(offset)).await?;
    loop {
        let mut piece = vec![0; MESSAGE_BYTES];
        let length = file.read(&mut piece).await?;
        if length == 0 {
            return Ok(());
        }
        piece.truncate(length);
        if sender.send(message(Part::Data(piece.into()))).await.is_err() {
            return Ok(());
        }
        bar.inc(length as u64);
    }
}

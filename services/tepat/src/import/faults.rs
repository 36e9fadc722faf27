//! `import-errors.csv`: every fault of every row.

use std::fs;
use std::path::Path;

use tepat_proto::membership as wire;

use super::file_name;
use crate::client::{Clients, quick};
use crate::failure::Failure;

/// Faults a page.
const PAGE: i32 = 10_000;

/// Writes all faults of an import, in the order of files, lines and columns; returns how many. The
/// file appears whole or not at all.
pub(super) async fn write(clients: &Clients, import_id: &str, path: &Path) -> Result<u64, Failure> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    let written = write_part(clients, import_id, part).await;
    match written {
        Ok(count) => {
            fs::rename(part, path).map_err(|err| Failure::file("write", path, &err))?;
            Ok(count)
        }
        Err(failure) => {
            // The first failure is told; what cannot be removed stands as `.part`.
            let _ = fs::remove_file(part);
            Err(failure)
        }
    }
}

async fn write_part(clients: &Clients, import_id: &str, path: &Path) -> Result<u64, Failure> {
    let unwritable = |err: csv::Error| Failure::failed(format!("cannot write {}: {err}", path.display()));
    let mut file = csv::Writer::from_path(path).map_err(unwritable)?;
    file.write_record(["file", "line", "column", "fault"]).map_err(unwritable)?;
    let mut client = clients.membership();
    let mut page_token = String::new();
    let mut count = 0;
    loop {
        let request =
            wire::ListImportFaultsRequest { import_id: import_id.to_owned(), page_size: PAGE, page_token };
        let page = client.list_import_faults(quick(request)).await?.into_inner();
        for fault in &page.faults {
            let line = fault.line.to_string();
            let record = [file_name(fault.file()), &line, &fault.column, &fault.fault];
            file.write_record(record).map_err(unwritable)?;
            count += 1;
        }
        if page.next_page_token.is_empty() {
            break;
        }
        page_token = page.next_page_token;
    }
    file.flush().map_err(|err| Failure::file("write", path, &err))?;
    Ok(count)
}

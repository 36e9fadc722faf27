//! Lines whose key an earlier line of the file may name are put aside, so that no line has to be looked up in
//! a table that is being filled. When the file is read to its end and its rows are settled, they are judged
//! in their order, page by page: of every key the first line still comes first.

use tepat_store::Store;

use super::line::Line;
use super::page::{Judge, Pass};
use super::write::{Written, begin, put};
use crate::fault::ImportFault;
use crate::rules::file::File;
use crate::rules::import::{FileState, Import, ImportedFile};
use crate::rules::scan::{Fields, Record};
use crate::rules::seen::Seen;
use crate::store::aside::{self, Aside};
use crate::store::{known, partition};

/// Bytes of a short row, to judge from the size of a file how many it may have.
const ROW_BYTES: u64 = 50;

/// Keys of a file up to where it is stored.
pub(super) async fn seen(store: &Store, import: &Import, file: &ImportedFile) -> Result<Seen, ImportFault> {
    let mut seen = Seen::with_room_for(file.bytes.unsigned_abs() / ROW_BYTES);
    if file.offset == 0 || file.state == FileState::Done {
        return Ok(seen);
    }
    if file.file == File::Employers {
        for key in known::employer_numbers(store, import.version).await?.keys() {
            seen.note(key);
        }
    }
    known::each_key(store, import.version, file.file, |key| {
        seen.note(key);
    })
    .await?;
    let mut after = 0;
    loop {
        let page = page(store, import, file, &mut after, PAGE_ROWS).await?;
        if page.is_empty() {
            return Ok(seen);
        }
        for (_, line) in page {
            line.may_repeat(&mut seen);
        }
    }
}

/// Lines that are read at once only to note their keys.
const PAGE_ROWS: usize = 5_000;

/// Ends a file that is read to its end: settles its rows, judges what was put aside, and closes it.
pub(super) async fn finish(
    judge: &mut Judge<'_>,
    store: &Store,
    import: &Import,
    mut file: ImportedFile,
    page_rows: usize,
) -> Result<ImportedFile, ImportFault> {
    partition::settle(store, import.version, file.file).await?;
    let of = (import.number, file.file);
    let mut through = 0;
    loop {
        let mut lines = page(store, import, &file, &mut through, page_rows).await?;
        let count = lines.len();
        let judged = judge.judge(Pass::Aside, &mut lines).await?;
        file.tally = file.tally.and(judged.tally);
        if count == 0 {
            file.state = FileState::Done;
        }
        let tx = begin(store).await?;
        if !aside::forget(&tx, of, through, count).await? {
            // Another upload of the same file was quicker.
            return Err(ImportFault::Overtaken);
        }
        let (offset, moved) = (file.offset, file.clone());
        let written = Written { page: judged.page, faults: judged.faults, aside: Vec::new(), offset, moved };
        put(&tx, import.number, written).await?;
        tx.commit().await.map_err(ImportFault::from)?;
        if count == 0 {
            return Ok(file);
        }
    }
}

/// The next lines put aside, behind `after`, which moves on to the last of them.
async fn page(
    store: &Store,
    import: &Import,
    file: &ImportedFile,
    after: &mut i64,
    limit: usize,
) -> Result<Vec<(i64, Line)>, ImportFault> {
    let Some(header) = &file.header else { return Ok(Vec::new()) };
    let asides = aside::list(store, (import.number, file.file), *after, limit).await?;
    let lines = asides.into_iter().map(|Aside { line, fields }| {
        *after = line;
        let record = Record { line, spoilt: None };
        (line, Line::read(file.file, header, record, &Fields::of(&fields)))
    });
    Ok(lines.collect())
}

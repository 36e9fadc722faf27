//! An upload: bytes become records, records pages, and each page is stored together with the place
//! where the next one begins, while the next one is read.

use sha2::digest::common::hazmat::{SerializableState, SerializedState};
use sha2::{Digest as _, Sha256};
use tepat_store::{Store, StoreFault};

use super::aside;
use super::line::{Line, kind_of};
use super::page::{Judge, Pass};
use super::write::{Writer, Written};
use crate::fault::ImportFault;
use crate::hex;
use crate::rules::fault::FaultKind;
use crate::rules::file::{File, Header, read_header};
use crate::rules::import::{FileState, Import, ImportState, ImportedFile};
use crate::rules::scan::{Fields, Record, Scanner};
use crate::rules::seen::Seen;
use crate::store::aside::Aside;
use crate::store::import;
use crate::store::page::{Page, StoredFault};

/// A file on its way in.
pub(crate) struct Upload<'a> {
    page_rows: usize,
    import: Import,
    /// As it stands behind the pages that were handed over.
    file: ImportedFile,
    renames: Vec<(String, String)>,
    store: &'a Store,
    /// None before the first page.
    judge: Option<Judge<'a>>,
    writer: Writer,
    scanner: Scanner,
    fields: Fields,
    lines: Vec<(i64, Line)>,
    /// Lines whose key may have stood in the file before.
    aside: Vec<Aside>,
    /// Keys of the file so far.
    seen: Seen,
    /// Bytes of the file taken so far.
    taken: i64,
    /// SHA-256 of the bytes taken so far.
    hash: Sha256,
    /// SHA-256 up to the end of the last complete record.
    hash_at_record: Sha256,
}

impl<'a> Upload<'a> {
    /// Goes on with a file where the store says, which `offset` has to name.
    pub(crate) async fn begin(
        store: &'a Store,
        page_rows: usize,
        import_id: &str,
        file: File,
        offset: i64,
    ) -> Result<Self, ImportFault> {
        let found = import::find(store, import_id).await?;
        let import =
            found.filter(|import| import.state != ImportState::Discarded).ok_or(ImportFault::Unknown)?;
        let files = import::files(store, import.number).await?;
        let earlier = files.iter().find(|other| other.file < file && other.state != FileState::Done);
        let stored = files.iter().find(|other| other.file == file).ok_or(ImportFault::NotAnnounced)?;
        if let Some(earlier) = earlier {
            return Err(ImportFault::OutOfOrder { file: earlier.file, state: earlier.state });
        }
        if offset != stored.offset {
            return Err(ImportFault::OffsetDiffers { wanted: stored.offset, found: offset });
        }
        let writer = Writer::start(store.clone(), import.number);
        let seen = aside::seen(store, &import, stored).await?;
        let renames = import::renames(store, import.number, file).await?;
        let hash = hash_of(&stored.hash)?;
        Ok(Self {
            page_rows,
            renames,
            store,
            judge: None,
            writer,
            scanner: Scanner::resume(offset, stored.line),
            fields: Fields::default(),
            lines: Vec::new(),
            aside: Vec::new(),
            seen,
            taken: offset,
            hash_at_record: hash.clone(),
            hash,
            file: stored.clone(),
            import,
        })
    }

    /// Whether the file is refused, so that the rest of it need not be read.
    pub(crate) fn is_refused(&self) -> bool {
        self.file.state == FileState::Refused
    }

    /// Takes the next bytes of the file. Those that complete a page are handed over to be stored.
    pub(crate) async fn take(&mut self, bytes: &[u8]) -> Result<(), ImportFault> {
        let start = self.taken;
        self.taken += i64::try_from(bytes.len()).map_err(|_| ImportFault::TooManyBytes)?;
        if self.taken > self.file.bytes {
            return Err(ImportFault::TooManyBytes);
        }
        let (mut rest, mut hashed) = (bytes, 0);
        while let Some(record) = self.scanner.next(&mut rest, &mut self.fields) {
            self.take_record(record).await?;
            if self.file.state == FileState::Refused {
                return Ok(());
            }
            if self.lines.len() + self.aside.len() >= self.page_rows {
                hashed = self.hash_to_record(bytes, start, hashed);
                self.hand_over().await?;
            }
        }
        hashed = self.hash_to_record(bytes, start, hashed);
        self.hash.update(&bytes[hashed..]);
        Ok(())
    }

    /// Hashes what of `bytes` belongs to complete records; the offset of a half one has to find a
    /// hash that ends with it.
    fn hash_to_record(&mut self, bytes: &[u8], start: i64, hashed: usize) -> usize {
        let complete = usize::try_from(self.scanner.offset() - start).unwrap_or(0);
        if complete <= hashed {
            return hashed;
        }
        self.hash.update(&bytes[hashed..complete]);
        self.hash_at_record = self.hash.clone();
        complete
    }

    /// Stores what was taken. When that is the whole file its digest has to be the announced one, and what
    /// was put aside is judged: minutes after millions of rows.
    pub(crate) async fn end(mut self) -> Result<ImportedFile, ImportFault> {
        self.hand_over_last().await?;
        self.writer.end().await?;
        match (&mut self.judge, self.file.state) {
            (Some(judge), FileState::Reading) if self.file.offset == self.file.bytes => {
                aside::finish(judge, self.store, &self.import, self.file, self.page_rows).await
            }
            _ => Ok(self.file),
        }
    }

    async fn hand_over_last(&mut self) -> Result<(), ImportFault> {
        if matches!(self.file.state, FileState::Done | FileState::Refused) {
            return Ok(());
        }
        if self.taken < self.file.bytes {
            if self.scanner.offset() == self.file.offset {
                return Ok(());
            }
            return self.hand_over().await;
        }
        if let Some(record) = self.scanner.finish(&mut self.fields) {
            self.take_record(record).await?;
        } else if self.file.header.is_none() {
            self.fields = Fields::default();
            self.take_header(1).await?;
        }
        if self.file.state == FileState::Refused {
            return Ok(());
        }
        if hex::encode(&self.hash.clone().finalize()) != self.file.sha256 {
            return Err(ImportFault::FileDiffers);
        }
        self.hash_at_record = self.hash.clone();
        self.hand_over().await
    }

    async fn take_record(&mut self, record: Record) -> Result<(), ImportFault> {
        let Some(header) = &self.file.header else {
            return match record.spoilt {
                Some(spoilt) => self.refuse(record.line, vec![(String::new(), kind_of(spoilt))]).await,
                None => self.take_header(record.line).await,
            };
        };
        let line = Line::read(self.file.file, header, record, &self.fields);
        if line.may_repeat(&mut self.seen) {
            let fields = self.fields.all().map(str::to_owned).collect();
            self.aside.push(Aside { line: record.line, fields });
        } else {
            self.lines.push((record.line, line));
        }
        Ok(())
    }

    async fn take_header(&mut self, line: i64) -> Result<(), ImportFault> {
        match read_header(self.file.file, &self.fields, &self.renames, self.import.allow_extra) {
            Ok(read) => {
                self.file.header = Some::<Header>(read.header);
                self.file.extra_columns = read.extra;
                Ok(())
            }
            Err(faults) => self.refuse(line, faults).await,
        }
    }

    /// Refuses the file whole; what its header lacks says why.
    async fn refuse(&mut self, line: i64, faults: Vec<(String, FaultKind)>) -> Result<(), ImportFault> {
        let file = self.file.file;
        let faults = (0_i64..).zip(faults).map(|(place, (column, kind))| {
            let fault = kind.name().to_owned();
            StoredFault { file, line, place, column, fault }
        });
        let faults: Vec<StoredFault> = faults.collect();
        let mut moved = self.file.clone();
        moved.state = FileState::Refused;
        moved.tally.faults = i64::try_from(faults.len()).expect("a header has at most a million fields");
        self.hand(Page::default(), faults, moved).await
    }

    /// Judges the lines at hand and hands them over, with their faults and the place behind them.
    async fn hand_over(&mut self) -> Result<(), ImportFault> {
        let judge = match &mut self.judge {
            Some(judge) => judge,
            none => none.insert(Judge::new(self.store, self.import.version, self.file.file).await?),
        };
        let judged = judge.judge(Pass::First, &mut self.lines).await?;
        let mut moved = self.file.clone();
        moved.state = FileState::Reading;
        moved.offset = self.scanner.offset();
        moved.line = self.scanner.next_line();
        moved.hash = hex::encode(&self.hash_at_record.serialize());
        moved.tally = moved.tally.and(judged.tally);
        self.hand(judged.page, judged.faults, moved).await
    }

    async fn hand(
        &mut self,
        page: Page,
        faults: Vec<StoredFault>,
        moved: ImportedFile,
    ) -> Result<(), ImportFault> {
        let offset = std::mem::replace(&mut self.file, moved.clone()).offset;
        let aside = std::mem::take(&mut self.aside);
        self.writer.hand(Written { page, faults, aside, offset, moved }).await
    }
}

/// SHA-256 as it stood at the stored offset.
fn hash_of(stored: &str) -> Result<Sha256, StoreFault> {
    if stored.is_empty() {
        return Ok(Sha256::new());
    }
    let bytes = hex::decode(stored).ok_or(StoreFault::Damaged)?;
    let state = SerializedState::<Sha256>::try_from(bytes.as_slice()).map_err(|_| StoreFault::Damaged)?;
    Sha256::deserialize(&state).map_err(|_| StoreFault::Damaged)
}

//! An upload: bytes become records, records pages, and each page is stored together with the place
//! where the next one begins.

use std::collections::HashSet;

use sha2::digest::common::hazmat::{SerializableState, SerializedState};
use sha2::{Digest as _, Sha256};
use tepat_store::{Store, StoreFault};

use super::page::{self, Line, kind_of};
use crate::fault::ImportFault;
use crate::hex;
use crate::rules::fault::FaultKind;
use crate::rules::file::{File, Header, read_header};
use crate::rules::import::{FileState, Import, ImportState, ImportedFile};
use crate::rules::row::EmployerKey;
use crate::rules::scan::{Fields, Record, Scanner};
use crate::store::import;
use crate::store::page::{StoredFault, append_faults};
use crate::store::{damaged, known};

/// A file on its way in.
pub(crate) struct Upload<'a> {
    store: &'a Store,
    page_rows: usize,
    import: Import,
    /// As it is stored.
    file: ImportedFile,
    renames: Vec<(String, String)>,
    employers: HashSet<EmployerKey>,
    scanner: Scanner,
    fields: Fields,
    lines: Vec<(i64, Line)>,
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
        let employers = match file {
            File::Members | File::Wages => known::employer_keys(store, import.version).await?,
            File::Employers | File::Lists => HashSet::new(),
        };
        let renames = import::renames(store, import.number, file).await?;
        let hash = hash_of(&stored.hash)?;
        Ok(Self {
            store,
            page_rows,
            renames,
            employers,
            scanner: Scanner::resume(offset, stored.line),
            fields: Fields::default(),
            lines: Vec::new(),
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

    /// Takes the next bytes of the file. Those that complete a page are stored.
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
            if self.lines.len() >= self.page_rows {
                hashed = self.hash_to_record(bytes, start, hashed);
                self.store_page(FileState::Reading).await?;
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

    /// Stores what was taken. When that is the whole file its digest has to be the announced one.
    pub(crate) async fn end(mut self) -> Result<ImportedFile, ImportFault> {
        if matches!(self.file.state, FileState::Done | FileState::Refused) {
            return Ok(self.file);
        }
        if self.taken < self.file.bytes {
            if self.scanner.offset() == self.file.offset {
                return Ok(self.file);
            }
            self.store_page(FileState::Reading).await?;
            return Ok(self.file);
        }
        if let Some(record) = self.scanner.finish(&mut self.fields) {
            self.take_record(record).await?;
        } else if self.file.header.is_none() {
            self.fields = Fields::default();
            self.take_header(1).await?;
        }
        if self.file.state == FileState::Refused {
            return Ok(self.file);
        }
        if hex::encode(&self.hash.clone().finalize()) != self.file.sha256 {
            return Err(ImportFault::FileDiffers);
        }
        self.hash_at_record = self.hash.clone();
        self.store_page(FileState::Done).await?;
        Ok(self.file)
    }

    async fn take_record(&mut self, record: Record) -> Result<(), ImportFault> {
        let Some(header) = &self.file.header else {
            return match record.spoilt {
                Some(spoilt) => self.refuse(record.line, vec![(String::new(), kind_of(spoilt))]).await,
                None => self.take_header(record.line).await,
            };
        };
        self.lines.push((record.line, Line::read(self.file.file, header, record, &self.fields)));
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
        moved.tally.faults = i64::try_from(faults.len()).map_err(|_| damaged("header"))?;
        let tx = self.store.begin().await?;
        append_faults(&tx, self.import.number, faults).await?;
        self.advance(&tx, moved).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Stores the lines at hand, their faults and the place behind them, all or nothing.
    async fn store_page(&mut self, state: FileState) -> Result<(), ImportFault> {
        let lines = std::mem::take(&mut self.lines);
        let judged =
            page::judge(self.store, self.import.version, self.file.file, &self.employers, lines).await?;
        let mut moved = self.file.clone();
        moved.state = state;
        moved.offset = self.scanner.offset();
        moved.line = self.scanner.next_line();
        moved.hash = hex::encode(&self.hash_at_record.serialize());
        moved.tally = moved.tally.and(judged.tally);
        let tx = self.store.begin().await?;
        judged.page.append(&tx).await?;
        append_faults(&tx, self.import.number, judged.faults).await?;
        self.advance(&tx, moved).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Moves the file on, unless another upload or the end of the import came first.
    async fn advance(&mut self, tx: &tepat_store::Tx, moved: ImportedFile) -> Result<(), ImportFault> {
        if !import::advance(tx, self.import.number, self.file.offset, &moved).await? {
            return Err(ImportFault::Overtaken);
        }
        self.file = moved;
        Ok(())
    }
}

/// SHA-256 as it stood at the stored offset.
fn hash_of(stored: &str) -> Result<Sha256, StoreFault> {
    if stored.is_empty() {
        return Ok(Sha256::new());
    }
    let bytes = hex::decode(stored).ok_or_else(|| damaged("digest of a file"))?;
    let state =
        SerializedState::<Sha256>::try_from(bytes.as_slice()).map_err(|_| damaged("digest of a file"))?;
    Sha256::deserialize(&state).map_err(|_| damaged("digest of a file"))
}

//! Writing a package as a stream: memory is one buffer a bank and one digest a level of the Merkle tree.

mod deliver;
mod lists;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

pub use deliver::Delivered;
pub use lists::{BankList, Lists};

use super::path::PackagePath;
use super::row::{Recipient, RejectedRow, RowEncoder, RowProblem};
use super::{FileEntry, MANIFEST_FILE, Manifest, SEAL_FILE, STATEMENT_FILE, SUMS_FILE, Statement, sums};
use crate::canonical::CanonicalFault;
use crate::digest::{Sha256Digest, hex, sha256};
use lists::{OpenFile, OpenList, RejectedList};

const PART_ENDING: &str = "part";

/// Why a package cannot be written. Nothing is at the final path then.
#[derive(Debug, Error)]
pub enum WriteFault {
    /// A file or folder cannot be written: disk full, no permission.
    #[error("cannot write {path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A row has a wrong shape or stands in the wrong place.
    #[error("{file} row {row}: {problem}")]
    Row {
        /// Path inside the package.
        file: String,
        /// From 1.
        row: u64,
        /// What is wrong with it.
        problem: RowProblem,
    },
    /// A step was called before the one it needs, or twice.
    #[error("{0}")]
    Order(&'static str),
    /// The working folder is emptied first, so its name must say that it may be.
    #[error("the working folder must end in .part, found {0}")]
    Part(PathBuf),
    /// There is another package at the final path.
    #[error("{0} is there already with other content")]
    Exists(PathBuf),
    /// What is read back is not what was written.
    #[error("{0} reads back with other content than was written")]
    ReadBack(PathBuf),
    /// The manifest or the statement says something else than the files.
    #[error("{file}: {field} must be what the files come to")]
    Disagrees {
        /// `manifest.json` or `statement.json`.
        file: &'static str,
        /// The key that differs.
        field: &'static str,
    },
    /// A number has no canonical form.
    #[error("{file}: {source}")]
    Canonical {
        /// `manifest.json` or `statement.json`.
        file: &'static str,
        /// What is wrong with it.
        source: CanonicalFault,
    },
    /// Act and role cannot be a file name.
    #[error("act and role of a signature must be 1 to 32 of a-z, 0-9 and _")]
    SignatureName,
}

/// Writes one package of stage payment into a `.part` folder and moves it to its place when it is whole.
///
/// The steps in order: [`recipient`](Self::recipient) and [`rejected`](Self::rejected) for every row,
/// [`finish_lists`](Self::finish_lists), [`write_statement`](Self::write_statement),
/// [`write_signature`](Self::write_signature), [`write_manifest`](Self::write_manifest),
/// [`write_seal`](Self::write_seal), [`write_sums`](Self::write_sums), [`deliver`](Self::deliver).
/// Dropped before that, it removes the folder. The same content gives the same bytes.
pub struct PackageWriter {
    part: PathBuf,
    encoder: RowEncoder,
    line: Vec<u8>,
    banks: BTreeMap<String, OpenList>,
    last_nik: i64,
    rejected: Option<RejectedList>,
    lists: Option<Lists>,
    /// What the manifest lists so far; a map of texts is sorted by their bytes.
    files: BTreeMap<String, FileEntry>,
    /// The manifest, the seal and the sums, as far as written.
    outer: BTreeMap<&'static str, Sha256Digest>,
    delivered: bool,
}

impl PackageWriter {
    /// Starts in `part`, a folder whose name ends in `.part`. What a run before left there is removed.
    ///
    /// # Errors
    /// [`WriteFault::Part`] for another name, [`WriteFault::Io`] when the folder cannot be made.
    pub fn create(part: &Path) -> Result<Self, WriteFault> {
        if part.extension().is_none_or(|ending| ending != PART_ENDING) {
            return Err(WriteFault::Part(part.to_owned()));
        }
        match fs::remove_dir_all(part) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => return Err(io_fault(part, source)),
            _ => fs::create_dir_all(part).map_err(|source| io_fault(part, source))?,
        }
        let mut writer = Self {
            part: part.to_owned(),
            encoder: RowEncoder::new(),
            line: Vec::new(),
            banks: BTreeMap::new(),
            last_nik: 0,
            rejected: None,
            lists: None,
            files: BTreeMap::new(),
            outer: BTreeMap::new(),
            delivered: false,
        };
        let file = OpenFile::create(part, &PackagePath::Rejected)?;
        writer.rejected = Some(RejectedList::new(file, &mut writer.encoder)?);
        Ok(writer)
    }

    /// Adds a recipient. Rows come in NIK order over all banks; each NIK once.
    ///
    /// # Errors
    /// [`WriteFault::Row`] for a wrong shape or order, [`WriteFault::Io`] when the bank's file cannot be written.
    pub fn recipient(&mut self, recipient: &Recipient<'_>) -> Result<(), WriteFault> {
        if self.rejected.is_none() {
            return Err(WriteFault::Order("the lists are finished, no recipient can be added"));
        }
        let is_in_order = recipient.nik > self.last_nik;
        let order =
            is_in_order.then_some(()).ok_or(RowProblem("recipients must come in NIK order, each NIK once"));
        let checked = recipient.check().and(order);
        let rows = self.banks.get(recipient.bank).map_or(0, |list| list.recipients);
        checked.map_err(|problem| WriteFault::Row {
            file: format!("recipients/{}.csv", recipient.bank),
            row: rows + 1,
            problem,
        })?;
        if !self.banks.contains_key(recipient.bank) {
            let list = OpenList::create(&self.part, recipient.bank, &mut self.encoder)?;
            self.banks.insert(recipient.bank.to_owned(), list);
        }
        let list = self.banks.get_mut(recipient.bank).expect("opened just above");
        self.line.clear();
        recipient.encode(list.recipients + 1, &mut self.encoder, &mut self.line);
        list.add(&self.line, recipient.amount_rupiah)?;
        self.last_nik = recipient.nik;
        Ok(())
    }

    /// Adds a row to `rejected.csv`. Rows come sorted by `nik_mark`, each mark once.
    ///
    /// # Errors
    /// [`WriteFault::Row`] for a wrong shape or order, [`WriteFault::Io`] when the file cannot be written.
    pub fn rejected(&mut self, row: &RejectedRow<'_>) -> Result<(), WriteFault> {
        let list = self.rejected.as_mut();
        let list = list.ok_or(WriteFault::Order("the lists are finished, no rejected row can be added"))?;
        list.add(row, &mut self.encoder)
    }

    /// Closes the lists and reads them back in the order of their paths: counts, digests and the Merkle root.
    ///
    /// # Errors
    /// [`WriteFault::Io`] naming the file, [`WriteFault::ReadBack`] when it holds other lines than were written.
    pub fn finish_lists(&mut self) -> Result<Lists, WriteFault> {
        let rejected = self.rejected.take().ok_or(WriteFault::Order("the lists are finished already"))?;
        let (lists, files) = lists::finish(std::mem::take(&mut self.banks), rejected)?;
        self.files.extend(files.into_iter().map(|file| (file.path.clone(), file)));
        self.lists = Some(lists.clone());
        Ok(lists)
    }

    /// Writes `statement.json`.
    ///
    /// # Errors
    /// [`WriteFault::Disagrees`] when it says something else than the lists, else what writing reports.
    pub fn write_statement(&mut self, statement: &Statement) -> Result<(), WriteFault> {
        let lists =
            self.lists.as_ref().ok_or(WriteFault::Order("finish_lists comes before write_statement"))?;
        let disagrees = lists.differs_from(&statement.counts, &statement.amount_rupiah, &statement.merkle);
        if let Some(field) = disagrees {
            return Err(WriteFault::Disagrees { file: STATEMENT_FILE, field });
        }
        let canonical = |source| WriteFault::Canonical { file: STATEMENT_FILE, source };
        self.put_listed(STATEMENT_FILE, &statement.to_bytes().map_err(canonical)?)
    }

    /// Writes an official's signature over the bytes of `statement.json` (DER), like `determine` by `kpa`.
    ///
    /// # Errors
    /// [`WriteFault::SignatureName`] when act or role cannot be part of a file name, else what writing reports.
    pub fn write_signature(&mut self, act: &str, role: &str, der: &[u8]) -> Result<(), WriteFault> {
        if !self.files.contains_key(STATEMENT_FILE) {
            return Err(WriteFault::Order("write_statement comes before write_signature"));
        }
        let path = PackagePath::Signature { act: act.to_owned(), role: role.to_owned() }.to_text();
        if PackagePath::parse(&path).is_none() || act.contains('-') {
            return Err(WriteFault::SignatureName);
        }
        self.put_listed(&path, der)
    }

    /// The files that the manifest must list, as far as written.
    #[must_use]
    pub fn files(&self) -> Vec<FileEntry> {
        self.files.values().cloned().collect()
    }

    /// Writes `manifest.json`; its `files` are those of [`files`](Self::files). Gives the digest that the seal signs.
    ///
    /// # Errors
    /// [`WriteFault::Disagrees`] when it says something else than the files, else what writing reports.
    pub fn write_manifest(&mut self, manifest: &Manifest) -> Result<Sha256Digest, WriteFault> {
        let statement = self.files.get(STATEMENT_FILE);
        let statement = statement.ok_or(WriteFault::Order("write_statement comes before write_manifest"))?;
        let canonical = |source| WriteFault::Canonical { file: MANIFEST_FILE, source };
        let stated = manifest.statement().to_bytes().map_err(canonical)?;
        if statement.sha256 != hex(&sha256(&stated)) {
            return Err(WriteFault::Disagrees { file: MANIFEST_FILE, field: "what the statement says" });
        }
        if manifest.files != self.files() {
            return Err(WriteFault::Disagrees { file: MANIFEST_FILE, field: "files" });
        }
        let lists =
            self.lists.as_ref().ok_or(WriteFault::Order("finish_lists comes before write_manifest"))?;
        if !lists.agree_with_banks(&manifest.banks) {
            return Err(WriteFault::Disagrees { file: MANIFEST_FILE, field: "banks" });
        }
        let text = manifest.to_bytes().map_err(canonical)?;
        self.put_outer(MANIFEST_FILE, &text)
    }

    /// Writes the seal over `manifest.json` (DER).
    ///
    /// # Errors
    /// What writing reports.
    pub fn write_seal(&mut self, der: &[u8]) -> Result<(), WriteFault> {
        if !self.outer.contains_key(MANIFEST_FILE) {
            return Err(WriteFault::Order("write_manifest comes before write_seal"));
        }
        self.put_outer(SEAL_FILE, der).map(|_| ())
    }

    /// Writes SHA256SUMS.
    ///
    /// # Errors
    /// What writing reports.
    pub fn write_sums(&mut self) -> Result<(), WriteFault> {
        let manifest = self.outer.get(MANIFEST_FILE);
        let manifest = manifest.ok_or(WriteFault::Order("write_manifest comes before write_sums"))?;
        let text = sums::text(&self.files(), manifest);
        self.put_outer(SUMS_FILE, text.as_bytes()).map(|_| ())
    }

    fn put_listed(&mut self, path: &str, content: &[u8]) -> Result<(), WriteFault> {
        if self.outer.contains_key(MANIFEST_FILE) {
            return Err(WriteFault::Order("the manifest is written, no file can be added"));
        }
        if self.files.contains_key(path) {
            return Err(WriteFault::Order("this file is written already"));
        }
        put(&self.part, path, content)?;
        let entry =
            FileEntry { path: path.to_owned(), bytes: content.len() as u64, sha256: hex(&sha256(content)) };
        self.files.insert(path.to_owned(), entry);
        Ok(())
    }

    fn put_outer(&mut self, path: &'static str, content: &[u8]) -> Result<Sha256Digest, WriteFault> {
        if self.outer.contains_key(path) {
            return Err(WriteFault::Order("this file is written already"));
        }
        put(&self.part, path, content)?;
        let digest = sha256(content);
        self.outer.insert(path, digest);
        Ok(digest)
    }
}

impl Drop for PackageWriter {
    fn drop(&mut self) {
        if !self.delivered {
            // The fault that led here is already on its way to the caller; the next run removes what stays.
            self.banks.clear();
            self.rejected = None;
            let _ = fs::remove_dir_all(&self.part);
        }
    }
}

/// Writes a small file, and the folder it stands in, down to the disk.
fn put(part: &Path, path: &str, content: &[u8]) -> Result<(), WriteFault> {
    let full = part.join(path);
    if let Some(folder) = full.parent() {
        fs::create_dir_all(folder).map_err(|source| io_fault(folder, source))?;
    }
    let written =
        File::create(&full).and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()));
    written.map_err(|source| io_fault(&full, source))
}

fn io_fault(path: &Path, source: io::Error) -> WriteFault {
    WriteFault::Io { path: path.to_owned(), source }
}

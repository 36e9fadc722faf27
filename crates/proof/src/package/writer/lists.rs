//! The lists of a package while they are written, and what they come to.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::super::path::PackagePath;
use super::super::row::{RECIPIENT_COLUMNS, REJECTED_COLUMNS, RejectedRow, RowEncoder, RowProblem};
use super::super::{AmountRupiah, BankTotal, Counts, FileEntry, Merkle, REJECTED_FILE};
use super::{WriteFault, io_fault};
use crate::digest::{hex, sha256_of_file};
use crate::merkle::{ALGORITHM, MerkleAccumulator};

const BUFFER_BYTES: usize = 64 * 1024;

/// What the lists come to, read back from the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lists {
    /// Banks with recipients, in the order of their files.
    pub banks: Vec<BankList>,
    /// Persons in `recipients/`.
    pub recipients: u64,
    /// Whole rupiah of all recipients.
    pub amount_rupiah: i64,
    /// REFUSED rows in `rejected.csv`.
    pub refused: u64,
    /// PENDING rows in `rejected.csv`.
    pub pending: u64,
    /// Rows of `rejected.csv` by primary reason.
    pub by_reason: BTreeMap<String, u64>,
    /// Commitment to the recipients' lines.
    pub merkle: Merkle,
}

/// One bank's recipients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankList {
    /// Entity key of the bank.
    pub bank: String,
    /// Persons.
    pub recipients: u64,
    /// Whole rupiah.
    pub amount_rupiah: i64,
}

impl Lists {
    /// The counts for manifest and statement: everyone in the lists was received.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            received: self.recipients + self.refused + self.pending,
            eligible: self.recipients,
            refused: self.refused,
            pending: self.pending,
            by_reason: self.by_reason.clone(),
        }
    }

    /// The key in which a statement differs from the lists; `None` when it agrees.
    pub(super) fn differs_from(
        &self,
        counts: &Counts,
        amount: &AmountRupiah,
        merkle: &Merkle,
    ) -> Option<&'static str> {
        if *counts != self.counts() {
            return Some("counts");
        }
        if amount.total != self.amount_rupiah {
            return Some("amount_rupiah");
        }
        (*merkle != self.merkle).then_some("merkle")
    }

    /// Whether the manifest's banks are these, in any order.
    pub(super) fn agree_with_banks(&self, banks: &[BankTotal]) -> bool {
        let ours: BTreeMap<_, _> = self
            .banks
            .iter()
            .map(|bank| (bank.bank.as_str(), (bank.recipients, bank.amount_rupiah)))
            .collect();
        let theirs: BTreeMap<_, _> =
            banks.iter().map(|bank| (bank.bank.as_str(), (bank.recipients, bank.amount_rupiah))).collect();
        banks.len() == self.banks.len() && ours == theirs
    }
}

/// A file of the package that rows are added to.
pub(super) struct OpenFile {
    full: PathBuf,
    path: String,
    sink: BufWriter<File>,
    bytes: u64,
}

impl OpenFile {
    pub(super) fn create(part: &Path, path: &PackagePath) -> Result<Self, WriteFault> {
        let path = path.to_text();
        let full = part.join(&path);
        if let Some(folder) = full.parent() {
            fs::create_dir_all(folder).map_err(|source| io_fault(folder, source))?;
        }
        let file = File::create(&full).map_err(|source| io_fault(&full, source))?;
        Ok(Self { full, path, sink: BufWriter::with_capacity(BUFFER_BYTES, file), bytes: 0 })
    }

    fn add(&mut self, line: &[u8]) -> Result<(), WriteFault> {
        self.sink.write_all(line).map_err(|source| io_fault(&self.full, source))?;
        self.bytes += line.len() as u64;
        Ok(())
    }

    /// Down to the disk; the handle is closed.
    fn finish(mut self) -> Result<Written, WriteFault> {
        let synced = self.sink.flush().and_then(|()| self.sink.get_ref().sync_all());
        synced.map_err(|source| io_fault(&self.full, source))?;
        Ok(Written { full: self.full, path: self.path, bytes: self.bytes })
    }
}

struct Written {
    full: PathBuf,
    path: String,
    bytes: u64,
}

/// A bank's open file.
pub(super) struct OpenList {
    file: OpenFile,
    pub(super) recipients: u64,
    amount_rupiah: i64,
}

impl OpenList {
    pub(super) fn create(part: &Path, bank: &str, encoder: &mut RowEncoder) -> Result<Self, WriteFault> {
        let mut file = OpenFile::create(part, &PackagePath::Recipients { bank: bank.to_owned() })?;
        let mut header = Vec::new();
        encoder.encode(&RECIPIENT_COLUMNS, &mut header);
        file.add(&header)?;
        Ok(Self { file, recipients: 0, amount_rupiah: 0 })
    }

    pub(super) fn add(&mut self, line: &[u8], amount_rupiah: i64) -> Result<(), WriteFault> {
        let sum = self.amount_rupiah.checked_add(amount_rupiah);
        self.amount_rupiah = sum.ok_or_else(|| WriteFault::Row {
            file: self.file.path.clone(),
            row: self.recipients + 1,
            problem: RowProblem("the rupiah of the bank exceed what an integer holds"),
        })?;
        self.file.add(line)?;
        self.recipients += 1;
        Ok(())
    }
}

/// The open `rejected.csv`.
pub(super) struct RejectedList {
    file: OpenFile,
    line: Vec<u8>,
    last_mark: String,
    rows: u64,
    refused: u64,
    by_reason: BTreeMap<String, u64>,
}

impl RejectedList {
    pub(super) fn new(mut file: OpenFile, encoder: &mut RowEncoder) -> Result<Self, WriteFault> {
        let mut line = Vec::new();
        encoder.encode(&REJECTED_COLUMNS, &mut line);
        file.add(&line)?;
        Ok(Self { file, line, last_mark: String::new(), rows: 0, refused: 0, by_reason: BTreeMap::new() })
    }

    pub(super) fn add(&mut self, row: &RejectedRow<'_>, encoder: &mut RowEncoder) -> Result<(), WriteFault> {
        let is_in_order = row.nik_mark > self.last_mark.as_str();
        let order =
            is_in_order.then_some(()).ok_or(RowProblem("rows must be sorted by nik_mark, each mark once"));
        row.check().and(order).map_err(|problem| WriteFault::Row {
            file: REJECTED_FILE.to_owned(),
            row: self.rows + 1,
            problem,
        })?;
        self.line.clear();
        row.encode(self.rows + 1, encoder, &mut self.line);
        self.file.add(&self.line)?;
        self.rows += 1;
        self.refused += u64::from(row.decision == "REFUSED");
        row.nik_mark.clone_into(&mut self.last_mark);
        match self.by_reason.get_mut(row.primary_reason) {
            Some(count) => *count += 1,
            None => _ = self.by_reason.insert(row.primary_reason.to_owned(), 1),
        }
        Ok(())
    }
}

/// Closes all lists and reads them back in the order of their paths.
pub(super) fn finish(
    banks: BTreeMap<String, OpenList>,
    rejected: RejectedList,
) -> Result<(Lists, Vec<FileEntry>), WriteFault> {
    let mut closed = Vec::with_capacity(banks.len());
    for (bank, list) in banks {
        let totals = BankList { bank, recipients: list.recipients, amount_rupiah: list.amount_rupiah };
        closed.push((list.file.finish()?, totals));
    }
    // `022-S.csv` stands before `022.csv`: the bytes of the path decide, not those of the key.
    closed.sort_by(|(left, _), (right, _)| left.path.cmp(&right.path));

    let mut tree = MerkleAccumulator::new();
    let mut files = Vec::with_capacity(closed.len() + 1);
    let mut totals = Vec::with_capacity(closed.len());
    let (mut recipients, mut amount_rupiah) = (0, 0_i64);
    for (written, bank) in closed {
        let before = tree.leaves();
        files.push(read_back_list(&written, &mut tree)?);
        if tree.leaves() - before != bank.recipients {
            return Err(WriteFault::ReadBack(written.full));
        }
        recipients += bank.recipients;
        amount_rupiah = amount_rupiah.checked_add(bank.amount_rupiah).ok_or(WriteFault::Row {
            file: written.path,
            row: bank.recipients,
            problem: RowProblem("the rupiah of all banks exceed what an integer holds"),
        })?;
        totals.push(bank);
    }
    let (rows, refused, by_reason) = (rejected.rows, rejected.refused, rejected.by_reason);
    let written = rejected.file.finish()?;
    let (sha256, bytes) = sha256_of_file(&written.full).map_err(|source| io_fault(&written.full, source))?;
    if bytes != written.bytes {
        return Err(WriteFault::ReadBack(written.full));
    }
    files.push(FileEntry { path: written.path, bytes, sha256: hex(&sha256) });
    let merkle = Merkle { algorithm: ALGORITHM.to_owned(), leaves: tree.leaves(), root: hex(&tree.root()) };
    let pending = rows - refused;
    Ok((Lists { banks: totals, recipients, amount_rupiah, refused, pending, by_reason, merkle }, files))
}

/// Digests a list and gives its lines, without header and line ends, to the tree.
fn read_back_list(written: &Written, tree: &mut MerkleAccumulator) -> Result<FileEntry, WriteFault> {
    let fault = |source| io_fault(&written.full, source);
    let mut source = BufReader::with_capacity(BUFFER_BYTES, File::open(&written.full).map_err(fault)?);
    let mut hasher = Sha256::new();
    let (mut bytes, mut line, mut is_header) = (0, Vec::new(), true);
    loop {
        line.clear();
        let taken = source.read_until(b'\n', &mut line).map_err(fault)?;
        if taken == 0 {
            break;
        }
        hasher.update(&line);
        bytes += taken as u64;
        if !is_header {
            let content = line.strip_suffix(b"\r\n");
            tree.push(content.ok_or_else(|| WriteFault::ReadBack(written.full.clone()))?);
        }
        is_header = false;
    }
    if bytes != written.bytes {
        return Err(WriteFault::ReadBack(written.full.clone()));
    }
    Ok(FileEntry { path: written.path.clone(), bytes, sha256: hex(&hasher.finalize()) })
}

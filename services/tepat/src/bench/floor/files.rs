//! The recipients files: one CSV a bank, digested while it is written and synced to the disk.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use tepat_proof::digest::hex;
use tepat_proof::package::RECIPIENT_COLUMNS;
use tokio::sync::mpsc;

use crate::failure::Failure;

/// Lines by bank without the row number that they begin with: what a block gives.
#[derive(Debug, Default)]
pub(super) struct Lines {
    by_bank: BTreeMap<Vec<u8>, BankLines>,
    pub(super) count: u64,
}

#[derive(Debug, Default)]
struct BankLines {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Lines {
    /// Adds a line that `write` appends.
    pub(super) fn add(&mut self, bank: &[u8], write: impl FnOnce(&mut Vec<u8>)) {
        if !self.by_bank.contains_key(bank) {
            self.by_bank.insert(bank.to_vec(), BankLines::default());
        }
        let lines = self.by_bank.get_mut(bank).expect("entered just above");
        write(&mut lines.text);
        lines.ends.push(lines.text.len());
        self.count += 1;
    }
}

/// A bank's file under way.
struct BankFile {
    path: PathBuf,
    sink: BufWriter<File>,
    digest: Context,
    rows: u64,
    line: Vec<u8>,
}

impl BankFile {
    fn create(path: PathBuf) -> io::Result<Self> {
        let sink = BufWriter::with_capacity(64 * 1024, File::create(&path)?);
        let mut file = Self { path, sink, digest: Context::new(&SHA256), rows: 0, line: Vec::new() };
        file.line.extend_from_slice(RECIPIENT_COLUMNS.join(",").as_bytes());
        file.end_line()?;
        Ok(file)
    }

    fn add(&mut self, lines: &BankLines) -> io::Result<()> {
        let mut start = 0;
        for end in &lines.ends {
            self.rows += 1;
            write!(self.line, "{},", self.rows)?;
            self.line.extend_from_slice(&lines.text[start..*end]);
            self.end_line()?;
            start = *end;
        }
        Ok(())
    }

    fn end_line(&mut self) -> io::Result<()> {
        self.line.extend_from_slice(b"\r\n");
        self.digest.update(&self.line);
        self.sink.write_all(&self.line)?;
        self.line.clear();
        Ok(())
    }

    fn finish(mut self) -> io::Result<String> {
        self.sink.flush()?;
        self.sink.get_ref().sync_all()?;
        let mut digest = [0; 32];
        digest.copy_from_slice(self.digest.finish().as_ref());
        Ok(hex(&digest))
    }
}

/// Writes the files into an emptied folder until there are no more lines, then syncs them: SHA-256 in
/// hexadecimal by file name.
pub(super) fn write(
    dir: &Path,
    mut parcels: mpsc::Receiver<Lines>,
) -> Result<BTreeMap<String, String>, Failure> {
    let fault = |err: io::Error| Failure::file("write into", dir, &err);
    if dir.is_dir() {
        fs::remove_dir_all(dir).map_err(fault)?;
    }
    fs::create_dir_all(dir).map_err(fault)?;
    let mut files: BTreeMap<Vec<u8>, BankFile> = BTreeMap::new();
    while let Some(lines) = parcels.blocking_recv() {
        for (bank, lines) in &lines.by_bank {
            if !files.contains_key(bank) {
                let path = dir.join(format!("{}.csv", String::from_utf8_lossy(bank)));
                files.insert(bank.clone(), BankFile::create(path).map_err(fault)?);
            }
            files.get_mut(bank).expect("entered just above").add(lines).map_err(fault)?;
        }
    }
    let mut digests = BTreeMap::new();
    for file in files.into_values() {
        let name = file.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        digests.insert(name, file.finish().map_err(fault)?);
    }
    Ok(digests)
}

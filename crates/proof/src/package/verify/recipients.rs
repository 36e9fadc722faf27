//! Every line under recipients/: form, order, uniqueness, sums and the Merkle root.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use super::super::parse_end_to_end_id;
use super::super::row::{LineReader, RECIPIENT_COLUMNS, Recipient, RowEncoder, RowProblem};
use super::super::{MANIFEST_FILE, Manifest, PackagePath};
use super::fault::expect;
use super::{VerifyFault, open};
use crate::digest::hex;
use crate::merkle::MerkleAccumulator;

type RecipientLines = LineReader<BufReader<File>, 9>;

pub(super) fn check(dir: &Path, manifest: &Manifest) -> Result<(), VerifyFault> {
    let mut tree = MerkleAccumulator::new();
    let mut lists = Vec::new();
    for file in &manifest.files {
        let Some(PackagePath::Recipients { bank }) = PackagePath::parse(&file.path) else { continue };
        check_list(dir, manifest, &file.path, &bank, &mut tree)?;
        lists.push(file.path.as_str());
    }
    expect(MANIFEST_FILE, "merkle.leaves", &tree.leaves(), &manifest.merkle.leaves)?;
    expect(MANIFEST_FILE, "merkle.root", &hex(&tree.root()), &manifest.merkle.root)?;
    check_across(dir, manifest, &lists)
}

/// One bank's file for itself.
fn check_list(
    dir: &Path,
    manifest: &Manifest,
    path: &str,
    bank: &str,
    tree: &mut MerkleAccumulator,
) -> Result<(), VerifyFault> {
    let mut lines = lines(dir, path)?;
    let mut accounts = Accounts::default();
    let (mut encoder, mut encoded) = (RowEncoder::new(), Vec::new());
    let (mut last_nik, mut recipients) = (0, 0_u64);
    while let Some(line) = lines.next().map_err(|problem| VerifyFault::read(path, problem))? {
        let refused = |problem| VerifyFault::row(path, line.row, problem);
        let (row, recipient) = Recipient::from_fields(&line.fields).map_err(refused)?;
        recipient.check().map_err(refused)?;
        encoded.clear();
        recipient.encode(row, &mut encoder, &mut encoded);
        let pays_right = recipient.amount_rupiah == manifest.amount_rupiah.per_recipient;
        for (holds, problem) in [
            (encoded.strip_suffix(b"\r\n") == Some(line.text.as_bytes()), "numbers must be plain digits"),
            (row == line.row, "row must count from 1"),
            (recipient.bank == bank, "bank must be that of the file"),
            (pays_right, "amount_rupiah must be that of the manifest"),
            (recipient.nik > last_nik, "rows must be sorted by NIK, each NIK once"),
            (accounts.insert(recipient.account_number), "the account number stands in this file before"),
        ] {
            if !holds {
                return Err(refused(RowProblem(problem)));
            }
        }
        last_nik = recipient.nik;
        recipients += 1;
        tree.push(line.text.as_bytes());
    }
    let listed =
        manifest.banks.iter().find(|listed| listed.bank == bank).map_or(0, |listed| listed.recipients);
    expect(path, "rows", &listed, &recipients)
}

/// All files merged in NIK order: no NIK twice, and the sequence in end_to_end_id rises with the NIK, so none is twice either.
fn check_across(dir: &Path, manifest: &Manifest, lists: &[&str]) -> Result<(), VerifyFault> {
    let mut readers = Vec::with_capacity(lists.len());
    let mut heads = BinaryHeap::with_capacity(lists.len());
    for (at, path) in lists.iter().enumerate() {
        let mut reader = lines(dir, path)?;
        heads.extend(head(&mut reader, manifest, path, at)?);
        readers.push(reader);
    }
    let (mut last_nik, mut last_sequence) = (0, None);
    while let Some(Reverse(next)) = heads.pop() {
        let path = lists[next.list];
        let refused = |problem| Err(VerifyFault::row(path, next.row, RowProblem(problem)));
        if next.nik == last_nik {
            return refused("the NIK stands in another bank's file too");
        }
        if last_sequence.is_some_and(|last| next.sequence <= last) {
            return refused("the sequence in end_to_end_id must rise with the NIK");
        }
        if next.sequence > manifest.counts.received {
            return refused("the sequence in end_to_end_id must not exceed the candidates received");
        }
        (last_nik, last_sequence) = (next.nik, Some(next.sequence));
        heads.extend(head(&mut readers[next.list], manifest, path, next.list)?);
    }
    Ok(())
}

/// The next recipient of a file; the first field orders the merge.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Head {
    nik: i64,
    list: usize,
    row: u64,
    sequence: u64,
}

fn head(
    reader: &mut RecipientLines,
    manifest: &Manifest,
    path: &str,
    list: usize,
) -> Result<Option<Reverse<Head>>, VerifyFault> {
    let Some(line) = reader.next().map_err(|problem| VerifyFault::read(path, problem))? else {
        return Ok(None);
    };
    let refused = |problem| VerifyFault::row(path, line.row, problem);
    let (row, recipient) = Recipient::from_fields(&line.fields).map_err(refused)?;
    let payment = parse_end_to_end_id(&manifest.batch_id, recipient.end_to_end_id);
    let sequence = payment.map(|(sequence, _)| sequence);
    let sequence = sequence
        .ok_or_else(|| refused(RowProblem("end_to_end_id must be batch_id, sequence and attempt")))?;
    Ok(Some(Reverse(Head { nik: recipient.nik, list, row, sequence })))
}

fn lines(dir: &Path, path: &str) -> Result<RecipientLines, VerifyFault> {
    LineReader::new(open(dir, path)?, &RECIPIENT_COLUMNS).map_err(|problem| VerifyFault::read(path, problem))
}

/// The account numbers of one file, each as the number that its digits make behind a 1: leading zeros count.
#[derive(Default)]
struct Accounts {
    /// Up to 18 digits, as nearly all are: 8 bytes each.
    short: HashSet<u64>,
    /// 19 to 34 digits.
    long: HashSet<u128>,
}

impl Accounts {
    /// Whether the number is new.
    fn insert(&mut self, number: &str) -> bool {
        let digits = number.bytes().map(|digit| u64::from(digit - b'0'));
        if number.len() <= 18 {
            return self.short.insert(digits.fold(1, |sum, digit| sum * 10 + digit));
        }
        self.long.insert(digits.fold(1, |sum, digit| sum * 10 + u128::from(digit)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_make_another_account_and_every_length_fits() {
        let mut accounts = Accounts::default();
        for length in [1, 2, 17, 18, 19, 20, 33, 34] {
            for digit in ["0", "9"] {
                let number = digit.repeat(length);
                assert!(accounts.insert(&number), "{number} is new");
                assert!(!accounts.insert(&number), "{number} is known");
            }
        }
    }
}

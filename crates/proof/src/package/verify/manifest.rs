//! What the manifest says of itself, before any other file is read.

use std::collections::BTreeSet;

use super::super::manifest::{AmountRupiah, BankTotal, Counts};
use super::super::path::{PackagePath, is_entity_key};
use super::super::{MANIFEST_FILE, MANIFEST_FORMAT, Manifest, REJECTED_FILE, STATEMENT_FILE, Stage};
use super::fault::expect;
use super::{VerifyFault, Wrong};
use crate::canonical::first_difference;
use crate::digest::from_hex;
use crate::instant::from_rfc3339;
use crate::merkle::ALGORITHM;

const LONGEST_BATCH_ID: usize = 24;

pub(super) fn check(manifest: &Manifest) -> Result<(), VerifyFault> {
    expect(MANIFEST_FILE, "format", MANIFEST_FORMAT, manifest.format.as_str())?;
    // Minutes and their signatures are not part of this version, so it cannot vouch for a proposal.
    expect(MANIFEST_FILE, "stage", Stage::Payment.as_str(), manifest.stage.as_str())?;
    check_identity(manifest)?;
    check_counts(&manifest.counts)?;
    check_amounts(manifest, &manifest.amount_rupiah)?;
    check_files(manifest)?;
    check_banks(manifest)?;
    expect(MANIFEST_FILE, "merkle.algorithm", ALGORITHM, manifest.merkle.algorithm.as_str())?;
    expect(MANIFEST_FILE, "merkle.leaves", &manifest.counts.eligible, &manifest.merkle.leaves)?;
    require(from_hex(&manifest.merkle.root).is_some(), "merkle.root", "64 hexadecimal digits")
}

/// statement.json is the part of the manifest that officials sign.
pub(super) fn check_statement(manifest: &Manifest, statement: &[u8]) -> Result<(), VerifyFault> {
    let wanted = manifest.statement().to_bytes().map_err(|fault| VerifyFault::new(STATEMENT_FILE, fault))?;
    match first_difference(&wanted, statement) {
        None => Ok(()),
        Some(at) => Err(VerifyFault::new(STATEMENT_FILE, Wrong::Differs(at))),
    }
}

fn check_identity(manifest: &Manifest) -> Result<(), VerifyFault> {
    let batch = &manifest.batch_id;
    let is_known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let number = batch.strip_prefix(&format!("{}-{}-", manifest.round, manifest.tranche));
    let is_number =
        number.is_some_and(|number| number.len() == 4 && number.bytes().all(|b| b.is_ascii_digit()));
    let is_batch = batch.len() <= LONGEST_BATCH_ID && batch.bytes().all(is_known) && is_number;
    require(is_batch, "batch_id", "<round>-<tranche>-<nnnn>, at most 24 of [a-z0-9-]")?;
    require(manifest.tranche >= 1, "tranche", "from 1")?;
    require(manifest.roster_version >= 1, "roster_version", "from 1")?;
    let names_law =
        !manifest.legal_basis.is_empty() && manifest.legal_basis.iter().all(|text| !text.trim().is_empty());
    require(names_law, "legal_basis", "one regulation or more")?;
    let is_instant = from_rfc3339(&manifest.created_at).is_some();
    require(is_instant, "created_at", "RFC 3339 in UTC to the second")?;
    if let Some(before) = &manifest.predecessor {
        require(
            from_hex(&before.manifest_sha256).is_some(),
            "predecessor.manifest_sha256",
            "64 hexadecimal digits",
        )?;
    }
    require(from_hex(&manifest.rules.round_sha256).is_some(), "rules.round_sha256", "64 hexadecimal digits")?;
    let tables = from_hex(&manifest.rules.wage_table_sha256);
    require(tables.is_some(), "rules.wage_table_sha256", "64 hexadecimal digits")
}

fn check_counts(counts: &Counts) -> Result<(), VerifyFault> {
    let sum = [counts.refused, counts.pending].into_iter().try_fold(counts.eligible, u64::checked_add);
    require(sum == Some(counts.received), "counts.received", "eligible + refused + pending")?;
    let left_out = counts.by_reason.values().try_fold(0_u64, |sum, count| sum.checked_add(*count));
    // received did not overflow above, so neither does this sum.
    require(
        left_out == Some(counts.refused + counts.pending),
        "counts.by_reason",
        "a sum of refused + pending",
    )?;
    let has_nobody = counts.by_reason.values().any(|count| *count == 0);
    require(!has_nobody, "counts.by_reason", "free of reasons that nobody has")
}

fn check_amounts(manifest: &Manifest, amount: &AmountRupiah) -> Result<(), VerifyFault> {
    require(amount.per_recipient > 0, "amount_rupiah.per_recipient", "more than 0")?;
    let total = times(amount.per_recipient, manifest.counts.eligible);
    require(total == Some(amount.total), "amount_rupiah.total", "per_recipient times eligible")
}

fn check_files(manifest: &Manifest) -> Result<(), VerifyFault> {
    let is_sorted = manifest.files.windows(2).all(|pair| pair[0].path < pair[1].path);
    require(is_sorted, "files", "sorted by the bytes of the path, each path once")?;
    for file in &manifest.files {
        if PackagePath::parse(&file.path).is_none() {
            return Err(VerifyFault::new(&file.path, Wrong::Unknown));
        }
    }
    for path in [REJECTED_FILE, STATEMENT_FILE] {
        let is_listed = manifest.files.iter().any(|file| file.path == path);
        require(is_listed, "files", "a list with rejected.csv and statement.json")?;
    }
    Ok(())
}

/// The banks are those that have a file; what they get sums to the whole.
fn check_banks(manifest: &Manifest) -> Result<(), VerifyFault> {
    let mut listed = BTreeSet::new();
    let (mut recipients, mut amount_rupiah) = (0_u64, 0_i64);
    for bank in &manifest.banks {
        check_bank(manifest, bank)?;
        require(listed.insert(bank.bank.as_str()), "banks", "a list with each bank once")?;
        // Overflow would be a sum that cannot be the total; saturating keeps it unequal.
        recipients = recipients.saturating_add(bank.recipients);
        amount_rupiah = amount_rupiah.saturating_add(bank.amount_rupiah);
    }
    expect(MANIFEST_FILE, "banks: sum of recipients", &manifest.counts.eligible, &recipients)?;
    expect(MANIFEST_FILE, "banks: sum of amount_rupiah", &manifest.amount_rupiah.total, &amount_rupiah)?;
    let with_file: BTreeSet<_> =
        manifest.files.iter().filter_map(|file| PackagePath::parse(&file.path)).collect();
    let wanted: BTreeSet<_> =
        listed.iter().map(|bank| PackagePath::Recipients { bank: (*bank).to_owned() }).collect();
    let lists: BTreeSet<_> =
        with_file.into_iter().filter(|path| matches!(path, PackagePath::Recipients { .. })).collect();
    require(lists == wanted, "banks", "the banks that have a file under recipients/")
}

fn check_bank(manifest: &Manifest, bank: &BankTotal) -> Result<(), VerifyFault> {
    require(is_entity_key(&bank.bank), "banks.bank", "an entity key")?;
    require(is_entity_key(&bank.distributor), "banks.distributor", "an entity key or POS")?;
    require(bank.recipients > 0, "banks.recipients", "more than 0")?;
    let total = times(manifest.amount_rupiah.per_recipient, bank.recipients);
    require(total == Some(bank.amount_rupiah), "banks.amount_rupiah", "per_recipient times recipients")
}

fn times(per_recipient: i64, recipients: u64) -> Option<i64> {
    i64::try_from(recipients).ok()?.checked_mul(per_recipient)
}

fn require(holds: bool, field: &str, wanted: &str) -> Result<(), VerifyFault> {
    if holds {
        return Ok(());
    }
    let wrong = Wrong::Value {
        field: field.to_owned(),
        wanted: wanted.to_owned(),
        found: "something else".to_owned(),
    };
    Err(VerifyFault::new(MANIFEST_FILE, wrong))
}

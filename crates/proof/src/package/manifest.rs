//! manifest.json and statement.json: one struct a JSON object, keys as in the files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::canonical::{self, CanonicalFault};

/// `format` of a manifest.
pub const MANIFEST_FORMAT: &str = "tepat-handover/1";
/// `format` of a statement.
pub const STATEMENT_FORMAT: &str = "tepat-statement/1";

/// What is in a package and what it comes to. Integers are below 2^53; unknown keys are refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`MANIFEST_FORMAT`].
    pub format: String,
    /// Which of the two packages of a batch this is.
    pub stage: Stage,
    /// `<round>-<tranche>-<nnnn>`, at most 24 of `[a-z0-9-]`.
    pub batch_id: String,
    /// Name of the round, like `bsu-2022`.
    pub round: String,
    /// Tranche, from 1.
    pub tranche: u32,
    /// The regulations the round rests on; never empty.
    pub legal_basis: Vec<String>,
    /// Version of the sealed roster that was decided on, from 1.
    pub roster_version: i64,
    /// When the package was composed: RFC 3339, UTC, whole seconds, from a stored event.
    pub created_at: String,
    /// The package before this one in the chain; null for the first.
    pub predecessor: Option<Predecessor>,
    /// What decided.
    pub rules: Rules,
    /// The part of the roster that was decided on; null for all of it.
    pub slice: Option<Slice>,
    /// Persons.
    pub counts: Counts,
    /// Money.
    pub amount_rupiah: AmountRupiah,
    /// A row a bank with recipients; each bank once.
    pub banks: Vec<BankTotal>,
    /// Commitment to every recipient's line.
    pub merkle: Merkle,
    /// Every file but the manifest, its seal and the sums, sorted by the bytes of the path.
    pub files: Vec<FileEntry>,
    /// What wrote the package.
    pub software: Software,
}

/// Stage of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// From BPJS Ketenagakerjaan to the ministry.
    Proposal,
    /// From the ministry to KPPN.
    Payment,
}

/// The package that this one follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predecessor {
    /// Its batch.
    pub batch_id: String,
    /// Its stage.
    pub stage: Stage,
    /// SHA-256 of its manifest, hexadecimal.
    pub manifest_sha256: String,
}

/// Digests of the data that decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// SHA-256 of the round's data, hexadecimal.
    pub round_sha256: String,
    /// SHA-256 of the minimum wage tables, hexadecimal.
    pub wage_table_sha256: String,
    /// Version of the name comparison.
    pub name_rules: String,
}

/// A seeded part of the roster: part `k` of `n`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slice {
    /// Which part.
    pub k: u64,
    /// Of how many.
    pub n: u64,
    /// Seed of the division.
    pub seed: u64,
}

/// Persons. `received` = `eligible` + `refused` + `pending`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Candidates of the batch.
    pub received: u64,
    /// Those in `recipients/`.
    pub eligible: u64,
    /// REFUSED in `rejected.csv`.
    pub refused: u64,
    /// PENDING in `rejected.csv`.
    pub pending: u64,
    /// Persons by primary reason; sums to `refused` + `pending`; no reason with 0.
    pub by_reason: BTreeMap<String, u64>,
}

/// Money in whole rupiah.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmountRupiah {
    /// What each recipient gets.
    pub per_recipient: i64,
    /// What all get together.
    pub total: i64,
}

/// What goes to the accounts of one bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BankTotal {
    /// Entity key of the bank.
    pub bank: String,
    /// Entity key of the distributor (bank penyalur) that pays there, or `POS`.
    pub distributor: String,
    /// Persons.
    pub recipients: u64,
    /// Whole rupiah.
    pub amount_rupiah: i64,
}

/// Commitment to the recipients' lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Merkle {
    /// [`crate::merkle::ALGORITHM`].
    pub algorithm: String,
    /// Lines.
    pub leaves: u64,
    /// Root, hexadecimal.
    pub root: String,
}

/// A file of the package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Path inside the package, with `/`.
    pub path: String,
    /// Length.
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// What wrote the package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Software {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What officials sign at stage payment: who, how many, how much, and the root that fixes every line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// [`STATEMENT_FORMAT`].
    pub format: String,
    /// As in the manifest.
    pub stage: Stage,
    /// As in the manifest.
    pub batch_id: String,
    /// As in the manifest.
    pub round: String,
    /// As in the manifest.
    pub tranche: u32,
    /// As in the manifest.
    pub counts: Counts,
    /// As in the manifest.
    pub amount_rupiah: AmountRupiah,
    /// As in the manifest.
    pub merkle: Merkle,
}

impl Manifest {
    /// Canonical bytes, as the file has them.
    ///
    /// # Errors
    /// [`CanonicalFault::TooLarge`] for an integer of 2^53 or more.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CanonicalFault> {
        canonical::to_bytes(self)
    }

    /// Reads canonical bytes and nothing else.
    ///
    /// # Errors
    /// A [`CanonicalFault`] naming the place.
    pub fn from_bytes(text: &[u8]) -> Result<Self, CanonicalFault> {
        canonical::from_bytes(text)
    }

    /// The statement that belongs to this manifest.
    #[must_use]
    pub fn statement(&self) -> Statement {
        Statement {
            format: STATEMENT_FORMAT.to_owned(),
            stage: self.stage,
            batch_id: self.batch_id.clone(),
            round: self.round.clone(),
            tranche: self.tranche,
            counts: self.counts.clone(),
            amount_rupiah: self.amount_rupiah.clone(),
            merkle: self.merkle.clone(),
        }
    }
}

impl Statement {
    /// Canonical bytes, as the file has them and officials sign them.
    ///
    /// # Errors
    /// [`CanonicalFault::TooLarge`] for an integer of 2^53 or more.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CanonicalFault> {
        canonical::to_bytes(self)
    }
}

impl Stage {
    /// The word in the files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proposal => "proposal",
            Self::Payment => "payment",
        }
    }
}

//! `tepat handover`: packages checked and proved offline.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;
use tepat_proof::package::{Proof, Report, prove, verify, verify_proof};
use tepat_terms::Nik;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::table::{Table, thousands};

/// Check a signed package, offline.
#[derive(Debug, Subcommand)]
#[command(
    after_help = "Example:\n  tepat handover verify tepat-data/packages/bsu-2022-1-0001/payment --ca tepat-data/keys/ca.pem"
)]
pub(super) enum Handover {
    /// Check everything that a package says about itself; names the first thing wrong.
    #[command(
        after_help = "Example:\n  tepat handover verify tepat-data/packages/bsu-2022-1-0001/payment --ca tepat-data/keys/ca.pem"
    )]
    Verify {
        /// Folder of the package.
        dir: PathBuf,
        /// Root certificates that you trust, PEM.
        #[arg(long, value_name = "FILE")]
        ca: PathBuf,
    },
    /// Make the proof that one recipient's line is in a package.
    #[command(after_help = "Example:\n  tepat handover prove PACKAGE --nik 3201014101900001 > proof.json")]
    Prove {
        /// Folder of the package.
        dir: PathBuf,
        /// NIK of the recipient.
        #[arg(long, value_parser = crate::nik::parse)]
        nik: Nik,
    },
    /// Check such a proof with nothing but the manifest and its seal.
    #[command(
        after_help = "Example:\n  tepat handover verify-proof proof.json --manifest manifest.json --seal manifest.json.p7s --ca ca.pem"
    )]
    VerifyProof {
        /// The proof that `prove` made.
        proof: PathBuf,
        /// manifest.json of the package.
        #[arg(long, value_name = "FILE")]
        manifest: PathBuf,
        /// manifest.json.p7s of the package.
        #[arg(long, value_name = "FILE")]
        seal: PathBuf,
        /// Root certificates that you trust, PEM.
        #[arg(long, value_name = "FILE")]
        ca: PathBuf,
    },
}

impl Handover {
    pub(super) fn run(self) -> Result<Answer, Failure> {
        match self {
            Self::Verify { dir, ca } => {
                let report = verify(&dir, &read(&ca)?).map_err(Failure::failed)?;
                let json = serde_json::to_value(&report).map_err(Failure::failed)?;
                Ok(Answer::new(verified(&report), json))
            }
            Self::Prove { dir, nik } => {
                let proof = prove(&dir, nik.number()).map_err(Failure::failed)?;
                let json = serde_json::to_value(&proof).map_err(Failure::failed)?;
                // The proof is a file for machines either way.
                let text = serde_json::to_string_pretty(&proof).map_err(Failure::failed)?;
                Ok(Answer::new(text, json))
            }
            Self::VerifyProof { proof, manifest, seal, ca } => {
                let read_proof = serde_json::from_slice::<Proof>(&read(&proof)?);
                let proof =
                    read_proof.map_err(|fault| Failure::failed(format!("{}: {fault}", proof.display())))?;
                let proven = verify_proof(&proof, &read(&manifest)?, &read(&seal)?, &read(&ca)?);
                let proven = proven.map_err(Failure::failed)?;
                let text = format!(
                    "proven: row {} of {} in batch {} promises Rp{}",
                    proven.row,
                    proven.file,
                    proven.batch_id,
                    thousands(proven.amount_rupiah),
                );
                Ok(Answer::new(text, json!({ "proven": proven })))
            }
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|err| Failure::file("read", path, &err))
}

fn verified(report: &Report) -> String {
    let count = |count: u64| thousands(i64::try_from(count).unwrap_or(i64::MAX));
    let mut table = Table::new(&[]);
    table.row(["batch".into(), report.batch_id.as_str().into()]);
    table.row(["received".into(), count(report.received).into()]);
    table.row(["recipients".into(), count(report.recipients).into()]);
    table.row(["amount".into(), format!("Rp{}", thousands(report.amount_rupiah)).into()]);
    table.row(["refused".into(), count(report.refused).into()]);
    table.row(["pending".into(), count(report.pending).into()]);
    table.row(["Merkle root".into(), report.merkle_root.as_str().into()]);
    table.row(["sealed by".into(), report.seal.signer_cn.as_str().into()]);
    for signature in &report.signatures {
        let signed = format!("{} ({})", signature.signed.signer_cn, signature.path);
        table.row(["signed by".into(), signed.into()]);
    }
    format!("the package is sound\n\n{}", table.lines())
}

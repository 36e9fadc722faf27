//! A small package of three banks, and a forger who can seal whatever the lists say.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tepat_proof::digest::{hex, sha256};
use tepat_proof::instant::to_rfc3339;
use tepat_proof::package::{
    AmountRupiah, BankTotal, Delivered, FileEntry, Lists, MANIFEST_FORMAT, Manifest, PackageWriter,
    Predecessor, Recipient, RejectedRow, Report, Rules, Software, Stage, VerifyFault, WriteFault,
    end_to_end_id, verify,
};
use tepat_proof::{DemoCa, Signer};

/// 2026-11-21T00:41:27Z
pub(crate) const NOW_S: i64 = 1_795_221_687;
pub(crate) const BATCH: &str = "bsu-2022-1-0001";
pub(crate) const PER_RECIPIENT: i64 = 600_000;
const FIRST_NIK: i64 = 3_201_010_101_900_001;
const BANKS: [&str; 3] = ["022", "002", "022-S"];

pub(crate) struct Office {
    pub(crate) folder: TempDir,
    pub(crate) roots: Vec<u8>,
    pub(crate) seal: Signer,
    pub(crate) kpa: Signer,
}

pub(crate) fn office() -> Office {
    let folder = TempDir::new().unwrap();
    let ca = DemoCa::create(&folder.path().join("ca"), NOW_S, &["suite seal", "kpa"]).unwrap();
    let roots = fs::read(ca.root_path()).unwrap();
    Office { roots, seal: ca.signer("suite seal").unwrap(), kpa: ca.signer("kpa").unwrap(), folder }
}

/// The signatures of a package, made once.
#[derive(Clone)]
pub(crate) struct Stored {
    pub(crate) statement: Vec<u8>,
    pub(crate) seal: Vec<u8>,
}

pub(crate) fn nik(sequence: u64) -> i64 {
    FIRST_NIK + i64::try_from(sequence).unwrap() * 3
}

pub(crate) fn add_recipients(writer: &mut PackageWriter, recipients: u64) -> Result<(), WriteFault> {
    for sequence in 0..recipients {
        let id = end_to_end_id(BATCH, sequence, 1);
        let bank = BANKS[usize::try_from(sequence % 3).unwrap()];
        let account = format!("00{:08}", 10_000_000 + sequence * 7);
        let name = if sequence % 5 == 0 { "I MADE \"ODE\", D'ARC" } else { "SITI AMINAH" };
        writer.recipient(&Recipient {
            end_to_end_id: &id,
            nik: nik(sequence),
            name,
            bank,
            account_number: &account,
            amount_rupiah: PER_RECIPIENT,
            npp: "AA000001",
            region_code: "3201",
        })?;
    }
    Ok(())
}

pub(crate) fn add_rejected(writer: &mut PackageWriter, rejected: u64) -> Result<(), WriteFault> {
    for row in 0..rejected {
        let (decision, primary_reason, reasons) = match row % 3 {
            0 => ("PENDING", "BANK_UNANSWERED", "BANK_UNANSWERED"),
            1 => ("REFUSED", "POLICE", "POLICE|ACCOUNT_CLOSED"),
            _ => ("REFUSED", "WAGE_OVER_CEILING", "WAGE_OVER_CEILING"),
        };
        writer.rejected(&RejectedRow {
            nik_masked: "3201**********04",
            nik_mark: &format!("{row:016x}"),
            decision,
            primary_reason,
            reasons,
            legal_basis: "Permenaker 10/2022 Pasal 4, ayat (2)",
        })?;
    }
    Ok(())
}

pub(crate) fn manifest(lists: &Lists, files: Vec<FileEntry>) -> Manifest {
    let bank = |bank: &tepat_proof::package::BankList| BankTotal {
        bank: bank.bank.clone(),
        distributor: if bank.bank == "002" { "002" } else { "POS" }.to_owned(),
        recipients: bank.recipients,
        amount_rupiah: bank.amount_rupiah,
    };
    Manifest {
        format: MANIFEST_FORMAT.to_owned(),
        stage: Stage::Payment,
        batch_id: BATCH.to_owned(),
        round: "bsu-2022".to_owned(),
        tranche: 1,
        legal_basis: vec!["Permenaker 10/2022".to_owned()],
        roster_version: 1,
        created_at: to_rfc3339(NOW_S).unwrap(),
        predecessor: Some(Predecessor {
            batch_id: BATCH.to_owned(),
            stage: Stage::Proposal,
            manifest_sha256: hex(&sha256(b"the proposal")),
        }),
        rules: Rules {
            round_sha256: hex(&sha256(b"round")),
            wage_table_sha256: hex(&sha256(b"wages")),
            name_rules: "1".to_owned(),
        },
        slice: None,
        counts: lists.counts(),
        amount_rupiah: AmountRupiah { per_recipient: PER_RECIPIENT, total: lists.amount_rupiah },
        banks: lists.banks.iter().map(bank).collect(),
        merkle: lists.merkle.clone(),
        files,
        software: Software { name: "tepat".to_owned(), version: "0.1.0".to_owned() },
    }
}

impl Office {
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes and delivers; signs unless the signatures are given.
    pub(crate) fn package(
        &self,
        name: &str,
        (recipients, rejected): (u64, u64),
        stored: Option<Stored>,
    ) -> Result<(Delivered, Stored), WriteFault> {
        let mut writer = PackageWriter::create(&self.path(&format!("{name}.part")))?;
        add_recipients(&mut writer, recipients)?;
        add_rejected(&mut writer, rejected)?;
        let lists = writer.finish_lists()?;
        let statement = manifest(&lists, Vec::new()).statement();
        writer.write_statement(&statement)?;
        let sign = |signer: &Signer, digest| signer.sign(&digest, NOW_S).unwrap();
        let statement_sha256 = sha256(&statement.to_bytes().unwrap());
        let signature = stored
            .as_ref()
            .map_or_else(|| sign(&self.kpa, statement_sha256), |stored| stored.statement.clone());
        writer.write_signature("determine", "kpa", &signature)?;
        let manifest_sha256 = writer.write_manifest(&manifest(&lists, writer.files()))?;
        let seal = stored.map_or_else(|| sign(&self.seal, manifest_sha256), |stored| stored.seal);
        writer.write_seal(&seal)?;
        writer.write_sums()?;
        let delivered = writer.deliver(&self.path(name))?;
        Ok((delivered, Stored { statement: signature, seal }))
    }

    pub(crate) fn sound(&self) -> PathBuf {
        self.package("sound", (60, 10), None).unwrap().0.dir
    }

    pub(crate) fn verify(&self, dir: &Path) -> Result<Report, VerifyFault> {
        verify(dir, &self.roots)
    }

    /// What a dishonest suite could do: bend the lists, then list, sign and seal what is there.
    pub(crate) fn forge(&self, dir: &Path, bend: impl FnOnce(&Path, &mut Manifest)) {
        let mut manifest = Manifest::from_bytes(&fs::read(dir.join("manifest.json")).unwrap()).unwrap();
        bend(dir, &mut manifest);
        let statement = manifest.statement().to_bytes().unwrap();
        fs::write(dir.join("statement.json"), &statement).unwrap();
        let signature = self.kpa.sign(&sha256(&statement), NOW_S).unwrap();
        fs::write(dir.join("signatures/determine-kpa.p7s"), signature).unwrap();
        self.seal_again(dir, manifest);
    }

    /// Lists what is there as it is, and seals that.
    pub(crate) fn seal_again(&self, dir: &Path, mut manifest: Manifest) {
        for file in &mut manifest.files {
            if let Ok(content) = fs::read(dir.join(&file.path)) {
                (file.bytes, file.sha256) = (content.len() as u64, hex(&sha256(&content)));
            }
        }
        let text = manifest.to_bytes().unwrap();
        fs::write(dir.join("manifest.json"), &text).unwrap();
        fs::write(dir.join("manifest.json.p7s"), self.seal.sign(&sha256(&text), NOW_S).unwrap()).unwrap();
        let mut sums: Vec<_> =
            manifest.files.iter().map(|file| (file.path.clone(), file.sha256.clone())).collect();
        sums.push(("manifest.json".to_owned(), hex(&sha256(&text))));
        sums.sort();
        let sums: String = sums.iter().map(|(path, sha256)| format!("{sha256}  {path}\n")).collect();
        fs::write(dir.join("SHA256SUMS"), sums).unwrap();
    }
}

pub(crate) fn replace(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from} is not in {}", path.display());
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

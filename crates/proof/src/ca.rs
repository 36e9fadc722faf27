//! A certificate authority for demonstrations: root, issuing authority, one leaf for each identity.
//!
//! Real signatures come with certificates of a recognised authority; the files have the same form.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DistinguishedName, DnType, DnValue,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
};
use thiserror::Error;
use time::{Duration, OffsetDateTime};

use crate::signer::{Signer, SignerFault, file_stem};

const ROOT_FILE: &str = "ca.pem";
const LEAF_DAYS: i64 = 5 * 365;
const ISSUING_DAYS: i64 = 10 * 365;
const ROOT_DAYS: i64 = 20 * 365;

/// Why a demonstration authority cannot be made or opened.
#[derive(Debug, Error)]
pub enum CaFault {
    /// The folder already holds one; its keys are never overwritten.
    #[error("{0} is there already")]
    Exists(PathBuf),
    /// The folder holds none.
    #[error("{0} is not there")]
    Missing(PathBuf),
    /// An identity has a name that cannot be a file name, or cannot be loaded.
    #[error(transparent)]
    Signer(#[from] SignerFault),
    /// Two identities would have the same files, or one those of the authority.
    #[error("the name {0:?} is taken")]
    NameTaken(String),
    /// The time given cannot be the start of a certificate.
    #[error("the time must lie in the years 1970 to 2200")]
    Time,
    /// Making a key or certificate failed.
    #[error("cannot make a certificate: {0}")]
    Make(#[from] rcgen::Error),
    /// A file cannot be written.
    #[error("cannot write {path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// A folder with `ca.pem` (root), and `<name>.pem` (chain without root) and `<name>.key` (PKCS#8 PEM, mode 0600)
/// for each identity. The authority's own keys are forgotten once the leaves are signed.
#[derive(Clone, Debug)]
pub struct DemoCa {
    dir: PathBuf,
}

impl DemoCa {
    /// Makes the authority and a P-256 identity for each name. Leaves are valid from the day before `now_s` (seconds
    /// since 1970) for five years. `ca.pem` is written last: where it is, everything is.
    ///
    /// # Errors
    /// [`CaFault::Exists`] when the folder holds an authority, else what is wrong with a name or a file.
    pub fn create(dir: &Path, now_s: i64, names: &[&str]) -> Result<Self, CaFault> {
        let root_path = dir.join(ROOT_FILE);
        if root_path.exists() {
            return Err(CaFault::Exists(root_path));
        }
        let mut stems = vec!["ca".to_owned()];
        for name in names {
            let stem = file_stem(name)?;
            if stems.contains(&stem) {
                return Err(CaFault::NameTaken((*name).to_owned()));
            }
            stems.push(stem);
        }
        let now =
            OffsetDateTime::from_unix_timestamp(now_s).ok().filter(|now| (1970..2200).contains(&now.year()));
        let start = now.ok_or(CaFault::Time)? - Duration::DAY;
        fs::create_dir_all(dir).map_err(|source| CaFault::Io { path: dir.to_owned(), source })?;

        let root_params = authority("Tepat demonstration root", start, ROOT_DAYS, 1);
        let root_key = new_key()?;
        let root = root_params.self_signed(&root_key)?;
        let root_issuer = Issuer::new(root_params, root_key);
        let issuing_params = authority("Tepat demonstration issuing authority", start, ISSUING_DAYS, 0);
        let issuing_key = new_key()?;
        let issuing = issuing_params.signed_by(&issuing_key, &root_issuer)?;
        let issuing_issuer = Issuer::new(issuing_params, issuing_key);

        for (name, stem) in names.iter().zip(&stems[1..]) {
            let key = new_key()?;
            let leaf = leaf(name, start).signed_by(&key, &issuing_issuer)?;
            write(&dir.join(format!("{stem}.key")), key.serialize_pem().as_bytes(), 0o600)?;
            write(&dir.join(format!("{stem}.pem")), chain_pem(&leaf, &issuing).as_bytes(), 0o644)?;
        }
        write(&root_path, root.pem().as_bytes(), 0o644)?;
        Ok(Self { dir: dir.to_owned() })
    }

    /// Opens a folder made before.
    ///
    /// # Errors
    /// [`CaFault::Missing`] when it holds no complete authority.
    pub fn open(dir: &Path) -> Result<Self, CaFault> {
        let root_path = dir.join(ROOT_FILE);
        if root_path.is_file() { Ok(Self { dir: dir.to_owned() }) } else { Err(CaFault::Missing(root_path)) }
    }

    /// Path of the root certificate, what a verifier is given.
    #[must_use]
    pub fn root_path(&self) -> PathBuf {
        self.dir.join(ROOT_FILE)
    }

    /// The identity of this name.
    ///
    /// # Errors
    /// What [`Signer::load`] reports.
    pub fn signer(&self, name: &str) -> Result<Signer, CaFault> {
        Ok(Signer::load(&self.dir, name)?)
    }
}

fn new_key() -> Result<KeyPair, rcgen::Error> {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)
}

fn authority(name: &str, start: OffsetDateTime, days: i64, authorities_below: u8) -> CertificateParams {
    let mut params = params(name, start, days);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(authorities_below));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn leaf(name: &str, start: OffsetDateTime) -> CertificateParams {
    let mut params = params(name, start, LEAF_DAYS);
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::EmailProtection];
    params
}

fn params(name: &str, start: OffsetDateTime, days: i64) -> CertificateParams {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CountryName, DnValue::PrintableString("ID".try_into().expect("ID is printable")));
    subject.push(DnType::OrganizationName, "Tepat demonstration");
    subject.push(DnType::CommonName, name);
    let mut params = CertificateParams::default();
    params.distinguished_name = subject;
    params.not_before = start;
    params.not_after = start + Duration::days(days);
    params.use_authority_key_identifier_extension = true;
    params
}

fn chain_pem(leaf: &Certificate, issuing: &Certificate) -> String {
    leaf.pem() + &issuing.pem()
}

fn write(path: &Path, content: &[u8], mode: u32) -> Result<(), CaFault> {
    let fault = |source| CaFault::Io { path: path.to_owned(), source };
    // Left over from a run that was cut: its certificate authority is forgotten, so it is of no use.
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => return Err(fault(source)),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path).map_err(fault)?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(fault)
}

//! A signing identity: a key and the certificates that vouch for it.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use der::{Encode, SecretDocument};
use thiserror::Error;
use x509_cert::Certificate;

use crate::cms::{CmsFault, KeyKind, Parts, assemble, read_certificates, signed_attributes};
use crate::digest::Sha256Digest;

/// Why an identity cannot be used.
#[derive(Debug, Error)]
pub enum SignerFault {
    /// The name cannot be one of an identity's files.
    #[error("an identity must be 1 to 40 of a-z, 0-9, space and hyphen, found {0:?}")]
    Name(String),
    /// A file cannot be read.
    #[error("cannot read {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file does not hold what it should.
    #[error("{path} must hold {wanted}")]
    Content {
        /// The file.
        path: PathBuf,
        /// What it must hold.
        wanted: &'static str,
    },
    /// Key and certificate belong to different identities.
    #[error("{0} holds another key than the certificate beside it")]
    OtherKey(PathBuf),
    /// The signature could not be made.
    #[error(transparent)]
    Cms(#[from] CmsFault),
}

/// A signing identity whose key is in a file.
pub struct Signer {
    key: Key,
    kind: KeyKind,
    /// The signer's certificate first, then its issuers; the root is not among them.
    chain: Vec<Certificate>,
}

/// Where the key is. A key inside a token would be a third variant.
enum Key {
    P256(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

impl Signer {
    /// Loads `<name>.key` (PKCS#8 PEM) and `<name>.pem` (chain, signer first, no root) from a folder.
    ///
    /// Spaces of the name are hyphens in the file names.
    ///
    /// # Errors
    /// A [`SignerFault`] naming the file; a key other than P-256 or RSA of at least 3072 bits is refused.
    pub fn load(dir: &Path, name: &str) -> Result<Self, SignerFault> {
        let stem = file_stem(name)?;
        let certificate_path = dir.join(format!("{stem}.pem"));
        let key_path = dir.join(format!("{stem}.key"));
        let chain_pem = read(&certificate_path)?;
        let chain = read_certificates(&chain_pem);
        let chain =
            chain.ok_or(SignerFault::Content { path: certificate_path, wanted: "certificates in PEM" })?;
        let public = &chain[0].tbs_certificate.subject_public_key_info;
        let kind = KeyKind::of(public)?;

        let wrong_key =
            || SignerFault::Content { path: key_path.clone(), wanted: "a private key in PKCS#8 PEM" };
        let key_pem = String::from_utf8(read(&key_path)?).map_err(|_| wrong_key())?;
        let (label, key_der) = SecretDocument::from_pem(&key_pem).map_err(|_| wrong_key())?;
        if label != "PRIVATE KEY" {
            return Err(wrong_key());
        }
        let key = Key::parse(kind, key_der.as_bytes()).ok_or_else(wrong_key)?;
        if public.subject_public_key.as_bytes() != Some(key.public()) {
            return Err(SignerFault::OtherKey(key_path));
        }
        Ok(Self { key, kind, chain })
    }

    /// Signs content known by its SHA-256: DER of a detached CMS SignedData.
    ///
    /// `signing_time_s` (seconds since 1970) is the time of the stored event that is signed for. ECDSA signatures
    /// differ each time: the caller stores the one it made.
    ///
    /// # Errors
    /// [`CmsFault::Time`] for a time before 1970 or after 9999, [`CmsFault::Signature`] when the key refuses.
    pub fn sign(&self, content_sha256: &Sha256Digest, signing_time_s: i64) -> Result<Vec<u8>, CmsFault> {
        let attributes = signed_attributes(signing_time_s, content_sha256)?;
        let to_sign = attributes.to_der().map_err(|_| CmsFault::NotDer("signedAttrs"))?;
        let signature = self.key.sign(&to_sign).ok_or(CmsFault::Signature)?;
        assemble(Parts {
            chain: &self.chain,
            kind: self.kind,
            null_parameters: false,
            attributes,
            signature: &signature,
        })
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.chain[0].tbs_certificate.subject)
    }
}

impl Key {
    fn parse(kind: KeyKind, pkcs8: &[u8]) -> Option<Self> {
        match kind {
            KeyKind::P256 => {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8).ok().map(Self::P256)
            }
            KeyKind::Rsa => RsaKeyPair::from_pkcs8(pkcs8).ok().map(Self::Rsa),
        }
    }

    fn public(&self) -> &[u8] {
        match self {
            Self::P256(pair) => pair.public_key().as_ref(),
            Self::Rsa(pair) => pair.public_key().as_ref(),
        }
    }

    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        match self {
            Self::P256(pair) => Some(pair.sign(&random, message).ok()?.as_ref().to_vec()),
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).ok()?;
                Some(signature)
            }
        }
    }
}

/// File name of an identity without its ending: `suite seal` is `suite-seal`.
pub(crate) fn file_stem(name: &str) -> Result<String, SignerFault> {
    let is_known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == ' ' || c == '-';
    if name.is_empty() || name.len() > 40 || !name.chars().all(is_known) {
        return Err(SignerFault::Name(name.to_owned()));
    }
    Ok(name.replace(' ', "-"))
}

fn read(path: &Path) -> Result<Vec<u8>, SignerFault> {
    fs::read(path).map_err(|source| SignerFault::Io { path: path.to_owned(), source })
}

//! The strict check of a detached signature.

use ::cms::cert::CertificateChoices;
use ::cms::content_info::ContentInfo;
use ::cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use const_oid::ObjectIdentifier;
use const_oid::db::{rfc5911, rfc6268};
use der::asn1::OctetString;
use der::{Any, Decode, Encode};
use serde::Serialize;
use x509_cert::Certificate;
use x509_cert::time::Time;

use super::assemble::{Parts, assemble, signed_attributes};
use super::chain::{check_chain, common_name, read_certificates};
use super::{CmsFault, KeyKind};
use crate::canonical::first_difference;
use crate::digest::{Sha256Digest, hex, sha256};

/// A real signature has about 1.5 kB; this leaves room for large RSA chains.
const LARGEST_BYTES: usize = 64 * 1024;

/// Who signed and when, after every check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signed {
    /// Common name of the signer's certificate: the identity.
    pub signer_cn: String,
    /// Signing time in seconds since 1970, as the signer claims it.
    pub signing_time_s: i64,
    /// SHA-256 of the signer's certificate (DER), hexadecimal.
    pub certificate_sha256: String,
    /// SHA-256 of the signer's public key (SubjectPublicKeyInfo, DER), hexadecimal: the same key is the same signer.
    pub key_sha256: String,
}

/// Checks a detached signature over content known by its SHA-256.
///
/// The file must be the only permitted encoding: one signer, known by issuer and serial, SHA-256, P-256 or
/// RSA of at least 3072 bits, exactly the signed attributes contentType, signingTime and messageDigest, no
/// unsigned ones, no content, and embedded exactly the certificates between signer and root. The chain must
/// have been valid at the signing time; there is no revocation in an offline check.
///
/// # Errors
/// The first [`CmsFault`] found. [`CmsFault::Content`] comes last: it means that the signature itself is
/// sound and the content is another.
pub fn verify_strict(
    p7s_der: &[u8],
    content_sha256: &Sha256Digest,
    roots_pem: &[u8],
) -> Result<Signed, CmsFault> {
    let roots = read_certificates(roots_pem).ok_or(CmsFault::Roots)?;
    if p7s_der.len() > LARGEST_BYTES {
        return Err(CmsFault::Unexpected { field: "the signature file", wanted: "at most 64 KiB" });
    }
    let info = ContentInfo::from_der(p7s_der).map_err(|_| CmsFault::NotDer("ContentInfo"))?;
    if info.content_type != rfc5911::ID_SIGNED_DATA {
        return Err(CmsFault::Unexpected { field: "contentType", wanted: "id-signedData" });
    }
    let signed: SignedData = info.content.decode_as().map_err(|_| CmsFault::NotDer("SignedData"))?;
    let signer_info = the_signer(&signed)?;
    let (signer, embedded) = certificates(&signed, signer_info)?;
    let (signing_time_s, message_digest) = attributes(signer_info)?;
    let attributes = signed_attributes(signing_time_s, &message_digest)?;
    let attributes_der = attributes.to_der().map_err(|_| CmsFault::NotDer("signedAttrs"))?;
    let key = &signer.tbs_certificate.subject_public_key_info;
    let kind = KeyKind::of(key)?;
    let signature = signer_info.signature.as_bytes();

    let rebuilt = assemble(Parts {
        chain: &embedded,
        kind,
        null_parameters: signer_info.digest_alg.parameters.is_some(),
        attributes,
        signature,
    })?;
    if let Some(at) = first_difference(p7s_der, &rebuilt) {
        return Err(CmsFault::NotStrict(at));
    }
    let at_s = u64::try_from(signing_time_s).map_err(|_| CmsFault::Time)?;
    check_chain(&signer, &embedded, &roots, at_s)?;
    if !kind.verify(key, &attributes_der, signature) {
        return Err(CmsFault::Signature);
    }
    if message_digest != *content_sha256 {
        return Err(CmsFault::Content { signed: hex(&message_digest), found: hex(content_sha256) });
    }
    let certificate_der = signer.to_der().map_err(|_| CmsFault::NotDer("Certificate"))?;
    let key_der = key.to_der().map_err(|_| CmsFault::NotDer("SubjectPublicKeyInfo"))?;
    Ok(Signed {
        signer_cn: named(&signer)?,
        signing_time_s,
        certificate_sha256: hex(&sha256(&certificate_der)),
        key_sha256: hex(&sha256(&key_der)),
    })
}

fn the_signer(signed: &SignedData) -> Result<&SignerInfo, CmsFault> {
    match signed.signer_infos.0.as_slice() {
        [signer] => Ok(signer),
        _ => Err(CmsFault::Unexpected { field: "signerInfos", wanted: "exactly one" }),
    }
}

/// The signer's certificate, and all embedded ones with the signer's first.
fn certificates(
    signed: &SignedData,
    signer: &SignerInfo,
) -> Result<(Certificate, Vec<Certificate>), CmsFault> {
    let SignerIdentifier::IssuerAndSerialNumber(wanted) = &signer.sid else {
        return Err(CmsFault::Unexpected { field: "sid", wanted: "issuerAndSerialNumber" });
    };
    let mut embedded = Vec::new();
    for choice in signed.certificates.iter().flat_map(|set| set.0.iter()) {
        let CertificateChoices::Certificate(certificate) = choice else {
            return Err(CmsFault::Unexpected { field: "certificates", wanted: "X.509 certificates only" });
        };
        embedded.push(certificate.clone());
    }
    let position = embedded.iter().position(|certificate| {
        let inner = &certificate.tbs_certificate;
        inner.issuer == wanted.issuer && inner.serial_number == wanted.serial_number
    });
    let position =
        position.ok_or(CmsFault::Unexpected { field: "sid", wanted: "an embedded certificate" })?;
    embedded.swap(0, position);
    Ok((embedded[0].clone(), embedded))
}

fn attributes(signer: &SignerInfo) -> Result<(i64, Sha256Digest), CmsFault> {
    let time = single(signer, rfc6268::ID_SIGNING_TIME)?.to_der().and_then(|der| Time::from_der(&der));
    let time = time.map_err(|_| CmsFault::Unexpected { field: "signingTime", wanted: "a time" })?;
    let digest: OctetString = single(signer, rfc6268::ID_MESSAGE_DIGEST)?
        .decode_as()
        .map_err(|_| CmsFault::Unexpected { field: "messageDigest", wanted: "an octet string" })?;
    let digest = Sha256Digest::try_from(digest.as_bytes())
        .map_err(|_| CmsFault::Unexpected { field: "messageDigest", wanted: "32 bytes" })?;
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).map_err(|_| CmsFault::Time)?;
    Ok((seconds, digest))
}

/// The only value of a signed attribute. That there are no others follows from the rebuilt bytes.
fn single(signer: &SignerInfo, oid: ObjectIdentifier) -> Result<&Any, CmsFault> {
    let attribute =
        signer.signed_attrs.iter().flat_map(|set| set.iter()).find(|attribute| attribute.oid == oid);
    match attribute.map(|attribute| attribute.values.as_slice()) {
        Some([value]) => Ok(value),
        _ => Err(CmsFault::Unexpected {
            field: "signedAttrs",
            wanted: "contentType, signingTime and messageDigest with one value each",
        }),
    }
}

fn named(signer: &Certificate) -> Result<String, CmsFault> {
    match common_name(signer) {
        name if name == "?" => Err(CmsFault::Certificate {
            subject: name,
            problem: "a signer must have exactly one common name",
        }),
        name => Ok(name),
    }
}

//! Putting a SignedData together, the one way this suite writes it.

use std::time::Duration;

use ::cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use ::cms::content_info::{CmsVersion, ContentInfo};
use ::cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedAttributes, SignedData, SignerIdentifier, SignerInfo,
    SignerInfos,
};
use const_oid::db::{rfc5911, rfc6268};
use der::asn1::{GeneralizedTime, OctetString, SetOfVec, UtcTime};
use der::{Any, Encode};
use x509_cert::Certificate;
use x509_cert::attr::Attribute;
use x509_cert::time::Time;

use super::algorithm;
use super::{CmsFault, KeyKind};
use crate::digest::Sha256Digest;

/// What may differ from one signature to the next.
pub(crate) struct Parts<'a> {
    /// Certificates to embed; the signer's first, the root not among them.
    pub(crate) chain: &'a [Certificate],
    /// Kind of the signer's key.
    pub(crate) kind: KeyKind,
    /// Whether SHA-256 carries NULL parameters; both spellings are in use.
    pub(crate) null_parameters: bool,
    /// The signed attributes, from [`signed_attributes`].
    pub(crate) attributes: SignedAttributes,
    /// The signature over the DER of the attributes.
    pub(crate) signature: &'a [u8],
}

/// The three signed attributes: contentType, signingTime, messageDigest. What is signed is their DER.
pub(crate) fn signed_attributes(
    signing_time_s: i64,
    content: &Sha256Digest,
) -> Result<SignedAttributes, CmsFault> {
    let digest = OctetString::new(content.as_slice()).map_err(|_| CmsFault::NotDer("messageDigest"))?;
    let attributes = vec![
        attribute(rfc6268::ID_CONTENT_TYPE, &rfc5911::ID_DATA)?,
        attribute(rfc6268::ID_SIGNING_TIME, &time(signing_time_s)?)?,
        attribute(rfc6268::ID_MESSAGE_DIGEST, &digest)?,
    ];
    SetOfVec::try_from(attributes).map_err(|_| CmsFault::NotDer("signedAttrs"))
}

/// DER of the detached SignedData.
pub(crate) fn assemble(parts: Parts<'_>) -> Result<Vec<u8>, CmsFault> {
    let signer =
        parts.chain.first().ok_or(CmsFault::Unexpected { field: "certificates", wanted: "present" })?;
    let digest_algorithm = algorithm::sha256(parts.null_parameters);
    let signer_info = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: signer.tbs_certificate.issuer.clone(),
            serial_number: signer.tbs_certificate.serial_number.clone(),
        }),
        digest_alg: digest_algorithm.clone(),
        signed_attrs: Some(parts.attributes),
        signature_algorithm: parts.kind.in_signer_info(),
        signature: OctetString::new(parts.signature).map_err(|_| CmsFault::NotDer("signature"))?,
        unsigned_attrs: None,
    };
    let certificates: Vec<_> = parts.chain.iter().cloned().map(CertificateChoices::Certificate).collect();
    let certificates =
        SetOfVec::try_from(certificates).map_err(|_| CmsFault::NotDer("certificates, each once"))?;
    let signed = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: one(digest_algorithm)?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: rfc5911::ID_DATA, econtent: None },
        certificates: Some(CertificateSet(certificates)),
        crls: None,
        signer_infos: SignerInfos(one(signer_info)?),
    };
    let content = Any::encode_from(&signed).map_err(|_| CmsFault::NotDer("SignedData"))?;
    let info = ContentInfo { content_type: rfc5911::ID_SIGNED_DATA, content };
    info.to_der().map_err(|_| CmsFault::NotDer("ContentInfo"))
}

fn attribute<T: der::Tagged + der::EncodeValue>(
    oid: const_oid::ObjectIdentifier,
    value: &T,
) -> Result<Attribute, CmsFault> {
    let value = Any::encode_from(value).map_err(|_| CmsFault::NotDer("a signed attribute"))?;
    Ok(Attribute { oid, values: one(value)? })
}

fn one<T: der::DerOrd>(member: T) -> Result<SetOfVec<T>, CmsFault> {
    SetOfVec::try_from(vec![member]).map_err(|_| CmsFault::NotDer("a set"))
}

/// RFC 5652 section 11.3: UTCTime through 2049, GeneralizedTime after.
fn time(seconds: i64) -> Result<Time, CmsFault> {
    let since_1970 = Duration::from_secs(u64::try_from(seconds).map_err(|_| CmsFault::Time)?);
    if let Ok(time) = UtcTime::from_unix_duration(since_1970) {
        return Ok(Time::UtcTime(time));
    }
    GeneralizedTime::from_unix_duration(since_1970).map(Time::GeneralTime).map_err(|_| CmsFault::Time)
}

//! Certificate chains: from the signer up to one of the given roots, at one instant.

use const_oid::ObjectIdentifier;
use const_oid::db::{rfc4519, rfc5280};
use der::{DecodePem, Encode};
use x509_cert::certificate::{Certificate, Version};
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage};

use super::{CmsFault, KeyKind};

/// More would be no chain that anyone issues for signing documents.
const LONGEST_CHAIN: usize = 5;

/// Extensions whose meaning is checked here; any other critical one refuses the certificate (RFC 5280 section 4.2).
const UNDERSTOOD: [ObjectIdentifier; 3] =
    [rfc5280::ID_CE_BASIC_CONSTRAINTS, rfc5280::ID_CE_KEY_USAGE, rfc5280::ID_CE_EXT_KEY_USAGE];

/// Reads certificates from PEM, one or more; text around them is a comment. `None` for anything else.
pub(crate) fn read_certificates(pem: &[u8]) -> Option<Vec<Certificate>> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let mut rest = std::str::from_utf8(pem).ok()?;
    let mut found = Vec::new();
    while let Some(begin) = rest.find(BEGIN) {
        let end = begin + rest[begin..].find(END)? + END.len();
        found.push(Certificate::from_pem(&rest[begin..end]).ok()?);
        rest = &rest[end..];
    }
    (!found.is_empty()).then_some(found)
}

/// Checks the chain from `signer` to a root at `at_s` (seconds since 1970); every embedded certificate must be needed.
pub(super) fn check_chain(
    signer: &Certificate,
    embedded: &[Certificate],
    roots: &[Certificate],
    at_s: u64,
) -> Result<(), CmsFault> {
    check_every(signer, at_s)?;
    check_signer(signer)?;
    let mut current = signer;
    for used in 1..=LONGEST_CHAIN {
        let authorities_below = used - 1;
        if let Some(root) = issuer_of(current, roots.iter(), authorities_below, at_s)? {
            let is_self_issued = root.tbs_certificate.subject == root.tbs_certificate.issuer;
            if !is_self_issued || !is_signed_by(root, root) {
                return Err(refused(root, "a root must be signed by itself"));
            }
            return if used == embedded.len() {
                Ok(())
            } else {
                Err(CmsFault::Superfluous(embedded.len(), used))
            };
        }
        let others = embedded.iter().filter(|one| *one != current);
        let issuer = issuer_of(current, others, authorities_below, at_s)?;
        current = issuer.ok_or_else(|| CmsFault::NoIssuer { subject: common_name(current) })?;
    }
    Err(refused(signer, "its chain is longer than five certificates"))
}

/// The certificate among `candidates` that issued `subject`, checked; `None` when no name fits.
fn issuer_of<'a>(
    subject: &Certificate,
    candidates: impl Iterator<Item = &'a Certificate>,
    authorities_below: usize,
    at_s: u64,
) -> Result<Option<&'a Certificate>, CmsFault> {
    let mut by_name = candidates.filter(|one| one.tbs_certificate.subject == subject.tbs_certificate.issuer);
    let Some(first) = by_name.next() else { return Ok(None) };
    let issuer = std::iter::once(first).chain(by_name).find(|one| is_signed_by(subject, one));
    let issuer = issuer.ok_or_else(|| refused(subject, "its signature is not that of its issuer"))?;
    check_every(issuer, at_s)?;
    check_authority(issuer, authorities_below)?;
    Ok(Some(issuer))
}

fn is_signed_by(subject: &Certificate, issuer: &Certificate) -> bool {
    let key = &issuer.tbs_certificate.subject_public_key_info;
    let Ok(kind) = KeyKind::of(key) else { return false };
    let expected = kind.in_certificate();
    let (Ok(signed), Some(signature)) = (subject.tbs_certificate.to_der(), subject.signature.as_bytes())
    else {
        return false;
    };
    // The outer algorithm is outside what is signed: only equality with the inner one protects it.
    subject.signature_algorithm == expected
        && subject.tbs_certificate.signature == expected
        && kind.verify(key, &signed, signature)
}

fn check_every(certificate: &Certificate, at_s: u64) -> Result<(), CmsFault> {
    let inner = &certificate.tbs_certificate;
    if inner.version != Version::V3 {
        return Err(refused(certificate, "it must be of version 3"));
    }
    let validity = &inner.validity;
    if at_s < validity.not_before.to_unix_duration().as_secs()
        || at_s > validity.not_after.to_unix_duration().as_secs()
    {
        return Err(refused(certificate, "it was not valid at the signing time"));
    }
    let extensions = inner.extensions.as_deref().unwrap_or_default();
    if extensions.iter().any(|extension| extension.critical && !UNDERSTOOD.contains(&extension.extn_id)) {
        return Err(refused(certificate, "it has a critical extension that is not understood"));
    }
    let purposes = inner
        .get::<ExtendedKeyUsage>()
        .map_err(|_| refused(certificate, "its extendedKeyUsage is broken"))?;
    if purposes.is_some_and(|(_, purposes)| !purposes.0.contains(&rfc5280::ID_KP_EMAIL_PROTECTION)) {
        return Err(refused(certificate, "its extendedKeyUsage must be absent or include emailProtection"));
    }
    Ok(())
}

fn check_signer(certificate: &Certificate) -> Result<(), CmsFault> {
    if constraints(certificate)?.is_some_and(|constraints| constraints.ca) {
        return Err(refused(certificate, "a signer must not be a certificate authority"));
    }
    if !usage(certificate)?.is_some_and(|usage| usage.digital_signature()) {
        return Err(refused(certificate, "its keyUsage must include digitalSignature"));
    }
    Ok(())
}

fn check_authority(certificate: &Certificate, authorities_below: usize) -> Result<(), CmsFault> {
    let Some(constraints) = constraints(certificate)?.filter(|constraints| constraints.ca) else {
        return Err(refused(certificate, "an issuer must be a certificate authority"));
    };
    if constraints.path_len_constraint.is_some_and(|longest| authorities_below > usize::from(longest)) {
        return Err(refused(certificate, "more authorities follow than its pathLenConstraint allows"));
    }
    if !usage(certificate)?.is_some_and(|usage| usage.key_cert_sign()) {
        return Err(refused(certificate, "an issuer's keyUsage must include keyCertSign"));
    }
    Ok(())
}

fn constraints(certificate: &Certificate) -> Result<Option<BasicConstraints>, CmsFault> {
    let found = certificate
        .tbs_certificate
        .get()
        .map_err(|_| refused(certificate, "its basicConstraints are broken"))?;
    Ok(found.map(|(_, constraints)| constraints))
}

fn usage(certificate: &Certificate) -> Result<Option<KeyUsage>, CmsFault> {
    let found =
        certificate.tbs_certificate.get().map_err(|_| refused(certificate, "its keyUsage is broken"))?;
    Ok(found.map(|(_, usage)| usage))
}

fn refused(certificate: &Certificate, problem: &'static str) -> CmsFault {
    CmsFault::Certificate { subject: common_name(certificate), problem }
}

/// The one common name of a certificate's subject; `?` when it has none or several.
pub(super) fn common_name(certificate: &Certificate) -> String {
    let parts = certificate.tbs_certificate.subject.0.iter().flat_map(|part| part.0.iter());
    let mut names = parts.filter(|part| part.oid == rfc4519::CN).filter_map(|part| {
        // UTF8String and PrintableString are both UTF-8 inside.
        std::str::from_utf8(part.value.value()).ok().map(str::to_owned)
    });
    match (names.next(), names.next()) {
        (Some(name), None) if !name.is_empty() && !name.contains(char::is_control) => name,
        _ => "?".to_owned(),
    }
}

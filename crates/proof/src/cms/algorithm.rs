//! The two kinds of keys, and the one way each is written and checked.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912;
use der::asn1::{Null, UintRef};
use der::{Any, Decode, Sequence};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

use super::CmsFault;

const SMALLEST_RSA_BITS: usize = 3072;

/// Kind of a signing key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    /// ECDSA on P-256 with SHA-256.
    P256,
    /// RSA PKCS#1 v1.5 with SHA-256, at least 3072 bits.
    Rsa,
}

/// `RSAPublicKey` of RFC 8017.
#[derive(Sequence)]
struct RsaPublicKey<'a> {
    modulus: UintRef<'a>,
    #[allow(dead_code, reason = "part of the structure; the provider checks its value")]
    exponent: UintRef<'a>,
}

impl KeyKind {
    /// Kind of a certificate's key.
    pub(crate) fn of(key: &SubjectPublicKeyInfoOwned) -> Result<Self, CmsFault> {
        let bytes = key.subject_public_key.as_bytes().ok_or(CmsFault::Key)?;
        if key.algorithm.oid == rfc5912::ID_EC_PUBLIC_KEY {
            let curve =
                key.algorithm.parameters.as_ref().and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
            return if curve == Some(rfc5912::SECP_256_R_1) { Ok(Self::P256) } else { Err(CmsFault::Key) };
        }
        if key.algorithm == with_null(rfc5912::RSA_ENCRYPTION) {
            let parsed = RsaPublicKey::from_der(bytes).map_err(|_| CmsFault::Key)?;
            let modulus = parsed.modulus.as_bytes();
            let leading = modulus.first().map_or(8, |first| first.leading_zeros() as usize);
            let bits = modulus.len() * 8 - leading;
            return if bits >= SMALLEST_RSA_BITS { Ok(Self::Rsa) } else { Err(CmsFault::Key) };
        }
        Err(CmsFault::Key)
    }

    /// `signatureAlgorithm` of a SignerInfo. RSA is written as RFC 5754 section 3.2 wants it everywhere: the key's OID.
    pub(crate) fn in_signer_info(self) -> AlgorithmIdentifierOwned {
        match self {
            Self::P256 => without_parameters(rfc5912::ECDSA_WITH_SHA_256),
            Self::Rsa => with_null(rfc5912::RSA_ENCRYPTION),
        }
    }

    /// `signatureAlgorithm` of a certificate that a key of this kind signed.
    pub(crate) fn in_certificate(self) -> AlgorithmIdentifierOwned {
        match self {
            Self::P256 => without_parameters(rfc5912::ECDSA_WITH_SHA_256),
            Self::Rsa => with_null(rfc5912::SHA_256_WITH_RSA_ENCRYPTION),
        }
    }

    /// Whether the signature over the message is this key's.
    pub(crate) fn verify(self, key: &SubjectPublicKeyInfoOwned, message: &[u8], signature: &[u8]) -> bool {
        let Some(bytes) = key.subject_public_key.as_bytes() else { return false };
        match self {
            Self::P256 => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, bytes).verify(message, signature),
            Self::Rsa => {
                UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, bytes).verify(message, signature)
            }
        }
        .is_ok()
    }
}

/// SHA-256 as CMS names it. RFC 5754 section 2 lets writers omit the parameters or write NULL.
pub(super) fn sha256(null_parameters: bool) -> AlgorithmIdentifierOwned {
    if null_parameters { with_null(rfc5912::ID_SHA_256) } else { without_parameters(rfc5912::ID_SHA_256) }
}

fn without_parameters(oid: ObjectIdentifier) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid, parameters: None }
}

fn with_null(oid: ObjectIdentifier) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid, parameters: Some(Any::from(Null)) }
}

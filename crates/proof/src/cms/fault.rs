//! What can be wrong with a signature.

use thiserror::Error;

/// Why a detached signature is refused, or could not be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CmsFault {
    /// The bytes are no DER of the structure that should stand there.
    #[error("not DER of {0}")]
    NotDer(&'static str),
    /// A field holds something else than the one thing it may hold.
    #[error("{field} must be {wanted}")]
    Unexpected {
        /// Name of the field as RFC 5652 has it.
        field: &'static str,
        /// What was wanted.
        wanted: &'static str,
    },
    /// The content is right but its bytes are not the only permitted form.
    #[error("byte {0} differs from the only permitted form")]
    NotStrict(usize),
    /// A certificate of the chain does not do.
    #[error("certificate of {subject}: {problem}")]
    Certificate {
        /// Common name of the certificate, or `?` when it has none.
        subject: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// No embedded certificate and no root issued this one.
    #[error("no certificate of the issuer of {subject} is embedded or among the roots")]
    NoIssuer {
        /// Common name of the certificate whose issuer is missing.
        subject: String,
    },
    /// A certificate is embedded that the chain does not need.
    #[error("{0} certificates are embedded, the chain needs {1}")]
    Superfluous(usize, usize),
    /// The given roots hold no certificate, or something else.
    #[error("the roots must be one or more certificates in PEM")]
    Roots,
    /// A key is neither P-256 nor RSA of at least 3072 bits.
    #[error("keys must be P-256 or RSA of at least 3072 bits")]
    Key,
    /// The signature does not match its key and the signed attributes.
    #[error("the signature does not match the signer's key")]
    Signature,
    /// The signature is good, but for other content.
    #[error("signed was content with SHA-256 {signed}, found {found}")]
    Content {
        /// Digest in the signature, hexadecimal.
        signed: String,
        /// Digest of the content at hand, hexadecimal.
        found: String,
    },
    /// The signing time is outside 1970 to 9999.
    #[error("the signing time must lie in the years 1970 to 9999")]
    Time,
}

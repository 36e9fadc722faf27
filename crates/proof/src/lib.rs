//! Canonical bytes, digests, Merkle trees, CMS and the signed package: pure, no tokio.
//!
//! The package that leaves the suite must be checkable by people who do not trust the suite, so everything
//! in it is made of stock parts: RFC 8785 JSON, RFC 4180 CSV, RFC 9162 Merkle trees, RFC 5652 signatures.
//! [`package::PackageWriter`] makes one, [`package::verify`] names the first thing wrong with one.

pub mod ca;
pub mod canonical;
pub mod cms;
pub mod digest;
pub mod instant;
pub mod merkle;
pub mod package;
pub mod signer;

pub use ca::{CaFault, DemoCa};
pub use cms::{CmsFault, Signed, verify_strict};
pub use digest::Sha256Digest;
pub use signer::{Signer, SignerFault};

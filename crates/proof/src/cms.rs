//! Detached CMS signatures (RFC 5652): one permitted form, made and checked.
//!
//! Everything in a `.p7s` but the certificates, the signing time, the message digest and the signature is
//! fixed. [`verify_strict`] therefore rebuilds the file from those four and compares every byte; what the
//! comparison leaves free is held by a signature or by the content. OpenSSL reads the same files, but
//! overlooks some changes in algorithm bytes.

mod algorithm;
mod assemble;
mod chain;
mod fault;
mod verify;

pub use fault::CmsFault;
pub use verify::{Signed, verify_strict};

pub(crate) use algorithm::KeyKind;
pub(crate) use assemble::{Parts, assemble, signed_attributes};
pub(crate) use chain::read_certificates;

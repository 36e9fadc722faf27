//! Faults, their reasons, and the one place where a fault becomes a gRPC status.
//!
//! A service describes what went wrong as a small error enum and implements [`Fault`] for it. At its
//! edge [`IntoStatus`] turns the fault into a status with google.rpc details. What only the operator
//! may see (driver text, causes) is logged there once and never sent.

mod code;
mod describe;
mod fault;
mod invalid;
mod peer;
pub mod reason;
mod status;

pub use code::Code;
pub use describe::describe;
pub use fault::{Fault, Violation};
pub use invalid::Invalid;
pub use peer::PeerFault;
pub use reason::{REASONS, Reason, reasons_markdown};
pub use status::{DOMAIN, IntoStatus, VIOLATIONS_ON_WIRE_MAX, reason_of, to_status, to_status_unlogged};

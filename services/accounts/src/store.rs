//! What the service keeps: inquiries, and attempts with their verdicts; nothing personal in clear.

mod claim_hash;
mod migrations;
mod verdicts;

pub(crate) use claim_hash::{ClaimHash, ClaimKey};
pub use migrations::Migrator;
pub(crate) use verdicts::{Answer, Call, Known, Verdicts};

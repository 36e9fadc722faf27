//! What the service keeps: inquiries and attempts with their verdicts, and closures of accounts; nothing
//! personal in clear.

mod attempts;
mod claim_hash;
mod closures;
mod known;
mod migrations;
mod shared_cache;
mod verdicts;

pub(crate) use attempts::{Answer, Call};
pub(crate) use claim_hash::{AccountHash, ByHash, ClaimHash, ClaimKey};
pub(crate) use closures::{ClosureBounds, Closures, Report};
pub(crate) use known::Known;
pub use migrations::Migrator;
pub(crate) use shared_cache::{Kind, Login, Reach, SharedCache};
pub(crate) use verdicts::{Cache, Page, Verdicts};

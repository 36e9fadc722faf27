//! What is decided, pure: data in, verdict out. No async, no IO, no clock.
//!
//! Each rule cites its article beside the comparison; what differs between rounds is data in
//! `data/rounds/`.

pub(crate) mod account_choice;
pub(crate) mod article;
pub(crate) mod batch_state;
pub(crate) mod budget;
pub(crate) mod candidate;
pub(crate) mod eligibility;
// The pure twin of set SQL: only tests ask it.
#[cfg(test)]
pub(crate) mod exclusive;
pub(crate) mod explain;
pub(crate) mod funnel;
pub(crate) mod reason;
pub(crate) mod recipient_name;
pub(crate) mod round;
pub(crate) mod sector;

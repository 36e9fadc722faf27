//! What the service keeps: batches, decisions, promised money, the chain of acts.
//!
//! Rows of money are only ever followed by other rows. What must never happen (a person or an
//! account twice in a term, one official alone, a payment repeated without its return) is refused
//! by constraints in [`migrations`], not by the code that writes.

pub(crate) mod batches;
pub(crate) mod chain;
pub(crate) mod chunks;
pub(crate) mod decisions;
pub(crate) mod events;
pub(crate) mod exclusive;
pub(crate) mod migrations;
pub(crate) mod money;
pub(crate) mod parts;
pub(crate) mod payments;
pub(crate) mod totals;

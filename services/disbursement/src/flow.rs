//! Requests that take more than one step.

pub(crate) mod close;
pub(crate) mod closures;
pub(crate) mod compose;
pub(crate) mod explain;
pub(crate) mod finish_screening;
pub(crate) mod hand_over;
pub(crate) mod officials;
pub(crate) mod open;
pub(crate) mod outcomes;
pub(crate) mod package;
pub(crate) mod reconcile;
pub(crate) mod screen_chunk;
pub(crate) mod snapshot;

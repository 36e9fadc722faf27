//! Journeys of the real binary over real sockets: what an operator does, from roster to reconciliation.
#![allow(clippy::unwrap_used, reason = "in tests an unwrap is an assertion")]

mod journeys {
    pub(crate) mod alone;
    pub(crate) mod chain;
    pub(crate) mod cut;
    pub(crate) mod demo;
    pub(crate) mod usage;
    pub(crate) mod world;
}

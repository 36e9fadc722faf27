//! Journeys of the real binaries over real sockets: what an operator does, from roster to reconciliation.
#![allow(clippy::unwrap_used, reason = "in tests an unwrap is an assertion")]
#![allow(clippy::print_stdout, reason = "a journey says what it counted")]

mod journeys {
    pub(crate) mod alone;
    pub(crate) mod chain;
    pub(crate) mod collector;
    pub(crate) mod cut;
    pub(crate) mod demo;
    pub(crate) mod ended;
    pub(crate) mod outages;
    pub(crate) mod private;
    pub(crate) mod production;
    pub(crate) mod replicas;
    pub(crate) mod services;
    pub(crate) mod shapes;
    pub(crate) mod suite;
    pub(crate) mod usage;
    pub(crate) mod world;
}

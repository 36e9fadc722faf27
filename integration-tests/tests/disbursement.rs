//! Every RPC of disbursement through an in-process suite of all four services: real stores of both kinds, real
//! rules, real sandbox banks, real signatures; only the sockets are left out.
#![allow(clippy::unwrap_used, reason = "in tests an unwrap is an assertion")]

mod disbursement {
    pub(crate) mod chain;
    pub(crate) mod closures;
    pub(crate) mod decisions;
    pub(crate) mod order;
    pub(crate) mod outcomes;
    pub(crate) mod refusals;
    pub(crate) mod shape_of_2020;
    pub(crate) mod switches;
    pub(crate) mod watch;
    pub(crate) mod world;
}

//! Does this account exist, can it be credited, does it belong to this person.
//!
//! The way of a claim: `rpc` decodes it, `flow/validate` orders the steps, `store/verdicts` tells what
//! is known, `outside/bank` asks for the rest, `rules/verdict` judges. A bank's answer holds a name;
//! it is compared and dropped, and only the verdict is kept and leaves.

mod build;
mod fault;
mod flow;
mod outside;
pub mod process;
mod rpc;
mod rules;
mod settings;
mod store;

use tepat_serve::Clock;
use tepat_store::Store;

pub use build::build;
pub use fault::BuildFault;
pub use settings::{
    DEFAULT_TOML, KeyText, ProfileSettings, RedisMode, RedisSettings, SandboxSettings, Settings,
};
pub use store::Migrator;

use flow::flights::Flights;
use outside::bank::Connectors;
use rules::directory::Directory;
use store::{ClaimKey, Verdicts};

/// What the service needs from the process it runs in.
#[derive(Clone)]
pub struct Deps {
    /// Its own database, migrated by [`Migrator`].
    pub store: Store,
    /// Tells the time of answers and the age of verdicts.
    pub clock: Clock,
}

/// The service.
pub struct Accounts {
    directory: Directory,
    connectors: Connectors,
    /// For requests that write in one transaction with their answer.
    store: Store,
    verdicts: Verdicts,
    flights: Flights,
    claim_key: ClaimKey,
    claims_max: usize,
    clock: Clock,
}

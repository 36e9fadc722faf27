//! Who is insured, since when, by whom, at a roster version.
//!
//! The way of a file: `rpc/upload_file` hands its bytes to `flow/upload`, `rules/scan` cuts them
//! into records, `rules/row` reads each by itself, `rules/known` judges it against what the roster
//! knows, and `store` keeps a page of rows together with the place where the next one begins.
//! The way of a chunk: `rpc/read_chunk` asks `store/range`, which merges one ordered query a table.

mod fault;
mod flow;
mod hex;
pub mod process;
mod rpc;
mod rules;
mod settings;
mod store;

use tepat_proto::membership::membership_service_server::MembershipServiceServer;
use tepat_serve::{Check as _, Clock, SettingsFaults};
use tepat_store::Store;

pub use settings::{DEFAULT_TOML, Settings};
pub use store::Migrator;

use store::frame::Frames;

/// What the service needs from the process it runs in.
#[derive(Clone)]
pub struct Deps {
    /// Its own database, migrated by [`Migrator`].
    pub store: Store,
    /// Tells when imports are opened and sealed.
    pub clock: Clock,
}

/// The service.
pub struct Membership {
    store: Store,
    clock: Clock,
    page_rows: usize,
    frames: Frames,
}

/// The service could not be made.
#[derive(Debug, thiserror::Error)]
pub enum BuildFault {
    /// Settings outside their ranges.
    #[error(transparent)]
    Settings(#[from] SettingsFaults),
}

/// The service, ready to be routed. Runs no migration.
///
/// # Errors
/// [`BuildFault`] when a setting is outside its range.
pub async fn build(
    settings: &Settings,
    deps: Deps,
) -> Result<MembershipServiceServer<Membership>, BuildFault> {
    let mut faults = SettingsFaults::default();
    settings.check(&mut faults);
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let Deps { store, clock } = deps;
    let membership = Membership { store, clock, page_rows: settings.page_rows, frames: Frames::default() };
    Ok(MembershipServiceServer::new(membership).max_decoding_message_size(tepat_serve::MESSAGE_BYTES_MAX))
}

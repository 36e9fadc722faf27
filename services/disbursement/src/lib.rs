//! Who is in, who is out and why; what was handed over; what came back; does it reconcile.
//!
//! A batch is screened by workers that lease its chunks ([`work`]), decided by pure [`rules`], and
//! carried through the chain of officials by the RPCs ([`rpc`] and [`flow`]). What protects money
//! is in the schema ([`store::migrations`]).

mod data;
mod fault;
mod flow;
mod marks;
mod outside;
pub mod process;
mod rpc;
mod rules;
mod settings;
mod store;
mod work;

use std::sync::Arc;

use tepat_proof::Signer;
use tepat_proto::accounts::accounts_service_client::AccountsServiceClient;
use tepat_proto::disbursement::disbursement_service_server::DisbursementServiceServer;
use tepat_proto::membership::membership_service_client::MembershipServiceClient;
use tepat_proto::wages::wages_service_client::WagesServiceClient;
use tepat_serve::{Clock, MESSAGE_BYTES_MAX, Transport};
use tepat_store::Store;
use tokio::sync::{Mutex, broadcast};
use tokio::task::JoinSet;
use uuid::Uuid;

pub use crate::data::BuildFault;
pub use crate::marks::{MarkKey, MarkKeyFault};
pub use crate::settings::Settings;
pub use crate::store::migrations::Migrator;

use crate::fault::FlowFault;
use crate::flow::package::Kept;
use crate::marks::Marks;
use crate::outside::accounts::Accounts;
use crate::outside::membership::Membership;
use crate::outside::wages::Wages;
use crate::rules::round::{Round, Rounds};
use crate::store::batches::{self, BatchRow};
use crate::work::screen::{self, Bell};

/// Settings with their default values and an explanation of each.
pub const DEFAULT_TOML: &str = include_str!("default.toml");

/// What the service needs from outside.
pub struct Deps {
    /// Its own database, migrated.
    pub store: Store,
    /// Microseconds UTC.
    pub clock: Clock,
    /// Key of the marks that stand for accounts and persons where they must not be read.
    pub mark_key: MarkKey,
    /// Signs packages with the suite's seal.
    pub seal: Signer,
    /// Roots that officials' certificates must lead to, PEM.
    pub roots_pem: Vec<u8>,
    /// Membership.
    pub membership: Transport,
    /// Wages.
    pub wages: Transport,
    /// Accounts.
    pub accounts: Transport,
}

/// The service and its workers; dropping the workers stops them.
pub struct Built {
    /// The RPCs.
    pub server: DisbursementServiceServer<rpc::Disbursement>,
    /// Workers that screen; a chunk in their hands is leased to others when they stop.
    pub workers: JoinSet<()>,
}

/// Puts the service together and starts its workers.
///
/// # Errors
/// [`BuildFault`] when the folder of the rounds cannot be read, or with every fault of its rounds.
pub fn build(settings: Settings, deps: Deps) -> Result<Built, BuildFault> {
    let rounds = data::rounds(&settings.rounds_folder)?;
    let service = Arc::new(Service {
        settings,
        store: deps.store,
        clock: deps.clock,
        rounds,
        marks: Marks::new(&deps.mark_key),
        seal: deps.seal,
        roots_pem: deps.roots_pem,
        membership: Membership(
            MembershipServiceClient::new(deps.membership).max_decoding_message_size(MESSAGE_BYTES_MAX),
        ),
        wages: Wages(WagesServiceClient::new(deps.wages).max_decoding_message_size(MESSAGE_BYTES_MAX)),
        accounts: Accounts(
            AccountsServiceClient::new(deps.accounts).max_decoding_message_size(MESSAGE_BYTES_MAX),
        ),
        bell: Bell::default(),
        packages: Arc::new(Mutex::new(None)),
        instance: Uuid::now_v7(),
        changed: broadcast::channel(1_024).0,
    });
    let workers = screen::start(&service);
    let server = DisbursementServiceServer::new(rpc::Disbursement(service))
        .max_decoding_message_size(MESSAGE_BYTES_MAX);
    Ok(Built { server, workers })
}

/// What every room of the service works with.
struct Service {
    settings: Settings,
    store: Store,
    clock: Clock,
    rounds: Rounds,
    marks: Marks,
    seal: Signer,
    roots_pem: Vec<u8>,
    membership: Membership,
    wages: Wages,
    accounts: Accounts,
    bell: Bell,
    /// Held by whoever writes a package, with the lists that compose wrote last: hand over goes on from them.
    packages: Arc<Mutex<Option<Kept>>>,
    /// Tells this process's working folders from those of others.
    instance: Uuid,
    /// Ids of batches that changed; whoever lags just looks again.
    changed: broadcast::Sender<String>,
}

/// The round of a batch as the batch pinned it: decided rounds are replayed by their own text, whatever
/// this build ships.
fn pinned_round(batch: &BatchRow) -> Result<Round, FlowFault> {
    Round::parse(&batch.round_text).map_err(|_| FlowFault::RoundDiffers { round: batch.round.clone() })
}

impl Service {
    /// A round by its id.
    fn round(&self, id: &str) -> Option<&Round> {
        self.rounds.get(id)
    }

    /// The round of a batch for screening it: only if its text is still the one that the batch pinned.
    fn same_round(&self, batch: &BatchRow) -> Result<&Round, FlowFault> {
        let same = self.round(&batch.round).filter(|round| round.sha256.as_slice() == batch.round_sha256);
        same.ok_or_else(|| FlowFault::RoundDiffers { round: batch.round.clone() })
    }

    /// The batch with this id.
    async fn batch(&self, batch_id: &str) -> Result<BatchRow, FlowFault> {
        let found = batches::find(&self.store, batch_id).await?;
        found.ok_or_else(|| FlowFault::BatchUnknown { batch_id: batch_id.to_owned() })
    }

    /// Tells those who watch a batch that it changed.
    fn tell_changed(&self, batch_id: &str) {
        // Nobody watching is no fault.
        let _ = self.changed.send(batch_id.to_owned());
    }
}

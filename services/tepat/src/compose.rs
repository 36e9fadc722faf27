//! The one place where services are wired: all in this process, or one alone with its peers elsewhere.

use std::sync::Arc;

use tepat_disbursement::{Built, Deps};
use tepat_proto::accounts::accounts_service_server::{
    self as accounts, AccountsService, AccountsServiceServer,
};
use tepat_proto::disbursement::disbursement_service_server as disbursement;
use tepat_proto::membership::membership_service_server::{
    self as membership, MembershipService, MembershipServiceServer,
};
use tepat_proto::wages::wages_service_server::{self as wages, WagesService, WagesServiceServer};
use tepat_serve::{Clock, PeerSettings, Transport};
use tepat_store::Store;
use tokio::task::JoinSet;
use tonic::service::Routes;

use crate::data_folder::{DataFolder, SEAL};
use crate::failure::Failure;
use crate::settings::{Kept, Settings};

/// Services in this process, ready to be served or called.
pub(crate) struct Suite {
    /// Every RPC.
    pub(crate) routes: Routes,
    /// Full names, for health and for people.
    pub(crate) services: Vec<&'static str>,
    /// Workers of disbursement; dropping them gives their chunks to others.
    workers: JoinSet<()>,
}

/// A service that can run alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Alone {
    Membership,
    Wages,
    Accounts,
    Disbursement,
}

/// What services are made of.
pub(crate) struct Parts {
    pub(crate) settings: Settings,
    pub(crate) folder: DataFolder,
    pub(crate) clock: Clock,
}

impl Suite {
    /// The same RPCs as a transport inside this process.
    pub(crate) fn transport(&self, settings: &Settings) -> Transport {
        Transport::local(self.routes.clone(), settings.listen.limits())
    }

    /// Ends the workers. A chunk in their hands is screened again by whoever comes next.
    pub(crate) async fn stop(mut self) {
        self.workers.shutdown().await;
    }
}

impl Parts {
    /// Brings every database up to date.
    pub(crate) async fn migrate(&self) -> Result<(), Failure> {
        self.store(Kept::Membership).await?;
        self.store(Kept::Accounts).await?;
        self.store(Kept::Disbursement).await?;
        Ok(())
    }

    /// All four services; disbursement calls its peers inside this process.
    pub(crate) async fn suite(&self) -> Result<Suite, Failure> {
        let limits = self.settings.listen.limits();
        let membership = self.membership().await?;
        let wages = self.wages().await?;
        let accounts = self.accounts().await?;
        let Built { server, workers } = self
            .disbursement([
                Transport::local(Routes::new(membership.clone()), limits),
                Transport::local(Routes::new(wages.clone()), limits),
                Transport::local(Routes::new(accounts.clone()), limits),
            ])
            .await?;
        let routes = Routes::new(membership).add_service(wages).add_service(accounts).add_service(server);
        let services = vec![
            membership::SERVICE_NAME,
            wages::SERVICE_NAME,
            accounts::SERVICE_NAME,
            disbursement::SERVICE_NAME,
        ];
        Ok(Suite { routes, services, workers })
    }

    /// One service; the peers of disbursement are where `[peers]` says.
    pub(crate) async fn alone(&self, alone: Alone) -> Result<Suite, Failure> {
        let nobody = JoinSet::new;
        let (routes, service, workers) = match alone {
            Alone::Membership => (Routes::new(self.membership().await?), membership::SERVICE_NAME, nobody()),
            Alone::Wages => (Routes::new(self.wages().await?), wages::SERVICE_NAME, nobody()),
            Alone::Accounts => (Routes::new(self.accounts().await?), accounts::SERVICE_NAME, nobody()),
            Alone::Disbursement => {
                let peers = &self.settings.peers;
                let peers = [
                    remote("peers.membership.address", &peers.membership)?,
                    remote("peers.wages.address", &peers.wages)?,
                    remote("peers.accounts.address", &peers.accounts)?,
                ];
                let Built { server, workers } = self.disbursement(peers).await?;
                (Routes::new(server), disbursement::SERVICE_NAME, workers)
            }
        };
        Ok(Suite { routes, services: vec![service], workers })
    }

    async fn membership(&self) -> Result<MembershipServiceServer<impl MembershipService>, Failure> {
        let store = self.store(Kept::Membership).await?;
        let deps = tepat_membership::Deps { store, clock: Arc::clone(&self.clock) };
        let server = tepat_membership::build(&self.settings.membership, deps).await;
        server.map_err(Failure::failed)
    }

    async fn wages(&self) -> Result<WagesServiceServer<impl WagesService>, Failure> {
        let server = tepat_wages::build(&self.settings.wages).await;
        server.map_err(Failure::failed)
    }

    async fn accounts(&self) -> Result<AccountsServiceServer<impl AccountsService>, Failure> {
        let store = self.store(Kept::Accounts).await?;
        let deps = tepat_accounts::Deps { store, clock: Arc::clone(&self.clock) };
        let server = tepat_accounts::build(&self.settings.accounts, deps).await;
        server.map_err(Failure::failed)
    }

    async fn disbursement(&self, [membership, wages, accounts]: [Transport; 3]) -> Result<Built, Failure> {
        let deps = Deps {
            store: self.store(Kept::Disbursement).await?,
            clock: Arc::clone(&self.clock),
            mark_key: self.folder.mark_key()?,
            seal: self.folder.signer(SEAL)?,
            roots_pem: self.folder.roots_pem()?,
            membership,
            wages,
            accounts,
        };
        Ok(tepat_disbursement::build(self.settings.disbursement.clone(), deps))
    }

    /// A service's database, up to date.
    async fn store(&self, kept: Kept) -> Result<Store, Failure> {
        let store =
            Store::open(&self.settings.stores.of(kept, &self.folder)).await.map_err(Failure::failed)?;
        let migrated = match kept {
            Kept::Membership => store.migrate::<tepat_membership::Migrator>().await,
            Kept::Accounts => store.migrate::<tepat_accounts::Migrator>().await,
            Kept::Disbursement => store.migrate::<tepat_disbursement::Migrator>().await,
        };
        migrated.map_err(Failure::failed)?;
        Ok(store)
    }
}

fn remote(key: &str, peer: &PeerSettings) -> Result<Transport, Failure> {
    if peer.address.is_empty() {
        return Err(Failure::usage(format!(
            "{key} must be host:port when disbursement runs alone, found nothing"
        )));
    }
    Transport::remote(peer).map_err(|fault| Failure::usage(format!("{key}: {fault}")))
}

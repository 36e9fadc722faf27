//! The one place where services are wired: all in this process, or one alone with its peers elsewhere.

use std::sync::Arc;

use tepat_proto::accounts::accounts_service_server as accounts;
use tepat_proto::disbursement::disbursement_service_server as disbursement;
use tepat_proto::membership::membership_service_server as membership;
use tepat_proto::wages::wages_service_server as wages;
use tepat_serve::{Clock, OpenFault, Served, Transport};
use tepat_store::Kept;
use tonic::service::Routes;

use crate::data_folder::DataFolder;
use crate::failure::Failure;
use crate::settings::Settings;

/// A service that can run alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Alone {
    Membership,
    Wages,
    Accounts,
    Disbursement,
}

impl Alone {
    /// What the service is called where its traces go.
    pub(crate) const fn process_name(self) -> &'static str {
        match self {
            Self::Membership => "tepat-membership",
            Self::Wages => "tepat-wages",
            Self::Accounts => "tepat-accounts",
            Self::Disbursement => "tepat-disbursement",
        }
    }
}

/// What services are made of.
pub(crate) struct Parts {
    pub(crate) settings: Settings,
    pub(crate) folder: DataFolder,
    pub(crate) clock: Clock,
}

impl Parts {
    /// Brings every database up to date.
    pub(crate) async fn migrate(&self) -> Result<(), Failure> {
        let stores = &self.settings.stores;
        let of = |kept: Kept| move |fault| Failure::failed(format!("{}: {fault}", kept.name()));
        let migrated = stores.migrate::<tepat_membership::Migrator>(Kept::Membership).await;
        migrated.map_err(of(Kept::Membership))?;
        let migrated = stores.migrate::<tepat_accounts::Migrator>(Kept::Accounts).await;
        migrated.map_err(of(Kept::Accounts))?;
        let migrated = stores.migrate::<tepat_disbursement::Migrator>(Kept::Disbursement).await;
        migrated.map_err(of(Kept::Disbursement))
    }

    /// All four services; disbursement calls its peers inside this process.
    pub(crate) async fn suite(&self) -> Result<Served, Failure> {
        let limits = self.settings.process.listen.limits();
        let membership = self.membership().await?;
        let wages = self.wages().await?;
        let accounts = self.accounts().await?;
        let peers = [
            Transport::local(Routes::new(membership.server.clone()), limits),
            Transport::local(Routes::new(wages.server.clone()), limits),
            Transport::local(Routes::new(accounts.server.clone()), limits),
        ];
        let disbursement = self.disbursement(peers).await?;
        let routes = Routes::new(membership.server).add_service(wages.server).add_service(accounts.server);
        Ok(Served {
            routes: routes.add_service(disbursement.built.server),
            services: vec![
                membership::SERVICE_NAME,
                wages::SERVICE_NAME,
                accounts::SERVICE_NAME,
                disbursement::SERVICE_NAME,
            ],
            descriptors: vec![tepat_proto::DESCRIPTORS],
            checks: membership.checks.and(accounts.checks).and(disbursement.checks),
            workers: disbursement.built.workers,
        })
    }

    /// One service; the peers of disbursement are where `[peers]` says.
    pub(crate) async fn alone(&self, alone: Alone) -> Result<Served, Failure> {
        Ok(match alone {
            Alone::Membership => self.membership().await?.into(),
            Alone::Wages => self.wages().await?.into(),
            Alone::Accounts => self.accounts().await?.into(),
            Alone::Disbursement => {
                let peers = self.settings.peers.remote().map_err(Failure::usage)?;
                self.disbursement(peers).await?.into()
            }
        })
    }

    async fn membership(&self) -> Result<tepat_membership::process::Opened, Failure> {
        let Settings { stores, membership, .. } = &self.settings;
        tepat_membership::process::open(stores, membership, self.clock()).await.map_err(failed)
    }

    async fn wages(&self) -> Result<tepat_wages::process::Opened, Failure> {
        tepat_wages::process::open(&self.settings.wages).await.map_err(failed)
    }

    /// Accounts by itself, for whoever asks it alone.
    pub(crate) async fn accounts(&self) -> Result<tepat_accounts::process::Opened, Failure> {
        let Settings { stores, accounts, .. } = &self.settings;
        tepat_accounts::process::open(stores, accounts, self.clock()).await.map_err(failed)
    }

    async fn disbursement(
        &self,
        peers: [Transport; 3],
    ) -> Result<tepat_disbursement::process::Opened, Failure> {
        let Settings { stores, keys, disbursement, .. } = &self.settings;
        let opened =
            tepat_disbursement::process::open(stores, keys, disbursement.clone(), peers, self.clock());
        opened.await.map_err(failed)
    }

    fn clock(&self) -> Clock {
        Arc::clone(&self.clock)
    }
}

/// The same RPCs as a transport inside this process.
pub(crate) fn transport(served: &Served, settings: &Settings) -> Transport {
    Transport::local(served.routes.clone(), settings.process.listen.limits())
}

fn failed(fault: OpenFault) -> Failure {
    Failure::failed(fault)
}

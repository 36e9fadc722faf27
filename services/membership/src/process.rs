//! The service in a process: its tables opened, its parts put together, and the process of its own.

use std::process::ExitCode;

use serde::Deserialize;
use tepat_proto::membership::membership_service_server::{MembershipServiceServer, SERVICE_NAME};
use tepat_serve::{Check, Checks, Clock, OpenFault, Readiness, Served, SettingsFaults, process};
use tepat_store::{Kept, Stores};
use tonic::service::Routes;

use crate::{DEFAULT_TOML, Deps, Membership, Migrator, Settings, build};

/// The service with its tables open.
pub struct Opened {
    /// The RPCs.
    pub server: MembershipServiceServer<Membership>,
    /// Whether its database answers.
    pub checks: Checks,
}

/// Opens the tables and puts the service together.
///
/// # Errors
/// What stands in the way, for people.
pub async fn open(stores: &Stores, settings: &Settings, clock: Clock) -> Result<Opened, OpenFault> {
    let store = stores.open::<Migrator>(Kept::Membership).await?;
    let asked = store.clone();
    let checks = Checks::none().with("membership database", move || {
        let store = asked.clone();
        async move { Readiness::ready_if(store.row("SELECT 1", []).await.is_ok(), "it does not answer") }
    });
    Ok(Opened { server: build(settings, Deps { store, clock }).await?, checks })
}

impl From<Opened> for Served {
    fn from(Opened { server, checks }: Opened) -> Self {
        Self {
            routes: Routes::new(server),
            services: vec![SERVICE_NAME],
            descriptors: vec![tepat_proto::DESCRIPTORS],
            checks,
            ..Self::default()
        }
    }
}

/// The sections that the process reads beside those of every process.
#[derive(Deserialize)]
struct Sections {
    stores: Stores,
    membership: Settings,
}

impl Check for Sections {
    fn check(&self, faults: &mut SettingsFaults) {
        self.stores.faults().into_iter().for_each(|(key, wanted)| faults.fault(&key, wanted));
        self.membership.check(faults);
    }
}

/// The main function of the service's own binary.
pub async fn main() -> ExitCode {
    const OTHERS: &str = "[keys]\n[peers]\n[wages]\n[accounts]\n[disbursement]\n";
    let own = [Stores::DEFAULT_TOML, DEFAULT_TOML, OTHERS].join("\n");
    process::alone("tepat-membership", &own, async |sections: Sections, clock| {
        Ok(open(&sections.stores, &sections.membership, clock).await?.into())
    })
    .await
}

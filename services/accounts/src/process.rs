//! The service in a process: its tables opened, its parts put together, and the process of its own.

use std::process::ExitCode;

use serde::Deserialize;
use tepat_proto::accounts::accounts_service_server::{AccountsServiceServer, SERVICE_NAME};
use tepat_serve::{
    Check, Checks, Clock, KeysSettings, OpenFault, Readiness, Served, SettingsFaults, process,
};
use tepat_store::{Kept, Stores};
use tonic::service::Routes;

use crate::{Accounts, DEFAULT_TOML, Deps, Migrator, Settings, build};

/// The service with its tables open.
pub struct Opened {
    /// The RPCs.
    pub server: AccountsServiceServer<Accounts>,
    /// Whether its database answers.
    pub checks: Checks,
}

/// Opens the tables and puts the service together.
///
/// # Errors
/// What stands in the way, for people.
pub async fn open(stores: &Stores, settings: &Settings, clock: Clock) -> Result<Opened, OpenFault> {
    let store = stores.open::<Migrator>(Kept::Accounts).await?;
    let asked = store.clone();
    let checks = Checks::none().with("accounts database", move || {
        let store = asked.clone();
        async move { Readiness::ready_if(store.row("SELECT 1", []).await.is_ok(), "it does not answer") }
    });
    Ok(Opened { server: build(settings, Deps { store, clock }).await?, checks })
}

impl Settings {
    /// Takes the claim key from the folder of the keys where no other place of it is set.
    #[must_use]
    pub fn with_keys(mut self, keys: &KeysSettings) -> Self {
        let is_open = self.claim_key.reveal().is_empty() && self.claim_key_file.as_os_str().is_empty();
        if is_open && !keys.folder.as_os_str().is_empty() {
            self.claim_key_file = keys.folder.join("claim.key");
        }
        self
    }
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
    keys: KeysSettings,
    accounts: Settings,
}

impl Check for Sections {
    fn check(&self, faults: &mut SettingsFaults) {
        self.stores.faults().into_iter().for_each(|(key, wanted)| faults.fault(&key, wanted));
        self.accounts.clone().with_keys(&self.keys).check(faults);
    }
}

/// The main function of the service's own binary.
pub async fn main() -> ExitCode {
    const OTHERS: &str = "[peers]\n[membership]\n[wages]\n[disbursement]\n";
    let own = [Stores::DEFAULT_TOML, KeysSettings::DEFAULT_TOML, DEFAULT_TOML, OTHERS].join("\n");
    process::alone("tepat-accounts", &own, async |sections: Sections, clock| {
        let settings = sections.accounts.with_keys(&sections.keys);
        Ok(open(&sections.stores, &settings, clock).await?.into())
    })
    .await
}

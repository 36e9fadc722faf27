//! The service in a process: its tables, keys and peers, its parts put together, and the process of
//! its own.

use std::path::Path;
use std::process::ExitCode;

use serde::Deserialize;
use tepat_proof::Signer;
use tepat_proto::disbursement::disbursement_service_server::SERVICE_NAME;
use tepat_serve::{
    Check, Checks, Clock, KeysSettings, OpenFault, PeerSettings, Readiness, Served, SettingsFaults,
    Transport, process,
};
use tepat_store::{Kept, Stores};
use tonic::service::Routes;

use crate::{Built, DEFAULT_TOML, Deps, MarkKey, Migrator, Settings, build};

/// The identity that seals packages.
pub const SEAL: &str = "suite-seal";

/// The section `[peers]`: the services that disbursement asks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peers {
    /// Membership.
    pub membership: PeerSettings,
    /// Wages.
    pub wages: PeerSettings,
    /// Accounts.
    pub accounts: PeerSettings,
}

impl Peers {
    /// The section with every key, its meaning and its default.
    pub const DEFAULT_TOML: &'static str = include_str!("peers.default.toml");

    fn each(&self) -> [(&'static str, &PeerSettings); 3] {
        [
            ("peers.membership", &self.membership),
            ("peers.wages", &self.wages),
            ("peers.accounts", &self.accounts),
        ]
    }

    /// Ways to the peers in other processes: membership, wages, accounts.
    ///
    /// # Errors
    /// When an address is missing or malformed, by its key.
    pub fn remote(&self) -> Result<[Transport; 3], OpenFault> {
        let mut transports = Vec::new();
        for (key, peer) in self.each() {
            if peer.address.is_empty() {
                let wanted = "must be host:port when disbursement runs alone, found nothing";
                return Err(format!("{key}.address {wanted}").into());
            }
            transports.push(Transport::remote(peer).map_err(|fault| format!("{key}.address: {fault}"))?);
        }
        Ok(transports.try_into().expect("as many transports as peers"))
    }
}

impl Check for Peers {
    fn check(&self, faults: &mut SettingsFaults) {
        self.each().into_iter().for_each(|(key, peer)| peer.check(key, faults));
    }
}

/// The service with its tables open.
pub struct Opened {
    /// The RPCs and the workers.
    pub built: Built,
    /// Whether its database answers.
    pub checks: Checks,
}

/// Opens the tables, reads the keys and puts the service together; its workers begin at once.
///
/// # Errors
/// What stands in the way, for people.
pub async fn open(
    stores: &Stores,
    keys: &KeysSettings,
    settings: Settings,
    [membership, wages, accounts]: [Transport; 3],
    clock: Clock,
) -> Result<Opened, OpenFault> {
    let mark_key = mark_key(&keys.folder)?;
    let seal = Signer::load(&keys.folder, SEAL)?;
    let roots_pem = read(&keys.folder.join("ca.pem"))?;
    let store = stores.open::<Migrator>(Kept::Disbursement).await?;
    let asked = store.clone();
    let checks = Checks::none().with("disbursement database", move || {
        let store = asked.clone();
        async move { Readiness::ready_if(store.row("SELECT 1", []).await.is_ok(), "it does not answer") }
    });
    let deps = Deps { store, clock, mark_key, seal, roots_pem, membership, wages, accounts };
    Ok(Opened { built: build(settings, deps)?, checks })
}

fn mark_key(keys: &Path) -> Result<MarkKey, OpenFault> {
    let path = keys.join("mark.key");
    let text = String::from_utf8_lossy(&read(&path)?).into_owned();
    text.parse().map_err(|fault| format!("{}: {fault}", path.display()).into())
}

fn read(path: &Path) -> Result<Vec<u8>, OpenFault> {
    std::fs::read(path).map_err(|err| format!("cannot read {}: {err}", path.display()).into())
}

impl From<Opened> for Served {
    fn from(Opened { built, checks }: Opened) -> Self {
        Self {
            routes: Routes::new(built.server),
            services: vec![SERVICE_NAME],
            descriptors: vec![tepat_proto::DESCRIPTORS],
            checks,
            workers: built.workers,
        }
    }
}

/// The sections that the process reads beside those of every process.
#[derive(Deserialize)]
struct Sections {
    stores: Stores,
    keys: KeysSettings,
    peers: Peers,
    disbursement: Settings,
}

impl Check for Sections {
    fn check(&self, faults: &mut SettingsFaults) {
        self.stores.faults().into_iter().for_each(|(key, wanted)| faults.fault(&key, wanted));
        self.peers.check(faults);
        self.disbursement.check(faults);
    }
}

/// The main function of the service's own binary.
pub async fn main() -> ExitCode {
    const OTHERS: &str = "[membership]\n[wages]\n[accounts]\n";
    let sections =
        [Stores::DEFAULT_TOML, KeysSettings::DEFAULT_TOML, Peers::DEFAULT_TOML, DEFAULT_TOML, OTHERS];
    process::alone("tepat-disbursement", &sections.join("\n"), async |sections: Sections, clock| {
        let Sections { stores, keys, peers, disbursement } = sections;
        Ok(open(&stores, &keys, disbursement, peers.remote()?, clock).await?.into())
    })
    .await
}

//! Settings of the whole suite: the sections of every crate in one tree.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use tepat_serve::settings::{Check, Loaded, SettingsFaults, Sources};
use tepat_serve::{ListenSettings, LogSettings, PeerSettings, load};
use tepat_store::StoreSettings;

use crate::data_folder::DataFolder;
use crate::failure::Failure;

/// Variables that begin like settings and are arguments of the command line.
const NOT_SETTINGS: [&str; 2] = ["TEPAT_DATA", "TEPAT_SERVER"];

/// Every section.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) listen: ListenSettings,
    pub(crate) log: LogSettings,
    pub(crate) stores: Stores,
    pub(crate) peers: Peers,
    pub(crate) membership: tepat_membership::Settings,
    pub(crate) wages: tepat_wages::Settings,
    pub(crate) accounts: tepat_accounts::Settings,
    pub(crate) disbursement: tepat_disbursement::Settings,
}

/// The section `[stores]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stores {
    membership: String,
    accounts: String,
    disbursement: String,
    connections_max: u32,
    wait_ms_max: u64,
}

/// The section `[peers]`: the services that disbursement asks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Peers {
    pub(crate) membership: PeerSettings,
    pub(crate) wages: PeerSettings,
    pub(crate) accounts: PeerSettings,
}

/// The services with tables of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    Membership,
    Accounts,
    Disbursement,
}

impl Stores {
    /// How the database of a service is reached.
    pub(crate) fn of(&self, kept: Kept, folder: &DataFolder) -> StoreSettings {
        let (url, name) = match kept {
            Kept::Membership => (&self.membership, "membership"),
            Kept::Accounts => (&self.accounts, "accounts"),
            Kept::Disbursement => (&self.disbursement, "disbursement"),
        };
        let in_folder = StoreSettings::sqlite(&folder.database(name));
        let url = if url.is_empty() { in_folder.url } else { url.clone() };
        StoreSettings { url, connections_max: self.connections_max, wait_ms_max: self.wait_ms_max }
    }
}

impl Settings {
    /// Puts the places that are left open into the data folder.
    pub(crate) fn within(mut self, folder: &DataFolder) -> Self {
        let packages = folder.path().join(&self.disbursement.packages_folder);
        self.disbursement.packages_folder = packages.to_string_lossy().into_owned();
        let accounts = &mut self.accounts;
        if accounts.claim_key.reveal().is_empty() && accounts.claim_key_file.as_os_str().is_empty() {
            accounts.claim_key_file = folder.claim_key_file();
        }
        self
    }
}

impl Check for Settings {
    fn check(&self, faults: &mut SettingsFaults) {
        self.listen.check(faults);
        self.log.check(faults);
        faults.range("stores.connections_max", self.stores.connections_max, 1..=100);
        faults.range("stores.wait_ms_max", self.stores.wait_ms_max, 100..=600_000);
        for (key, url) in [
            ("stores.membership", &self.stores.membership),
            ("stores.accounts", &self.stores.accounts),
            ("stores.disbursement", &self.stores.disbursement),
        ] {
            let path = url.strip_prefix("sqlite:");
            if !url.is_empty() && path.is_none_or(str::is_empty) {
                faults.fault(key, "must be sqlite:PATH, or empty for a file in the data folder");
            }
        }
        self.peers.membership.check("peers.membership", faults);
        self.peers.wages.check("peers.wages", faults);
        self.peers.accounts.check("peers.accounts", faults);
        self.membership.check(faults);
        // A claim key that is set nowhere is the data folder's.
        self.clone().within(&DataFolder::at(Path::new("data"))).accounts.check(faults);
        self.disbursement.check(faults);
    }
}

/// What the command line says about settings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    /// The settings file; none means `tepat.toml` of the data folder, if it is there.
    pub(crate) file: Option<PathBuf>,
    /// Dotted key and value of each setting given as a flag.
    pub(crate) flags: Vec<(String, String)>,
}

/// Every key with its meaning and its default.
pub(crate) fn default_toml() -> String {
    [
        ListenSettings::DEFAULT_TOML,
        LogSettings::DEFAULT_TOML,
        include_str!("default.toml"),
        tepat_membership::DEFAULT_TOML,
        tepat_wages::DEFAULT_TOML,
        tepat_accounts::DEFAULT_TOML,
        tepat_disbursement::DEFAULT_TOML,
    ]
    .join("\n")
}

/// The settings in force for a data folder, with the origin of each.
pub(crate) fn effective(folder: &DataFolder, said: &Said) -> Result<Loaded<Settings>, Failure> {
    let own = folder.settings_file();
    let file = said.file.clone().or_else(|| own.is_file().then_some(own));
    let sources = Sources {
        default_toml: &default_toml(),
        file,
        environment: Sources::present_environment(),
        not_settings: &NOT_SETTINGS,
        flags: said.flags.clone(),
    };
    load(&sources).map_err(|faults| Failure::usage(format!("the settings are wrong\n{faults}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(flags: &[(&str, &str)]) -> Result<Settings, String> {
        let flags = flags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let sources = Sources { default_toml: &default_toml(), flags, ..Sources::default() };
        load::<Settings>(&sources).map(|loaded| loaded.settings).map_err(|faults| faults.to_string())
    }

    #[test]
    fn the_assembled_defaults_are_in_range_and_listen_where_clients_look() {
        let settings = loaded(&[]).unwrap();
        assert_eq!(settings.listen.address, "127.0.0.1:7400");
        assert_eq!(settings.peers.wages.address, "");
    }

    #[test]
    fn every_wrong_setting_is_named_with_its_value_and_range_at_once() {
        let faults = loaded(&[
            ("stores.connections_max", "0"),
            ("stores.accounts", "oracle:x"),
            ("peers.wages.deadline_ms", "0"),
            ("disbursement.chunk_members", "99"),
            ("disbursement.chunk_member", "200"),
        ])
        .unwrap_err();
        for expected in [
            "stores.connections_max = 0 (flag): must be 1 to 100",
            "stores.accounts = \"oracle:x\" (flag): must be sqlite:PATH",
            "peers.wages.deadline_ms = 0 (flag): must be 1 to 3600000",
            "disbursement.chunk_members = 99 (flag): must be 100 to 50000",
            "disbursement.chunk_member (flag): unknown key, did you mean disbursement.chunk_members?",
        ] {
            assert!(faults.contains(expected), "{expected:?} is missing in\n{faults}");
        }
    }

    #[test]
    fn what_is_left_open_lies_in_the_data_folder() {
        let folder = DataFolder::at(Path::new("/somewhere"));
        let settings = loaded(&[]).unwrap().within(&folder);
        assert_eq!(settings.disbursement.packages_folder, "/somewhere/packages");
        assert_eq!(settings.accounts.claim_key_file, Path::new("/somewhere/keys/claim.key"));
        let store = |settings: &Settings| settings.stores.of(Kept::Accounts, &folder).url;
        assert_eq!(store(&settings), "sqlite:/somewhere/accounts.sqlite");
        let elsewhere = [("stores.accounts", "sqlite:/x"), ("accounts.claim_key", &"5a".repeat(32))];
        let settings = loaded(&elsewhere).unwrap().within(&folder);
        assert_eq!(settings.accounts.claim_key_file, Path::new(""));
        assert_eq!(store(&settings), "sqlite:/x");
    }
}

//! Settings of the whole suite: the sections of every crate in one tree.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use tepat_disbursement::process::Peers;
use tepat_serve::settings::{Check, Loaded, SettingsFaults, Sources};
use tepat_serve::{KeysSettings, ProcessSettings, load};
use tepat_store::Stores;

use crate::data_folder::DataFolder;
use crate::failure::Failure;

/// Variables that begin like settings and are arguments of the command line.
const NOT_SETTINGS: [&str; 2] = ["TEPAT_DATA", "TEPAT_SERVER"];

/// Every section. Which keys there are, the default TOML says.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Settings {
    #[serde(flatten)]
    pub(crate) process: ProcessSettings,
    pub(crate) stores: Stores,
    pub(crate) keys: KeysSettings,
    pub(crate) peers: Peers,
    pub(crate) membership: tepat_membership::Settings,
    pub(crate) wages: tepat_wages::Settings,
    pub(crate) accounts: tepat_accounts::Settings,
    pub(crate) disbursement: tepat_disbursement::Settings,
}

impl Settings {
    /// Puts the places that are left open into the data folder.
    pub(crate) fn within(mut self, folder: &DataFolder) -> Self {
        let packages = folder.path().join(&self.disbursement.packages_folder);
        self.disbursement.packages_folder = packages.to_string_lossy().into_owned();
        self.stores = self.stores.within(folder.path());
        if self.keys.folder.as_os_str().is_empty() {
            self.keys.folder = folder.keys();
        }
        self.accounts = self.accounts.with_keys(&self.keys);
        self
    }
}

impl Check for Settings {
    fn check(&self, faults: &mut SettingsFaults) {
        self.process.check(faults);
        self.stores.faults().into_iter().for_each(|(key, wanted)| faults.fault(&key, wanted));
        self.peers.check(faults);
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
        &ProcessSettings::default_toml(),
        Stores::DEFAULT_TOML,
        KeysSettings::DEFAULT_TOML,
        Peers::DEFAULT_TOML,
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
    use tepat_store::Kept;

    use super::*;

    fn loaded(flags: &[(&str, &str)]) -> Result<Settings, String> {
        let flags = flags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let sources = Sources { default_toml: &default_toml(), flags, ..Sources::default() };
        load::<Settings>(&sources).map(|loaded| loaded.settings).map_err(|faults| faults.to_string())
    }

    #[test]
    fn the_assembled_defaults_are_in_range_and_listen_where_clients_look() {
        let settings = loaded(&[]).unwrap();
        assert_eq!(settings.process.listen.address, "127.0.0.1:7400");
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
            "stores.accounts = \"oracle:x\" (flag): must be sqlite:PATH or postgres://",
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
        assert_eq!(settings.keys.folder, Path::new("/somewhere/keys"));
        assert_eq!(settings.accounts.claim_key_file, Path::new("/somewhere/keys/claim.key"));
        let store = |settings: &Settings| settings.stores.of(Kept::Accounts).url;
        assert_eq!(store(&settings), "sqlite:/somewhere/accounts.sqlite");
        let elsewhere = [("stores.accounts", "sqlite:/x"), ("accounts.claim_key", &"5a".repeat(32))];
        let settings = loaded(&elsewhere).unwrap().within(&folder);
        assert_eq!(settings.accounts.claim_key_file, Path::new(""));
        assert_eq!(store(&settings), "sqlite:/x");
    }

    #[test]
    fn the_password_of_an_address_is_not_shown() {
        let owner = ("stores.owner".to_owned(), "postgres://tepat_owner:hush@db:5432/tepat".to_owned());
        let sources = Sources { default_toml: &default_toml(), flags: vec![owner], ..Sources::default() };
        let rows = load::<Settings>(&sources).unwrap().explain();
        let (_, value, _) = rows.iter().find(|(key, ..)| key == "stores.owner").unwrap();
        assert_eq!(value, "\"postgres://tepat_owner:(not shown)@db:5432/tepat\"");
    }
}

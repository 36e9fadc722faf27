//! Arguments about the data folder and the settings, shared by the commands that run services.

use std::path::PathBuf;

use clap::Args;
use tepat_serve::settings::Loaded;
use tepat_serve::system_clock;

use crate::compose::Parts;
use crate::data_folder::DataFolder;
use crate::failure::Failure;
use crate::settings::{Said, Settings, effective};

/// Where the data are.
#[derive(Clone, Debug, Args)]
pub(super) struct DataArgs {
    /// Data folder: databases, keys, packages, tepat.toml.
    #[arg(long, value_name = "DIR", env = "TEPAT_DATA", default_value = "tepat-data")]
    pub(super) data: PathBuf,
}

/// Where the settings come from: flag over environment (TEPAT_…) over file over default.
#[derive(Clone, Debug, Args)]
pub(super) struct SettingsArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// Settings file; without it tepat.toml of the data folder, where it is there.
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// One setting, as often as needed: `--set disbursement.chunk_members=1000`.
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("must be KEY=VALUE")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

impl SettingsArgs {
    /// The settings in force, with flags of the command over everything. Nothing is made.
    pub(super) fn effective(&self, flags: &[(&str, Option<String>)]) -> Result<Loaded<Settings>, Failure> {
        let of_command = flags.iter().filter_map(|(key, value)| Some(((*key).to_owned(), value.clone()?)));
        let said =
            Said { file: self.settings.clone(), flags: self.set.iter().cloned().chain(of_command).collect() };
        effective(&DataFolder::at(&self.data.data), &said)
    }

    /// Arguments that lead another process to the same settings.
    pub(super) fn args(&self, flags: &[(&str, Option<String>)]) -> Vec<String> {
        let mut args = vec!["--data".to_owned(), self.data.data.to_string_lossy().into_owned()];
        if let Some(file) = &self.settings {
            args.extend(["--settings".to_owned(), file.to_string_lossy().into_owned()]);
        }
        let of_command = flags.iter().filter_map(|(key, value)| Some(((*key).to_owned(), value.clone()?)));
        for (key, value) in self.set.iter().cloned().chain(of_command) {
            args.extend(["--set".to_owned(), format!("{key}={value}")]);
        }
        args
    }

    /// What services are made of; makes the data folder where it is missing.
    pub(super) fn parts(&self, settings: Settings) -> Result<Parts, Failure> {
        let clock = system_clock();
        let folder = DataFolder::open(&self.data.data, clock() / 1_000_000)?;
        Ok(Parts { settings: settings.within(&folder), folder, clock })
    }

    /// What a service is made of that keeps nothing: no data folder is made.
    pub(super) fn parts_without_folder(&self, settings: Settings) -> Parts {
        let folder = DataFolder::at(&self.data.data);
        Parts { settings: settings.within(&folder), folder, clock: system_clock() }
    }
}

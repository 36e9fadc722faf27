//! `tepat config`.

use clap::Subcommand;
use serde_json::json;

use super::data::SettingsArgs;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::table::Table;

/// Show or check the settings.
#[derive(Debug, Subcommand)]
#[command(after_help = "Example:\n  tepat config print\n  tepat config check --settings tepat.toml")]
pub(super) enum Config {
    /// Every setting in force with its origin; secrets are not shown.
    #[command(
        after_help = "Example:\n  tepat config print --data /srv/tepat\n  tepat config print --defaults > tepat.toml"
    )]
    Print {
        #[command(flatten)]
        settings: SettingsArgs,
        /// Every key with its meaning and default, as a settings file.
        #[arg(long)]
        defaults: bool,
    },
    /// Check the settings; exit code 2 names everything that is wrong.
    #[command(after_help = "Example:\n  tepat config check --settings tepat.toml")]
    Check {
        #[command(flatten)]
        settings: SettingsArgs,
    },
}

impl Config {
    pub(super) fn run(self) -> Result<Answer, Failure> {
        match self {
            Self::Print { defaults: true, .. } => {
                let text = crate::settings::default_toml();
                let json = json!({ "default_toml": text });
                Ok(Answer::new(text, json))
            }
            Self::Print { settings, defaults: false } => {
                let rows = settings.effective(&[])?.explain();
                let mut table = Table::new(&["setting", "value", "from"]);
                let mut list = Vec::new();
                for (key, value, source) in rows {
                    list.push(json!({ "key": key, "value": value, "source": source }));
                    table.row([key.into(), value.into(), source.into()]);
                }
                Ok(Answer::new(table.lines(), json!({ "settings": list })))
            }
            Self::Check { settings } => {
                let count = settings.effective(&[])?.explain().len();
                Ok(Answer::new(
                    format!("{count} settings, all in range"),
                    json!({ "good": true, "settings": count }),
                ))
            }
        }
    }
}

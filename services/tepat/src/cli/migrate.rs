//! `tepat migrate`.

use clap::Args;
use serde_json::json;

use super::data::SettingsArgs;
use crate::answer::Answer;
use crate::failure::Failure;

/// Bring every database up to date; makes the data folder where it is missing.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  tepat migrate --data /srv/tepat")]
pub(super) struct Migrate {
    #[command(flatten)]
    settings: SettingsArgs,
}

impl Migrate {
    pub(super) async fn run(self) -> Result<Answer, Failure> {
        let settings = self.settings.effective(&[])?.settings;
        let parts = self.settings.parts(settings)?;
        Box::pin(parts.migrate()).await?;
        let folder = parts.folder.path();
        Ok(Answer::new(
            format!("up to date: {}", folder.display()),
            json!({ "data": folder, "up_to_date": true }),
        ))
    }
}

//! `tepat up`.

use std::path::PathBuf;

use clap::Args;

use super::data::SettingsArgs;
use super::serve::{listen, start_log};
use crate::answer::Answer;
use crate::failure::Failure;

/// Run the suite in one process on one port. SIGTERM drains; batches that were being screened go on.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  tepat up --bank-accounts sample/bank_accounts.csv\n  tepat up --data /srv/tepat --listen 0.0.0.0:7400 --set disbursement.screen_workers=8"
)]
pub(super) struct Up {
    #[command(flatten)]
    settings: SettingsArgs,
    /// host:port to listen on, 127.0.0.1:7400 unless set; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Accounts that the sandbox's banks hold; without it every bank is silent.
    #[arg(long, value_name = "FILE")]
    bank_accounts: Option<PathBuf>,
}

impl Up {
    pub(super) async fn run(self, json: bool) -> Result<Answer, Failure> {
        let bank_accounts = self.bank_accounts.map(|path| path.to_string_lossy().into_owned());
        let flags = [("listen.address", self.listen), ("accounts.sandbox.accounts_file", bank_accounts)];
        let settings = self.settings.effective(&flags)?.settings;
        let telemetry = start_log(&settings, "tepat")?;
        // The port first: whoever may not have it leaves nothing behind.
        let bound = tepat_serve::bind(&settings.process.listen.address).await.map_err(Failure::failed)?;
        let parts = self.settings.parts(settings)?;
        let suite = parts.suite().await?;
        let answer = listen(bound, suite, &parts, json).await;
        telemetry.stop().await;
        answer
    }
}

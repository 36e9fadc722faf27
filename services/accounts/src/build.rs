//! The service made from its settings.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tepat_proto::accounts::accounts_service_server::AccountsServiceServer;
use tepat_serve::MESSAGE_BYTES_MAX;
use tepat_serve::settings::{Check as _, SettingsFaults};

use crate::outside::bank::{Connector, Connectors, LineBounds, Sandbox};
use crate::rules::directory::{BankIndex, Directory};
use crate::rules::freshness::AgesMax;
use crate::settings::Settings;
use crate::store::{ClaimKey, Verdicts};
use crate::{Accounts, BuildFault, Deps};

/// The service, ready to be routed. Runs no migration.
///
/// # Errors
/// [`BuildFault`] when a setting is outside its range, or a file it names cannot be used.
pub async fn build(settings: &Settings, deps: Deps) -> Result<AccountsServiceServer<Accounts>, BuildFault> {
    let mut faults = SettingsFaults::default();
    settings.check(&mut faults);
    if !faults.is_empty() {
        return Err(BuildFault::Settings(faults));
    }
    let directory = directory(settings);
    let claim_key = claim_key(settings).await?;
    let sandbox = sandbox(settings, &directory).await?;
    let bounds = LineBounds {
        concurrency_max: settings.bank_concurrency_max,
        deadline: Duration::from_millis(settings.bank_deadline_ms),
    };
    let ages_max = AgesMax {
        valid_seconds: settings.age_valid_max_seconds,
        other_seconds: settings.age_other_max_seconds,
    };
    let connectors =
        Connectors::new(directory.banks().len(), bounds, |_| sandbox.clone().map(Connector::Sandbox));
    let verdicts = Verdicts::new(deps.store, settings.cache_claims_max, ages_max);
    let claims_max = settings.claims_max;
    let accounts = Accounts { directory, connectors, verdicts, claim_key, claims_max, clock: deps.clock };
    Ok(AccountsServiceServer::new(accounts).max_decoding_message_size(MESSAGE_BYTES_MAX))
}

/// The shipped directory with the profiles that the settings correct.
fn directory(settings: &Settings) -> Directory {
    let mut directory = Directory::shipped();
    for (key, change) in &settings.profiles {
        let profile = directory.profile_mut(find(&directory, key));
        if let Some(tells_dormant) = change.tells_dormant {
            profile.tells_dormant = tells_dormant;
        }
        if let Some(name_length) = change.name_length {
            profile.name_length = (name_length > 0).then_some(name_length);
        }
    }
    directory
}

fn find(directory: &Directory, key: &str) -> BankIndex {
    directory.find_text(key).expect("the check of the settings finds every bank they name")
}

async fn claim_key(settings: &Settings) -> Result<ClaimKey, BuildFault> {
    let path = &settings.claim_key_file;
    let text = if path.as_os_str().is_empty() {
        settings.claim_key.reveal().to_owned()
    } else {
        let unreadable = |cause| BuildFault::KeyFileUnreadable { path: path.clone(), cause };
        tokio::fs::read_to_string(path).await.map_err(unreadable)?
    };
    ClaimKey::from_hex(&text).map_err(|_| BuildFault::KeyFile { path: path.clone() })
}

/// The sandbox with its accounts in memory; none where no file is set.
async fn sandbox(settings: &Settings, directory: &Directory) -> Result<Option<Arc<Sandbox>>, BuildFault> {
    let silent: HashSet<BankIndex> =
        settings.sandbox.silent_banks.iter().map(|key| find(directory, key)).collect();
    let path = settings.sandbox.accounts_file.clone();
    if path.as_os_str().is_empty() {
        return Ok(None);
    }
    let silence = Duration::from_millis(settings.sandbox.silence_ms);
    let directory = directory.clone();
    let file = path.clone();
    let loaded = tokio::task::spawn_blocking(move || Sandbox::load(&file, &directory, silent, silence)).await;
    let loaded = loaded.expect("loading the sandbox does not panic, and nobody aborts it");
    loaded.map(|sandbox| Some(Arc::new(sandbox))).map_err(|fault| BuildFault::sandbox(path, &fault))
}

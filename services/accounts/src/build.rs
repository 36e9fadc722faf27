//! The service made from its settings.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tepat_proto::accounts::accounts_service_server::AccountsServiceServer;

use crate::outside::bank::{Connector, Connectors, LineBounds, Sandbox};
use crate::rules::directory::{BankIndex, Directory};
use crate::rules::freshness::AgesMax;
use crate::settings::{Settings, SettingsFault};
use crate::store::{ClaimKey, Verdicts};
use crate::{Accounts, BuildFault, Deps};

/// The service, ready to be routed. Runs no migration.
///
/// # Errors
/// [`BuildFault`] when a setting is outside its range, or a file it names cannot be used.
pub async fn build(
    settings: &Settings,
    deps: Deps,
) -> Result<AccountsServiceServer<Accounts>, BuildFault> {
    settings.check()?;
    let directory = directory(settings)?;
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
    Ok(AccountsServiceServer::new(accounts))
}

/// The shipped directory with the profiles that the settings correct.
fn directory(settings: &Settings) -> Result<Directory, SettingsFault> {
    let mut directory = Directory::shipped();
    for (key, change) in &settings.profiles {
        let bank = find(&directory, "profiles", key)?;
        let profile = directory.profile_mut(bank);
        if let Some(tells_dormant) = change.tells_dormant {
            profile.tells_dormant = tells_dormant;
        }
        if let Some(name_length) = change.name_length {
            profile.name_length = (name_length > 0).then_some(name_length);
        }
    }
    Ok(directory)
}

fn find(directory: &Directory, setting: &str, key: &str) -> Result<BankIndex, SettingsFault> {
    let bank = key.parse().ok().and_then(|key| directory.find(&key));
    bank.ok_or_else(|| SettingsFault::new(setting, "an entity key of the bank directory", key))
}

async fn claim_key(settings: &Settings) -> Result<ClaimKey, BuildFault> {
    let path: &Path = &settings.claim_key_file;
    let (key, from_file) = if path.as_os_str().is_empty() {
        ("claim_key", None)
    } else {
        let read = tokio::fs::read_to_string(path).await;
        let text = read.map_err(|cause| BuildFault::KeyFile { path: path.to_owned(), cause })?;
        ("claim_key_file", Some(text))
    };
    let text = from_file.as_deref().unwrap_or(settings.claim_key.reveal());
    let wanted = |_| SettingsFault::new(key, "64 to 128 hexadecimal digits", "something else");
    Ok(ClaimKey::from_hex(text).map_err(wanted)?)
}

/// The sandbox with its accounts in memory; none where no file is set.
async fn sandbox(settings: &Settings, directory: &Directory) -> Result<Option<Arc<Sandbox>>, BuildFault> {
    let silent: HashSet<BankIndex> = settings
        .sandbox
        .silent_banks
        .iter()
        .map(|key| find(directory, "sandbox.silent_banks", key))
        .collect::<Result<_, _>>()?;
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

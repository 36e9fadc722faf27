//! The service made from its settings.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use redis::TlsCertificates;
use tepat_proto::accounts::accounts_service_server::AccountsServiceServer;
use tepat_serve::MESSAGE_BYTES_MAX;
use tepat_serve::settings::{Check as _, SettingsFaults};

use crate::flow::flights::Flights;
use crate::outside::bank::{Connector, Connectors, LineBounds, Sandbox};
use crate::rules::directory::{BankIndex, Directory};
use crate::rules::freshness::AgesMax;
use crate::settings::{RedisMode, RedisSettings, Settings};
use crate::store::{Cache, ClaimKey, ClosureBounds, Closures, Kind, Login, Reach, SharedCache, Verdicts};
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
    let cache = match reach(&settings.redis).await? {
        Some(reach) => Cache::Shared(SharedCache::open(reach, ages_max).await),
        None => Cache::memory(settings.cache_claims_max, ages_max),
    };
    let closures = Closures::new(deps.store.clone(), closure_bounds(settings, ages_max));
    let accounts = Accounts {
        directory,
        connectors,
        verdicts: Verdicts::new(deps.store.clone(), cache, closures, ages_max),
        store: deps.store,
        flights: Flights::default(),
        claim_key,
        claims_max: settings.claims_max,
        clock: deps.clock,
    };
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

fn closure_bounds(settings: &Settings, ages_max: AgesMax) -> ClosureBounds {
    ClosureBounds {
        held_max: settings.closures_held_max,
        look_every: Duration::from_millis(settings.closures_look_every_ms),
        relied_on_for: Duration::from_millis(settings.closures_relied_on_ms),
        age_max_seconds: ages_max.valid_seconds.max(ages_max.other_seconds),
    }
}

/// How the shared cache is reached, with the files that the settings name; none without one.
async fn reach(settings: &RedisSettings) -> Result<Option<Reach>, BuildFault> {
    let kind = match settings.mode {
        RedisMode::None => return Ok(None),
        RedisMode::Single => Kind::Single,
        RedisMode::Cluster => Kind::Cluster,
        RedisMode::Sentinel => {
            let password = secret("sentinel_password_file", &settings.sentinel_password_file).await?;
            let login = Login { username: settings.sentinel_username.clone(), password };
            Kind::Sentinel { master: settings.master.clone(), login }
        }
    };
    let password = secret("password_file", &settings.password_file).await?;
    Ok(Some(Reach {
        kind,
        addresses: settings.hosts_and_ports().expect("the check of the settings read the addresses"),
        login: Login { username: settings.username.clone(), password },
        tls: certificates(settings).await?,
        prefix: settings.prefix.clone(),
        connections: settings.connections,
        pages_max: settings.pages_max,
        connect_timeout: Duration::from_millis(settings.connect_timeout_ms),
        response_timeout: Duration::from_millis(settings.response_timeout_ms),
        look_every: Duration::from_millis(settings.look_every_ms),
    }))
}

/// The certificates of a connection under TLS; none for one in clear.
async fn certificates(settings: &RedisSettings) -> Result<Option<TlsCertificates>, BuildFault> {
    if !settings.tls {
        return Ok(None);
    }
    // One provider for the process; whoever came first has set the same.
    let _set_before = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let path = &settings.tls_ca_file;
    let root_cert = if path.as_os_str().is_empty() { None } else { Some(file("tls_ca_file", path).await?) };
    Ok(Some(TlsCertificates { client_tls: None, root_cert }))
}

/// The text of a file without spaces at its ends; empty without a file.
async fn secret(key: &'static str, path: &Path) -> Result<String, BuildFault> {
    if path.as_os_str().is_empty() {
        return Ok(String::new());
    }
    let bytes = file(key, path).await?;
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

async fn file(key: &'static str, path: &Path) -> Result<Vec<u8>, BuildFault> {
    let unreadable = |cause| BuildFault::RedisFile { key, path: path.to_owned(), cause };
    tokio::fs::read(path).await.map_err(unreadable)
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

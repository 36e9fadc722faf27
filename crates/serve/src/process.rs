//! A process with services: from its settings to the last open call.
//!
//! [`run`] is the life of every process that listens: it opens the operator's port, serves, drains and
//! stops the workers. [`alone`] is the whole main function of a service's own binary.

use std::error::Error;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use thiserror::Error;
use tokio::task::JoinSet;
use tonic::service::Routes;

use crate::admin::{Admin, AdminSettings, Checks};
use crate::clock::{Clock, system_clock};
use crate::listen::{Bound, Drained, ListenFault, ListenSettings, Listening, bind, serve, shutdown_signal};
use crate::settings::{Check, SettingsFaults, Sources, load};
use crate::telemetry::{LOG_VARIABLE, LogSettings, TelemetrySettings, start_telemetry};

/// A batch makes and drops texts by the million on several threads: this takes a fifth less time for them
/// than the system's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The sections of every process that listens.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ProcessSettings {
    /// How it listens.
    pub listen: ListenSettings,
    /// What it logs.
    pub log: LogSettings,
    /// Where its traces go.
    pub telemetry: TelemetrySettings,
    /// The operator's port.
    pub admin: AdminSettings,
}

impl ProcessSettings {
    /// The sections with every key, its meaning and its default.
    #[must_use]
    pub fn default_toml() -> String {
        let sections = [
            ListenSettings::DEFAULT_TOML,
            LogSettings::DEFAULT_TOML,
            TelemetrySettings::DEFAULT_TOML,
            AdminSettings::DEFAULT_TOML,
        ];
        sections.join("\n")
    }
}

impl Check for ProcessSettings {
    fn check(&self, faults: &mut SettingsFaults) {
        self.listen.check(faults);
        self.log.check(faults);
        self.telemetry.check(faults);
        self.admin.check(faults);
    }
}

/// Services put together, ready to be served.
#[derive(Debug, Default)]
pub struct Served {
    /// Every RPC.
    pub routes: Routes,
    /// Full names, for health and for people.
    pub services: Vec<&'static str>,
    /// File descriptor sets, for reflection.
    pub descriptors: Vec<&'static [u8]>,
    /// What `/readyz` asks.
    pub checks: Checks,
    /// What works without a caller; it is stopped after the last call.
    pub workers: JoinSet<()>,
}

/// A process ended otherwise than asked.
#[derive(Debug, Error)]
pub enum ProcessFault {
    /// A port is not to be had, or was lost.
    #[error(transparent)]
    Listen(#[from] ListenFault),
    /// The process cannot hear that it is asked to end.
    #[error("the process cannot catch signals: {}", .0.kind())]
    Signals(#[source] io::Error),
}

/// Where the keys of a process lie: the section `[keys]` of processes that sign or mark.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeysSettings {
    /// The folder; empty means that of the data folder, which a process without one does not have.
    pub folder: PathBuf,
}

impl KeysSettings {
    /// The section `[keys]` with its key, its meaning and its default.
    pub const DEFAULT_TOML: &'static str = include_str!("keys.default.toml");
}

/// Why a service could not be put together.
pub type OpenFault = Box<dyn Error + Send + Sync>;

/// Serves on a bound port until the process is asked to end, then drains and stops the workers.
/// `ready` is called when calls are answered and the signals are caught.
///
/// # Errors
/// When a port or the signals are not to be had.
pub async fn run(
    bound: Bound,
    settings: &ProcessSettings,
    served: Served,
    ready: impl FnOnce(),
) -> Result<(), ProcessFault> {
    let shutdown = shutdown_signal().map_err(ProcessFault::Signals)?;
    let Served { routes, services, descriptors, checks, mut workers } = served;
    let admin = match settings.admin.address.as_str() {
        "" => None,
        address => Some(Admin::start(bind(address).await?, checks)),
    };
    let limits = settings.listen.limits();
    let listening = Listening { routes, services, descriptors, limits, drain_ms: settings.listen.drain_ms };
    ready();
    let drained = match &admin {
        Some(admin) => serve(bound, listening, admin.drains_at(shutdown)).await?,
        None => serve(bound, listening, shutdown).await?,
    };
    workers.shutdown().await;
    if let Some(admin) = admin {
        admin.stop().await;
    }
    if let Drained::Cut { open } = drained {
        tracing::warn!(open, "calls were cut");
    }
    Ok(())
}

/// Settings of a process with one service: the sections of every process, and its own.
#[derive(Debug, Deserialize)]
struct Alone<T> {
    #[serde(flatten)]
    process: ProcessSettings,
    #[serde(flatten)]
    own: T,
}

impl<T: Check> Check for Alone<T> {
    fn check(&self, faults: &mut SettingsFaults) {
        self.process.check(faults);
        self.own.check(faults);
    }
}

/// The main function of a service's own binary: settings from the file that the only argument names,
/// where there is one, and from the environment; then the service until it is asked to end.
///
/// `own_toml` holds the service's own sections. A section without keys in it belongs to another service:
/// a suite's processes may share one file and one environment.
pub async fn alone<T, F>(name: &str, own_toml: &str, open: impl FnOnce(T, Clock) -> F) -> ExitCode
where
    T: DeserializeOwned + Check,
    F: Future<Output = Result<Served, OpenFault>>,
{
    let default_toml = format!("{}\n{own_toml}", ProcessSettings::default_toml());
    let mut arguments = std::env::args_os().skip(1);
    let file = arguments.next().map(PathBuf::from);
    if arguments.next().is_some() || file.as_ref().is_some_and(|file| file.to_string_lossy().starts_with('-'))
    {
        eprintln!(
            "usage: {name} [SETTINGS.toml]\n\nEvery key with its meaning and default:\n\n{default_toml}"
        );
        return ExitCode::from(2);
    }
    let sources = Sources {
        default_toml: &default_toml,
        file,
        environment: Sources::present_environment(),
        not_settings: &["TEPAT_DATA", "TEPAT_SERVER"],
        flags: Vec::new(),
    };
    let settings = match load::<Alone<T>>(&sources) {
        Ok(loaded) => loaded.settings,
        Err(faults) => {
            eprintln!("{name}: the settings are wrong\n{faults}");
            return ExitCode::from(2);
        }
    };
    match live(name, settings, open).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{name}: {fault}");
            ExitCode::FAILURE
        }
    }
}

async fn live<T, F>(name: &str, settings: Alone<T>, open: impl FnOnce(T, Clock) -> F) -> Result<(), OpenFault>
where
    F: Future<Output = Result<Served, OpenFault>>,
{
    let Alone { process, own } = settings;
    let level = std::env::var(LOG_VARIABLE).ok();
    let telemetry = start_telemetry(&process.log, level.as_deref(), &process.telemetry, name)?;
    // The port first: whoever may not have it touches nothing.
    let bound = bind(&process.listen.address).await?;
    let address = bound.address();
    let served = open(own, system_clock()).await?;
    let ready = || tracing::info!(%address, "ready");
    let ended = run(bound, &process, served, ready).await;
    telemetry.stop().await;
    Ok(ended?)
}

//! The log of the process, to stderr, because stdout belongs to answers; and its traces, to a collector.

mod call;
mod traces;

use std::io::{self, IsTerminal};

use serde::Deserialize;
use thiserror::Error;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt, registry};

use crate::settings::{Check, SettingsFaults};

pub(crate) use self::call::{carry, ended, span_of};
pub use self::traces::{Telemetry, TelemetryFault, TelemetrySettings};

/// Variable that overrides [`LogSettings::level`] for one run.
pub const LOG_VARIABLE: &str = "TEPAT_LOG";

/// How lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Text when stderr is a terminal, else JSON.
    Auto,
    /// A line for people.
    Text,
    /// An object for machines.
    Json,
}

/// What is logged: the section `[log]` of every process.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSettings {
    /// Level, or levels by module: `info`, `warn,tepat_accounts=debug`, `off`.
    pub level: String,
    /// Text for people or JSON for machines.
    pub format: LogFormat,
}

impl LogSettings {
    /// The section `[log]` with every key, its meaning and its default.
    pub const DEFAULT_TOML: &'static str = include_str!("telemetry.default.toml");
}

impl Check for LogSettings {
    fn check(&self, faults: &mut SettingsFaults) {
        if filter(&self.level).is_none() {
            faults.fault("log.level", LEVEL_WANTED);
        }
    }
}

const LEVEL_WANTED: &str =
    "must be off, error, warn, info, debug or trace, or such levels by module: warn,tepat_accounts=debug";

/// The log cannot be started as asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{name} = {found:?}: {LEVEL_WANTED}")]
pub struct LogFault {
    name: &'static str,
    found: String,
}

/// Starts the log; `level_override` is the value of [`LOG_VARIABLE`], if it is set. Returns whether
/// this call started it: a process has one log, and a second start changes nothing.
///
/// # Errors
/// When a level cannot be read.
pub fn start_log(settings: &LogSettings, level_override: Option<&str>) -> Result<bool, LogFault> {
    let filter = filter_in_force(settings, level_override)?;
    let (text, terminal) = way_of_writing(settings.format);
    let builder = fmt().with_env_filter(filter).with_writer(io::stderr);
    let started = if text { builder.with_ansi(terminal).try_init() } else { builder.json().try_init() };
    Ok(started.is_ok())
}

/// Starts the log as [`start_log`] does and, where a collector is named, the traces of this process,
/// which appear there as `service`, e.g. `tepat-accounts`. Keep what comes back and stop it at the end:
/// what was not sent yet is sent then. Needs a running tokio runtime.
///
/// # Errors
/// When a level or the collector's address cannot be read.
pub fn start_telemetry(
    log: &LogSettings,
    level_override: Option<&str>,
    traces: &TelemetrySettings,
    service: &str,
) -> Result<Telemetry, TelemetryFault> {
    let Some(endpoint) = traces.endpoint_in_force(|name| std::env::var(name).ok()) else {
        start_log(log, level_override)?;
        return Ok(Telemetry::off());
    };
    let filter = filter_in_force(log, level_override)?;
    let (telemetry, spans) = traces::start(traces, endpoint, service)?;
    let (text, terminal) = way_of_writing(log.format);
    let lines = fmt::layer().with_writer(io::stderr);
    let lines = if text { lines.with_ansi(terminal).boxed() } else { lines.json().boxed() };
    // Spans and lines are chosen apart: a quiet log leaves the traces whole.
    let started = registry().with(spans).with(lines.with_filter(filter)).try_init();
    Ok(if started.is_ok() { telemetry.started() } else { telemetry })
}

fn filter_in_force(settings: &LogSettings, level_override: Option<&str>) -> Result<EnvFilter, LogFault> {
    let (name, level) =
        level_override.map_or(("log.level", settings.level.as_str()), |level| (LOG_VARIABLE, level));
    filter(level).ok_or_else(|| LogFault { name, found: level.to_owned() })
}

/// Whether lines are text, and whether they may be coloured.
fn way_of_writing(format: LogFormat) -> (bool, bool) {
    let terminal = io::stderr().is_terminal();
    let text = match format {
        LogFormat::Auto => terminal,
        LogFormat::Text => true,
        LogFormat::Json => false,
    };
    (text, terminal)
}

/// A filter whose every directive is well formed; a level that is a bare unknown word would otherwise
/// count as the name of a module and switch the log off.
fn filter(level: &str) -> Option<EnvFilter> {
    let levels = ["off", "error", "warn", "info", "debug", "trace"];
    let known = |word: &str| levels.contains(&word.to_ascii_lowercase().as_str());
    let well_formed = |directive: &str| match directive.rsplit_once('=') {
        Some((module, word)) => !module.is_empty() && known(word.trim()),
        None => known(directive),
    };
    if !level.split(',').map(str::trim).all(well_formed) {
        return None;
    }
    EnvFilter::try_new(level.replace(' ', "")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_levels_are_levels() {
        let check = |level: &str, good: bool| assert_eq!(filter(level).is_some(), good, "{level:?}");
        check("info", true);
        check("WARN", true);
        check("warn,tepat_accounts=debug", true);
        check("warn, sqlx=off", true);
        check("", false);
        check("loud", false);
        check("info,loud", false);
        check("tepat_accounts=loud", false);
        check("=info", false);
    }

    #[test]
    fn a_second_start_changes_nothing_and_a_bad_level_is_named() {
        let settings = LogSettings { level: "off".into(), format: LogFormat::Text };
        let fault = start_log(&settings, Some("loud")).unwrap_err().to_string();
        assert!(fault.starts_with("TEPAT_LOG = \"loud\": must be off, error"), "{fault}");
        assert_eq!(start_log(&settings, None), Ok(true));
        assert_eq!(start_log(&settings, Some("debug")), Ok(false));
        assert!(!tracing::enabled!(tracing::Level::ERROR), "the first start holds");
    }
}

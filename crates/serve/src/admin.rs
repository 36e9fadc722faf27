//! The port for whoever runs the process: is it alive, is it ready, what are its numbers.
//!
//! `/livez` answers as long as the process turns. `/readyz` runs every check and lists them; it says 503
//! when one fails or the process drains. `/metrics` is Prometheus' text. Plain HTTP without any guard:
//! the port belongs to the operator's network.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use futures::future::join_all;
use serde::Deserialize;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::listen::Bound;
use crate::metrics;
use crate::settings::{Check, SettingsFaults};

/// Longest wait for one check.
const CHECK_WAIT: Duration = Duration::from_secs(2);

/// Where the operator's port is: the section `[admin]` of every process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdminSettings {
    /// `host:port`; port 0 takes a free one; empty means that there is none.
    pub address: String,
}

impl AdminSettings {
    /// The section `[admin]` with its key, its meaning and its default.
    pub const DEFAULT_TOML: &'static str = include_str!("admin.default.toml");
}

impl Check for AdminSettings {
    fn check(&self, faults: &mut SettingsFaults) {
        if !self.address.is_empty() && !crate::listen::is_address(&self.address) {
            faults.fault("admin.address", "must be host:port, with a port of 0 to 65535, or empty for none");
        }
    }
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// All is well.
    Ready,
    /// Something is away that costs time and not answers (a cache, a bank): the process stays ready.
    Degraded(&'static str),
    /// Calls would fail; the text says why, without anything that a driver said.
    Unready(&'static str),
}

impl Readiness {
    /// Ready when all is well, else unready for this reason.
    #[must_use]
    pub fn ready_if(well: bool, why_not: &'static str) -> Self {
        if well { Self::Ready } else { Self::Unready(why_not) }
    }
}

type Finding = Pin<Box<dyn Future<Output = Readiness> + Send>>;

/// What `/readyz` asks, by name.
#[derive(Clone, Default)]
pub struct Checks(Vec<(String, Arc<dyn Fn() -> Finding + Send + Sync>)>);

impl std::fmt::Debug for Checks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl Checks {
    /// Nothing is asked: a process that answers is ready.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// With one more check. It is asked with every request, so it should be cheap; after two seconds it
    /// counts as unready.
    #[must_use]
    pub fn with<F>(mut self, name: impl Into<String>, check: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Readiness> + Send + 'static,
    {
        self.0.push((name.into(), Arc::new(move || Box::pin(check()))));
        self
    }

    /// With those of another part of the process.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    async fn ask(&self) -> Vec<(&str, Readiness)> {
        let asking = self.0.iter().map(|(name, check)| async move {
            let silent = Readiness::Unready("no answer in time");
            (name.as_str(), tokio::time::timeout(CHECK_WAIT, check()).await.unwrap_or(silent))
        });
        join_all(asking).await
    }
}

/// The operator's port, answering until it is stopped or dropped.
#[derive(Debug)]
pub struct Admin {
    draining: Arc<AtomicBool>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

#[derive(Clone)]
struct Process {
    checks: Checks,
    draining: Arc<AtomicBool>,
}

impl Admin {
    /// Answers on a port taken with [`crate::bind`]. Needs a running tokio runtime.
    #[must_use]
    pub fn start(bound: Bound, checks: Checks) -> Self {
        let draining = Arc::<AtomicBool>::default();
        let process = Process { checks, draining: Arc::clone(&draining) };
        let routes = Router::new()
            .route("/livez", get(async || "alive\n"))
            .route("/readyz", get(ready))
            .route("/metrics", get(numbers))
            .with_state(process);
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(async move {
            let until_stopped = async move {
                // A dropped sender means the same: nobody minds this port any more.
                let _ = stopped.await;
            };
            let serving = axum::serve(bound.into_listener(), routes).with_graceful_shutdown(until_stopped);
            if let Err(err) = serving.await {
                tracing::warn!(kind = %err.kind(), "the admin port has failed");
            }
        });
        Self { draining, stop, serving }
    }

    /// From now on the process is not ready: it ends when its open calls have ended.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// What does the same as [`Admin::drain`] at the moment when the process is asked to end: put it
    /// between the signal and [`crate::serve`].
    pub fn drains_at<F: Future<Output = ()>>(&self, shutdown: F) -> impl Future<Output = ()> + use<F> {
        let draining = Arc::clone(&self.draining);
        async move {
            shutdown.await;
            draining.store(true, Ordering::Relaxed);
        }
    }

    /// Closes the port.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        // Whoever keeps a connection open does not keep the process.
        let mut serving = self.serving;
        if tokio::time::timeout(CHECK_WAIT, &mut serving).await.is_err() {
            serving.abort();
        }
    }
}

async fn ready(State(process): State<Process>) -> impl IntoResponse {
    let mut findings = process.checks.ask().await;
    if process.draining.load(Ordering::Relaxed) {
        findings.push(("process", Readiness::Unready("draining")));
    }
    let unready = |(_, found): &(&str, Readiness)| matches!(found, Readiness::Unready(_));
    let (code, word) = match findings.iter().any(unready) {
        true => (StatusCode::SERVICE_UNAVAILABLE, "unready"),
        false => (StatusCode::OK, "ready"),
    };
    let line = |(name, found): &(&str, Readiness)| match found {
        Readiness::Ready => format!("  {name}: ready\n"),
        Readiness::Degraded(why) => format!("  {name}: degraded: {why}\n"),
        Readiness::Unready(why) => format!("  {name}: unready: {why}\n"),
    };
    (code, format!("{word}\n{}", findings.iter().map(line).collect::<String>()))
}

async fn numbers() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics::text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_check_that_does_not_answer_is_unready() {
        let checks =
            Checks::none().with("store", std::future::pending).with("cache", async || Readiness::Ready);
        let silent = Readiness::Unready("no answer in time");
        assert_eq!(checks.ask().await, [("store", silent), ("cache", Readiness::Ready)]);
    }

    #[test]
    fn the_port_may_be_none_and_has_one_shape() {
        let check = |address: &str, good: bool| {
            let mut faults = SettingsFaults::default();
            AdminSettings { address: address.into() }.check(&mut faults);
            assert_eq!(faults.is_empty(), good, "{address:?}");
        };
        #[derive(Deserialize)]
        struct File {
            admin: AdminSettings,
        }
        let shipped = toml::from_str::<File>(AdminSettings::DEFAULT_TOML).unwrap().admin;
        assert_eq!(shipped.address, "", "no port is opened unasked");
        check("", true);
        check("127.0.0.1:0", true);
        check("[::1]:9464", true);
        check("9464", false);
        check(":9464", false);
        check("127.0.0.1:99999", false);
    }
}

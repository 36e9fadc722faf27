//! A process that listens: bind, serve, drain.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use serde::Deserialize;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use crate::layers::{Guard, Limits};
use crate::settings::{Check, SettingsFaults};
use crate::transport::{CONNECTION_WINDOW_BYTES, KEEPALIVE_EVERY, KEEPALIVE_WAIT, STREAM_WINDOW_BYTES};

/// How a process listens: the section `[listen]` of every process.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListenSettings {
    /// `host:port`; port 0 takes a free one.
    pub address: String,
    /// Most calls open at once, 1 to 100,000.
    pub requests_max: usize,
    /// Time for a call that names no deadline, milliseconds, 1 to `deadline_max_ms`.
    pub deadline_ms: u64,
    /// Longest time that a call may ask for, milliseconds, 1 to 86,400,000.
    pub deadline_max_ms: u64,
    /// Longest wait for open calls at shutdown, milliseconds, 0 to 600,000.
    pub drain_ms: u64,
}

impl ListenSettings {
    /// The section `[listen]` with every key, its meaning and its default.
    pub const DEFAULT_TOML: &'static str = include_str!("listen.default.toml");

    /// The bounds of calls, for in-process transports of the same process.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits {
            requests_max: self.requests_max,
            deadline_ms: self.deadline_ms,
            deadline_max_ms: self.deadline_max_ms,
        }
    }
}

impl Check for ListenSettings {
    fn check(&self, faults: &mut SettingsFaults) {
        if !is_address(&self.address) {
            faults.fault("listen.address", "must be host:port, with a port of 0 to 65535");
        }
        faults.range("listen.requests_max", self.requests_max, 1..=100_000);
        faults.range("listen.deadline_max_ms", self.deadline_max_ms, 1..=86_400_000);
        faults.range("listen.deadline_ms", self.deadline_ms, 1..=self.deadline_max_ms.max(1));
        faults.range("listen.drain_ms", self.drain_ms, 0..=600_000);
    }
}

/// Whether the text is `host:port`.
pub(crate) fn is_address(text: &str) -> bool {
    let port = text.rsplit_once(':').filter(|(host, _)| !host.is_empty());
    port.is_some_and(|(_, port)| port.parse::<u16>().is_ok())
}

/// The process cannot listen.
#[derive(Debug, Error)]
pub enum ListenFault {
    /// Somebody else listens there.
    #[error("address {address} is in use by another process: stop it, or choose another listen address")]
    InUse {
        /// As asked for.
        address: String,
    },
    /// The address is not one of this machine, or its port is not ours to take.
    #[error("cannot listen on {address}: {kind}")]
    Address {
        /// As asked for.
        address: String,
        /// What the system says of it, without its own words.
        kind: io::ErrorKind,
    },
    /// A file descriptor set given for reflection does not decode: our own mistake.
    #[error("a file descriptor set for reflection cannot be read")]
    Descriptors,
    /// The network stack gave up.
    #[error("the listener failed")]
    Broken(#[source] tonic::transport::Error),
}

/// A bound listener: connections queue from now on and are answered once served.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
}

impl Bound {
    /// Where it listens; with port 0 asked for, the port that was free.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn into_listener(self) -> TcpListener {
        self.listener
    }
}

/// Takes `host:port`.
///
/// # Errors
/// When the address is taken or cannot be used.
pub async fn bind(address: &str) -> Result<Bound, ListenFault> {
    let fault = |err: io::Error| {
        let address = address.to_owned();
        match err.kind() {
            io::ErrorKind::AddrInUse => ListenFault::InUse { address },
            kind => ListenFault::Address { address, kind },
        }
    };
    let listener = TcpListener::bind(address).await.map_err(fault)?;
    let address = listener.local_addr().map_err(fault)?;
    Ok(Bound { listener, address })
}

/// What a process serves.
#[derive(Clone, Debug)]
pub struct Listening {
    /// The services, e.g. `Routes::new(accounts).add_service(wages)`; health and reflection are added.
    pub routes: Routes,
    /// Full names of the services for health, e.g. `tepat.accounts.v1.AccountsService`. The process
    /// itself is the empty name.
    pub services: Vec<&'static str>,
    /// Encoded file descriptor sets of the services, for reflection; empty means health only.
    pub descriptors: Vec<&'static [u8]>,
    /// Bounds of calls.
    pub limits: Limits,
    /// Longest wait for open calls at shutdown, milliseconds.
    pub drain_ms: u64,
}

/// How serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Every open call was answered.
    Clean,
    /// The drain time ran out with so many calls open; they end with the process.
    Cut {
        /// Calls still open.
        open: usize,
    },
}

/// Serves until `shutdown` completes, then drains: the port closes, health says `NOT_SERVING`, open
/// calls may finish within `drain_ms`.
///
/// # Errors
/// When a descriptor set cannot be read or the network stack gives up.
pub async fn serve(
    bound: Bound,
    listening: Listening,
    shutdown: impl Future<Output = ()>,
) -> Result<Drained, ListenFault> {
    let (reporter, health) = tonic_health::server::health_reporter();
    let names: Vec<&str> = listening.services.iter().copied().chain([""]).collect();
    for name in &names {
        reporter.set_service_status(name, ServingStatus::Serving).await;
    }
    let reflection = reflection(&listening.descriptors)?;
    let routes = listening.routes.add_service(health).add_service(reflection);
    let guard = Guard::new(routes, listening.limits);

    let (stop, stopped) = oneshot::channel::<()>();
    let incoming = TcpIncoming::from(bound.listener).with_nodelay(Some(true));
    let server = Server::builder()
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .http2_keepalive_interval(Some(KEEPALIVE_EVERY))
        .http2_keepalive_timeout(Some(KEEPALIVE_WAIT));
    let until_stopped = async {
        // A dropped sender means the same: nobody waits for this server any more.
        let _ = stopped.await;
    };
    let mut serving = pin!(server.serve_with_incoming_shutdown(guard.clone(), incoming, until_stopped));
    tokio::select! {
        ended = &mut serving => return ended.map(|()| Drained::Clean).map_err(ListenFault::Broken),
        () = shutdown => {}
    }
    tracing::info!(open = guard.open(), drain_ms = listening.drain_ms, "draining");
    end_health(&reporter, &names).await;
    let _ = stop.send(());
    match tokio::time::timeout(Duration::from_millis(listening.drain_ms), serving).await {
        Ok(ended) => ended.map(|()| Drained::Clean).map_err(ListenFault::Broken),
        Err(_) => {
            let open = guard.open();
            tracing::warn!(open, "the drain time ran out");
            Ok(Drained::Cut { open })
        }
    }
}

/// Tells watchers that the end has come, then ends their streams: an open watch would otherwise keep
/// its connection, and with it the drain, open.
async fn end_health(reporter: &HealthReporter, names: &[&str]) {
    for name in names {
        reporter.set_service_status(name, ServingStatus::NotServing).await;
    }
    let mut reporter = reporter.clone();
    for name in names {
        reporter.clear_service_status(name).await;
    }
}

fn reflection(
    descriptors: &[&'static [u8]],
) -> Result<
    tonic_reflection::server::v1::ServerReflectionServer<impl tonic_reflection::server::v1::ServerReflection>,
    ListenFault,
> {
    descriptors
        .iter()
        .fold(tonic_reflection::server::Builder::configure(), |builder, set| {
            builder.register_encoded_file_descriptor_set(set)
        })
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()
        .map_err(|_| ListenFault::Descriptors)
}

/// Completes when the process is asked to end (SIGTERM or SIGINT). The signals are caught from this
/// call on, so make it before saying that the process is ready. Needs a running tokio runtime.
///
/// # Errors
/// When the system does not let the process catch signals.
pub fn shutdown_signal() -> io::Result<impl Future<Output = ()> + Send> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => tracing::info!("SIGTERM"),
            _ = interrupt.recv() => tracing::info!("SIGINT"),
        }
    })
}

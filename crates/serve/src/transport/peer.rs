//! Where a peer service listens, and how long and how often it is asked.

use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use http::Uri;
use http::uri::Authority;
use serde::Deserialize;
use thiserror::Error;
use tonic::transport::Endpoint;

use super::{CONNECTION_WINDOW_BYTES, KEEPALIVE_EVERY, KEEPALIVE_WAIT, STREAM_WINDOW_BYTES};
use crate::settings::SettingsFaults;

/// Where a peer service listens, how long to wait for it and how often to ask it again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerSettings {
    /// `host:port`, or several of them separated by commas; a name stands for all its addresses. Empty
    /// means that the peer runs in the same process.
    pub address: String,
    /// Longest wait for a connection, milliseconds, 1 to 60,000.
    pub connect_timeout_ms: u64,
    /// Time for a call that names no deadline, milliseconds, 1 to 3,600,000.
    pub deadline_ms: u64,
    /// How often a call is repeated that found the peer unavailable, 0 to 20; 0 means never.
    #[serde(default = "PeerSettings::usual_retries_max")]
    pub retries_max: u32,
    /// After this time names are looked up again, milliseconds, 100 to 3,600,000.
    #[serde(default = "PeerSettings::usual_resolve_ms")]
    pub resolve_ms: u64,
}

impl PeerSettings {
    /// A peer at `host:port` (or several, separated by commas), with the usual waits.
    #[must_use]
    pub fn at(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            connect_timeout_ms: 5_000,
            deadline_ms: 60_000,
            retries_max: Self::usual_retries_max(),
            resolve_ms: Self::usual_resolve_ms(),
        }
    }

    /// Notes what is out of range; `key` is where these settings stand, e.g. `membership`.
    pub fn check(&self, key: &str, faults: &mut SettingsFaults) {
        if !self.address.is_empty() && authorities(&self.address).is_err() {
            let wanted =
                "must be host:port, several of them separated by commas, or empty for the same process";
            faults.fault(&format!("{key}.address"), wanted);
        }
        faults.range(&format!("{key}.connect_timeout_ms"), self.connect_timeout_ms, 1..=60_000);
        faults.range(&format!("{key}.deadline_ms"), self.deadline_ms, 1..=3_600_000);
        faults.range(&format!("{key}.retries_max"), self.retries_max, 0..=20);
        faults.range(&format!("{key}.resolve_ms"), self.resolve_ms, 100..=3_600_000);
    }

    fn usual_retries_max() -> u32 {
        4
    }

    fn usual_resolve_ms() -> u64 {
        5_000
    }
}

/// The address of a peer cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the address of a peer must be host:port, or several separated by commas, found {found:?}")]
pub struct TransportFault {
    found: String,
}

/// The addresses of a peer as written, each once; at least one.
pub(super) fn authorities(address: &str) -> Result<Vec<Authority>, TransportFault> {
    let malformed = || TransportFault { found: address.to_owned() };
    let mut authorities = Vec::new();
    for written in address.split(',') {
        let authority = authority(written.trim()).ok_or_else(malformed)?;
        if !authorities.contains(&authority) {
            authorities.push(authority);
        }
    }
    Ok(authorities)
}

fn authority(written: &str) -> Option<Authority> {
    let host_and_port = written.strip_prefix("http://").unwrap_or(written);
    let authority = Authority::from_str(host_and_port).ok()?;
    let usable = authority.port_u16().is_some() && !authority.as_str().contains('@');
    (usable && uri(authority.as_str()).is_some()).then_some(authority)
}

fn uri(authority: &str) -> Option<Uri> {
    format!("http://{authority}").parse().ok()
}

/// Connects to `at`, one of the addresses that `authority` stands for, or to the name itself.
pub(super) fn endpoint(peer: &PeerSettings, authority: &Authority, at: Option<SocketAddr>) -> Endpoint {
    let uri_of = |authority: &str| uri(authority).expect("what was written has become a URI before");
    let named = uri_of(authority.as_str());
    let endpoint = at.map_or(named.clone(), |at| uri_of(&at.to_string()));
    Endpoint::from(endpoint)
        .origin(named)
        .connect_timeout(Duration::from_millis(peer.connect_timeout_ms))
        .tcp_nodelay(true)
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .http2_keep_alive_interval(KEEPALIVE_EVERY)
        .keep_alive_timeout(KEEPALIVE_WAIT)
}

//! The section `[accounts.redis]`.

use std::path::PathBuf;

use serde::Deserialize;
use tepat_serve::settings::{Check, SettingsFaults};

/// What stands behind the addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RedisMode {
    /// No shared cache: each process remembers for itself.
    None,
    /// One server.
    Single,
    /// The master that Sentinels name.
    Sentinel,
    /// The masters of a Cluster.
    Cluster,
}

/// The cache of verdicts that processes share.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedisSettings {
    /// What stands behind the addresses.
    pub mode: RedisMode,
    /// `host:port`, separated by commas; empty without a shared cache.
    pub addresses: String,
    /// Sentinel: the name of the master.
    pub master: String,
    /// Name at the server; empty for none.
    pub username: String,
    /// File with the password at the server; empty for none.
    pub password_file: PathBuf,
    /// Name at the Sentinels; empty for none.
    pub sentinel_username: String,
    /// File with the password at the Sentinels; empty for none.
    pub sentinel_password_file: PathBuf,
    /// Whether connections are encrypted.
    pub tls: bool,
    /// CA certificates in PEM that are trusted; empty trusts the system's.
    pub tls_ca_file: PathBuf,
    /// What every key begins with; at most 16 characters, may be empty.
    pub prefix: String,
    /// Connections to each server.
    pub connections: usize,
    /// Most requests under way at once.
    pub pages_max: usize,
    /// Longest wait for a connection, milliseconds.
    pub connect_timeout_ms: u64,
    /// Longest wait for an answer, milliseconds.
    pub response_timeout_ms: u64,
    /// Pause between two looks for a server that is away, milliseconds.
    pub look_every_ms: u64,
}

const MINUTE_MS: u64 = 60_000;

impl RedisSettings {
    /// Host and port of each address; none when one of them is something else.
    pub(crate) fn hosts_and_ports(&self) -> Option<Vec<(String, u16)>> {
        let address = |text: &str| {
            let (host, port) = text.trim().rsplit_once(':')?;
            let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
            let is_host = !bare.is_empty() && !bare.contains(['/', '@', ' ', '[', ']']);
            let port = port.parse().ok().filter(|port| *port > 0)?;
            // Without brackets nobody can tell where an IPv6 address ends.
            (is_host && (bare.len() < host.len() || !bare.contains(':'))).then(|| (bare.to_owned(), port))
        };
        self.addresses.split(',').map(address).collect()
    }
}

impl Check for RedisSettings {
    fn check(&self, faults: &mut SettingsFaults) {
        let millis = [
            ("connect_timeout_ms", self.connect_timeout_ms),
            ("response_timeout_ms", self.response_timeout_ms),
            ("look_every_ms", self.look_every_ms),
        ];
        for (key, value) in millis {
            faults.range(&format!("accounts.redis.{key}"), value, 10..=MINUTE_MS);
        }
        faults.range("accounts.redis.connections", self.connections, 1..=64);
        faults.range("accounts.redis.pages_max", self.pages_max, 1..=1_000);
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b':';
        if self.prefix.len() > 16 || !self.prefix.bytes().all(allowed) {
            faults.fault("accounts.redis.prefix", "must be at most 16 of a-z, 0-9 and :");
        }
        if self.mode == RedisMode::None {
            return;
        }
        let count = self.hosts_and_ports().map(|addresses| addresses.len());
        match (self.mode, count) {
            (_, None) => faults.fault("accounts.redis.addresses", "must be host:port, separated by commas"),
            (RedisMode::Single, Some(2..)) => {
                faults.fault("accounts.redis.addresses", "must be one host:port for a single server");
            }
            _ => {}
        }
        if self.mode == RedisMode::Sentinel && self.master.is_empty() {
            faults.fault("accounts.redis.master", "must name the master that the Sentinels watch");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::tests::settings;

    fn found(change: impl FnOnce(&mut RedisSettings)) -> Vec<String> {
        let mut redis = settings("").redis;
        change(&mut redis);
        let mut faults = SettingsFaults::default();
        redis.check(&mut faults);
        faults.faults().iter().map(|fault| format!("{} {}", fault.key, fault.problem)).collect()
    }

    #[test]
    fn a_value_outside_its_range_is_named_with_it() {
        let check = |change: fn(&mut RedisSettings), expected: &str| {
            assert_eq!(found(change), [format!("accounts.redis.{expected}")]);
        };
        check(|s| s.connect_timeout_ms = 9, "connect_timeout_ms must be 10 to 60000");
        check(|s| s.response_timeout_ms = 60_001, "response_timeout_ms must be 10 to 60000");
        check(|s| s.look_every_ms = 0, "look_every_ms must be 10 to 60000");
        check(|s| s.connections = 0, "connections must be 1 to 64");
        check(|s| s.pages_max = 1_001, "pages_max must be 1 to 1000");
        check(|s| s.prefix = "tepat:verdicts:01".into(), "prefix must be at most 16 of a-z, 0-9 and :");
        check(|s| s.prefix = "{tv}".into(), "prefix must be at most 16 of a-z, 0-9 and :");
    }

    #[test]
    fn addresses_are_hosts_and_ports() {
        let read =
            |text: &str| RedisSettings { addresses: text.into(), ..settings("").redis }.hosts_and_ports();
        assert_eq!(read("a:1, b.c:65535"), Some(vec![("a".into(), 1), ("b.c".into(), 65_535)]));
        assert_eq!(read("[::1]:6379"), Some(vec![("::1".into(), 6_379)]));
        for wrong in
            ["", "a", "a:", ":1", "a:0", "a:65536", "redis://a:1", "u@a:1", "::1:6379", "a:1,", "[]:1"]
        {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_mode_needs_its_addresses_and_its_master() {
        let check = |mode, addresses: &str, master: &str, expected: &[&str]| {
            let problems = found(|s| {
                s.mode = mode;
                s.addresses = addresses.into();
                s.master = master.into();
            });
            assert_eq!(problems, expected, "{mode:?} {addresses:?}");
        };
        let unread = "accounts.redis.addresses must be host:port, separated by commas";
        check(RedisMode::None, "", "", &[]);
        check(RedisMode::Single, "a:1", "", &[]);
        check(RedisMode::Single, "", "", &[unread]);
        let two = "accounts.redis.addresses must be one host:port for a single server";
        check(RedisMode::Single, "a:1,b:1", "", &[two]);
        check(RedisMode::Sentinel, "a:1,b:1", "tepat", &[]);
        let nameless = "accounts.redis.master must name the master that the Sentinels watch";
        check(RedisMode::Sentinel, "a:1", "", &[nameless]);
        check(RedisMode::Cluster, "a:1,b:1,c:1", "", &[]);
        check(RedisMode::Cluster, "a", "", &[unread]);
    }
}

//! Finding the servers and connecting to them: one server, the master that Sentinels name, or the
//! masters of a Cluster.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::try_join_all;
use redis::aio::MultiplexedConnection;
use redis::io::tcp::TcpSettings;
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionAddr, ErrorKind, IntoConnectionInfo as _,
    RedisConnectionInfo, RedisError, TlsCertificates, Value,
};
use thiserror::Error;
use tokio::time::timeout;

use super::keys::{SLOTS, slot};

/// What stands behind the addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One server.
    Single,
    /// Sentinels that name the master of this name.
    Sentinel {
        /// The name of the master.
        master: String,
        /// Name and password for the Sentinels themselves; empty for none.
        login: Login,
    },
    /// Some nodes of a Cluster.
    Cluster,
}

/// Name and password; empty for none.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Login {
    pub(crate) username: String,
    pub(crate) password: String,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Login(***)")
    }
}

/// How the servers are reached.
#[derive(Clone, Debug)]
pub(crate) struct Reach {
    pub(crate) kind: Kind,
    /// Host and port of each server that is asked first.
    pub(crate) addresses: Vec<(String, u16)>,
    pub(crate) login: Login,
    /// Certificates of a connection under TLS; none for one in clear.
    pub(crate) tls: Option<TlsCertificates>,
    /// What every key begins with.
    pub(crate) prefix: String,
    /// Connections to each server.
    pub(crate) connections: usize,
    /// Most requests under way at once.
    pub(crate) pages_max: usize,
    pub(crate) connect_timeout: Duration,
    pub(crate) response_timeout: Duration,
    /// Pause between two looks for a server that is away.
    pub(crate) look_every: Duration,
}

/// Why there is no connection. Without the driver's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum LinkFault {
    /// Nobody answers in time.
    #[error("no answer in time")]
    Away,
    /// The server wants another name or password.
    #[error("the server refuses the name or password")]
    Refused,
    /// The server answers, but does not serve: it loads its data, or the Cluster lacks a part.
    #[error("the server is not ready")]
    NotReady,
    /// No Sentinel names a master that says it is one.
    #[error("no Sentinel names a master")]
    NoMaster,
    /// Something else than a Redis server, or one that is set up for something else.
    #[error("the server answers something else than was asked")]
    Answer,
    /// The certificates cannot be used.
    #[error("the TLS settings cannot be used")]
    Tls,
}

impl From<RedisError> for LinkFault {
    fn from(err: RedisError) -> Self {
        match err.kind() {
            ErrorKind::Io => Self::Away,
            ErrorKind::AuthenticationFailed => Self::Refused,
            ErrorKind::InvalidClientConfig => Self::Tls,
            ErrorKind::Server(_) => Self::NotReady,
            _ if matches!(err.code(), Some("NOAUTH" | "WRONGPASS" | "NOPERM")) => Self::Refused,
            _ => Self::Answer,
        }
    }
}

/// The connections to every server, and which has which keys.
pub(super) struct Nodes {
    nodes: Vec<Node>,
    /// By slot, the place of its server; empty where one server has all.
    places: Vec<Option<u16>>,
}

/// One server.
pub(super) struct Node {
    connections: Vec<MultiplexedConnection>,
    turn: AtomicUsize,
}

impl Node {
    /// The next connection in turn.
    pub(super) fn connection(&self) -> MultiplexedConnection {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        self.connections[turn % self.connections.len()].clone()
    }
}

impl Nodes {
    /// Connects to all servers that are there now and makes sure that they serve.
    pub(super) async fn connect(reach: &Reach) -> Result<Self, LinkFault> {
        match &reach.kind {
            Kind::Single => Self::of_one(reach, first(&reach.addresses)?).await,
            Kind::Sentinel { master, login } => {
                Self::of_one(reach, &named_master(reach, master, login).await?).await
            }
            Kind::Cluster => Self::of_cluster(reach).await,
        }
    }

    async fn of_one(reach: &Reach, address: &(String, u16)) -> Result<Self, LinkFault> {
        let node = connect_all(reach, address).await?;
        if matches!(reach.kind, Kind::Sentinel { .. }) && role(&mut node.connection()).await? != "master" {
            return Err(LinkFault::NoMaster);
        }
        Ok(Self { nodes: vec![node], places: Vec::new() })
    }

    async fn of_cluster(reach: &Reach) -> Result<Self, LinkFault> {
        let mut last = LinkFault::Away;
        for asked in &reach.addresses {
            match cluster_ranges(reach, asked).await {
                Ok(ranges) => return Self::of_ranges(reach, ranges).await,
                Err(fault) => last = fault,
            }
        }
        Err(last)
    }

    async fn of_ranges(reach: &Reach, ranges: Vec<Range>) -> Result<Self, LinkFault> {
        let mut addresses: Vec<(String, u16)> = ranges.iter().map(|range| range.master.clone()).collect();
        addresses.sort_unstable();
        addresses.dedup();
        let mut places = vec![None; SLOTS];
        for range in ranges {
            let place =
                addresses.binary_search(&range.master).ok().and_then(|place| u16::try_from(place).ok());
            places.get_mut(range.first..=range.last).ok_or(LinkFault::Answer)?.fill(place);
        }
        let nodes = try_join_all(addresses.iter().map(|address| connect_all(reach, address))).await?;
        try_join_all(nodes.iter().map(|node| is_whole(node.connection()))).await?;
        Ok(Self { nodes, places })
    }

    /// Whether there is more than one place for a key.
    pub(super) fn is_cluster(&self) -> bool {
        !self.places.is_empty()
    }

    pub(super) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The place among the nodes of the one that has a key; none for a slot that nobody serves.
    pub(super) fn place_of(&self, key: &[u8]) -> Option<usize> {
        if self.places.is_empty() { Some(0) } else { self.places[slot(key)].map(usize::from) }
    }
}

fn first(addresses: &[(String, u16)]) -> Result<&(String, u16), LinkFault> {
    addresses.first().ok_or(LinkFault::Away)
}

async fn connect_all(reach: &Reach, address: &(String, u16)) -> Result<Node, LinkFault> {
    let one = || connect(reach, address, &reach.login);
    let connections = try_join_all((0..reach.connections).map(|_| one())).await?;
    Ok(Node { connections, turn: AtomicUsize::new(0) })
}

/// One connection to a server that answered a PING on it.
async fn connect(
    reach: &Reach,
    (host, port): &(String, u16),
    login: &Login,
) -> Result<MultiplexedConnection, LinkFault> {
    let address = match reach.tls {
        None => ConnectionAddr::Tcp(host.clone(), *port),
        Some(_) => {
            ConnectionAddr::TcpTls { host: host.clone(), port: *port, insecure: false, tls_params: None }
        }
    };
    let mut settings = RedisConnectionInfo::default().set_skip_set_lib_name();
    if !login.username.is_empty() {
        settings = settings.set_username(&login.username);
    }
    if !login.password.is_empty() {
        settings = settings.set_password(&login.password);
    }
    // Without this a page waits 40 ms for the acknowledgement of the one before.
    let tcp = TcpSettings::default().set_nodelay(true);
    let info = address.into_connection_info()?.set_redis_settings(settings).set_tcp_settings(tcp);
    let client = match &reach.tls {
        None => Client::open(info)?,
        Some(certificates) => Client::build_with_tls(info, certificates.clone())?,
    };
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(reach.connect_timeout))
        .set_response_timeout(Some(reach.response_timeout));
    let connected = async {
        let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
        let _: Value = redis::cmd("PING").query_async(&mut connection).await?;
        Ok(connection)
    };
    // A server that is stopped still lets the kernel accept connections.
    timeout(reach.connect_timeout + reach.response_timeout, connected).await.unwrap_or(Err(LinkFault::Away))
}

/// The address of the master that the first Sentinel which answers names.
async fn named_master(reach: &Reach, master: &str, login: &Login) -> Result<(String, u16), LinkFault> {
    let mut last = LinkFault::Away;
    for address in &reach.addresses {
        let asked = async {
            let mut sentinel = connect(reach, address, login).await?;
            let mut ask = Cmd::new();
            ask.arg("SENTINEL").arg("GET-MASTER-ADDR-BY-NAME").arg(master);
            let named: Option<(String, u16)> = ask.query_async(&mut sentinel).await?;
            named.ok_or(LinkFault::NoMaster)
        };
        match asked.await {
            Ok(named) => return Ok(named),
            Err(fault) => last = fault,
        }
    }
    Err(last)
}

async fn role(connection: &mut MultiplexedConnection) -> Result<String, LinkFault> {
    match redis::cmd("ROLE").query_async(connection).await? {
        Value::Array(parts) => parts.first().and_then(text).ok_or(LinkFault::Answer),
        _ => Err(LinkFault::Answer),
    }
}

/// A node that just came back, or misses another, answers a PING and nothing else.
async fn is_whole(mut connection: MultiplexedConnection) -> Result<(), LinkFault> {
    let mut ask = Cmd::new();
    ask.arg("CLUSTER").arg("INFO");
    let info: String = ask.query_async(&mut connection).await?;
    let is_ok = info.lines().any(|line| line.trim_end() == "cluster_state:ok");
    is_ok.then_some(()).ok_or(LinkFault::NotReady)
}

/// Slots in a row and the address of the master that has them.
struct Range {
    first: usize,
    last: usize,
    master: (String, u16),
}

async fn cluster_ranges(reach: &Reach, asked: &(String, u16)) -> Result<Vec<Range>, LinkFault> {
    let mut connection = connect(reach, asked, &reach.login).await?;
    let mut ask = Cmd::new();
    ask.arg("CLUSTER").arg("SLOTS");
    let Value::Array(rows) = ask.query_async(&mut connection).await? else { return Err(LinkFault::Answer) };
    if rows.is_empty() {
        return Err(LinkFault::NotReady);
    }
    rows.iter().map(|row| range(row, &asked.0).ok_or(LinkFault::Answer)).collect()
}

/// First slot, last slot, master, replicas; a master without a host is on the host that was asked.
fn range(row: &Value, asked_host: &str) -> Option<Range> {
    let Value::Array(row) = row else { return None };
    let [first, last, Value::Array(master), ..] = row.as_slice() else { return None };
    let [host, port, ..] = master.as_slice() else { return None };
    let host = text(host).filter(|host| !host.is_empty()).unwrap_or_else(|| asked_host.to_owned());
    let master = (host, u16::try_from(number(port)?).ok()?);
    Some(Range { first: number(first)?, last: number(last)?, master })
}

fn number(value: &Value) -> Option<usize> {
    if let Value::Int(number) = value { usize::try_from(*number).ok() } else { None }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::BulkString(bytes) => String::from_utf8(bytes.clone()).ok(),
        Value::SimpleString(text) => Some(text.to_string()),
        _ => None,
    }
}

//! The services in processes of their own, on free ports of this machine.

use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStdout, Command};

use crate::bench::report::peak_rss_bytes;
use crate::failure::Failure;

/// One service.
struct Service {
    name: &'static str,
    child: Child,
    /// What it says stays open: a process that cannot say anything more would fail.
    _says: BufReader<ChildStdout>,
    /// host:port.
    address: String,
}

/// The four services; dropping them kills them.
pub(super) struct Children(Vec<Service>);

impl Children {
    /// Starts the services, disbursement last, and waits until each is ready.
    pub(super) async fn start(own_args: &[String], packages: &str) -> Result<Self, Failure> {
        let mut services: Vec<Service> = Vec::new();
        for name in ["membership", "wages", "accounts"] {
            services.push(Service::start(name, own_args, &[]).await?);
        }
        let mut more = vec![format!("disbursement.packages_folder={packages}")];
        more.extend(services.iter().map(|peer| format!("peers.{}.address={}", peer.name, peer.address)));
        services.push(Service::start("disbursement", own_args, &more).await?);
        Ok(Self(services))
    }

    /// Where disbursement listens.
    pub(super) fn disbursement(&self) -> &str {
        self.0.last().map_or("", |service| service.address.as_str())
    }

    /// Most memory that each process held, and this one.
    pub(super) fn peaks(&self) -> Vec<(String, u64)> {
        let of_service = |service: &Service| {
            let id = service.child.id()?.to_string();
            Some((service.name.to_owned(), peak_rss_bytes(&id)?))
        };
        let own = peak_rss_bytes("self").map(|bytes| ("client".to_owned(), bytes));
        self.0.iter().filter_map(of_service).chain(own).collect()
    }

    /// Ends them; what they hold is in their databases.
    pub(super) async fn end(self) {
        for mut service in self.0 {
            // A process that ended by itself cannot be ended again.
            let _ = service.child.kill().await;
        }
    }
}

impl Service {
    async fn start(name: &'static str, own_args: &[String], set: &[String]) -> Result<Self, Failure> {
        let failed = |what: &str| Failure::failed(format!("{name}: {what}"));
        let program = std::env::current_exe().map_err(|err| failed(&err.to_string()))?;
        let mut command = Command::new(program);
        command.args(["serve", name, "--json", "--listen", "127.0.0.1:0"]).args(own_args);
        for setting in set {
            command.args(["--set", setting]);
        }
        let child = command.stdout(Stdio::piped()).stdin(Stdio::null()).kill_on_drop(true).spawn();
        let mut child = child.map_err(|err| failed(&err.to_string()))?;
        let stdout = child.stdout.take().ok_or_else(|| failed("has no output"))?;
        let mut says = BufReader::new(stdout);
        let mut line = String::new();
        says.read_line(&mut line).await.map_err(|err| failed(&err.to_string()))?;
        let ready: Value = serde_json::from_str(&line).map_err(|_| failed("did not become ready"))?;
        let address = ready["address"].as_str().unwrap_or_default().to_owned();
        Ok(Self { name, child, _says: says, address })
    }
}

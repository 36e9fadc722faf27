//! Every service as a process of its own, each with a port for calls and one for whoever runs it.

use std::path::PathBuf;
use std::process::Command;

use super::production::{Production, Program};
use super::suite::{Suite, free_address, metric};

/// The processes of a suite.
pub(crate) struct Services {
    pub(crate) membership: Service,
    pub(crate) wages: Service,
    pub(crate) accounts: Service,
    /// Replicas over one database.
    pub(crate) disbursement: Vec<Service>,
}

/// A process that may be killed and started again where it was.
pub(crate) struct Service {
    pub(crate) name: String,
    address: String,
    admin: String,
    log: PathBuf,
    command: Command,
    running: Option<Suite>,
}

impl Services {
    /// Starts all of them, and so many replicas of disbursement. With a collector they send traces there.
    pub(crate) fn start(
        production: &Production,
        program: Program,
        replicas: usize,
        collector: Option<&str>,
    ) -> Self {
        let start = |service: &str, process: String, peers: &[(&str, &Service)]| {
            let mut command = production.command(program, service);
            for (peer, at) in peers {
                command.env(format!("TEPAT_PEERS__{}__ADDRESS", peer.to_uppercase()), &at.address);
            }
            if let Some(endpoint) = collector {
                command.env("TEPAT_TELEMETRY__ENDPOINT", endpoint);
                command.env("TEPAT_TELEMETRY__KEPT_PER_THOUSAND", "1000");
            }
            Service::start(process, command, production)
        };
        let alone = |service: &str| start(service, service.to_owned(), &[]);
        let (membership, wages, accounts) = (alone("membership"), alone("wages"), alone("accounts"));
        let peers = [("membership", &membership), ("wages", &wages), ("accounts", &accounts)];
        let replica = |number| start("disbursement", format!("disbursement {number}"), &peers);
        let disbursement = (1..=replicas).map(replica).collect();
        Self { membership, wages, accounts, disbursement }
    }

    /// Ends every process well, callers first.
    pub(crate) fn end(self) {
        for mut service in self.disbursement.into_iter().chain([self.accounts, self.wages, self.membership]) {
            service.running.take().expect("it runs").end();
        }
    }
}

impl Service {
    fn start(name: String, mut command: Command, production: &Production) -> Self {
        let (address, admin) = (free_address(), free_address());
        command.env("TEPAT_LISTEN__ADDRESS", &address).env("TEPAT_ADMIN__ADDRESS", &admin);
        let log = production.log_file(&name);
        let mut service = Self { name, address, admin, log, command, running: None };
        service.start_again();
        service
    }

    /// The process, which runs.
    pub(crate) fn suite(&self) -> &Suite {
        self.running.as_ref().expect("it runs")
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.running.take().expect("it runs").kill();
    }

    /// Starts it at the addresses that it had, and waits until it takes connections.
    pub(crate) fn start_again(&mut self) {
        self.running = Some(Suite::listening(&mut self.command, &self.address, &self.log));
    }

    /// One of its metrics, by name and labels.
    pub(crate) fn metric(&self, name: &str) -> u64 {
        metric(&self.admin, name)
    }
}

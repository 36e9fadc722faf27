//! The argument that names the running suite.

use clap::Args;

use crate::client::Clients;
use crate::failure::Failure;

/// Which suite is asked.
#[derive(Clone, Debug, Args)]
pub(super) struct ServerArgs {
    /// A running suite.
    #[arg(long, value_name = "URL", env = "TEPAT_SERVER", default_value = "http://127.0.0.1:7400")]
    server: String,
}

impl ServerArgs {
    /// Clients of the suite.
    pub(super) fn clients(&self) -> Result<Clients, Failure> {
        Clients::of(&self.server)
    }
}

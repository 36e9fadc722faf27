//! `tepat health`.

use clap::Args;
use serde_json::json;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use super::server::ServerArgs;
use crate::answer::Answer;
use crate::client::quick;
use crate::failure::Failure;

/// Ask a running suite whether it serves; exit code 1 when it does not.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  tepat health\n  tepat health --service tepat.accounts.v1.AccountsService"
)]
pub(super) struct Health {
    #[command(flatten)]
    server: ServerArgs,
    /// Full name of a service; empty asks about the process.
    #[arg(long, default_value = "")]
    service: String,
}

impl Health {
    pub(super) async fn run(self) -> Result<Answer, Failure> {
        let mut client = HealthClient::new(self.server.clients()?.transport());
        let request = quick(HealthCheckRequest { service: self.service.clone() });
        let status = match client.check(request).await {
            Ok(answer) => answer.into_inner().status().as_str_name(),
            Err(status) if status.code() == tonic::Code::NotFound => {
                ServingStatus::ServiceUnknown.as_str_name()
            }
            Err(status) => return Err(status.into()),
        };
        let json = json!({ "service": self.service, "status": status });
        Ok(Answer::new(status, json).good_if(status == ServingStatus::Serving.as_str_name()))
    }
}

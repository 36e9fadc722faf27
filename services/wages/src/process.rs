//! The service in a process, and the process of its own.

use std::process::ExitCode;

use serde::Deserialize;
use tepat_proto::wages::wages_service_server::{SERVICE_NAME, WagesServiceServer};
use tepat_serve::{Check, OpenFault, Served, SettingsFaults, process};
use tonic::service::Routes;

use crate::{DEFAULT_TOML, Settings, Wages, build};

/// The service with its tables read.
pub struct Opened {
    /// The RPCs.
    pub server: WagesServiceServer<Wages>,
}

/// Reads rules and minimum wages and puts the service together.
///
/// # Errors
/// What stands in the way, for people.
pub async fn open(settings: &Settings) -> Result<Opened, OpenFault> {
    Ok(Opened { server: build(settings).await? })
}

impl From<Opened> for Served {
    fn from(Opened { server }: Opened) -> Self {
        Self {
            routes: Routes::new(server),
            services: vec![SERVICE_NAME],
            descriptors: vec![tepat_proto::DESCRIPTORS],
            ..Self::default()
        }
    }
}

/// The section that the process reads beside those of every process.
#[derive(Deserialize)]
struct Sections {
    wages: Settings,
}

impl Check for Sections {
    fn check(&self, _faults: &mut SettingsFaults) {}
}

/// The main function of the service's own binary.
pub async fn main() -> ExitCode {
    const OTHERS: &str = "[keys]\n[stores]\n[peers]\n[membership]\n[accounts]\n[disbursement]\n";
    let own = [DEFAULT_TOML, OTHERS].join("\n");
    process::alone("tepat-wages", &own, async |sections: Sections, _clock| {
        Ok(open(&sections.wages).await?.into())
    })
    .await
}

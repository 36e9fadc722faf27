//! `tepat serve`, and how a process with services listens.

use clap::Args;
use serde_json::json;
use tepat_serve::{Bound, Served, Telemetry};

use super::data::SettingsArgs;
use crate::answer::{Answer, say, say_json};
use crate::compose::{Alone, Parts};
use crate::failure::Failure;
use crate::settings::Settings;

/// Run one service alone.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  tepat serve membership --listen 127.0.0.1:7411\n  tepat serve disbursement --listen 127.0.0.1:7414 \\\n    --set peers.membership.address=127.0.0.1:7411 --set peers.wages.address=127.0.0.1:7412 \\\n    --set peers.accounts.address=127.0.0.1:7413"
)]
pub(super) struct Serve {
    /// Which service.
    #[arg(value_enum)]
    service: Alone,
    #[command(flatten)]
    settings: SettingsArgs,
    /// host:port to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
}

impl Serve {
    pub(super) async fn run(self, json: bool) -> Result<Answer, Failure> {
        let settings = self.settings.effective(&[("listen.address", self.listen)])?.settings;
        let telemetry = start_log(&settings, self.service.process_name())?;
        let bound = tepat_serve::bind(&settings.process.listen.address).await.map_err(Failure::failed)?;
        let parts = match self.service {
            Alone::Wages => self.settings.parts_without_folder(settings),
            _ => self.settings.parts(settings)?,
        };
        let served = parts.alone(self.service).await?;
        let answer = listen(bound, served, &parts, json).await;
        telemetry.stop().await;
        answer
    }
}

/// Starts the log and the traces of a process that serves.
pub(crate) fn start_log(settings: &Settings, name: &str) -> Result<Telemetry, Failure> {
    let level = std::env::var(tepat_serve::telemetry::LOG_VARIABLE).ok();
    let process = &settings.process;
    tepat_serve::start_telemetry(&process.log, level.as_deref(), &process.telemetry, name)
        .map_err(Failure::usage)
}

/// Serves until the process is asked to end and drains; says what is ready when it is.
pub(super) async fn listen(
    bound: Bound,
    served: Served,
    parts: &Parts,
    json: bool,
) -> Result<Answer, Failure> {
    let address = bound.address();
    let server = format!("http://{address}");
    let folder = parts.folder.path();
    let services = served.services.clone();
    let ready = || {
        // Whoever started the process and does not read what it says has it running all the same.
        let _ = if json {
            let endpoints =
                services.iter().chain(&["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"]);
            say_json(&json!({
                "server": server,
                "address": address.to_string(),
                "data": folder,
                "endpoints": endpoints.collect::<Vec<_>>(),
            }))
        } else {
            let ready = services.iter().map(|service| format!("ready  {server}  {service}\n"));
            let beside = format!("ready  {server}  health and reflection\n");
            say(&format!("{}{beside}data   {}", ready.collect::<String>(), folder.display()))
        };
    };
    tepat_serve::process::run(bound, &parts.settings.process, served, ready)
        .await
        .map_err(Failure::failed)?;
    Ok(Answer::nothing())
}

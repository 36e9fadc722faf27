//! `tepat serve`, and how a process with services listens.

use clap::Args;
use serde_json::json;
use tepat_serve::{Bound, Drained, Listening, serve, shutdown_signal};

use super::data::SettingsArgs;
use crate::answer::{Answer, say, say_json};
use crate::compose::{Alone, Parts, Suite};
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
        start_log(&settings)?;
        let bound = tepat_serve::bind(&settings.listen.address).await.map_err(Failure::failed)?;
        let parts = match self.service {
            Alone::Wages => self.settings.parts_without_folder(settings),
            _ => self.settings.parts(settings)?,
        };
        let suite = parts.alone(self.service).await?;
        listen(bound, suite, &parts, json).await
    }
}

/// Starts the log of a process that serves.
pub(crate) fn start_log(settings: &Settings) -> Result<(), Failure> {
    let level = std::env::var(tepat_serve::telemetry::LOG_VARIABLE).ok();
    tepat_serve::start_log(&settings.log, level.as_deref()).map_err(Failure::usage)?;
    Ok(())
}

/// Says what is ready, serves until the process is asked to end, drains.
pub(super) async fn listen(bound: Bound, suite: Suite, parts: &Parts, json: bool) -> Result<Answer, Failure> {
    let shutdown = shutdown_signal().map_err(Failure::failed)?;
    let address = bound.address();
    let server = format!("http://{address}");
    let folder = parts.folder.path();
    let listening = Listening {
        routes: suite.routes.clone(),
        services: suite.services.clone(),
        descriptors: vec![tepat_proto::DESCRIPTORS],
        limits: parts.settings.listen.limits(),
        drain_ms: parts.settings.listen.drain_ms,
    };
    // The port is taken: what connects from now on waits in the queue and is answered.
    let ready = if json {
        let endpoints =
            suite.services.iter().chain(&["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"]);
        say_json(&json!({
            "server": server,
            "address": address.to_string(),
            "data": folder,
            "endpoints": endpoints.collect::<Vec<_>>(),
        }))
    } else {
        let ready = suite.services.iter().map(|service| format!("ready  {server}  {service}\n"));
        let beside = format!("ready  {server}  health and reflection\n");
        say(&format!("{}{beside}data   {}", ready.collect::<String>(), folder.display()))
    };
    ready.map_err(|err| Failure::failed(format!("cannot say that the suite is ready: {err}")))?;
    let drained = serve(bound, listening, shutdown).await.map_err(Failure::failed)?;
    suite.stop().await;
    if let Drained::Cut { open } = drained {
        tracing::warn!(open, "calls were cut");
    }
    Ok(Answer::nothing())
}

//! Traces to a collector, by OTLP over gRPC.

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use serde::Deserialize;
use thiserror::Error;
use tonic::transport::Endpoint;
use tracing::{Level, Subscriber};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::Layer;
use tracing_subscriber::registry::LookupSpan;

use super::{LogFault, call};
use crate::settings::{Check, SettingsFaults};

/// Variables of OpenTelemetry that name the collector, the more special one first.
const ENDPOINT_VARIABLES: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

/// Longest wait for the collector at the end of the process.
const STOP_WAIT: Duration = Duration::from_secs(5);

/// Whose spans are exported, by the beginning of their target: ours, not those of libraries.
const OURS: &str = "tepat";

/// Where traces go: the section `[telemetry]` of every process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelemetrySettings {
    /// Collector, `http://host:port`; empty means what OpenTelemetry's variables say, or no traces.
    pub endpoint: String,
    /// Traces kept of every thousand that begin in this process, 0 to 1,000.
    pub kept_per_thousand: u32,
}

impl TelemetrySettings {
    /// The section `[telemetry]` with every key, its meaning and its default.
    pub const DEFAULT_TOML: &'static str = include_str!("traces.default.toml");

    /// The collector named by the settings or else by the environment, whose variables `variable` reads.
    pub(super) fn endpoint_in_force(&self, variable: impl Fn(&str) -> Option<String>) -> Option<String> {
        let named = [Some(self.endpoint.clone())].into_iter().chain(ENDPOINT_VARIABLES.map(variable));
        named.flatten().map(|named| named.trim().to_owned()).find(|named| !named.is_empty())
    }
}

impl Check for TelemetrySettings {
    fn check(&self, faults: &mut SettingsFaults) {
        if !self.endpoint.is_empty() && !is_endpoint(&self.endpoint) {
            faults.fault("telemetry.endpoint", ENDPOINT_WANTED);
        }
        faults.range("telemetry.kept_per_thousand", self.kept_per_thousand, 0..=1_000);
    }
}

const ENDPOINT_WANTED: &str = "must be http://host:port, or empty for no traces";

fn is_endpoint(text: &str) -> bool {
    let port = |uri: http::Uri| uri.scheme_str() == Some("http") && uri.port_u16().is_some();
    text.parse().is_ok_and(port) && Endpoint::from_shared(text.to_owned()).is_ok()
}

/// Log or traces cannot be started as asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TelemetryFault {
    /// A level of the log.
    #[error(transparent)]
    Log(#[from] LogFault),
    /// The collector's address.
    #[error("the collector of traces {found:?}: {ENDPOINT_WANTED}")]
    Endpoint {
        /// As the settings or the environment name it.
        found: String,
    },
}

/// The traces of a process that are not sent yet.
#[derive(Debug)]
#[must_use = "stop it at the end of the process: spans that were not sent yet are lost otherwise"]
pub struct Telemetry {
    /// `None` when no collector is named.
    provider: Option<SdkTracerProvider>,
}

impl Telemetry {
    pub(super) fn off() -> Self {
        Self { provider: None }
    }

    /// The layer has been taken: calls are put into spans for the collector from now on.
    pub(super) fn started(self) -> Self {
        call::put_on();
        self
    }

    /// Sends what was not sent yet, for at most five seconds; nothing when traces are off.
    pub async fn stop(self) {
        let Some(provider) = self.provider else { return };
        let sending = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(STOP_WAIT));
        // What the collector did not take is lost; the process ends all the same.
        if !matches!(sending.await, Ok(Ok(()))) {
            tracing::warn!("the collector did not take the last traces");
        }
    }
}

/// The exporter, and the layer that feeds it.
pub(super) fn start<S>(
    settings: &TelemetrySettings,
    endpoint: String,
    service: &str,
) -> Result<(Telemetry, impl Layer<S> + use<S>), TelemetryFault>
where
    S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
{
    if !is_endpoint(&endpoint) {
        return Err(TelemetryFault::Endpoint { found: endpoint });
    }
    let exporter = SpanExporter::builder().with_tonic().with_endpoint(endpoint.as_str()).build();
    let exporter = exporter.map_err(|_| TelemetryFault::Endpoint { found: endpoint })?;
    let resource = Resource::builder()
        .with_service_name(service.to_owned())
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(ratio(settings)))))
        .with_resource(resource)
        .build();
    // Lines of the log stay in the log: a span carries what its call declares and nothing else.
    let ours = filter_fn(|about| {
        about.is_span() && *about.level() <= Level::INFO && about.target().starts_with(OURS)
    });
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("tepat"))
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_context_activation(false)
        .with_filter(ours);
    Ok((Telemetry { provider: Some(provider) }, layer))
}

#[expect(clippy::float_arithmetic, reason = "the share of traces is no money")]
fn ratio(settings: &TelemetrySettings) -> f64 {
    f64::from(settings.kept_per_thousand) / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_has_one_shape() {
        let check = |endpoint: &str, kept_per_thousand: u32, expected: &str| {
            let mut faults = SettingsFaults::default();
            TelemetrySettings { endpoint: endpoint.into(), kept_per_thousand }.check(&mut faults);
            assert_eq!(faults.to_string(), expected, "{endpoint:?}");
        };
        check("", 0, "");
        check("http://127.0.0.1:4317", 1_000, "");
        for wrong in ["127.0.0.1:4317", "https://otel:4317", "http://otel", "http://"] {
            check(wrong, 1, &format!("telemetry.endpoint (default): {ENDPOINT_WANTED}"));
        }
        check("", 1_001, "telemetry.kept_per_thousand (default): must be 0 to 1000");
    }

    #[test]
    fn the_settings_name_the_collector_before_the_environment_does() {
        let check =
            |settings: &str, of_traces: Option<&str>, of_all: Option<&str>, expected: Option<&str>| {
                let variable = |name: &str| match name {
                    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" => of_traces.map(str::to_owned),
                    "OTEL_EXPORTER_OTLP_ENDPOINT" => of_all.map(str::to_owned),
                    other => panic!("{other} is not asked for"),
                };
                let settings = TelemetrySettings { endpoint: settings.into(), kept_per_thousand: 1 };
                assert_eq!(settings.endpoint_in_force(variable).as_deref(), expected);
            };
        check("http://a:1", Some("http://b:1"), Some("http://c:1"), Some("http://a:1"));
        check("", Some("http://b:1"), Some("http://c:1"), Some("http://b:1"));
        check("", Some(" "), Some("http://c:1"), Some("http://c:1"));
        check("", None, None, None);
    }

    #[test]
    fn what_is_shipped_sends_no_traces_and_is_in_range() {
        #[derive(Deserialize)]
        struct File {
            telemetry: TelemetrySettings,
        }
        let shipped = toml::from_str::<File>(TelemetrySettings::DEFAULT_TOML).unwrap().telemetry;
        assert_eq!(shipped.endpoint_in_force(|_| None), None);
        let mut faults = SettingsFaults::default();
        shipped.check(&mut faults);
        assert!(faults.is_empty());
    }

    #[tokio::test]
    async fn without_a_collector_there_are_no_traces_and_nothing_to_wait_for() {
        let telemetry = Telemetry::off();
        assert!(telemetry.provider.is_none());
        telemetry.stop().await;
    }
}

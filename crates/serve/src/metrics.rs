//! Numbers of the process for whoever watches it: rates, errors and durations of calls, and whatever a
//! service counts about itself.
//!
//! A service declares a metric as a constant place in its code and writes to it; how and where it is
//! read (the admin port, in Prometheus' text) is not its concern:
//!
//! ```
//! use tepat_serve::metrics::Gauge;
//!
//! static QUEUE_DEPTH: Gauge = Gauge::by("tepat_queue_depth", "Jobs that wait.", "queue", &["screen", "send"]);
//!
//! QUEUE_DEPTH.set("screen", 12);
//! assert!(tepat_serve::metrics::text().contains(r#"tepat_queue_depth{queue="screen"} 12"#));
//! ```
//!
//! A process has one set of metrics, as it has one log. The values of a label are a fixed set, named in
//! the declaration: never a person, an account or anything else that grows with the data.

mod calls;
mod kinds;
mod process;

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use prometheus::core::Collector;
use prometheus::{Registry, TextEncoder};

pub(crate) use self::calls::{Timed, code_name};
pub use self::kinds::{Counter, Gauge, Timing};

/// Label value of whatever is not in a fixed set.
pub const OTHER: &str = "_OTHER";

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
    let registry = Registry::new();
    process::register(&registry);
    registry
});

/// Families of one kind by name: who declares a name a second time shares the first one's numbers.
type Known<V> = Mutex<BTreeMap<&'static str, V>>;

/// The family of this name, made and registered when nobody did before.
fn shared<V>(known: &Known<V>, name: &'static str, make: impl FnOnce() -> prometheus::Result<V>) -> V
where
    V: Collector + Clone + 'static,
{
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    let family = known.entry(name).or_insert_with(|| {
        let family = make().expect("a metric and its label are declared with names that Prometheus allows");
        let registered = REGISTRY.register(Box::new(family.clone()));
        registered.expect("a name stands for metrics of one kind with one label");
        family
    });
    family.clone()
}

/// Every metric of the process in Prometheus' text format, version 0.0.4. A metric appears with its
/// first use.
#[must_use]
pub fn text() -> String {
    process::measure();
    let mut text = String::new();
    let encoded = TextEncoder::new().encode_utf8(&REGISTRY.gather(), &mut text);
    encoded.expect("a String takes every write, and gathered families are not empty");
    text
}

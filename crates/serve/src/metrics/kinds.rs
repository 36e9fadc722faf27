//! The kinds of metrics that a service may declare.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
};

use super::{Known, OTHER, shared};

/// Bounds of the buckets of a [`Timing`], seconds: from a quick query to a slow stage.
const BUCKETS: &[f64] = &[0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

static GAUGES: Known<IntGaugeVec> = Mutex::new(BTreeMap::new());
static COUNTERS: Known<IntCounterVec> = Mutex::new(BTreeMap::new());
static TIMINGS: Known<HistogramVec> = Mutex::new(BTreeMap::new());

/// Name, meaning and label of a metric, with a cell for each value of the label.
#[derive(Debug)]
struct Declared<C> {
    name: &'static str,
    help: &'static str,
    /// Empty when the metric has no label.
    label: &'static str,
    values: &'static [&'static str],
    /// One for each value in its order, then that of every other value.
    cells: OnceLock<Vec<C>>,
}

impl<C> Declared<C> {
    const fn new(
        name: &'static str,
        help: &'static str,
        label: &'static str,
        values: &'static [&'static str],
    ) -> Self {
        Self { name, help, label, values, cells: OnceLock::new() }
    }

    fn labels(&self) -> &[&'static str] {
        if self.label.is_empty() { &[] } else { std::slice::from_ref(&self.label) }
    }

    fn cell(&self, value: &str, make: impl Fn(&[&str]) -> C) -> &C {
        let every = || {
            let with_label = self.values.iter().chain([&OTHER]).map(|value| make(&[value]));
            if self.label.is_empty() { vec![make(&[])] } else { with_label.collect() }
        };
        let cells = self.cells.get_or_init(every);
        let known = self.values.iter().position(|known| *known == value);
        &cells[known.unwrap_or(cells.len() - 1)]
    }
}

/// A number that goes up and down, e.g. a queue's depth.
#[derive(Debug)]
pub struct Gauge(Declared<IntGauge>);

impl Gauge {
    /// Without a label; its `value` is the empty text in every call.
    #[must_use]
    pub const fn new(name: &'static str, help: &'static str) -> Self {
        Self(Declared::new(name, help, "", &[]))
    }

    /// With one label and its fixed set of values; any other value counts as `_OTHER`.
    #[must_use]
    pub const fn by(
        name: &'static str,
        help: &'static str,
        label: &'static str,
        values: &'static [&'static str],
    ) -> Self {
        Self(Declared::new(name, help, label, values))
    }

    /// Sets the number.
    pub fn set(&self, value: &str, number: i64) {
        self.cell(value).set(number);
    }

    /// Adds to the number; a negative one takes away.
    pub fn add(&self, value: &str, number: i64) {
        self.cell(value).add(number);
    }

    fn cell(&self, value: &str) -> &IntGauge {
        let declared = &self.0;
        declared.cell(value, |values| {
            let make = || IntGaugeVec::new(Opts::new(declared.name, declared.help), declared.labels());
            shared(&GAUGES, declared.name, make).with_label_values(values)
        })
    }
}

/// A number that only grows while the process lives, e.g. answers out of a cache.
#[derive(Debug)]
pub struct Counter(Declared<IntCounter>);

impl Counter {
    /// Without a label; its `value` is the empty text in every call.
    #[must_use]
    pub const fn new(name: &'static str, help: &'static str) -> Self {
        Self(Declared::new(name, help, "", &[]))
    }

    /// With one label and its fixed set of values; any other value counts as `_OTHER`.
    #[must_use]
    pub const fn by(
        name: &'static str,
        help: &'static str,
        label: &'static str,
        values: &'static [&'static str],
    ) -> Self {
        Self(Declared::new(name, help, label, values))
    }

    /// Counts so many more.
    pub fn add(&self, value: &str, number: u64) {
        let declared = &self.0;
        let cell = declared.cell(value, |values| {
            let make = || IntCounterVec::new(Opts::new(declared.name, declared.help), declared.labels());
            shared(&COUNTERS, declared.name, make).with_label_values(values)
        });
        cell.inc_by(number);
    }
}

/// How long something took, in buckets from a millisecond to a minute; its name ends in `_seconds`.
#[derive(Debug)]
pub struct Timing(Declared<Histogram>);

impl Timing {
    /// Without a label; its `value` is the empty text in every call.
    #[must_use]
    pub const fn new(name: &'static str, help: &'static str) -> Self {
        Self(Declared::new(name, help, "", &[]))
    }

    /// With one label and its fixed set of values; any other value counts as `_OTHER`.
    #[must_use]
    pub const fn by(
        name: &'static str,
        help: &'static str,
        label: &'static str,
        values: &'static [&'static str],
    ) -> Self {
        Self(Declared::new(name, help, label, values))
    }

    /// Notes one more that took so long.
    pub fn note(&self, value: &str, took: Duration) {
        let declared = &self.0;
        let cell = declared.cell(value, |values| {
            let opts = HistogramOpts::new(declared.name, declared.help).buckets(BUCKETS.to_vec());
            let make = || HistogramVec::new(opts.clone(), declared.labels());
            shared(&TIMINGS, declared.name, make).with_label_values(values)
        });
        cell.observe(took.as_secs_f64());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::text;

    fn line(start: &str) -> String {
        let text = text();
        let found = text.lines().find(|line| line.starts_with(start));
        found.unwrap_or_else(|| panic!("no line {start:?} in\n{text}")).to_owned()
    }

    #[test]
    fn numbers_appear_under_their_name_and_label() {
        static DEPTH: Gauge = Gauge::by("test_depth", "Jobs that wait.", "queue", &["screen", "send"]);
        static SEEN: Counter = Counter::by("test_seen_total", "Answers.", "result", &["hit", "miss"]);
        static STAGE: Timing = Timing::by("test_stage_seconds", "Stages.", "stage", &["read"]);
        static BARE: Gauge = Gauge::new("test_bare", "Without label.");
        DEPTH.set("screen", 12);
        DEPTH.add("screen", -2);
        DEPTH.set("a person", 1);
        SEEN.add("hit", 2);
        SEEN.add("hit", 3);
        STAGE.note("read", Duration::from_millis(30));
        BARE.set("", 7);
        assert_eq!(line("test_depth{queue=\"screen\"}"), "test_depth{queue=\"screen\"} 10");
        assert_eq!(line("test_depth{queue=\"send\"}"), "test_depth{queue=\"send\"} 0");
        assert_eq!(line("test_depth{queue=\"_OTHER\"}"), "test_depth{queue=\"_OTHER\"} 1");
        assert_eq!(line("test_seen_total{result=\"hit\"}"), "test_seen_total{result=\"hit\"} 5");
        let buckets = ["0.025\"} 0", "0.05\"} 1"];
        for bucket in buckets {
            line(&format!("test_stage_seconds_bucket{{stage=\"read\",le=\"{bucket}"));
        }
        assert_eq!(line("test_bare "), "test_bare 7");
        assert!(!text().contains("a person"));
    }

    #[test]
    fn a_name_that_two_services_declare_is_one_family() {
        static OF_ONE: Gauge = Gauge::by("test_shared", "Jobs.", "queue", &["one"]);
        static OF_OTHER: Gauge = Gauge::by("test_shared", "Jobs.", "queue", &["other"]);
        OF_ONE.set("one", 1);
        OF_OTHER.set("other", 2);
        assert_eq!(line("test_shared{queue=\"one\"}"), "test_shared{queue=\"one\"} 1");
        assert_eq!(line("test_shared{queue=\"other\"}"), "test_shared{queue=\"other\"} 2");
    }
}

//! What a benchmark tells: a page for people, one object for machines.

use serde_json::{Value, json};

use crate::answer::{Answer, object};
use crate::table::{Cell, Table, thousands};

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Seconds: ours over the floor's, smaller is better.
    Time,
    /// Things a second: ours over the floor's, larger is better.
    Rate,
}

/// Seconds by stage; the last is called `total`.
pub(super) type Laps = Vec<(&'static str, f64)>;

/// What a benchmark found.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) bench: &'static str,
    pub(super) kind: Kind,
    /// How many things were worked through, and what they are.
    pub(super) size: u64,
    pub(super) things: &'static str,
    /// Seconds or things a second.
    pub(super) floor: f64,
    pub(super) ours: f64,
    pub(super) floor_stages: Laps,
    pub(super) stages: Laps,
    /// Further figures: name, ours, the floor's.
    pub(super) figures: Vec<(&'static str, f64, f64)>,
    /// Most memory that each process held, bytes.
    pub(super) peaks: Vec<(String, u64)>,
    /// What a reader has to know.
    pub(super) notes: Vec<String>,
    /// What is wrong with the result; empty when it is right.
    pub(super) wrong: Vec<String>,
}

impl Report {
    /// The answer; bad news when the result is wrong.
    pub(super) fn answer(&self) -> Answer {
        Answer::new(self.text(), self.json()).good_if(self.wrong.is_empty())
    }

    #[expect(clippy::float_arithmetic, reason = "a ratio of measured figures")]
    fn ratio(&self) -> f64 {
        self.ours / self.floor
    }

    #[expect(clippy::float_arithmetic, reason = "a rate of measured figures")]
    fn per_second(&self) -> [f64; 2] {
        match self.kind {
            Kind::Time => [self.ours, self.floor].map(|seconds| count(self.size) / seconds),
            Kind::Rate => [self.ours, self.floor],
        }
    }

    fn json(&self) -> Value {
        json!({
            "bench": self.bench,
            "kind": if self.kind == Kind::Time { "time" } else { "rate" },
            "size": self.size,
            "floor": rounded(self.floor),
            "ours": rounded(self.ours),
            "ratio": rounded(self.ratio()),
            "stages": object(self.stages.iter().copied()),
            "floor_stages": object(self.floor_stages.iter().copied()),
            "per_second": rounded(self.per_second()[0]),
            "figures": object(self.figures.iter().map(|(name, ours, floor)| (*name, json!({ "ours": ours, "floor": floor })))),
            "peak_rss_bytes": object(self.peaks.iter().cloned()),
            "correct": self.wrong.is_empty(),
            "wrong": self.wrong,
        })
    }

    fn text(&self) -> String {
        let mut text = format!("{}, {} {}\n\n", self.bench, thousands(self.size.cast_signed()), self.things);
        for (whose, stages) in [("floor", &self.floor_stages), ("ours", &self.stages)] {
            if !stages.is_empty() {
                let mut table = Table::new(&["stage", "seconds"]);
                for (stage, seconds) in stages {
                    table.row([format!("{whose}: {stage}").into(), Cell::Right(format!("{seconds:.2}"))]);
                }
                text.push_str(&table.lines());
                text.push('\n');
            }
        }
        let mut table = Table::new(&["", "ours", "floor", "ratio"]);
        let [ours, floor] = self.per_second();
        if self.kind == Kind::Time {
            table.row([
                "seconds".into(),
                Cell::Right(format!("{:.2}", self.ours)),
                Cell::Right(format!("{:.2}", self.floor)),
                Cell::Right(format!("{:.2}", self.ratio())),
            ]);
        }
        table.row([
            format!("{} a second", self.things).into(),
            Cell::Right(format!("{ours:.0}")),
            Cell::Right(format!("{floor:.0}")),
            Cell::Right(if self.kind == Kind::Rate { format!("{:.2}", self.ratio()) } else { String::new() }),
        ]);
        for (name, ours, floor) in &self.figures {
            table.row([
                (*name).into(),
                Cell::Right(format!("{ours:.2}")),
                Cell::Right(format!("{floor:.2}")),
                Cell::Right(format!("{:.2}", quotient(*ours, *floor))),
            ]);
        }
        text.push_str(&table.lines());
        for (process, bytes) in &self.peaks {
            text.push_str(&format!("peak memory of {process}: {} MiB\n", bytes / 1_048_576));
        }
        for note in &self.notes {
            text.push_str(&format!("{note}\n"));
        }
        if self.wrong.is_empty() {
            text.push_str("the result was checked and is right\n");
        }
        for wrong in &self.wrong {
            text.push_str(&format!("WRONG: {wrong}\n"));
        }
        text
    }
}

#[expect(clippy::float_arithmetic, reason = "a ratio of measured figures")]
fn quotient(ours: f64, floor: f64) -> f64 {
    ours / floor
}

/// A count as a number that rates are made of.
pub(super) fn count(number: u64) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}

/// To the thousandth, so that JSON stays readable.
#[expect(clippy::float_arithmetic, reason = "rounding of measured figures")]
fn rounded(number: f64) -> f64 {
    (number * 1_000.0).round() / 1_000.0
}

/// Most memory that a process has held, bytes; none where the system does not say.
pub(crate) fn peak_rss_bytes(process: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(kind: Kind, wrong: &[&str]) -> Report {
        Report {
            bench: "batch",
            kind,
            size: 1_000,
            things: "candidates",
            floor: 2.0,
            ours: 5.0,
            floor_stages: vec![("total", 2.0)],
            stages: vec![("screen", 4.5), ("total", 5.0)],
            figures: vec![],
            peaks: vec![("suite".to_owned(), 1_048_576)],
            notes: vec![],
            wrong: wrong.iter().map(|text| (*text).to_owned()).collect(),
        }
    }

    #[test]
    fn times_and_rates_are_put_against_the_floor_s() {
        let json = report(Kind::Time, &[]).json();
        assert_eq!((&json["ratio"], &json["per_second"]), (&json!(2.5), &json!(200.0)));
        assert_eq!((&json["kind"], &json["correct"]), (&json!("time"), &json!(true)));
        assert_eq!(json["peak_rss_bytes"]["suite"], json!(1_048_576));
        let json = report(Kind::Rate, &["a row is missing"]).json();
        assert_eq!((&json["ratio"], &json["per_second"]), (&json!(2.5), &json!(5.0)));
        assert_eq!(json["correct"], json!(false));
        assert!(report(Kind::Rate, &["a row is missing"]).text().ends_with("WRONG: a row is missing\n"));
    }

    #[test]
    fn the_peak_of_this_process_is_known() {
        assert!(peak_rss_bytes("self").is_some_and(|bytes| bytes > 1_048_576));
    }
}

//! The stages of long work and how long each took.

use std::time::{Duration, Instant};

use indicatif::ProgressBar;

use crate::progress;

/// Stages under way.
#[derive(Debug)]
pub(crate) struct Stages {
    began: Instant,
    stage: Option<(&'static str, Instant, ProgressBar)>,
    taken: Vec<(&'static str, Duration)>,
    /// Whether a line for people follows each stage.
    told: bool,
}

impl Stages {
    /// Begins to count.
    pub(crate) fn begin(told: bool) -> Self {
        Self { began: Instant::now(), stage: None, taken: Vec::new(), told }
    }

    /// Ends the stage before and begins the next.
    pub(crate) fn next(&mut self, stage: &'static str) {
        self.finish();
        let line = if self.told { progress::waiting(stage) } else { ProgressBar::hidden() };
        self.stage = Some((stage, Instant::now(), line));
    }

    /// Ends the last stage: seconds of each, and `total`.
    pub(crate) fn end(mut self) -> Vec<(&'static str, f64)> {
        self.finish();
        self.taken.push(("total", self.began.elapsed()));
        self.taken.into_iter().map(|(stage, taken)| (stage, seconds(taken))).collect()
    }

    fn finish(&mut self) {
        if let Some((stage, began, line)) = self.stage.take() {
            line.finish_and_clear();
            self.taken.push((stage, began.elapsed()));
        }
    }
}

/// Seconds to the millisecond, as the number that prints so: `2.119`, never `2.1189999999999998`.
fn seconds(taken: Duration) -> f64 {
    let text = format!("{}.{:03}", taken.as_secs(), taken.subsec_millis());
    text.parse().expect("digits, a point and digits are a number")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_print_to_the_millisecond() {
        let check =
            |micros, expected: &str| assert_eq!(seconds(Duration::from_micros(micros)).to_string(), expected);
        check(0, "0");
        check(2_119_999, "2.119");
        check(24_016_000, "24.016");
        check(61_000_500, "61");
    }
}

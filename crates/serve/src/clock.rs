//! Time as an argument.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the time: microseconds since 1970-01-01T00:00:00 UTC. Rules never call it; they are given
/// the time by whoever was given the clock.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The clock of the machine.
#[must_use]
pub fn system_clock() -> Clock {
    Arc::new(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
    })
}

/// A clock that stands still at `at` microseconds, for replays and tests.
#[must_use]
pub fn standing_clock(at: i64) -> Clock {
    Arc::new(move || at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_clock_counts_microseconds_of_this_century() {
        let now = system_clock()();
        let (year_2020, year_2100) = (1_577_836_800_000_000, 4_102_444_800_000_000);
        assert!((year_2020..year_2100).contains(&now), "{now}");
        assert_eq!(standing_clock(7)(), 7);
    }
}

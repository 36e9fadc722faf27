//! Measuring how many things a second go through, with a bounded number under way.

use std::future::Future;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::failure::Failure;

/// What a run of calls came to.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) calls: u64,
    pub(super) taken: Duration,
    /// Each call's time, ascending.
    latencies: Vec<Duration>,
}

/// Makes every call of `calls`, `in_flight` of them at a time, each lane in a task of its own.
pub(super) async fn drive<T, F>(
    calls: Vec<T>,
    in_flight: usize,
    call: impl Fn(T) -> F + Clone + Send + 'static,
) -> Result<Run, Failure>
where
    T: Send + 'static,
    F: Future<Output = Result<(), Failure>> + Send,
{
    let count = calls.len();
    let mut lanes: Vec<Vec<T>> = (0..in_flight).map(|_| Vec::with_capacity(count / in_flight + 1)).collect();
    for (place, input) in calls.into_iter().enumerate() {
        lanes[place % in_flight].push(input);
    }
    let began = Instant::now();
    let mut running = JoinSet::new();
    for lane in lanes {
        let call = call.clone();
        running.spawn(async move {
            let mut latencies = Vec::with_capacity(lane.len());
            for input in lane {
                let sent = Instant::now();
                call(input).await?;
                latencies.push(sent.elapsed());
            }
            Ok::<_, Failure>(latencies)
        });
    }
    let mut latencies = Vec::with_capacity(count);
    while let Some(lane) = running.join_next().await {
        latencies.extend(lane.map_err(|_| Failure::failed("a lane of calls was cut"))??);
    }
    let taken = began.elapsed();
    latencies.sort_unstable();
    Ok(Run { calls: count as u64, taken, latencies })
}

impl Run {
    /// Calls a second, times what each carries.
    #[expect(clippy::float_arithmetic, reason = "a rate of measured figures")]
    pub(super) fn per_second(&self, things_a_call: u64) -> f64 {
        super::report::count(self.calls * things_a_call) / self.taken.as_secs_f64()
    }

    /// The time within which so many of a hundred calls were answered, milliseconds.
    #[expect(clippy::float_arithmetic, reason = "milliseconds of a measured time")]
    pub(super) fn percentile_ms(&self, percent: usize) -> f64 {
        let place = (self.latencies.len() * percent).div_ceil(100).saturating_sub(1);
        self.latencies.get(place).map_or(0.0, |latency| latency.as_secs_f64() * 1_000.0)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn every_call_is_made_once_and_a_fault_is_told() {
        let sum = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&sum);
        let run = drive((1..=10).collect(), 3, move |number: usize| {
            counted.fetch_add(number, Ordering::Relaxed);
            async { Ok(()) }
        });
        assert_eq!(run.await.unwrap().calls, 10);
        assert_eq!(sum.load(Ordering::Relaxed), 55);
        let failing = drive(vec![1], 1, |_| async { Err(Failure::failed("no")) });
        assert!(failing.await.is_err());
    }

    #[test]
    fn percentiles_take_the_last_call_within_them() {
        let latencies = (1..=200).map(Duration::from_millis).collect();
        let run = Run { calls: 200, taken: Duration::from_secs(2), latencies };
        let check = |percent, expected: &str| assert_eq!(run.percentile_ms(percent).to_string(), expected);
        check(50, "100");
        check(99, "198");
        check(100, "200");
        assert_eq!(run.per_second(10).to_string(), "1000");
    }
}

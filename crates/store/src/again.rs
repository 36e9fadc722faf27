//! Doing once more what a broken connection or a conflict of transactions cut short.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::fault::StoreFault;

/// A server that restarts is back within this time; longer trouble is the caller's to know.
const FOR: Duration = Duration::from_secs(10);
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Patience with trouble that passes, for at most ten seconds.
///
/// Only for what may be done twice: reads, and whole transactions that find out for themselves
/// whether they were done.
#[derive(Debug)]
pub struct Again {
    until: Instant,
    pause: Duration,
}

impl Again {
    /// Full patience.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it begins to run out when it is made")]
    pub fn new() -> Self {
        Self { until: Instant::now() + FOR, pause: FIRST_PAUSE }
    }

    /// Waits a little after trouble that passes, so that the caller may do it once more.
    ///
    /// # Errors
    /// The fault itself when it is of another kind ([`StoreFault::is_passing`]), or patience is at its end.
    pub async fn after(&mut self, fault: StoreFault) -> Result<(), StoreFault> {
        if !fault.is_passing() || Instant::now() + self.pause > self.until {
            return Err(fault);
        }
        tracing::debug!(error = %fault, "the database is asked again");
        sleep(self.pause).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        Ok(())
    }
}

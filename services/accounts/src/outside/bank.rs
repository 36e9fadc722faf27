//! Asking banks, each within its own bounds: a bank that is slow or silent spoils only its own claims.

mod sandbox;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tepat_terms::AccountNumber;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::rules::directory::BankIndex;
use crate::rules::verdict::Inquiry;

pub(crate) use sandbox::{Sandbox, SandboxFault};

/// The way to a bank.
#[derive(Clone)]
pub(crate) enum Connector {
    /// Accounts from a file, held in memory.
    Sandbox(Arc<Sandbox>),
}

impl Connector {
    /// One answer for each number, in their order.
    async fn ask(&self, bank: BankIndex, numbers: &[&AccountNumber]) -> Vec<Inquiry> {
        match self {
            Self::Sandbox(sandbox) => sandbox.ask(bank, numbers).await,
        }
    }
}

/// Bounds of a bank's line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LineBounds {
    /// Most pages of claims that are asked at a time.
    pub(crate) concurrency_max: usize,
    /// Longest wait for an answer, the wait for a free line included.
    pub(crate) deadline: Duration,
}

/// The line to one bank.
struct Line {
    connector: Connector,
    free: Semaphore,
    deadline: Duration,
}

/// The lines to all banks of the directory; one without a connector is silent.
pub(crate) struct Connectors {
    lines: Vec<Option<Line>>,
}

impl Connectors {
    /// A line to each bank, in the order of the directory; `connector_of` has none for an unconnected one.
    pub(crate) fn new(
        banks: usize,
        bounds: LineBounds,
        connector_of: impl Fn(BankIndex) -> Option<Connector>,
    ) -> Self {
        let line = |connector| Line {
            connector,
            free: Semaphore::new(bounds.concurrency_max),
            deadline: bounds.deadline,
        };
        Self { lines: (0..banks).map(|bank| connector_of(BankIndex(bank)).map(line)).collect() }
    }

    /// Whether there is a way to the bank.
    pub(crate) fn is_connected(&self, bank: BankIndex) -> bool {
        self.lines[bank.0].is_some()
    }

    /// Asks a bank about accounts: one answer for each number, in their order.
    ///
    /// A bank that does not answer all of them before its deadline was silent on all of them.
    pub(crate) async fn ask(&self, bank: BankIndex, numbers: &[&AccountNumber]) -> Vec<Inquiry> {
        let answers = match &self.lines[bank.0] {
            Some(line) => line.ask(bank, numbers).await,
            None => None,
        };
        answers.unwrap_or_else(|| silence(numbers.len()))
    }
}

impl Line {
    fn ask(&self, bank: BankIndex, numbers: &[&AccountNumber]) -> impl Future<Output = Option<Vec<Inquiry>>> {
        let asked = async move {
            let _line = self.free.acquire().await.ok()?;
            Some(self.connector.ask(bank, numbers).await)
        };
        async move { timeout(self.deadline, asked).await.ok().flatten() }
    }
}

fn silence(claims: usize) -> Vec<Inquiry> {
    vec![Inquiry::Silent; claims]
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;
    use crate::rules::directory::Directory;

    const BOUNDS: LineBounds = LineBounds { concurrency_max: 1, deadline: Duration::from_millis(2_000) };

    fn sandbox(silence: Duration) -> Connector {
        let csv =
            "bank,account_number,holder_name,holder_nik,status\n002,1,BUDI,,ACTIVE\n008,1,BUDI,,ACTIVE\n";
        let directory = Directory::shipped();
        let silent = [directory.find(&"008".parse().unwrap()).unwrap()].into();
        Connector::Sandbox(Arc::new(Sandbox::read(csv.as_bytes(), &directory, silent, silence).unwrap()))
    }

    fn connectors(silence: Duration) -> (Connectors, BankIndex, BankIndex) {
        let directory = Directory::shipped();
        let [answers, is_silent] = ["002", "008"].map(|key| directory.find(&key.parse().unwrap()).unwrap());
        let connector = sandbox(silence);
        let all = Connectors::new(directory.banks().len(), BOUNDS, |_| Some(connector.clone()));
        (all, answers, is_silent)
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_bank_costs_its_deadline_and_no_more() {
        let (connectors, answers, is_silent) = connectors(Duration::from_secs(600));
        let number: AccountNumber = "1".parse().unwrap();
        let began = Instant::now();
        let found = connectors.ask(is_silent, &[&number, &number]).await;
        assert!(found == [Inquiry::Silent, Inquiry::Silent]);
        assert_eq!(began.elapsed(), BOUNDS.deadline);
        assert!(matches!(connectors.ask(answers, &[&number]).await[..], [Inquiry::Found(_)]));
        assert_eq!(began.elapsed(), BOUNDS.deadline);
    }

    #[tokio::test(start_paused = true)]
    async fn the_wait_for_a_free_line_counts() {
        let (connectors, _, is_silent) = connectors(Duration::from_millis(1_500));
        let number: AccountNumber = "1".parse().unwrap();
        let began = Instant::now();
        let numbers = [&number];
        let both = tokio::join!(connectors.ask(is_silent, &numbers), connectors.ask(is_silent, &numbers));
        assert!(both.0 == [Inquiry::Silent] && both.1 == [Inquiry::Silent]);
        // The second waits 1,500 ms for the line and is cut 500 ms into its own silence.
        assert_eq!(began.elapsed(), BOUNDS.deadline);
    }

    #[tokio::test]
    async fn a_bank_without_a_connector_is_silent() {
        let none = Connectors::new(1, BOUNDS, |_| None);
        let number: AccountNumber = "1".parse().unwrap();
        assert!(!none.is_connected(BankIndex(0)));
        assert!(none.ask(BankIndex(0), &[&number]).await == [Inquiry::Silent]);
    }
}

//! Keeps a report of closed accounts: from then on no older verdict on them is told.

use tepat_store::{Again, Conflict, Replay, ReplayFault, StoreFault};

use crate::Accounts;
use crate::store::{AccountHash, ByHash, Report};

/// Accounts that somebody says were closed.
pub(crate) struct Told {
    pub(crate) request_id: [u8; 16],
    pub(crate) source: String,
    /// Account and time of closing, microseconds UTC; an account may stand there twice.
    pub(crate) closures: Vec<(AccountHash, i64)>,
}

/// Keeps the report with `answer`, for whoever repeats the request.
pub(crate) async fn record_closures(
    accounts: &Accounts,
    told: &Told,
    replay: &Replay,
    answer: &[u8],
) -> Result<(), ReplayFault> {
    let mut newest: ByHash<AccountHash, i64> = ByHash::default();
    for (account, closed_at_us) in &told.closures {
        let closed = newest.entry(*account).or_insert(*closed_at_us);
        *closed = (*closed).max(*closed_at_us);
    }
    let report = Report {
        request_id: told.request_id,
        source: &told.source,
        recorded_at_us: (accounts.clock)(),
        closures: newest.into_iter().collect(),
    };
    let mut patience = Again::new();
    loop {
        match write(accounts, &report, replay, answer).await {
            // The same request was kept meanwhile, or before its answer was lost.
            Err(StoreFault::Conflict(Conflict::Unique)) if replay.find(&accounts.store).await?.is_some() => {
                break;
            }
            Err(fault) => patience.after(fault).await?,
            Ok(()) => break,
        }
    }
    accounts.verdicts.closures().forget_last_look();
    Ok(())
}

async fn write(
    accounts: &Accounts,
    report: &Report<'_>,
    replay: &Replay,
    answer: &[u8],
) -> Result<(), StoreFault> {
    let tx = accounts.store.begin().await?;
    accounts.verdicts.closures().put(&tx, report).await?;
    replay.keep(&tx, answer.to_vec(), report.recorded_at_us).await?;
    tx.commit().await
}

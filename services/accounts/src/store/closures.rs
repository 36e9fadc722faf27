//! Closed accounts: a verdict that is older than the closure of its account is no knowledge.
//!
//! A page of claims must not pay for asking the table, so each process holds the closures that may
//! matter in memory and looks for newer reports now and then, by their number. Money does not rely on
//! that: before accounts are promised or handed over they are checked against the table itself.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use tepat_store::{Column, Rows, Select, Store, StoreFault, Tx, append, lock, scan};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};
use uuid::Uuid;

use super::claim_hash::{AccountHash, ByHash};
use super::known::Known;
use crate::rules::freshness::stands_after;

/// How closures are held in memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClosureBounds {
    /// Most closures held; beyond, the table is asked for each page.
    pub(crate) held_max: usize,
    /// News are looked for when the last look is this long ago; zero looks for every page.
    pub(crate) look_every: Duration,
    /// What is held is not relied on when the last look is this long ago.
    pub(crate) relied_on_for: Duration,
    /// The age at which no verdict is reused any more, seconds: older closures do not matter.
    pub(crate) age_max_seconds: i64,
}

/// Longest wait of a page for a look at the table while what is held may still be relied on.
const LOOK_WAIT: Duration = Duration::from_millis(500);

/// The door to the closures.
pub(crate) struct Closures {
    store: Store,
    bounds: ClosureBounds,
    held: RwLock<Held>,
    /// Held by the one who looks for news.
    looking: Mutex<()>,
}

struct Held {
    /// Newest closure of each account; none when there are too many to hold.
    closed_at_us: Option<ByHash<AccountHash, i64>>,
    /// The newest of all; `i64::MIN` when there is none.
    newest_us: i64,
    /// Number of the last report that was read.
    report: i64,
    /// When the last look that found out began.
    looked_at: Option<Instant>,
    /// When the last look began, whatever came of it.
    tried_at: Option<Instant>,
}

/// A report of closed accounts.
pub(crate) struct Report<'a> {
    /// The caller's id.
    pub(crate) request_id: [u8; 16],
    /// Who tells, and on which paper.
    pub(crate) source: &'a str,
    /// When it came, microseconds UTC.
    pub(crate) recorded_at_us: i64,
    /// Accounts, each once, with the time of closing, microseconds UTC.
    pub(crate) closures: Vec<(AccountHash, i64)>,
}

impl Closures {
    pub(crate) fn new(store: Store, bounds: ClosureBounds) -> Self {
        let held = Held {
            closed_at_us: Some(ByHash::default()),
            newest_us: i64::MIN,
            report: 0,
            looked_at: None,
            tried_at: None,
        };
        Self { store, bounds, held: RwLock::new(held), looking: Mutex::new(()) }
    }

    /// Takes out of `found` every verdict that is older than the closure of its account; `account_of`
    /// names the account of a place in `found`.
    pub(super) async fn strike_out(
        &self,
        found: &mut [Option<Known>],
        now_us: i64,
        account_of: &(dyn Fn(usize) -> AccountHash + Sync),
    ) -> Result<(), StoreFault> {
        self.look_when_due(now_us).await?;
        let asked = self.strike_out_held(found, account_of);
        if asked.is_empty() {
            return Ok(());
        }
        let accounts: Vec<AccountHash> = asked.iter().map(|(_, account)| *account).collect();
        let closed = self.newest(&accounts).await?;
        for (place, account) in asked {
            strike(&mut found[place], closed.get(&account));
        }
        Ok(())
    }

    /// Strikes out what is held; the places and accounts that the table must be asked about where
    /// there are too many closures to hold.
    fn strike_out_held(
        &self,
        found: &mut [Option<Known>],
        account_of: &(dyn Fn(usize) -> AccountHash + Sync),
    ) -> Vec<(usize, AccountHash)> {
        let held = self.read();
        let mut asked = Vec::new();
        for (place, known) in found.iter_mut().enumerate() {
            // Hashing the account is the dear part: most verdicts are newer than every closure.
            if !known.is_some_and(|known| !stands_after(held.newest_us, known.checked_at_us)) {
                continue;
            }
            match &held.closed_at_us {
                Some(closed) => strike(known, closed.get(&account_of(place))),
                None => asked.push((place, account_of(place))),
            }
        }
        asked
    }

    /// Looks for news when it is time. Others go on with what is held as long as it may be relied on.
    async fn look_when_due(&self, now_us: i64) -> Result<(), StoreFault> {
        let is_due = || {
            let held = self.read();
            held.tried_at.is_none_or(|at| at.elapsed() >= self.bounds.look_every)
        };
        let may_be_relied_on = || {
            let held = self.read();
            held.looked_at.is_some_and(|at| at.elapsed() < self.bounds.relied_on_for)
        };
        if may_be_relied_on() {
            if !is_due() {
                return Ok(());
            }
            let Ok(_looking) = self.looking.try_lock() else { return Ok(()) };
            // A database that is away is looked at again by a later page, until it must be there.
            if !matches!(timeout(LOOK_WAIT, self.look(now_us)).await, Ok(Ok(()))) {
                tracing::debug!("the closures could not be looked at");
            }
            return Ok(());
        }
        let _looking = self.looking.lock().await;
        // Whoever had the turn before may have looked for us as well.
        if may_be_relied_on() && !is_due() { Ok(()) } else { self.look(now_us).await }
    }

    fn read(&self) -> RwLockReadGuard<'_, Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Held> {
        self.held.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the reports after the last one that was read.
    async fn look(&self, now_us: i64) -> Result<(), StoreFault> {
        let began = Instant::now();
        let (report, too_many) = {
            let mut held = self.write();
            held.tried_at = Some(began);
            (held.report, held.closed_at_us.is_none())
        };
        let oldest_us = now_us.saturating_sub(self.bounds.age_max_seconds.saturating_mul(1_000_000));
        let news = self.after(report, oldest_us, too_many).await?;
        let mut held = self.write();
        held.looked_at = Some(began);
        for (report, account, closed_at_us) in news {
            held.report = held.report.max(report);
            held.newest_us = held.newest_us.max(closed_at_us);
            if let Some(closed) = &mut held.closed_at_us {
                let newest = closed.entry(account).or_insert(closed_at_us);
                *newest = (*newest).max(closed_at_us);
            }
        }
        if held.closed_at_us.as_ref().is_some_and(|closed| closed.len() > self.bounds.held_max) {
            tracing::warn!(
                held_max = self.bounds.held_max,
                "more closed accounts than may be held: from now on each page asks the table"
            );
            held.closed_at_us = None;
        }
        Ok(())
    }

    /// Report, account and time of the closures after a report; only the last of them where the
    /// accounts are not held.
    async fn after(
        &self,
        report: i64,
        oldest_us: i64,
        only_last: bool,
    ) -> Result<Vec<(i64, AccountHash, i64)>, StoreFault> {
        let order = if only_last { "ORDER BY closed_at_us DESC LIMIT 1" } else { "" };
        let from = format!("closure WHERE report > $1 AND closed_at_us >= $2 {order}");
        let columns =
            [Column::Number("report"), Column::Uuid("account_hash"), Column::Number("closed_at_us")];
        let select = Select { columns: &columns, from: &from, numbers: &[report, oldest_us] };
        scan(&self.store, select, |row| {
            let (report, account, closed_at_us) = (row.number()?, row.uuid()?, row.number()?);
            Some((report, AccountHash(account.into_bytes()), closed_at_us))
        })
        .await
    }

    /// The newest closure of each of these accounts that was ever reported, from the table.
    pub(crate) async fn newest(
        &self,
        accounts: &[AccountHash],
    ) -> Result<ByHash<AccountHash, i64>, StoreFault> {
        let backend = self.store.backend();
        let sql = format!(
            "SELECT account_hash, MAX(closed_at_us) FROM closure WHERE {} GROUP BY account_hash",
            backend.among_uuids("account_hash", "$1")
        );
        let keys: Vec<Uuid> = accounts.iter().map(|account| (*account).into()).collect();
        let rows = self.store.rows(&sql, [backend.uuids(&keys)]).await?;
        let decoded = rows.iter().map(|row| {
            let (account, closed_at_us): (Uuid, i64) = row.try_get_many_by_index()?;
            Ok((AccountHash(account.into_bytes()), closed_at_us))
        });
        decoded.collect()
    }

    /// Whether any account was closed at `since_us` or later, from the table.
    pub(crate) async fn any_since(&self, since_us: i64) -> Result<bool, StoreFault> {
        let sql = "SELECT report FROM closure WHERE closed_at_us >= $1 LIMIT 1";
        Ok(self.store.row(sql, [since_us.into()]).await?.is_some())
    }

    /// Keeps a report; the transaction is the caller's, who lets news be seen after its commit.
    pub(crate) async fn put(&self, tx: &Tx, report: &Report<'_>) -> Result<(), StoreFault> {
        // Numbers follow the order of commits, so that nobody who reads by number misses one.
        lock(tx, "closure_report").await?;
        let last = tx.row("SELECT COALESCE(MAX(number), 0) FROM closure_report", []).await?;
        let last: i64 = last.expect("an aggregate has one row").try_get_by_index(0)?;
        let number = last + 1;
        let mut reports = Rows::new(&["number", "request_id", "source", "recorded_at_us"]);
        reports.push([
            number.into(),
            Uuid::from_bytes(report.request_id).into(),
            report.source.into(),
            report.recorded_at_us.into(),
        ]);
        append(tx, "closure_report", reports).await?;
        let columns = ["report", "account_hash", "closed_at_us"];
        let mut rows = Rows::with_capacity(&columns, report.closures.len());
        for (account, closed_at_us) in &report.closures {
            rows.push([number.into(), Uuid::from(*account).into(), (*closed_at_us).into()]);
        }
        append(tx, "closure", rows).await
    }

    /// Makes the next page look for news, whatever the time.
    pub(crate) fn forget_last_look(&self) {
        self.write().looked_at = None;
    }
}

fn strike(known: &mut Option<Known>, closed_at_us: Option<&i64>) {
    let stands = |known: &Known| closed_at_us.is_none_or(|closed| stands_after(*closed, known.checked_at_us));
    *known = known.filter(stands);
}

//! The one door for known answers: a cache, then the table, and never older than a closure.

use std::time::Duration;

use tepat_serve::metrics::Counter;
use tepat_store::{Store, StoreFault};

use super::attempts::{self, Answer, Call};
use super::claim_hash::{AccountHash, ClaimHash};
use super::closures::Closures;
use super::known::Known;
use super::shared_cache::SharedCache;
use crate::rules::freshness::{AgesMax, is_fresh};

/// Claims whose verdict was looked for, by where it was found.
static FOUND: Counter = Counter::by(
    "tepat_verdicts_total",
    "Claims whose verdict was looked for, by where a fresh one was found.",
    "found",
    &["cache", "table", "nowhere"],
);

/// Where verdicts stand before the table: one place, never two.
pub(crate) enum Cache {
    /// The memory of this process.
    Memory(moka::future::Cache<ClaimHash, Known>),
    /// A server that all processes share.
    Shared(SharedCache),
}

impl Cache {
    /// At most `claims_max` verdicts in the memory of this process; 0 keeps none.
    pub(crate) fn memory(claims_max: u64, ages_max: AgesMax) -> Self {
        let oldest_seconds = ages_max.valid_seconds.max(ages_max.other_seconds).max(1);
        let cache = moka::future::Cache::builder()
            .max_capacity(claims_max)
            .time_to_live(Duration::from_secs(oldest_seconds.unsigned_abs()))
            .build();
        Self::Memory(cache)
    }

    /// What it has of each claim, in their order.
    async fn get(&self, claims: &[ClaimHash]) -> Vec<Option<Known>> {
        match self {
            Self::Memory(cache) => {
                let mut found = Vec::with_capacity(claims.len());
                for claim in claims {
                    found.push(cache.get(claim).await);
                }
                found
            }
            Self::Shared(cache) => cache.get(claims).await,
        }
    }

    async fn put(&self, verdicts: &[(ClaimHash, Known)], now_us: i64) {
        match self {
            Self::Memory(cache) => {
                for (claim, known) in verdicts {
                    cache.insert(*claim, *known).await;
                }
            }
            Self::Shared(cache) => cache.put(verdicts, now_us).await,
        }
    }
}

/// Verdicts of earlier answers. Without a caller's leave, none is told.
pub(crate) struct Verdicts {
    store: Store,
    cache: Cache,
    closures: Closures,
    ages_max: AgesMax,
}

/// The claims of a page, and how the account of each is named when that matters.
pub(crate) struct Page<'a> {
    /// The claims; one may stand there twice.
    pub(crate) claims: &'a [ClaimHash],
    /// The account of the claim at a place.
    pub(crate) account_of: &'a (dyn Fn(usize) -> AccountHash + Sync),
    /// The time of asking, microseconds UTC.
    pub(crate) now_us: i64,
    /// Oldest verdict that the caller allows, seconds; 0 allows none.
    pub(crate) max_age_seconds: i64,
}

impl Verdicts {
    pub(crate) fn new(store: Store, cache: Cache, closures: Closures, ages_max: AgesMax) -> Self {
        Self { store, cache, closures, ages_max }
    }

    /// The closures that verdicts must not be older than.
    pub(crate) fn closures(&self) -> &Closures {
        &self.closures
    }

    /// The verdict on each claim of the page, in their order, where there is one that is fresh, of today's
    /// name rules and newer than every closure of its account.
    pub(crate) async fn known(&self, page: &Page<'_>) -> Result<Vec<Option<Known>>, StoreFault> {
        let Page { claims, account_of, .. } = *page;
        if page.max_age_seconds == 0 {
            return Ok(vec![None; claims.len()]);
        }
        let mut found = self.cache.get(claims).await;
        self.keep_usable(&mut found, page, account_of).await?;
        let missing: Vec<usize> = (0..claims.len()).filter(|place| found[*place].is_none()).collect();
        FOUND.add("cache", count(claims.len() - missing.len()));
        if !missing.is_empty() {
            self.fill_from_table(&mut found, &missing, page).await?;
        }
        Ok(found)
    }

    async fn fill_from_table(
        &self,
        found: &mut [Option<Known>],
        missing: &[usize],
        page: &Page<'_>,
    ) -> Result<(), StoreFault> {
        let claims: Vec<ClaimHash> = missing.iter().map(|place| page.claims[*place]).collect();
        let newest = attempts::newest(&self.store, &claims).await?;
        let mut usable: Vec<Option<Known>> = claims.iter().map(|claim| newest.get(claim).copied()).collect();
        self.keep_usable(&mut usable, page, &|place| (page.account_of)(missing[place])).await?;
        let mut learnt = Vec::new();
        for ((place, claim), known) in missing.iter().zip(claims).zip(usable) {
            found[*place] = known;
            learnt.extend(known.map(|known| (claim, known)));
        }
        FOUND.add("table", count(learnt.len()));
        FOUND.add("nowhere", count(missing.len() - learnt.len()));
        self.cache.put(&learnt, page.now_us).await;
        Ok(())
    }

    /// Drops what is too old, for the caller, for the house, or by a closure.
    async fn keep_usable(
        &self,
        found: &mut [Option<Known>],
        page: &Page<'_>,
        account_of: &(dyn Fn(usize) -> AccountHash + Sync),
    ) -> Result<(), StoreFault> {
        for known in found.iter_mut() {
            *known = known.filter(|known| {
                let Known { judgement, checked_at_us } = *known;
                is_fresh(judgement.verdict, checked_at_us, page.now_us, page.max_age_seconds, self.ages_max)
            });
        }
        self.closures.strike_out(found, page.now_us, account_of).await
    }

    /// Keeps what came of asking: first in the table, then in the cache.
    pub(crate) async fn put(
        &self,
        call: &Call<'_>,
        answers: &[Answer<'_>],
        now_us: i64,
    ) -> Result<(), StoreFault> {
        if answers.is_empty() {
            return Ok(());
        }
        attempts::put(&self.store, call, answers).await?;
        let answered = answers.iter().filter(|answer| answer.class != 0);
        let learnt: Vec<(ClaimHash, Known)> = answered.map(|answer| (answer.hash, answer.known)).collect();
        self.cache.put(&learnt, now_us).await;
        Ok(())
    }
}

fn count(claims: usize) -> u64 {
    claims as u64
}

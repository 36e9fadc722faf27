//! The one door for known answers: memory, then the table.

use std::collections::HashMap;
use std::time::Duration;

use moka::future::Cache;
use sea_orm::Value;
use tepat_store::{QueryResult, Store, StoreFault, Tx, append, lock};

use super::claim_hash::ClaimHash;
use crate::rules::freshness::{AgesMax, is_fresh};
use crate::rules::name::{NAME_RULES, NameMatch};
use crate::rules::verdict::{Judgement, Verdict};

/// Hashes in one query; short lists are filled up, so that one prepared statement serves all.
const HASHES_A_QUERY: usize = 250;

/// A verdict and when the bank's answer to it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// What was judged.
    pub(crate) judgement: Judgement,
    /// When the bank answered, microseconds UTC; 0 when nobody was asked.
    pub(crate) checked_at_us: i64,
}

/// A call that asked banks, and why it might.
pub(crate) struct Call<'a> {
    /// The caller's id.
    pub(crate) request_id: [u8; 16],
    /// Purpose, by its number on the wire.
    pub(crate) purpose: i32,
    /// The law.
    pub(crate) legal_basis: &'a str,
    /// The decree, agreement or request.
    pub(crate) instrument_reference: &'a str,
    /// Claims of the call.
    pub(crate) claims: usize,
    /// When the first bank was asked, microseconds UTC.
    pub(crate) asked_at_us: i64,
}

/// What came of asking a bank about one claim.
pub(crate) struct Answer<'a> {
    /// Entity key of the bank.
    pub(crate) bank: &'a str,
    /// The claim.
    pub(crate) hash: ClaimHash,
    /// Class of the bank's answer.
    pub(crate) class: u8,
    /// The verdict.
    pub(crate) known: Known,
}

/// Verdicts of earlier answers. Without a caller's leave, none is told.
pub(crate) struct Verdicts {
    store: Store,
    cache: Cache<ClaimHash, Known>,
    ages_max: AgesMax,
}

impl Verdicts {
    /// Opens the door; at most `cache_claims_max` verdicts stay in memory.
    pub(crate) fn new(store: Store, cache_claims_max: u64, ages_max: AgesMax) -> Self {
        let oldest_seconds = ages_max.valid_seconds.max(ages_max.other_seconds).max(1);
        let cache = Cache::builder()
            .max_capacity(cache_claims_max)
            .time_to_live(Duration::from_secs(oldest_seconds.unsigned_abs()))
            .build();
        Self { store, cache, ages_max }
    }

    /// The verdicts on these claims that are no older than `max_age_seconds` and of today's name rules.
    pub(crate) async fn known(
        &self,
        claims: &[ClaimHash],
        now_us: i64,
        max_age_seconds: i64,
    ) -> Result<HashMap<ClaimHash, Known>, StoreFault> {
        let mut found = HashMap::new();
        if max_age_seconds == 0 {
            return Ok(found);
        }
        let fresh = |known: &Known| {
            let Known { judgement, checked_at_us } = *known;
            is_fresh(judgement.verdict, checked_at_us, now_us, max_age_seconds, self.ages_max)
        };
        let mut missing = Vec::new();
        for hash in claims {
            match self.cache.get(hash).await.filter(fresh) {
                Some(known) => drop(found.insert(*hash, known)),
                None => missing.push(*hash),
            }
        }
        for (hash, known) in self.newest(&missing).await? {
            if fresh(&known) {
                self.cache.insert(hash, known).await;
                found.insert(hash, known);
            }
        }
        Ok(found)
    }

    /// The newest verdict of each claim that the table has one of.
    async fn newest(&self, claims: &[ClaimHash]) -> Result<HashMap<ClaimHash, Known>, StoreFault> {
        let mut newest = HashMap::new();
        let sql = newest_query();
        for block in claims.chunks(HASHES_A_QUERY) {
            let last = block.last().expect("chunks are not empty");
            let fill = std::iter::repeat_n(last, HASHES_A_QUERY - block.len());
            let hashes = block.iter().chain(fill).map(|hash| Value::from(hash.0.to_vec()));
            let rows = self.store.rows(&sql, std::iter::once(NAME_RULES.into()).chain(hashes)).await?;
            for row in rows {
                // In the order of time, so that the newest stays.
                let (hash, known) = decode(&row)?;
                newest.insert(hash, known);
            }
        }
        Ok(newest)
    }

    /// Keeps what banks answered, in one transaction; a claim without an answer leaves only its attempt.
    pub(crate) async fn put(&self, call: &Call<'_>, answers: &[Answer<'_>]) -> Result<(), StoreFault> {
        if answers.is_empty() {
            return Ok(());
        }
        let tx = self.store.begin().await?;
        lock(&tx, "inquiry").await?;
        let inquiry = next_inquiry(&tx).await?;
        append(&tx, "inquiry", &INQUIRY, vec![inquiry_row(inquiry, call, answers.len())]).await?;
        let attempts = answers.iter().map(|answer| attempt_row(inquiry, answer)).collect();
        append(&tx, "attempt", &ATTEMPT, attempts).await?;
        tx.commit().await?;
        for answer in answers.iter().filter(|answer| answer.class != 0) {
            self.cache.insert(answer.hash, answer.known).await;
        }
        Ok(())
    }
}

/// The number after the last one; the caller holds the lock on it.
async fn next_inquiry(tx: &Tx) -> Result<i64, StoreFault> {
    let row = tx.row("SELECT COALESCE(MAX(id), 0) + 1 FROM inquiry", []).await?;
    Ok(row.expect("an aggregate has one row").try_get_by_index(0)?)
}

const INQUIRY: [&str; 9] = [
    "id",
    "request_id",
    "asked_at_us",
    "purpose",
    "legal_basis",
    "instrument_reference",
    "claims",
    "asked",
    "name_rules",
];
const ATTEMPT: [&str; 8] =
    ["inquiry", "bank", "claim_hash", "answer", "checked_at_us", "verdict", "name_match", "dormancy_told"];

fn inquiry_row(inquiry: i64, call: &Call<'_>, asked: usize) -> Vec<Value> {
    let count = |count: usize| Value::from(i64::try_from(count).expect("a page is bounded by settings"));
    vec![
        inquiry.into(),
        call.request_id.to_vec().into(),
        call.asked_at_us.into(),
        call.purpose.into(),
        call.legal_basis.into(),
        call.instrument_reference.into(),
        count(call.claims),
        count(asked),
        NAME_RULES.into(),
    ]
}

fn attempt_row(inquiry: i64, answer: &Answer<'_>) -> Vec<Value> {
    let Known { judgement, checked_at_us } = answer.known;
    let answered = answer.class != 0;
    vec![
        inquiry.into(),
        answer.bank.into(),
        answer.hash.0.to_vec().into(),
        i64::from(answer.class).into(),
        answered.then_some(checked_at_us).into(),
        answered.then_some(i64::from(judgement.verdict.number())).into(),
        name_match_number(judgement.name_match).into(),
        i64::from(judgement.dormancy_told).into(),
    ]
}

fn newest_query() -> String {
    let places: Vec<String> = (2..HASHES_A_QUERY + 2).map(|place| format!("${place}")).collect();
    format!(
        "SELECT claim_hash, checked_at_us, verdict, name_match, dormancy_told
         FROM attempt JOIN inquiry ON inquiry.id = attempt.inquiry
         WHERE claim_hash IN ({}) AND verdict IS NOT NULL AND name_rules = $1 ORDER BY checked_at_us",
        places.join(", ")
    )
}

fn decode(row: &QueryResult) -> Result<(ClaimHash, Known), StoreFault> {
    let (hash, checked_at_us, verdict, name_match, dormancy_told): (Vec<u8>, i64, i64, i64, i64) =
        row.try_get_many_by_index()?;
    let hash = ClaimHash(hash.try_into().expect("only put writes the table, and its hashes have 16 bytes"));
    let verdict = Verdict::from_number(verdict).expect("the table's CHECK lets only verdicts in");
    let judgement =
        Judgement { verdict, name_match: name_match_of(name_match), dormancy_told: dormancy_told == 1 };
    Ok((hash, Known { judgement, checked_at_us }))
}

/// The numbers of the wire: 0 not compared, 1 match, 2 close, 3 none.
const fn name_match_number(name_match: Option<NameMatch>) -> i64 {
    match name_match {
        None => 0,
        Some(NameMatch::Match) => 1,
        Some(NameMatch::Close) => 2,
        Some(NameMatch::None) => 3,
    }
}

const fn name_match_of(number: i64) -> Option<NameMatch> {
    match number {
        1 => Some(NameMatch::Match),
        2 => Some(NameMatch::Close),
        3 => Some(NameMatch::None),
        _ => None,
    }
}

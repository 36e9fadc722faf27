//! The table of everything that banks were asked and what came of it.

use sea_orm::Value;
use tepat_store::{Again, Conflict, QueryResult, Rows, Store, StoreFault, append};
use uuid::{NoContext, Timestamp, Uuid};

use super::claim_hash::{ByHash, ClaimHash};
use super::known::{Known, name_match_number, name_match_of};
use crate::rules::name::NAME_RULES_NUMBER;
use crate::rules::verdict::{Judgement, Verdict};

/// A call that asked banks, and why it might.
pub(crate) struct Call<'a> {
    /// The caller's id.
    pub(crate) request_id: [u8; 16],
    /// Purpose, by its number on the wire.
    pub(crate) purpose: i16,
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

/// The newest verdict of each of these claims that today's name rules gave.
pub(super) async fn newest(
    store: &Store,
    claims: &[ClaimHash],
) -> Result<ByHash<ClaimHash, Known>, StoreFault> {
    if claims.is_empty() {
        return Ok(ByHash::default());
    }
    let backend = store.backend();
    // The verdict comes as one text: a page of it is read several times as fast as five columns.
    let sql = format!(
        "SELECT key, (SELECT checked_at_us || ' ' || verdict || ' ' || name_match || ' ' ||
                CASE WHEN dormancy_told THEN '1' ELSE '0' END
            FROM attempt
            WHERE claim_hash = key AND verdict IS NOT NULL AND name_rules = $2
            ORDER BY checked_at_us DESC LIMIT 1)
         FROM {}",
        backend.rows_of_uuids("$1")
    );
    let keys: Vec<Uuid> = claims.iter().map(|hash| (*hash).into()).collect();
    let rows = store.rows(&sql, [backend.uuids(&keys), NAME_RULES_NUMBER.into()]).await?;
    rows.iter().filter_map(|row| decode(row).transpose()).collect()
}

/// Keeps what came of asking, in one transaction. May be repeated: the same inquiry enters once.
pub(super) async fn put(store: &Store, call: &Call<'_>, answers: &[Answer<'_>]) -> Result<(), StoreFault> {
    let inquiry = inquiry_id(call.asked_at_us);
    let mut patience = Again::new();
    let mut is_repeat = false;
    loop {
        match write(store, inquiry, call, answers).await {
            // The commit before had reached the database and only its answer was lost.
            Err(StoreFault::Conflict(Conflict::Unique)) if is_repeat => return Ok(()),
            Err(fault) => patience.after(fault).await?,
            Ok(()) => return Ok(()),
        }
        is_repeat = true;
    }
}

async fn write(
    store: &Store,
    inquiry: Uuid,
    call: &Call<'_>,
    answers: &[Answer<'_>],
) -> Result<(), StoreFault> {
    let tx = store.begin().await?;
    let mut inquiries = Rows::new(&INQUIRY);
    inquiries.push(inquiry_row(inquiry, call, answers.len()));
    append(&tx, "inquiry", inquiries).await?;
    let mut attempts = Rows::with_capacity(&ATTEMPT, answers.len());
    answers.iter().for_each(|answer| attempts.push(attempt_row(inquiry, answer)));
    append(&tx, "attempt", attempts).await?;
    tx.commit().await
}

/// A UUIDv7 of the time of asking.
fn inquiry_id(asked_at_us: i64) -> Uuid {
    let asked_at_us = asked_at_us.unsigned_abs();
    let nanoseconds = u32::try_from(asked_at_us % 1_000_000 * 1_000).expect("less than a second");
    Uuid::new_v7(Timestamp::from_unix(NoContext, asked_at_us / 1_000_000, nanoseconds))
}

const INQUIRY: [&str; 8] =
    ["id", "request_id", "asked_at_us", "purpose", "legal_basis", "instrument_reference", "claims", "asked"];
const ATTEMPT: [&str; 9] = [
    "inquiry",
    "bank",
    "claim_hash",
    "name_rules",
    "answer",
    "checked_at_us",
    "verdict",
    "name_match",
    "dormancy_told",
];

fn inquiry_row(inquiry: Uuid, call: &Call<'_>, asked: usize) -> [Value; 8] {
    let count = |count: usize| Value::from(i32::try_from(count).expect("a page is bounded by settings"));
    [
        inquiry.into(),
        Uuid::from_bytes(call.request_id).into(),
        call.asked_at_us.into(),
        call.purpose.into(),
        call.legal_basis.into(),
        call.instrument_reference.into(),
        count(call.claims),
        count(asked),
    ]
}

fn attempt_row(inquiry: Uuid, answer: &Answer<'_>) -> [Value; 9] {
    let Known { judgement, checked_at_us } = answer.known;
    let answered = answer.class != 0;
    [
        inquiry.into(),
        answer.bank.into(),
        Uuid::from(answer.hash).into(),
        NAME_RULES_NUMBER.into(),
        i16::from(answer.class).into(),
        answered.then_some(checked_at_us).into(),
        answered.then_some(i16::from(judgement.verdict.number())).into(),
        i16::from(name_match_number(judgement.name_match)).into(),
        judgement.dormancy_told.into(),
    ]
}

/// None for a claim without a verdict.
fn decode(row: &QueryResult) -> Result<Option<(ClaimHash, Known)>, StoreFault> {
    let (hash, newest): (Uuid, Option<String>) = row.try_get_many_by_index()?;
    let known = newest.map(|text| verdict_of(&text).ok_or(StoreFault::Damaged)).transpose()?;
    Ok(known.map(|known| (ClaimHash(hash.into_bytes()), known)))
}

/// Time, verdict, name match and whether dormancy was told.
fn verdict_of(text: &str) -> Option<Known> {
    let mut fields = text.split(' ');
    let checked_at_us = fields.next()?.parse().ok()?;
    let verdict = Verdict::from_number(fields.next()?.parse().ok()?)?;
    let name_match = name_match_of(fields.next()?.parse().ok()?)?;
    let dormancy_told = fields.next()? == "1";
    Some(Known { judgement: Judgement { verdict, name_match, dormancy_told }, checked_at_us })
}

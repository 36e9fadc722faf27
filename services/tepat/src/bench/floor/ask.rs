//! What the banks say of accounts, as prepared in Redis: a page of keys at a time.

use redis::Value;
use redis::aio::MultiplexedConnection;

use super::decide::{Candidates, VALID};
use crate::bench::states::{failed, key};
use crate::failure::Failure;

/// What is said of an account that nobody asked about.
const UNKNOWN: u8 = 0;

/// The state of each account of a block: one MGET for the first account of everybody, another for the
/// next ones of the few whose first cannot be paid. What lies behind a valid account is not asked.
pub(super) async fn ask(
    mut redis: MultiplexedConnection,
    candidates: &Candidates<'_>,
) -> Result<Vec<u8>, Failure> {
    let mut states = vec![UNKNOWN; candidates.accounts.len()];
    let mut asked: Vec<(usize, [u8; 17])> = Vec::with_capacity(candidates.people.len());
    let of = |nik: i64, place: usize| {
        let account = &candidates.accounts[place];
        (place, key(nik, account.bank, account.number))
    };
    for person in &candidates.people {
        asked.extend(person.accounts.clone().take(1).map(|place| of(person.nik, place)));
    }
    mget(&mut redis, &asked, &mut states).await?;
    asked.clear();
    for person in &candidates.people {
        if person.accounts.len() > 1 && states[person.accounts.start] != VALID {
            asked.extend(person.accounts.clone().skip(1).map(|place| of(person.nik, place)));
        }
    }
    mget(&mut redis, &asked, &mut states).await?;
    for person in &candidates.people {
        let own = &mut states[person.accounts.clone()];
        if let Some(valid) = own.iter().position(|state| *state == VALID) {
            own[valid + 1..].fill(UNKNOWN);
        }
    }
    Ok(states)
}

async fn mget(
    redis: &mut MultiplexedConnection,
    asked: &[(usize, [u8; 17])],
    states: &mut [u8],
) -> Result<(), Failure> {
    if asked.is_empty() {
        return Ok(());
    }
    let mut mget = redis::cmd("MGET");
    for (_, key) in asked {
        mget.arg(&key[..]);
    }
    let found: Vec<Value> = mget.query_async(redis).await.map_err(failed)?;
    for ((place, _), value) in asked.iter().zip(found) {
        if let Value::BulkString(bytes) = value {
            states[*place] = bytes.first().copied().unwrap_or(UNKNOWN);
        }
    }
    Ok(())
}

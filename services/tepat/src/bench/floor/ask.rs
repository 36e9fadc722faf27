//! What the banks say of accounts, as prepared in Redis: a page of keys at a time.

use redis::aio::MultiplexedConnection;

use super::decide::{Account, Candidate};
use crate::bench::states::{failed, key};
use crate::failure::Failure;

/// What is said of an account that nobody asked about.
const UNKNOWN: u8 = 0;

/// What an account says when it can be paid: nothing further is asked then.
const VALID: u8 = 1;

/// The states of the accounts of each candidate, up to the first valid one: one MGET for the first
/// account of everybody, another for the next ones of the few who need it.
pub(super) async fn ask(
    mut redis: MultiplexedConnection,
    candidates: &[Candidate<'_>],
) -> Result<Vec<Vec<u8>>, Failure> {
    let first = |candidate: &Candidate<'_>| {
        candidate.accounts.first().map(|account| of(candidate.nik, account)).into_iter().collect::<Vec<_>>()
    };
    let keys: Vec<_> = candidates.iter().flat_map(first).collect();
    let mut firsts = mget(&mut redis, &keys).await?.into_iter();
    let mut states: Vec<Vec<u8>> = candidates
        .iter()
        .map(|candidate| firsts.by_ref().take(candidate.accounts.len().min(1)).collect())
        .collect();

    let more = |candidate: &Candidate<'_>, states: &[u8]| match states.first() {
        None | Some(&VALID) => 0,
        Some(_) => candidate.accounts.len() - 1,
    };
    let mut keys = Vec::new();
    for (candidate, states) in candidates.iter().zip(&states) {
        let next = candidate.accounts.iter().skip(1).take(more(candidate, states));
        keys.extend(next.map(|account| of(candidate.nik, account)));
    }
    if !keys.is_empty() {
        let mut next = mget(&mut redis, &keys).await?.into_iter();
        for (candidate, states) in candidates.iter().zip(&mut states) {
            let count = more(candidate, states);
            states.extend(next.by_ref().take(count));
            let asked = states.iter().position(|state| *state == VALID).map_or(states.len(), |at| at + 1);
            states.truncate(asked);
        }
    }
    Ok(states)
}

fn of(nik: i64, account: &Account<'_>) -> [u8; 17] {
    key(nik, account.bank, account.number)
}

async fn mget(redis: &mut MultiplexedConnection, keys: &[[u8; 17]]) -> Result<Vec<u8>, Failure> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut mget = redis::cmd("MGET");
    for key in keys {
        mget.arg(&key[..]);
    }
    let found: Vec<Option<Vec<u8>>> = mget.query_async(redis).await.map_err(failed)?;
    Ok(found
        .into_iter()
        .map(|value| value.and_then(|value| value.first().copied()).unwrap_or(UNKNOWN))
        .collect())
}

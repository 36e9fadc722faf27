//! What the banks say of every account, as the floor reads it from Redis.
//!
//! The accounts service remembers verdicts under keyed hashes of whole claims. The floor needs no such
//! care for made-up people: it has a key of its own for every claim, and a value of one byte.

use redis::aio::MultiplexedConnection;

use crate::failure::Failure;

/// The key of a claim: `f`, the NIK, and 64 bits of FNV-1a over bank and number.
pub(super) fn key(nik: i64, bank: &[u8], number: &[u8]) -> [u8; 17] {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in bank.iter().chain(b"/").chain(number) {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    let mut key = [b'f'; 17];
    key[1..9].copy_from_slice(&nik.to_be_bytes());
    key[9..].copy_from_slice(&hash.to_be_bytes());
    key
}

/// Keeps the states of a page of claims.
pub(super) async fn keep(
    redis: &mut MultiplexedConnection,
    states: &[([u8; 17], u8)],
) -> Result<(), Failure> {
    let mut mset = redis::cmd("MSET");
    for (key, state) in states {
        mset.arg(&key[..]).arg(&[*state][..]);
    }
    mset.query_async(redis).await.map_err(failed)
}

/// A connection without a bound on the time of an answer: a benchmark waits.
pub(super) async fn connect(url: &str) -> Result<MultiplexedConnection, Failure> {
    let client = redis::Client::open(url).map_err(failed)?;
    let config = redis::AsyncConnectionConfig::new().set_response_timeout(None);
    client.get_multiplexed_async_connection_with_config(&config).await.map_err(failed)
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
pub(super) fn failed(err: redis::RedisError) -> Failure {
    Failure::failed(format!("the benchmark's Redis: {err}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_differs_by_person_bank_and_number() {
        let first = key(1, b"002", b"12");
        assert_eq!(key(1, b"002", b"12"), first);
        for other in [key(2, b"002", b"12"), key(1, b"0021", b"2"), key(1, b"002", b"21")] {
            assert_ne!(other, first);
        }
    }
}

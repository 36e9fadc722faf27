//! Leases: any number of workers share a table of items, and each item is done once.
//!
//! A worker holds an item until the database clock passes `leased_until_us`; then another may take
//! it, with a higher token. What the worker found is written in the transaction that begins with
//! [`finish`], which refuses every token but the newest: a worker that was too slow writes nothing.

use sea_orm::Value;

use crate::backend::Backend;
use crate::fault::StoreFault;
use crate::open::Store;
use crate::tx::Tx;

/// A table of items that are leased: it has the columns `state` (`waiting`, `leased`, `done`),
/// `token` and `leased_until_us`, and best an index of the items that are not done.
#[derive(Clone, Copy, Debug)]
pub struct Queue {
    /// The table.
    pub table: &'static str,
    /// The column that names the queue an item belongs to.
    pub queue: &'static str,
    /// The column that names the item, a number; the lowest is leased first.
    pub item: &'static str,
}

/// An item in a worker's hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The item.
    pub item: i64,
    /// The fence: higher than that of every earlier lease of the item.
    pub token: i64,
}

/// Leases the lowest item that waits, or whose lease ran out, for `lease_ms`; none when none does.
///
/// # Errors
/// [`StoreFault`] when the database fails.
pub async fn lease(
    store: &Store,
    on: Queue,
    queue: &str,
    lease_ms: i64,
) -> Result<Option<Lease>, StoreFault> {
    let Queue { table, queue: queue_column, item } = on;
    let now_us = store.backend().now_us();
    // Workers that ask at once step past each other's rows; SQLite lets one ask at a time.
    let skip = match store.backend() {
        Backend::Sqlite => "",
        Backend::Postgres => "FOR UPDATE SKIP LOCKED",
    };
    let sql = format!(
        "UPDATE {table} SET state = 'leased', token = token + 1, leased_until_us = {now_us} + $2
         WHERE {queue_column} = $1 AND {item} = (
             SELECT {item} FROM {table}
             WHERE {queue_column} = $1 AND state <> 'done'
               AND (state = 'waiting' OR (state = 'leased' AND leased_until_us < {now_us}))
             ORDER BY {item} LIMIT 1 {skip})
         RETURNING {item}, token"
    );
    let tx = store.begin().await?;
    let row = tx.row(&sql, [queue.into(), (lease_ms * 1_000).into()]).await?;
    let lease = match row {
        Some(row) => Some(Lease { item: row.try_get_by_index(0)?, token: row.try_get_by_index(1)? }),
        None => None,
    };
    tx.commit().await?;
    Ok(lease)
}

/// Holds a lease for another `lease_ms` from now: the heartbeat of slow work.
///
/// # Errors
/// [`StoreFault::LeaseLost`] when another worker has the item by now.
pub async fn renew(
    store: &Store,
    on: Queue,
    queue: &str,
    held: Lease,
    lease_ms: i64,
) -> Result<(), StoreFault> {
    let set = format!("leased_until_us = {} + {}", store.backend().now_us(), lease_ms * 1_000);
    let tx = store.begin().await?;
    update_held(&tx, on, queue, held, &set).await?;
    tx.commit().await
}

/// Marks the item done. Stands first in the transaction that writes what was found.
///
/// # Errors
/// [`StoreFault::LeaseLost`] when another worker has the item by now.
pub async fn finish(tx: &Tx, on: Queue, queue: &str, held: Lease) -> Result<(), StoreFault> {
    update_held(tx, on, queue, held, "state = 'done'").await
}

async fn update_held(tx: &Tx, on: Queue, queue: &str, held: Lease, set: &str) -> Result<(), StoreFault> {
    let Queue { table, queue: queue_column, item } = on;
    let sql = format!(
        "UPDATE {table} SET {set} WHERE {queue_column} = $1 AND {item} = $2 AND token = $3 AND state = 'leased'"
    );
    let values: [Value; 3] = [queue.into(), held.item.into(), held.token.into()];
    match tx.execute(&sql, values).await? {
        1 => Ok(()),
        _ => Err(StoreFault::LeaseLost),
    }
}

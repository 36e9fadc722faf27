//! Named locks that end with their transaction.

use crate::backend::Backend;
use crate::fault::StoreFault;
use crate::open::Store;
use crate::tx::Tx;

/// Holds the lock `name` of this schema until the transaction ends; whoever else asks for it waits.
///
/// On SQLite every write transaction already stands alone, so there is nothing more to do.
///
/// # Errors
/// [`StoreFault`] when the database fails.
pub async fn lock(tx: &Tx, name: &str) -> Result<(), StoreFault> {
    match tx.backend() {
        Backend::Sqlite => Ok(()),
        Backend::Postgres => {
            let sql = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '/' || $1, 0))";
            tx.execute(sql, [name.into()]).await.map(|_| ())
        }
    }
}

/// Holds the lock `name` among processes until what is returned is dropped. On SQLite, which one process
/// has for itself, there is nothing to hold, and others go on writing.
///
/// # Errors
/// [`StoreFault`] when the database fails.
pub async fn hold(store: &Store, name: &str) -> Result<Option<Tx>, StoreFault> {
    if store.backend() == Backend::Sqlite {
        return Ok(None);
    }
    let tx = store.begin().await?;
    // This transaction only waits for what is done meanwhile: minutes, for a package of a nation.
    tx.execute("SET LOCAL idle_in_transaction_session_timeout = '1h'", []).await?;
    lock(&tx, name).await?;
    Ok(Some(tx))
}

//! Named locks that end with their transaction.

use crate::fault::StoreFault;
use crate::open::Tx;

/// Holds the lock `name` until the transaction ends; whoever else asks for it waits.
///
/// On SQLite every write transaction already stands alone, so there is nothing more to do.
///
/// # Errors
/// [`StoreFault`] when the database fails.
pub async fn lock(_tx: &Tx, _name: &str) -> Result<(), StoreFault> {
    Ok(())
}

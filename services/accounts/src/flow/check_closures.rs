//! Which accounts of a page were closed, by the table itself.

use tepat_store::StoreFault;

use crate::Accounts;
use crate::store::AccountHash;

/// The time of the last closing of each account at or after its time, in their order; none where there
/// was none.
pub(crate) async fn check_closures(
    accounts: &Accounts,
    since: &[(AccountHash, i64)],
) -> Result<Vec<Option<i64>>, StoreFault> {
    let closures = accounts.verdicts.closures();
    let oldest_us = since.iter().map(|(_, since_us)| *since_us).min().unwrap_or(i64::MAX);
    // One short look spares a page of keys as long as nobody closes anything, which is most of the time.
    if !closures.any_since(oldest_us).await? {
        return Ok(vec![None; since.len()]);
    }
    let keys: Vec<AccountHash> = since.iter().map(|(account, _)| *account).collect();
    let closed = closures.newest(&keys).await?;
    let newest = |(account, since_us): &(AccountHash, i64)| {
        closed.get(account).copied().filter(|closed_at_us| closed_at_us >= since_us)
    };
    Ok(since.iter().map(newest).collect())
}

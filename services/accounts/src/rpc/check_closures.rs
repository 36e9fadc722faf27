//! Which accounts of a page were closed.

use tepat_faults::Invalid;
use tepat_proto::accounts::{CheckClosuresRequest, CheckClosuresResponse, ClosureResult};
use tepat_terms::AccountNumber;

use super::{bank_of, check_count};
use crate::Accounts;
use crate::fault::ClosureFault;
use crate::flow::check_closures::check_closures as check;
use crate::store::AccountHash;

pub(super) async fn check_closures(
    accounts: &Accounts,
    request: CheckClosuresRequest,
) -> Result<CheckClosuresResponse, ClosureFault> {
    let since = decode(accounts, &request)?;
    let asked: Vec<(AccountHash, i64)> = since.iter().flatten().copied().collect();
    let mut closed = check(accounts, &asked).await?.into_iter();
    // Nobody can report a closing at a bank that the directory does not have.
    let result = |since: Option<(AccountHash, i64)>| {
        let closed_at_us = since.and_then(|_| closed.next()?).unwrap_or(0);
        ClosureResult { closed_at_us }
    };
    Ok(CheckClosuresResponse { results: since.into_iter().map(result).collect() })
}

/// Account and time of each, none for one of a bank that the directory does not have; or everything
/// that is wrong with the request.
fn decode(
    accounts: &Accounts,
    request: &CheckClosuresRequest,
) -> Result<Vec<Option<(AccountHash, i64)>>, Invalid> {
    let mut invalid = Invalid::new();
    let mut since = Vec::with_capacity(request.accounts.len());
    if check_count(&mut invalid, "accounts", request.accounts.len(), accounts.claims_max) {
        for (index, asked) in request.accounts.iter().enumerate() {
            let field = |name: &str| format!("accounts[{index}].{name}");
            let bank = invalid.take(&field("bank"), bank_of(&accounts.directory, &asked.bank)).flatten();
            let number = invalid.take(&field("account_number"), asked.account_number.parse());
            if asked.since_us < 0 {
                invalid.add(field("since_us"), format!("must not be negative, found {}", asked.since_us));
            }
            let account = |bank, number: AccountNumber| {
                let hash = accounts.claim_key.account(accounts.directory.bank(bank), &number);
                (hash, asked.since_us)
            };
            since.push(bank.zip(number).map(|(bank, number)| account(bank, number)));
        }
    }
    invalid.into_result()?;
    Ok(since)
}

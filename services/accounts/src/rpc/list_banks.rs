//! The bank directory, page by page.

use tepat_proto::accounts::{Bank, ListBanksRequest, ListBanksResponse};
use tepat_serve::{PageFault, PageToken, page_size};

use crate::Accounts;
use crate::rules::directory::{self, BankIndex};
use crate::rules::name::NAME_RULES;

const BANKS_A_PAGE_MAX: usize = 500;

/// The token names the last bank of the page before; this list has no filter.
const FILTER: [&str; 1] = ["banks"];

pub(super) fn list_banks(
    accounts: &Accounts,
    request: &ListBanksRequest,
) -> Result<ListBanksResponse, PageFault> {
    let size = page_size(request.page_size, BANKS_A_PAGE_MAX, BANKS_A_PAGE_MAX)?;
    let after = PageToken::decode(&request.page_token, &FILTER)?;
    let all = accounts.directory.banks();
    let start = all.partition_point(|bank| after.as_deref().is_some_and(|after| bank.key.as_str() <= after));
    let end = all.len().min(start + size);
    let next_page_token = match all[start..end].last() {
        Some(last) if end < all.len() => PageToken::encode(last.key.as_str(), &FILTER),
        _ => String::new(),
    };
    let encoded = |index: usize| encode(&all[index], accounts.connectors.is_connected(BankIndex(index)));
    let banks = (start..end).map(encoded).collect();
    Ok(ListBanksResponse { banks, next_page_token, name_rules: NAME_RULES.to_owned() })
}

fn encode(bank: &directory::Bank, connected: bool) -> Bank {
    let name_length = bank.profile.name_length.unwrap_or(0);
    Bank {
        bank: bank.key.to_string(),
        code: bank.code.clone(),
        name: bank.name.clone(),
        short_name: bank.short_name.clone(),
        group: bank.group.clone(),
        bic: bank.bic.clone(),
        account_lengths: bank.account_lengths.iter().map(|length| i32::from(*length)).collect(),
        tells_dormant: bank.profile.tells_dormant,
        name_length: i32::try_from(name_length).unwrap_or(i32::MAX),
        connected,
    }
}

//! `ListBanks`, and what a service says that cannot be built.

use crate::desk::{ACCOUNTS, Desk, build_fault, settings};
use tepat_proto::accounts::{Bank, ListBanksRequest, ListBanksResponse};
use tonic::Code;

async fn list(desk: &Desk, page_size: i32, page_token: &str) -> Result<ListBanksResponse, tonic::Status> {
    let request = ListBanksRequest { page_size, page_token: page_token.into() };
    desk.client().list_banks(request).await.map(tonic::Response::into_inner)
}

#[tokio::test]
async fn the_directory_is_listed_in_pages_without_gap_or_double() {
    let desk = Desk::open(ACCOUNTS, "").await;
    let whole = list(&desk, 0, "").await.unwrap();
    assert_eq!((whole.banks.len(), whole.next_page_token.as_str()), (133, ""));
    assert_eq!(whole.name_rules, "names/1");
    assert!(whole.banks.is_sorted_by(|a, b| a.bank < b.bank));
    for size in [1, 44, 132, 133, 134, 501] {
        let mut found: Vec<Bank> = Vec::new();
        let mut token = String::new();
        loop {
            let page = list(&desk, size, &token).await.unwrap();
            assert!(page.banks.len() <= usize::try_from(size).unwrap());
            found.extend(page.banks);
            token = page.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        assert_eq!(found, whole.banks, "pages of {size}");
    }
}

#[tokio::test]
async fn a_bank_is_told_with_its_profile_and_whether_it_is_connected() {
    let desk =
        Desk::open(ACCOUNTS, "[accounts.profiles.008]\nname_length = 25\ntells_dormant = false\n").await;
    let banks = list(&desk, 0, "").await.unwrap().banks;
    let find = |key: &str| banks.iter().find(|bank| bank.bank == key).unwrap().clone();
    let bri = find("002");
    assert_eq!((bri.code.as_str(), bri.short_name.as_str(), bri.group.as_str()), ("002", "BRI", "himbara"));
    assert_eq!((bri.name.as_str(), bri.bic.as_str()), ("PT Bank Rakyat Indonesia (Persero) Tbk", "BRINIDJA"));
    assert_eq!(
        (bri.account_lengths, bri.tells_dormant, bri.name_length, bri.connected),
        (vec![15], false, 0, true)
    );
    assert_eq!((find("008").tells_dormant, find("008").name_length), (false, 25));
    let unconnected = Desk::open("", "").await;
    assert!(list(&unconnected, 0, "").await.unwrap().banks.iter().all(|bank| !bank.connected));
}

#[tokio::test]
async fn a_wrong_page_is_refused() {
    let desk = Desk::open("", "").await;
    assert_eq!(list(&desk, -1, "").await.unwrap_err().code(), Code::InvalidArgument);
    assert_eq!(list(&desk, 0, "x").await.unwrap_err().code(), Code::InvalidArgument);
}

#[tokio::test]
async fn a_service_that_cannot_be_built_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let with = |accounts: &str, old: &str, new: &str| {
        let text = settings(&folder, accounts, "");
        assert!(text.contains(old), "{old}");
        text.replace(old, new)
    };
    let key = format!("claim_key = \"{}\"", "5a".repeat(32));
    let check = async |settings: String, expected: &str| {
        let fault = build_fault(&settings).await.to_string();
        assert!(fault.contains(expected), "{fault}");
    };
    check(with("", "claims_max = 5000", "claims_max = 0"), "accounts.claims_max").await;
    check(with("", &key, "claim_key = \"\""), "accounts.claim_key").await;
    check(with("x\n", "", ""), "bank_accounts.csv: the header must have the columns").await;
    let row = "bank,account_number,holder_name,holder_nik,status\n002,1,A,,OPEN\n";
    check(with(row, "", ""), "bank_accounts.csv: line 2: status must be").await;
    let no_file =
        settings(&folder, "", "").replace("accounts_file = \"\"", "accounts_file = \"/nowhere/a.csv\"");
    check(no_file, "the accounts file /nowhere/a.csv cannot be read").await;

    let path = folder.path().join("claim.key");
    let by_file = with("", &key, "claim_key = \"\"")
        .replace("claim_key_file = \"\"", &format!("claim_key_file = {path:?}"));
    check(by_file.clone(), "claim.key of accounts.claim_key_file cannot be read").await;
    std::fs::write(&path, "not a key").unwrap();
    check(by_file, "claim.key of accounts.claim_key_file must hold").await;
}

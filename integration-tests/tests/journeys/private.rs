//! What may stand nowhere but in tables and packages: the NIKs and account numbers of the sample.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::world::SAMPLE;

/// Every NIK of the sample and every account number that its people or banks name.
static PERSONAL: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let mut personal = HashSet::new();
    for (file, columns) in [
        ("members.csv", &["nik", "account_number"][..]),
        ("bank_accounts.csv", &["account_number", "holder_nik"]),
    ] {
        let mut rows = csv::Reader::from_path(SAMPLE.path().join(file)).unwrap();
        let header = rows.headers().unwrap().clone();
        let places = columns.iter().map(|column| header.iter().position(|name| name == *column).unwrap());
        let places: Vec<usize> = places.collect();
        for row in rows.records().map(Result::unwrap) {
            personal.extend(places.iter().map(|place| row[*place].to_owned()));
        }
    }
    personal.remove("");
    personal
});

/// Checks that no number of a text is a NIK or an account number of the sample.
pub(crate) fn assert_without_persons(what: &str, text: &str) {
    let found = persons_in(text);
    assert!(found.is_empty(), "{what} holds personal data: {found:?}");
}

fn persons_in(text: &str) -> Vec<&str> {
    text.split(|sign: char| !sign.is_ascii_digit()).filter(|digits| PERSONAL.contains(*digits)).collect()
}

#[test]
fn a_nik_or_an_account_number_is_found_wherever_it_stands() {
    let account = PERSONAL.iter().find(|digits| digits.len() < 16).unwrap();
    let nik = PERSONAL.iter().find(|digits| digits.len() == 16).unwrap();
    let text = format!("{{\"nik\":{nik}}} account={account}, 1234 of 20, at 1795221687");
    assert_eq!(persons_in(&text), [nik, account]);
}

//! The banks that workers use, by weight.

use crate::draws::{BANK, BRANCH, Draws};
use crate::facts::At;

/// A bank as the sample needs it.
pub(crate) struct Bank {
    /// Entity key in the directory.
    pub(crate) key: &'static str,
    /// Accounts of 1,000.
    weight: u32,
    /// Digits of its account numbers; ten where it is not known.
    length: usize,
}

const fn bank(key: &'static str, weight: u32, length: usize) -> Bank {
    Bank { key, weight, length }
}

/// 34 of the directory: state banks first, sharia units and the merged sharia bank among them.
const BANKS: [Bank; 34] = [
    bank("002", 270, 15),
    bank("008", 190, 13),
    bank("009", 170, 10),
    bank("200", 45, 16),
    bank("014", 130, 10),
    bank("451-BSI", 45, 10),
    bank("011", 12, 10),
    bank("013", 9, 10),
    bank("016", 5, 10),
    bank("019", 4, 10),
    bank("022", 14, 13),
    bank("022-S", 3, 13),
    bank("028", 5, 12),
    bank("110", 18, 10),
    bank("111", 9, 10),
    bank("112", 3, 10),
    bank("113", 10, 10),
    bank("114", 10, 10),
    bank("114-S", 2, 10),
    bank("116", 4, 10),
    bank("117", 4, 10),
    bank("118", 4, 10),
    bank("120", 3, 10),
    bank("124", 3, 10),
    bank("126", 4, 10),
    bank("129", 4, 10),
    bank("132", 2, 10),
    bank("147", 5, 10),
    bank("153", 2, 10),
    bank("200-S", 3, 16),
    bank("213", 3, 10),
    bank("426", 3, 10),
    bank("441", 1, 10),
    bank("536", 1, 10),
];

/// The bank that a claim names.
pub(crate) fn key_of(at: At, job: usize, draws: &Draws) -> &'static str {
    let (first, total) = match at {
        At::Key(key) => return key,
        At::Any => (0, TOTAL),
        // The one bank that does not tell a dormant account (002, since December 2022) is the first.
        At::Telling => (1, TOTAL - BANKS[0].weight),
    };
    let mut left = draws.of_job(job, BANK, total);
    for bank in &BANKS[first..] {
        if left < bank.weight {
            return bank.key;
        }
        left -= bank.weight;
    }
    unreachable!("the draw is below the sum of the weights")
}

const TOTAL: u32 = {
    let mut total = 0;
    let mut index = 0;
    while index < BANKS.len() {
        total += BANKS[index].weight;
        index += 1;
    }
    total
};

/// An account number of the bank, unique over all banks by its last ten digits, which `serial` decides.
pub(crate) fn number(key: &str, serial: u64, job: usize, draws: &Draws) -> String {
    let length = BANKS.iter().find(|bank| bank.key == key).map_or(10, |bank| bank.length);
    let digits = scatter(serial, 10_000_000_000);
    let branch_digits = length - 10;
    if branch_digits == 0 {
        return format!("{digits:010}");
    }
    let branches = 10_u32.pow(u32::try_from(branch_digits).expect("at most six digits name a branch"));
    let branch = draws.of_job(job, BRANCH, branches);
    format!("{branch:0branch_digits$}{digits:010}")
}

/// Maps 0..`space` onto itself so that neighbours part; `space` is a power of ten.
pub(crate) fn scatter(serial: u64, space: u64) -> u64 {
    /// Neither 2 nor 5 divides it, so it has an inverse in every power of ten.
    const FACTOR: u128 = 6_180_339_887;
    let scattered = (u128::from(serial) * FACTOR + 2_718_281_828) % u128::from(space);
    u64::try_from(scattered).expect("a remainder is below its divisor")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_silent_bank_is_the_first_of_the_table() {
        assert_eq!(BANKS[0].key, "002");
        assert_eq!(TOTAL, 1_000);
        assert_eq!(BANKS.iter().map(|bank| bank.key).collect::<HashSet<_>>().len(), BANKS.len());
    }

    #[test]
    fn numbers_scatter_without_meeting() {
        let scattered: HashSet<u64> = (0..10_000).map(|serial| scatter(serial, 10_000)).collect();
        assert_eq!(scattered.len(), 10_000);
    }
}

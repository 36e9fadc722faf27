//! Whether a bank's holder name is the member's name.
//!
//! Only what is known to be the same counts as a match: case, punctuation, spacing, titles, order,
//! the shipped spellings and abbreviations, and a cut at the bank's stated field length. What may be
//! the same goes to human eyes (*close*); everything else is another person (*none*). The rows of
//! `data/bank_name_matching.csv` are the tests: where the rule and a row differ, the row wins.

mod align;
mod cut;
mod parts;
mod spelling;
mod table;

use align::align;
use parts::Name;

/// Version of these rules; a verdict judged by another version is not reused.
pub(crate) const NAME_RULES: &str = "names/1";

/// The number behind the slash of [`NAME_RULES`], as tables and caches keep it.
pub(crate) const NAME_RULES_NUMBER: i16 = 1;

/// How two names compare, best last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NameMatch {
    /// Another person, or nobody can tell.
    None,
    /// Perhaps the same: initials, one part or one letter differ.
    Close,
    /// The same name in another writing.
    Match,
}

/// Compares the member's name with the bank's.
///
/// `bank_name_length` is the number of characters of the bank's name field; `None` where not known.
/// Only then is a long name that ends early taken for a cut one, and needs human eyes.
#[must_use]
pub(crate) fn compare(member_name: &str, bank_name: &str, bank_name_length: Option<usize>) -> NameMatch {
    if member_name.trim().eq_ignore_ascii_case(bank_name.trim()) && !member_name.trim().is_empty() {
        return NameMatch::Match;
    }
    let member = Name::read(member_name);
    let bank = Name::read(bank_name);
    if member.is_empty() || bank.is_empty() || parts::one_is_no_person(&member, &bank) {
        return NameMatch::None;
    }
    if member.run_together() == bank.run_together() {
        return NameMatch::Match;
    }
    let mut best = NameMatch::None;
    for of_member in member.readings() {
        for of_bank in bank.readings() {
            best = best.max(align(of_member, of_bank));
            best = best.max(cut::compare(of_member, of_bank, bank_name, bank_name_length));
            if best == NameMatch::Match {
                return with_prefixes(best, &member, &bank);
            }
        }
    }
    with_prefixes(best, &member, &bank)
}

/// A dropped Balinese I or Ni is nothing; I (a man's) against Ni (a woman's) is one letter more.
fn with_prefixes(found: NameMatch, member: &Name, bank: &Name) -> NameMatch {
    match (member.balinese_prefix(), bank.balinese_prefix()) {
        (Some(one), Some(other)) if one != other => match found {
            NameMatch::Match => NameMatch::Close,
            NameMatch::Close | NameMatch::None => NameMatch::None,
        },
        _ => found,
    }
}

#[cfg(test)]
mod tests;

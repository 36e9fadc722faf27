//! Names that a bank's field cut off.

use super::NameMatch;
use super::parts::Part;

/// The shortest text that may have been cut by a field of unknown length: 20 characters, less the
/// space that a cut between words leaves. No narrower name field is known.
const SHORTEST_CUT_CHARACTERS: usize = 19;

/// A bank name that is the beginning of the member's: a match where it fills the bank's stated field,
/// close where the length is not known and it is long enough to have been cut, else nothing.
pub(super) fn compare(
    member: &[Part],
    bank: &[Part],
    bank_text: &str,
    bank_name_length: Option<usize>,
) -> NameMatch {
    let Some(beginning) = beginning(member, bank) else { return NameMatch::None };
    let characters = bank_text.trim().chars().count();
    match (bank_name_length, beginning) {
        (Some(length), _) if characters == length => NameMatch::Match,
        // The cut fell on the space between two words.
        (Some(length), Beginning::WholeWords) if characters + 1 == length => NameMatch::Match,
        (None, _) if characters >= SHORTEST_CUT_CHARACTERS => NameMatch::Close,
        _ => NameMatch::None,
    }
}

enum Beginning {
    WholeWords,
    InsideAWord,
}

/// How the bank's parts begin the member's, in the same order; `None` if they do not, or nothing is missing.
fn beginning(member: &[Part], bank: &[Part]) -> Option<Beginning> {
    let (last, whole) = bank.split_last()?;
    let same_head = whole.len() < member.len() && whole.iter().zip(member).all(|(a, b)| a.key == b.key);
    let counterpart = member.get(whole.len()).filter(|_| same_head)?;
    if last.key == counterpart.key {
        (bank.len() < member.len()).then_some(Beginning::WholeWords)
    } else {
        counterpart.written.starts_with(&last.written).then_some(Beginning::InsideAWord)
    }
}

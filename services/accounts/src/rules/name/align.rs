//! Lays the parts of two names side by side, in any order.

use std::borrow::Cow;

use super::NameMatch;
use super::parts::Part;
use super::spelling::{fold, one_letter_apart};

/// Compares two readings: equal parts are set aside, and what is left over decides.
pub(super) fn align(one: &[Part], other: &[Part]) -> NameMatch {
    let (one_text, other_text) = (run_together(one), run_together(other));
    if one_text == other_text {
        return NameMatch::Match;
    }
    let one = join_as_in(one, other);
    let other = join_as_in(other, &one);
    let (shared, left, right) = set_equal_parts_aside(&one, &other);
    if left.is_empty() && right.is_empty() {
        return NameMatch::Match;
    }
    let spelled_apart = match (&left[..], &right[..]) {
        ([left], [right]) => one_letter_apart(&left.key, &right.key),
        _ => false,
    };
    if spelled_apart
        || one_letter_apart(&one_text, &other_text)
        || shared && (one_part_dropped(&left, &right) || shortened(&left, &right))
    {
        NameMatch::Close
    } else {
        NameMatch::None
    }
}

/// The whole name as one word: spacing does not count.
fn run_together(parts: &[Part]) -> String {
    fold(&parts.iter().map(|part| part.in_full()).collect::<String>())
}

/// Joins neighbours that the other name writes as one word.
fn join_as_in<'a>(parts: &'a [Part], other: &[Part]) -> Cow<'a, [Part]> {
    let joined_at = |at: usize| {
        let joined = parts.get(at)?.join(parts.get(at + 1)?);
        other.iter().any(|part| part.key == joined.key).then_some(joined)
    };
    let Some(first) = (0..parts.len()).find(|at| joined_at(*at).is_some()) else {
        return Cow::Borrowed(parts);
    };
    let mut all = parts[..first].to_vec();
    let mut at = first;
    while at < parts.len() {
        let joined = joined_at(at);
        at += if joined.is_some() { 2 } else { 1 };
        all.push(joined.unwrap_or_else(|| parts[at - 1].clone()));
    }
    Cow::Owned(all)
}

/// Whether a part of more than one letter is shared, and what each name has beyond the shared parts.
fn set_equal_parts_aside<'a>(one: &'a [Part], other: &'a [Part]) -> (bool, Vec<&'a Part>, Vec<&'a Part>) {
    let mut right: Vec<&Part> = other.iter().collect();
    let mut left = Vec::new();
    let mut shared = false;
    for part in one {
        match right.iter().position(|candidate| candidate.key == part.key) {
            Some(index) => {
                shared |= !part.is_initial();
                right.remove(index);
            }
            None => left.push(part),
        }
    }
    (shared, left, right)
}

fn one_part_dropped(left: &[&Part], right: &[&Part]) -> bool {
    left.len() + right.len() == 1
}

/// Whether one side only writes the other's parts shorter: by their initials, or one by its beginning.
fn shortened(left: &[&Part], right: &[&Part]) -> bool {
    if let ([left], [right]) = (left, right) {
        return begins(left, right) || begins(right, left);
    }
    are_initials(left, right) || are_initials(right, left)
}

fn begins(short: &Part, long: &Part) -> bool {
    long.written.starts_with(&short.written) || long.key.starts_with(&short.key)
}

/// Whether the short side is the first letters of the long side's parts, apart (`F X`) or together (`FX`).
fn are_initials(short: &[&Part], long: &[&Part]) -> bool {
    let mut letters: Vec<char> = short.iter().flat_map(|part| part.written.chars()).collect();
    let mut firsts: Vec<char> = long.iter().filter_map(|part| part.written.chars().next()).collect();
    letters.sort_unstable();
    firsts.sort_unstable();
    !letters.is_empty() && letters == firsts
}

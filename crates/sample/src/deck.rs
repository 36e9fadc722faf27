//! Which worker is which case: shuffled decks of 10,000, so shares hold exactly and not by luck.

use crate::cases::DECK;
use crate::draws::{Domain, Source};
use crate::facts::Case;

/// The part that a worker plays: a case and his place in its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) case: u16,
    pub(crate) member: u8,
}

/// Deals a part to every position of the files; a group stands together, its leader first.
///
/// A group that the end would cut is replaced by plain workers. Takes four bytes a worker.
pub(crate) fn deal(cases: &[Case], workers: u64, seed: u64) -> Vec<Part> {
    let source = Source::new(seed, Domain::Deck);
    let wanted = usize::try_from(workers).expect("as many workers as fit in memory by four bytes each");
    let mut parts = Vec::with_capacity(wanted);
    let number_of = |index: usize| u16::try_from(index).expect("the table has some hundred cases");
    let fresh: Vec<u16> = cases
        .iter()
        .enumerate()
        .flat_map(|(index, case)| std::iter::repeat_n(number_of(index), case.share as usize))
        .collect();
    for deck in 0..workers.div_ceil(DECK.into()) {
        let mut stream = source.stream(deck);
        let mut groups = fresh.clone();
        for last in (1..groups.len()).rev() {
            let bound = u32::try_from(last + 1).expect("a deck has at most 10,000 groups");
            groups.swap(last, stream.below(bound) as usize);
        }
        for case in groups {
            let people = u8::try_from(cases[usize::from(case)].people.len()).expect("at most three people");
            if parts.len() == wanted {
                break;
            }
            if parts.len() + usize::from(people) > wanted {
                parts.resize(wanted, Part { case: 0, member: 0 });
                break;
            }
            parts.extend((0..people).map(|member| Part { case, member }));
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;

    #[test]
    fn a_deck_holds_every_case_by_its_share() {
        let cases = cases::all();
        let parts = deal(&cases, 20_000, 9);
        assert_eq!(parts.len(), 20_000);
        for (index, case) in cases.iter().enumerate() {
            let leaders = parts.iter().filter(|part| usize::from(part.case) == index && part.member == 0);
            assert_eq!(leaders.count(), 2 * case.share as usize, "{}", case.name);
        }
    }

    #[test]
    fn no_group_is_cut() {
        let cases = cases::all();
        for workers in 0..300 {
            let parts = deal(&cases, workers, 4);
            assert_eq!(parts.len() as u64, workers);
            let mut at = 0;
            while at < parts.len() {
                let people = cases[usize::from(parts[at].case)].people.len();
                for member in 0..people {
                    let part = Part { case: parts[at].case, member: u8::try_from(member).unwrap() };
                    assert_eq!(parts[at + member], part, "{workers}");
                }
                at += people;
            }
        }
    }
}

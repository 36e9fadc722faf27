//! Who comes first when the money does not reach for all.

use serde::Deserialize;

use super::text::RoundText;
use super::{Effect, Exclusion, RoundFault};
use crate::rules::candidate::{Candidate, List};
use crate::rules::sector::Sector;

/// Most priorities of a round: a place has a bit for each.
const PRIORITIES_MAX: usize = 15;

/// A priority: it never refuses, it only orders.
#[derive(Clone, Debug)]
pub(crate) struct Priority {
    /// Whom it puts first.
    pub(crate) comes_first: ComesFirst,
    /// The article it rests on.
    pub(crate) article: String,
}

/// Whom a priority puts first.
#[derive(Clone, Debug)]
pub(crate) enum ComesFirst {
    /// Who works in one of these sectors as a wage recipient at the cut-off.
    Sectors(Vec<Sector>),
    /// Who is not named by this list.
    NotNamedBy(List),
}

/// An entry `[[priorities]]` of a data file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PriorityText {
    sectors: Vec<String>,
    article: String,
}

/// The priorities of a data file, then the lists that give way.
pub(super) fn of(read: &mut RoundText, exclusions: &[Exclusion]) -> Result<Vec<Priority>, RoundFault> {
    let mut priorities = Vec::new();
    for PriorityText { sectors, article } in std::mem::take(&mut read.priorities) {
        let sector = |text: &String| {
            let wanted = "a section or division of KBLI 2020";
            Sector::parse(text).ok_or_else(|| read.fault("priorities.sectors", wanted, text))
        };
        let sectors = sectors.iter().map(sector).collect::<Result<_, _>>()?;
        priorities.push(Priority { comes_first: ComesFirst::Sectors(sectors), article });
    }
    let giving_way = exclusions.iter().filter(|exclusion| exclusion.effect == Effect::GivesWay);
    priorities.extend(giving_way.map(|exclusion| Priority {
        comes_first: ComesFirst::NotNamedBy(exclusion.list),
        article: exclusion.article.clone(),
    }));
    if priorities.len() > PRIORITIES_MAX {
        return Err(read.fault("priorities", "at most 15 with the lists that give way", &priorities.len()));
    }
    Ok(priorities)
}

impl Priority {
    /// Whether it puts a candidate first. `active_pu` are the candidate's wage-recipient employments at
    /// the cut-off.
    #[must_use]
    pub(crate) fn favours(&self, candidate: &Candidate, active_pu: &[usize]) -> bool {
        match &self.comes_first {
            ComesFirst::Sectors(sectors) => {
                let works_in = |index: &usize| {
                    let own = candidate.employments[*index].sector;
                    own.is_some_and(|own| sectors.iter().any(|sector| sector.holds(own)))
                };
                active_pu.iter().any(works_in)
            }
            ComesFirst::NotNamedBy(list) => !candidate.lists.contains(*list),
        }
    }
}

/// The place of a candidate by the round's priorities, lowest first: the weightiest priority is the
/// highest bit, which is 0 for whom it puts first.
#[must_use]
pub(crate) fn place(priorities: &[Priority], candidate: &Candidate, active_pu: &[usize]) -> i16 {
    priorities
        .iter()
        .fold(0, |place, priority| place << 1 | i16::from(!priority.favours(candidate, active_pu)))
}

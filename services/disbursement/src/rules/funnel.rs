//! How many pass each layer, in the order in which the round tells it.

use super::reason::{Layer, Outcome, ReasonSet};
use super::round::FunnelOrder;

/// The layers of a batch, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Funnel {
    /// First `received`, last `eligible`.
    pub(crate) layers: Vec<LayerCount>,
}

/// One layer: who passes it and all before it, and who stops here.
///
/// A refused person stops at the first layer that refuses, a pending one at the first that keeps
/// them pending, so that everyone stops at most once: what is refused over all layers is the number
/// of refused, likewise pending, and what passes the last layer is the number of eligible. An open
/// question of a person who is refused anyway stops nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LayerCount {
    /// `received`, `bank_valid`, `criteria_valid`, `unique_owner` or `eligible`.
    pub(crate) layer: &'static str,
    /// Persons who pass this layer and all before it.
    pub(crate) passed: i64,
    /// Persons refused here.
    pub(crate) refused: i64,
    /// Persons pending here.
    pub(crate) pending: i64,
}

/// The layers after `received`, as each order tells them.
const fn order(order: FunnelOrder) -> [Layer; 4] {
    match order {
        // The funnel published on 8 September 2020: bank check, criteria check, single owner.
        FunnelOrder::AccountsFirst => {
            [Layer::BankValid, Layer::CriteriaValid, Layer::UniqueOwner, Layer::Eligible]
        }
        FunnelOrder::CriteriaFirst => {
            [Layer::CriteriaValid, Layer::BankValid, Layer::UniqueOwner, Layer::Eligible]
        }
    }
}

const fn name(layer: Layer) -> &'static str {
    match layer {
        Layer::BankValid => "bank_valid",
        Layer::CriteriaValid => "criteria_valid",
        Layer::UniqueOwner => "unique_owner",
        Layer::Eligible => "eligible",
    }
}

/// Counts persons by layer. `counts` are persons by their effective reasons; the same set may come
/// more than once.
#[must_use]
pub(crate) fn funnel(order_told: FunnelOrder, counts: impl IntoIterator<Item = (ReasonSet, i64)>) -> Funnel {
    let layers = order(order_told);
    let mut received = 0;
    let mut stopped = [(0, 0); 4];
    for (reasons, persons) in counts {
        received += persons;
        let outcome = reasons.outcome();
        let pending = outcome == Outcome::Pending;
        let stops = |layer: &Layer| {
            reasons.iter().any(|reason| reason.layer() == *layer && reason.is_pending() == pending)
        };
        if let Some(at) = layers.iter().position(stops) {
            let (refused, kept) = &mut stopped[at];
            *(if pending { kept } else { refused }) += persons;
        }
    }
    let mut passed = received;
    let first = LayerCount { layer: "received", passed, refused: 0, pending: 0 };
    let rest = layers.into_iter().zip(stopped).map(|(layer, (refused, pending))| {
        passed -= refused + pending;
        LayerCount { layer: name(layer), passed, refused, pending }
    });
    Funnel { layers: [first].into_iter().chain(rest).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::reason::Reason;

    fn people() -> Vec<(ReasonSet, i64)> {
        use Reason::*;
        let groups: [(&[Reason], i64); 10] = [
            (&[], 100),
            (&[WageOverCeiling], 1),
            (&[WageOverCeiling, AccountClosed], 2),
            (&[AccountClosed], 4),
            (&[BankUnanswered], 8),
            (&[MinimumWageUnknown, BankUnanswered], 16),
            (&[AccountShared], 32),
            (&[BudgetExhausted], 64),
            (&[OnHold], 128),
            // Refused by its criteria: the silent bank is no question any more.
            (&[BankUnanswered, CivilServant], 256),
        ];
        groups.into_iter().map(|(reasons, count)| (reasons.iter().copied().collect(), count)).collect()
    }

    fn check(order: FunnelOrder, expected: [(&str, i64, i64, i64); 5]) {
        let told: Vec<_> = funnel(order, people())
            .layers
            .into_iter()
            .map(|layer| (layer.layer, layer.passed, layer.refused, layer.pending))
            .collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn the_funnel_of_2020_tells_the_banks_first() {
        check(
            FunnelOrder::AccountsFirst,
            [
                ("received", 611, 0, 0),
                ("bank_valid", 581, 2 + 4, 8 + 16),
                ("criteria_valid", 324, 1 + 256, 0),
                ("unique_owner", 292, 32, 0),
                ("eligible", 100, 64, 128),
            ],
        );
    }

    #[test]
    fn the_other_funnels_tell_the_criteria_first() {
        check(
            FunnelOrder::CriteriaFirst,
            [
                ("received", 611, 0, 0),
                ("criteria_valid", 336, 1 + 2 + 256, 16),
                ("bank_valid", 324, 4, 8),
                ("unique_owner", 292, 32, 0),
                ("eligible", 100, 64, 128),
            ],
        );
    }

    #[test]
    fn every_reason_alone_stops_one_person_once_in_the_column_of_its_outcome() {
        for order in [FunnelOrder::AccountsFirst, FunnelOrder::CriteriaFirst] {
            for reason in Reason::ALL {
                let layers = funnel(order, [(reason.into(), 1)]).layers;
                let refused: i64 = layers.iter().map(|layer| layer.refused).sum();
                let pending: i64 = layers.iter().map(|layer| layer.pending).sum();
                let expected = if reason.is_pending() { (0, 1) } else { (1, 0) };
                assert_eq!((refused, pending), expected, "{}", reason.name());
                assert_eq!(layers[4].passed, 0, "{}", reason.name());
            }
        }
    }

    #[test]
    fn nobody_received_nobody_passes() {
        let layers = funnel(FunnelOrder::AccountsFirst, []).layers;
        assert!(layers.iter().all(|layer| (layer.passed, layer.refused, layer.pending) == (0, 0, 0)));
        assert_eq!(layers.len(), 5);
    }
}

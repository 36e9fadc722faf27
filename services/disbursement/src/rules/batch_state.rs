//! The states of a batch and their moves: the only place that knows them.

use std::fmt;

use thiserror::Error;

/// Where a batch stands. Numbers as on the wire; a batch only ever goes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum BatchState {
    /// Chunks are being screened.
    Screening = 1,
    /// Every candidate has a decision.
    Screened = 2,
    /// Shared accounts, earlier entitlements and the budget are decided.
    Closed = 3,
    /// The money is promised and the files are written.
    Composed = 4,
    /// The recipients are determined by the KPA.
    Determined = 5,
    /// Approved by a second official.
    Approved = 6,
    /// Sent by a third.
    HandedOver = 7,
    /// It all adds up and nothing is in flight.
    Reconciled = 8,
}

impl BatchState {
    /// All states, in their order.
    pub(crate) const ALL: [Self; 8] = [
        Self::Screening,
        Self::Screened,
        Self::Closed,
        Self::Composed,
        Self::Determined,
        Self::Approved,
        Self::HandedOver,
        Self::Reconciled,
    ];

    /// The state of a number; none outside 1 to 8.
    #[must_use]
    pub(crate) fn from_number(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|state| *state as i32 == number)
    }

    /// As people and messages name it, for instance `HANDED_OVER`.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Screening => "SCREENING",
            Self::Screened => "SCREENED",
            Self::Closed => "CLOSED",
            Self::Composed => "COMPOSED",
            Self::Determined => "DETERMINED",
            Self::Approved => "APPROVED",
            Self::HandedOver => "HANDED_OVER",
            Self::Reconciled => "RECONCILED",
        }
    }
}

impl fmt::Display for BatchState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What moves a batch on, one state each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    /// The last chunk is done.
    FinishScreening,
    /// Decide what needs the whole batch.
    Close,
    /// Promise the money and write the files.
    Compose,
    /// Determine the recipients.
    Determine,
    /// Approve.
    Approve,
    /// Send.
    HandOver,
    /// Find that it all adds up.
    Reconcile,
}

impl Step {
    /// The state it leads from.
    #[must_use]
    pub(crate) const fn from(self) -> BatchState {
        match self {
            Self::FinishScreening => BatchState::Screening,
            Self::Close => BatchState::Screened,
            Self::Compose => BatchState::Closed,
            Self::Determine => BatchState::Composed,
            Self::Approve => BatchState::Determined,
            Self::HandOver => BatchState::Approved,
            Self::Reconcile => BatchState::HandedOver,
        }
    }

    /// The state it leads to.
    #[must_use]
    pub(crate) const fn to(self) -> BatchState {
        match self {
            Self::FinishScreening => BatchState::Screened,
            Self::Close => BatchState::Closed,
            Self::Compose => BatchState::Composed,
            Self::Determine => BatchState::Determined,
            Self::Approve => BatchState::Approved,
            Self::HandOver => BatchState::HandedOver,
            Self::Reconcile => BatchState::Reconciled,
        }
    }

    /// As messages name it, for instance `hand over`.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::FinishScreening => "finish screening",
            Self::Close => "close",
            Self::Compose => "compose",
            Self::Determine => "determine",
            Self::Approve => "approve",
            Self::HandOver => "hand over",
            Self::Reconcile => "reconcile",
        }
    }
}

/// What a step does to a batch that allows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Move {
    /// It moves on to this state.
    Go(BatchState),
    /// The step was done before: the batch stays as it is.
    AlreadyDone,
}

/// The batch has not come far enough for a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("to {} the batch must be {}, it is {state}", step.name(), step.from())]
pub(crate) struct StateFault {
    /// Where the batch stands.
    pub(crate) state: BatchState,
    /// What was asked for.
    pub(crate) step: Step,
}

/// What a step does to a batch in a state. No step can be left out and none is done twice.
///
/// # Errors
/// [`StateFault`] when a step before it is still to be done.
pub(crate) fn step(state: BatchState, step: Step) -> Result<Move, StateFault> {
    if state == step.from() {
        Ok(Move::Go(step.to()))
    } else if state >= step.to() {
        Ok(Move::AlreadyDone)
    } else {
        Err(StateFault { state, step })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_state_and_step() {
        use BatchState::*;
        let steps = [
            Step::FinishScreening,
            Step::Close,
            Step::Compose,
            Step::Determine,
            Step::Approve,
            Step::HandOver,
            Step::Reconcile,
        ];
        // A row for each state, a column for each step: `>` goes on, `=` was done, `x` is refused.
        let table = [
            (Screening, ">xxxxxx"),
            (Screened, "=>xxxxx"),
            (Closed, "==>xxxx"),
            (Composed, "===>xxx"),
            (Determined, "====>xx"),
            (Approved, "=====>x"),
            (HandedOver, "======>"),
            (Reconciled, "======="),
        ];
        let next = [Screened, Closed, Composed, Determined, Approved, HandedOver, Reconciled];
        for (state, row) in table {
            for ((asked, to), cell) in steps.into_iter().zip(next).zip(row.chars()) {
                let expected = match cell {
                    '>' => Ok(Move::Go(to)),
                    '=' => Ok(Move::AlreadyDone),
                    _ => Err(StateFault { state, step: asked }),
                };
                assert_eq!(step(state, asked), expected, "{state} {asked:?}");
            }
        }
    }

    #[test]
    fn states_keep_their_numbers_and_names() {
        let names = [
            "SCREENING",
            "SCREENED",
            "CLOSED",
            "COMPOSED",
            "DETERMINED",
            "APPROVED",
            "HANDED_OVER",
            "RECONCILED",
        ];
        for (number, name) in (1..).zip(names) {
            assert_eq!(BatchState::from_number(number).unwrap().to_string(), name);
        }
        assert_eq!((BatchState::from_number(0), BatchState::from_number(9)), (None, None));
    }

    #[test]
    fn a_refusal_says_what_was_wanted_and_what_was_found() {
        for (state, asked, message) in [
            (BatchState::Composed, Step::HandOver, "to hand over the batch must be APPROVED, it is COMPOSED"),
            (BatchState::Screening, Step::Close, "to close the batch must be SCREENED, it is SCREENING"),
        ] {
            assert_eq!(step(state, asked).unwrap_err().to_string(), message);
        }
    }
}

//! Why a request to this service is refused or cannot be done.

use tepat_faults::{Fault, Invalid, Reason, Violation, reason};
use tepat_proof::CmsFault;
use tepat_proof::canonical::CanonicalFault;
use tepat_proof::package::WriteFault;
use tepat_serve::{ActorFault, PageFault};
use tepat_store::{ReplayFault, StoreFault};
use thiserror::Error;

use crate::outside::PeerFault;
use crate::rules::batch_state::StateFault;

/// A request refused, or trouble on the way.
#[derive(Debug, Error)]
pub(crate) enum FlowFault {
    /// The request is malformed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The page was asked for wrongly.
    #[error(transparent)]
    Page(#[from] PageFault),
    /// Nobody stands behind an act of the chain.
    #[error(transparent)]
    Actor(#[from] ActorFault),
    /// The request id stands for another request.
    #[error(transparent)]
    Replay(#[from] ReplayFault),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// A peer failed.
    #[error(transparent)]
    Peer(#[from] PeerFault),
    /// The package could not be written.
    #[error(transparent)]
    Package(#[from] WriteFault),
    /// What waits for its place in the package could not be kept or read.
    #[error("the packages folder cannot hold what is sorted for the package")]
    Sorting(#[from] std::io::Error),
    /// No such round, or no such tranche of it.
    #[error("there is no tranche {tranche} of a round {round:?}")]
    RoundUnknown {
        /// The round asked for.
        round: String,
        /// The tranche asked for.
        tranche: i32,
    },
    /// Nothing was imported yet, so there is nobody to screen.
    #[error("there is no sealed roster version: import a roster first")]
    NoRoster,
    /// No such batch.
    #[error("there is no batch {batch_id:?}")]
    BatchUnknown {
        /// The batch asked for.
        batch_id: String,
    },
    /// The id stands for a batch with another round, tranche, roster version or slice.
    #[error(
        "batch {batch_id} stands for round {round} tranche {tranche}, {slice} of roster version {roster_version}"
    )]
    BatchDiffers {
        /// The batch.
        batch_id: String,
        /// Its round.
        round: String,
        /// Its tranche.
        tranche: i32,
        /// Its roster version.
        roster_version: i64,
        /// Its slice, for people.
        slice: String,
    },
    /// The state does not allow the step.
    #[error("{0}")]
    State(#[from] StateFault),
    /// The tranche before has no determined recipients.
    #[error("no batch of {term} is determined yet")]
    TrancheNotDetermined {
        /// The term that has to be determined first.
        term: String,
    },
    /// One official took two steps that need two.
    #[error("{actor} took the step before, so another official must take this one")]
    SameActor {
        /// Who acted.
        actor: String,
    },
    /// The signature does not hold.
    #[error("the signature over the statement is refused: {0}")]
    Signature(#[from] CmsFault),
    /// The signature is somebody else's.
    #[error("the statement is signed by {signer:?}, the call comes from {actor:?}")]
    SignedByAnother {
        /// Who signed.
        signer: String,
        /// Who called.
        actor: String,
    },
    /// The signer's clock runs ahead: the seal would be older than the signature it covers.
    #[error("the statement is signed at a time that has not come yet")]
    SignedInFuture,
    /// The budget of the round does not hold the promise.
    #[error("the budget of round {round} does not hold another Rp{amount_rupiah}")]
    BudgetExceeded {
        /// The round.
        round: String,
        /// What was to be promised.
        amount_rupiah: i64,
    },
    /// A person or an account was promised elsewhere at the same moment.
    #[error("another batch of the term promised the same person or account meanwhile")]
    PromisedMeanwhile,
    /// The round's text, or the wage tables, are no longer those that the batch pinned.
    #[error("the rules of round {round} in use differ from those that the batch pinned")]
    RoundDiffers {
        /// The round.
        round: String,
    },
    /// What was written is not what was determined and signed.
    #[error("the files written do not come to the statement that was determined")]
    StatementDiffers,
    /// A number has no canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalFault),
    /// No decision on the person.
    #[error("no batch of {term} decided on this person")]
    DecisionUnknown {
        /// The term asked for.
        term: String,
    },
}

impl Fault for FlowFault {
    fn reason(&self) -> Reason {
        match self {
            Self::Invalid(fault) => fault.reason(),
            Self::Page(fault) => fault.reason(),
            Self::Actor(fault) => fault.reason(),
            Self::Replay(fault) => fault.reason(),
            Self::Store(StoreFault::LeaseLost) | Self::PromisedMeanwhile => reason::CONFLICT,
            Self::Store(fault) => fault.reason(),
            Self::Peer(fault) => fault.reason(),
            Self::Package(_) | Self::Sorting(_) => reason::PACKAGE_UNWRITABLE,
            Self::RoundUnknown { .. } => reason::ROUND_UNKNOWN,
            Self::NoRoster => reason::ROSTER_UNKNOWN,
            Self::BatchUnknown { .. } => reason::BATCH_UNKNOWN,
            Self::BatchDiffers { .. } => reason::BATCH_DIFFERS,
            Self::State(_) => reason::BATCH_STATE,
            Self::TrancheNotDetermined { .. } => reason::TRANCHE_NOT_DETERMINED,
            Self::SameActor { .. } => reason::SAME_ACTOR,
            Self::Signature(_) | Self::SignedByAnother { .. } | Self::SignedInFuture => {
                reason::SIGNATURE_REFUSED
            }
            Self::BudgetExceeded { .. } => reason::BUDGET_EXCEEDED,
            Self::RoundDiffers { .. } => reason::RULES_DIFFER,
            Self::StatementDiffers | Self::Canonical(_) => reason::INTERNAL,
            Self::DecisionUnknown { .. } => reason::DECISION_UNKNOWN,
        }
    }

    fn metadata(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::State(fault) => vec![("state", fault.state.name().to_owned())],
            Self::BatchUnknown { batch_id } | Self::BatchDiffers { batch_id, .. } => {
                vec![("batch_id", batch_id.clone())]
            }
            _ => Vec::new(),
        }
    }

    fn violations(&self) -> Vec<Violation> {
        match self {
            Self::Invalid(fault) => fault.violations(),
            Self::Page(fault) => fault.violations(),
            _ => Vec::new(),
        }
    }

    fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::Store(fault) => fault.retry_after_ms(),
            Self::Peer(fault) => fault.retry_after_ms(),
            _ => None,
        }
    }
}

//! One chunk, from roster to decisions: read, ask wages, ask banks, decide, write.
//!
//! Everything is asked in pages, and everything is written in the one transaction that begins by
//! finishing the lease: a chunk is decided exactly once, whoever else tried.

use std::collections::BTreeMap;

use tepat_faults::{Fault, Reason, reason};
use tepat_proto::accounts::Claim;
use tepat_store::{Lease, StoreFault, finish};
use thiserror::Error;

use crate::Service;
use crate::flow::open::term;
use crate::outside::PeerFault;
use crate::outside::membership::RosterMember;
use crate::outside::wages::WageAnswer;
use crate::rules::account_choice::{AccountVerdict, Next, Settlement, claims, next, pack};
use crate::rules::eligibility::{asks, criteria, criteria_again};
use crate::rules::reason::ReasonSet;
use crate::rules::recipient_name::recipient_name;
use crate::rules::round::{Round, place};
use crate::store::batches::BatchRow;
use crate::store::chunks::{self, CHUNKS, ChunkRow};
use crate::store::decisions::{self, ChosenAccount, DecisionRow};
use crate::store::money;

/// Why a chunk could not be screened; it is tried again.
#[derive(Debug, Error)]
pub(crate) enum ScreenFault {
    /// A peer is away or answered oddly.
    #[error(transparent)]
    Peer(#[from] PeerFault),
    /// The store failed, or the lease was lost.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// A peer judges by other rules than those that the batch pinned.
    #[error("the {what} in use differ from those that the batch pinned when it opened")]
    RulesDiffer {
        /// Which rules.
        what: &'static str,
    },
    /// The roster no longer answers as it did when the batch was opened.
    #[error("chunk {chunk} has {found} candidates, pinned were {wanted}")]
    RosterDiffers {
        /// The chunk.
        chunk: i64,
        /// Candidates when the batch was opened.
        wanted: i64,
        /// Candidates now.
        found: usize,
    },
}

impl Fault for ScreenFault {
    fn reason(&self) -> Reason {
        match self {
            Self::Peer(fault) => fault.reason(),
            Self::Store(fault) => fault.reason(),
            Self::RulesDiffer { .. } | Self::RosterDiffers { .. } => reason::RULES_DIFFER,
        }
    }
}

/// A candidate on the way to a decision.
struct Case<'a> {
    member: &'a RosterMember,
    /// Indexes of the employments that count.
    active_pu: Vec<usize>,
    wage: Option<WageAnswer>,
    /// Criteria reasons.
    criteria: ReasonSet,
    /// Employments whose accounts may be asked about, in the order of asking.
    claims: Vec<usize>,
    verdicts: Vec<AccountVerdict>,
    /// None while a bank has to be asked, or when the round does not ask at all.
    settled: Option<Settlement>,
}

/// A chunk in this process's hands.
#[derive(Clone, Debug)]
pub(crate) struct Leased {
    pub(crate) batch: BatchRow,
    pub(crate) chunk: ChunkRow,
    pub(crate) held: Lease,
}

/// The candidates of a chunk: all members of a first tranche, the determined ones of a later one.
pub(crate) async fn read(service: &Service, leased: &Leased) -> Result<Vec<RosterMember>, ScreenFault> {
    let Leased { batch, chunk, .. } = leased;
    let round = round(service, batch)?;
    let range = (chunk.after_nik, chunk.through_nik);
    let mut members = service.membership.read_chunk(batch.roster_version, range, batch.slice).await?;
    if batch.tranche > 1 {
        let before = term(round, batch.tranche - 1);
        let determined = money::determined_range(&service.store, &before, batch.batch_no, range).await?;
        members.retain(|member| determined.binary_search(&member.candidate.nik.number()).is_ok());
    }
    if i64::try_from(members.len()) == Ok(chunk.candidates) {
        Ok(members)
    } else {
        Err(ScreenFault::RosterDiffers { chunk: chunk.chunk, wanted: chunk.candidates, found: members.len() })
    }
}

/// Asks wages and banks about the candidates and decides on each, in their order.
pub(crate) async fn decide(
    service: &Service,
    leased: &Leased,
    members: &[RosterMember],
) -> Result<Vec<DecisionRow>, ScreenFault> {
    let Leased { batch, chunk, .. } = leased;
    let round = round(service, batch)?;
    let mut cases = members
        .iter()
        .map(|member| Case {
            member,
            active_pu: member.candidate.active_pu(round.cut_off).collect(),
            wage: None,
            criteria: ReasonSet::EMPTY,
            claims: Vec::new(),
            verdicts: Vec::new(),
            settled: None,
        })
        .collect::<Vec<_>>();
    ask_wages(service, batch, round, &mut cases).await?;
    apply_criteria(batch, round, &mut cases);
    ask_banks(service, batch, round, &mut cases).await?;
    Ok(conclude(service, round, *chunk, cases))
}

fn round<'a>(service: &'a Service, batch: &BatchRow) -> Result<&'a Round, ScreenFault> {
    service.round(&batch.round).ok_or(ScreenFault::RulesDiffer { what: "rounds" })
}

async fn ask_wages(
    service: &Service,
    batch: &BatchRow,
    round: &Round,
    cases: &mut [Case<'_>],
) -> Result<(), ScreenFault> {
    let looked_at: Vec<usize> =
        (0..cases.len()).filter(|index| !cases[*index].active_pu.is_empty()).collect();
    let persons: Vec<(&RosterMember, &[usize])> =
        looked_at.iter().map(|index| (cases[*index].member, cases[*index].active_pu.as_slice())).collect();
    if persons.is_empty() {
        return Ok(());
    }
    let (answers, table_sha256) = service.wages.verify(round, &persons).await?;
    if table_sha256 != batch.wage_table_sha256 {
        return Err(ScreenFault::RulesDiffer { what: "wage tables" });
    }
    for (index, answer) in looked_at.into_iter().zip(answers) {
        cases[index].wage = Some(answer);
    }
    Ok(())
}

/// A later tranche keeps the eligibility facts of the first and looks at the lists again.
fn apply_criteria(batch: &BatchRow, round: &Round, cases: &mut [Case<'_>]) {
    for case in cases {
        let candidate = &case.member.candidate;
        case.criteria = if batch.tranche > 1 {
            criteria_again(round, batch.tranche, candidate)
        } else {
            criteria(round, batch.tranche, candidate, case.wage.as_ref().map(|wage| wage.verdict))
        };
        let Some(wage) = &case.wage else { continue };
        if asks(round, case.criteria) {
            case.claims = claims(candidate, &case.active_pu, &wage.deciding);
        }
    }
}

/// Asks the banks, one page a round: the first account of everyone, then the next of those refused.
async fn ask_banks(
    service: &Service,
    batch: &BatchRow,
    round: &Round,
    cases: &mut [Case<'_>],
) -> Result<(), ScreenFault> {
    loop {
        let mut asked = Vec::new();
        let mut page = Vec::new();
        for (index, case) in cases.iter_mut().enumerate() {
            // Not asked means no account reason.
            if case.settled.is_some() || !asks(round, case.criteria) {
                continue;
            }
            match next(&case.verdicts, case.claims.len()) {
                Next::Ask(claim) => {
                    page.push(claim_of(case, case.claims[claim]));
                    asked.push(index);
                }
                Next::Settled(settlement) => case.settled = Some(settlement),
            }
        }
        if page.is_empty() {
            return Ok(());
        }
        let (verdicts, name_rules) = service.accounts.validate(&service.settings, round, page).await?;
        if name_rules != batch.name_rules {
            return Err(ScreenFault::RulesDiffer { what: "name rules" });
        }
        for (index, verdict) in asked.into_iter().zip(verdicts) {
            cases[index].verdicts.push(verdict);
        }
    }
}

fn claim_of(case: &Case<'_>, employment: usize) -> Claim {
    let candidate = &case.member.candidate;
    let account =
        candidate.employments[employment].account.as_ref().expect("claims are employments with an account");
    Claim {
        bank: account.bank.clone(),
        account_number: account.number.reveal().to_owned(),
        name: candidate.name.reveal().to_owned(),
        nik: candidate.nik.number(),
    }
}

fn conclude(service: &Service, round: &Round, chunk: ChunkRow, cases: Vec<Case<'_>>) -> Vec<DecisionRow> {
    cases
        .into_iter()
        .zip(chunk.first_sequence..)
        .map(|(case, sequence)| {
            let candidate = &case.member.candidate;
            let chosen = case.settled.and_then(|settled| settled.chosen).map(|claim| {
                let employment = &candidate.employments[case.claims[claim]];
                let account = employment.account.as_ref().expect("claims are employments with an account");
                ChosenAccount {
                    mark: service.marks.account(&account.bank, account.number.reveal()),
                    bank: account.bank.clone(),
                    account_number: account.number.reveal().to_owned(),
                    name: recipient_name(&candidate.name),
                    npp: employment.npp.clone(),
                    region_code: i16::try_from(employment.region.number()).expect("a region has four digits"),
                }
            });
            DecisionRow {
                nik: candidate.nik.number(),
                sequence,
                reasons: case
                    .criteria
                    .union(case.settled.map_or(ReasonSet::EMPTY, |settled| settled.reasons)),
                priority: place(&round.priorities, candidate, &case.active_pu),
                verdicts: pack(&case.verdicts),
                chosen,
            }
        })
        .collect()
}

/// One transaction: the lease is finished first, so a loser writes nothing.
pub(crate) async fn write(
    service: &Service,
    leased: &Leased,
    decided: Vec<DecisionRow>,
) -> Result<(), ScreenFault> {
    let Leased { batch, held, .. } = leased;
    let mut persons: BTreeMap<i64, i64> = BTreeMap::new();
    for decision in &decided {
        *persons.entry(decision.reasons.bits()).or_default() += 1;
    }
    let total = |(bits, persons)| {
        let reasons = ReasonSet::from_bits(bits).expect("the bits are those of a set");
        (reasons.outcome(), reasons, persons)
    };
    let totals = persons.into_iter().map(total).collect();

    let tx = service.store.begin().await?;
    finish(&tx, CHUNKS, &batch.batch_id, *held).await?;
    decisions::insert(&tx, batch.batch_no, decided).await?;
    chunks::keep_totals(&tx, (&batch.batch_id, batch.batch_no), held.item, &totals).await?;
    Ok(tx.commit().await?)
}

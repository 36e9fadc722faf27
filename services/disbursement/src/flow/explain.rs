//! Explaining: the rules replayed for one person, on the roster version that the batch pinned.

use tepat_terms::Nik;

use crate::fault::FlowFault;
use crate::flow::open::term;
use crate::outside::membership::RosterMember;
use crate::rules::account_choice::{claims, unpack};
use crate::rules::batch_state::BatchState;
use crate::rules::explain::{ExplainInput, RuleTrace, WageTold, explain as explain_rules};
use crate::rules::round::Round;
use crate::store::batches::{self, BatchRow};
use crate::store::decisions::{self, Effective};
use crate::{Service, pinned_round};

/// A decision with every rule behind it.
#[derive(Clone, Debug)]
pub(crate) struct Explained {
    pub(crate) batch_id: String,
    pub(crate) decision: Effective,
    pub(crate) rules: Vec<RuleTrace>,
    pub(crate) roster_version: i64,
    pub(crate) name_masked: String,
}

/// Explains the newest decision of a term on a person.
pub(crate) async fn explain(
    service: &Service,
    round: &str,
    tranche: i32,
    nik: Nik,
) -> Result<Explained, FlowFault> {
    let unknown = || FlowFault::RoundUnknown { round: round.to_owned(), tranche };
    let round =
        service.round(round).filter(|round| (1..=round.tranches).contains(&tranche)).ok_or_else(unknown)?;
    let (batch, decision, verdicts) = newest(service, &term(round, tranche), nik).await?;
    let round = pinned_round(&batch)?;
    let member = service.membership.member(batch.roster_version, nik.number()).await?;
    let rules = replay(service, &round, &batch, &member, decision, verdicts).await?;
    Ok(Explained {
        batch_id: batch.batch_id,
        decision,
        rules,
        roster_version: batch.roster_version,
        name_masked: member.candidate.name.to_string(),
    })
}

async fn newest(service: &Service, term: &str, nik: Nik) -> Result<(BatchRow, Effective, i32), FlowFault> {
    for batch in batches::of_term(&service.store, term).await? {
        if let Some((decision, verdicts)) =
            decisions::one(&service.store, batch.batch_no, nik.number()).await?
        {
            return Ok((batch, decision, verdicts));
        }
    }
    Err(FlowFault::DecisionUnknown { term: term.to_owned() })
}

async fn replay(
    service: &Service,
    round: &Round,
    batch: &BatchRow,
    member: &RosterMember,
    decision: Effective,
    verdicts: i32,
) -> Result<Vec<RuleTrace>, FlowFault> {
    let active_pu: Vec<usize> = member.candidate.active_pu(round.cut_off).collect();
    let answer = if active_pu.is_empty() {
        None
    } else {
        let (mut answers, table_sha256) =
            service.wages.verify(round, &[(member, active_pu.as_slice())]).await?;
        if table_sha256 != batch.wage_table_sha256 {
            return Err(FlowFault::RoundDiffers { round: batch.round.clone() });
        }
        answers.pop()
    };
    let claims = answer.as_ref().map(|answer| claims(&member.candidate, &active_pu, &answer.deciding));
    let told = answer.map(|answer| {
        let asked =
            answer.employment.and_then(|employment| active_pu.iter().position(|index| *index == employment));
        WageTold {
            verdict: answer.verdict,
            compared_rupiah: answer.compared_rupiah,
            ceiling_rupiah: answer.ceiling_rupiah,
            basis: answer.basis,
            employment: answer.employment,
            deciding: asked.and_then(|index| answer.deciding[index]),
        }
    });
    let input = ExplainInput {
        candidate: &member.candidate,
        wage: told,
        claims: claims.as_deref().unwrap_or_default(),
        verdicts: &unpack(verdicts).expect("only packed verdicts are stored"),
        effective: decision.reasons,
        closed: batch.state >= BatchState::Closed,
    };
    Ok(explain_rules(round, batch.tranche, &input))
}

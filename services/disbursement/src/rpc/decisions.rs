//! `ListDecisions` and `ExplainDecision`.

use tepat_faults::Invalid;
use tepat_proto::disbursement as wire;
use tepat_serve::{PageToken, page_size};
use tepat_terms::Nik;

use crate::Service;
use crate::fault::FlowFault;
use crate::flow::explain::{Explained, explain as explain_one};
use crate::rules::explain::RuleTrace;
use crate::store::decisions::{self, Effective};

pub(crate) async fn list(
    service: &Service,
    request: &wire::ListDecisionsRequest,
) -> Result<wire::ListDecisionsResponse, FlowFault> {
    let size = page_size(request.page_size, 1_000, 10_000)?;
    let filter = ["decisions", request.batch_id.as_str()];
    let after_nik =
        PageToken::decode(&request.page_token, &filter)?.and_then(|key| key.parse().ok()).unwrap_or(0);
    let batch = service.batch(&request.batch_id).await?;
    let limit = i64::try_from(size).expect("a page is at most 10,000");
    let mut rows = decisions::page(&service.store, batch.batch_no, after_nik, limit + 1).await?;
    let more = rows.len() > size;
    rows.truncate(size);
    let next_page_token = match rows.last() {
        Some(last) if more => PageToken::encode(&last.nik.to_string(), &filter),
        _ => String::new(),
    };
    Ok(wire::ListDecisionsResponse { decisions: rows.into_iter().map(encode).collect(), next_page_token })
}

pub(crate) async fn explain(
    service: &Service,
    request: &wire::ExplainDecisionRequest,
) -> Result<wire::ExplainDecisionResponse, FlowFault> {
    let mut invalid = Invalid::new();
    let Some(nik) = invalid.take("nik", Nik::from_number(request.nik)) else { return Err(invalid.into()) };
    let Explained { batch_id, decision, rules, roster_version, name_masked } =
        explain_one(service, &request.round, request.tranche, nik).await?;
    Ok(wire::ExplainDecisionResponse {
        batch_id,
        decision: Some(encode(decision)),
        rules: rules.into_iter().map(encode_rule).collect(),
        roster_version,
        name_masked,
    })
}

fn encode(decision: Effective) -> wire::Decision {
    wire::Decision {
        nik: decision.nik,
        outcome: decision.outcome.number(),
        primary_reason: decision.reasons.primary().map_or(0, |reason| reason.number()),
        reasons: decision.reasons.iter().map(|reason| reason.number()).collect(),
    }
}

fn encode_rule(rule: RuleTrace) -> wire::RuleTrace {
    wire::RuleTrace {
        rule: rule.rule.to_owned(),
        result: rule.result as i32,
        reason: rule.reason.map_or(0, |reason| reason.number()),
        article: rule.article,
        compared: rule.compared,
        mend: rule.mend.to_owned(),
        mended_by: rule.mended_by.to_owned(),
    }
}

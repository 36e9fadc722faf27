//! An explanation: every rule with its inputs, result and article.

use serde_json::{Value, json};
use tepat_proto::disbursement::{Decision, ExplainDecisionResponse, RuleResult, RuleTrace};

use super::{outcome_word, reason_word, word};

/// An explanation for machines.
pub(crate) fn explain_json(explained: &ExplainDecisionResponse, nik_masked: &str) -> Value {
    let decision = explained.decision.clone().unwrap_or_default();
    let rules: Vec<Value> = explained
        .rules
        .iter()
        .map(|rule| {
            json!({
                "rule": rule.rule,
                "result": result_word(rule),
                "reason": reason_word(rule.reason),
                "article": rule.article,
                "compared": rule.compared,
                "mend": rule.mend,
                "mended_by": rule.mended_by,
            })
        })
        .collect();
    json!({
        "batch_id": explained.batch_id,
        "roster_version": explained.roster_version,
        "nik_masked": nik_masked,
        "name_masked": explained.name_masked,
        "decision": outcome_word(decision.outcome),
        "primary_reason": reason_word(decision.primary_reason),
        "reasons": decision.reasons.iter().map(|reason| reason_word(*reason)).collect::<Vec<_>>(),
        "rules": rules,
    })
}

/// An explanation for people: the decision, then a paragraph a rule.
pub(crate) fn explain_text(explained: &ExplainDecisionResponse, nik_masked: &str) -> String {
    let decision = explained.decision.clone().unwrap_or_default();
    let mut text = format!(
        "{nik_masked} {} in batch {} (roster version {}): {}\n",
        explained.name_masked,
        explained.batch_id,
        explained.roster_version,
        verdict(&decision),
    );
    for rule in &explained.rules {
        text.push_str(&format!(
            "\n{:<15}{}\n",
            result_word(rule).replace('_', " ").to_lowercase(),
            rule.rule
        ));
        let mut line = |name: &str, value: &str| {
            if !value.is_empty() {
                text.push_str(&format!("  {name:<13}{value}\n"));
            }
        };
        line("reason", reason_word(rule.reason));
        line("article", &rule.article);
        line("compared", &rule.compared);
        line("to mend", &rule.mend);
        line("mended by", &rule.mended_by);
    }
    text
}

fn verdict(decision: &Decision) -> String {
    match reason_word(decision.primary_reason) {
        "" => outcome_word(decision.outcome).to_owned(),
        reason => format!("{} for {reason}", outcome_word(decision.outcome)),
    }
}

fn result_word(rule: &RuleTrace) -> &'static str {
    word(RuleResult::try_from(rule.result).unwrap_or_default().as_str_name(), "RULE_RESULT_")
}

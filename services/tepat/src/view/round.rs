//! A round: dated data with its law.

use serde_json::{Value, json};
use tepat_proto::disbursement::{BanksAsked, Round};

use super::{date_text, hex, reason_word, word};
use crate::table::{Table, thousands};

/// A round for machines.
pub(crate) fn round_json(round: &Round) -> Value {
    let exclusions: Vec<Value> = round
        .exclusions
        .iter()
        .map(|exclusion| {
            json!({
                "list": exclusion.list,
                "reason": reason_word(exclusion.reason),
                "from_tranche": exclusion.from_tranche,
                "article": exclusion.article,
            })
        })
        .collect();
    json!({
        "round": round.round,
        "title": round.title,
        "legal_basis": round.legal_basis,
        "cut_off": date_text(round.cut_off.as_ref()),
        "wage_rule": round.wage_rule,
        "amount_rupiah": round.amount_rupiah,
        "tranches": round.tranches,
        "budget_rupiah": round.budget_rupiah,
        "banks_asked": banks_asked(round),
        "exclusions": exclusions,
        "doubts": round.doubts,
        "sha256": hex(&round.sha256),
    })
}

/// A round for people.
pub(crate) fn round_text(round: &Round) -> String {
    let mut facts = Table::new(&[]);
    facts.row(["round".into(), round.round.as_str().into()]);
    facts.row(["title".into(), round.title.as_str().into()]);
    facts.row(["cut-off".into(), date_text(round.cut_off.as_ref()).into()]);
    facts.row(["wage rule".into(), round.wage_rule.as_str().into()]);
    facts.row(["amount a tranche".into(), format!("Rp{}", thousands(round.amount_rupiah)).into()]);
    facts.row(["tranches".into(), round.tranches.to_string().into()]);
    facts.row(["budget".into(), format!("Rp{}", thousands(round.budget_rupiah)).into()]);
    facts.row(["banks asked".into(), banks_asked(round).into()]);
    facts.row(["SHA-256".into(), hex(&round.sha256).into()]);
    let mut exclusions = Table::new(&["list", "reason", "from tranche", "article"]);
    for exclusion in &round.exclusions {
        exclusions.row([
            exclusion.list.as_str().into(),
            reason_word(exclusion.reason).into(),
            exclusion.from_tranche.into(),
            exclusion.article.as_str().into(),
        ]);
    }
    let mut text = facts.lines();
    for (title, lines) in [("law", &round.legal_basis), ("doubts", &round.doubts)] {
        if !lines.is_empty() {
            text.push_str(&format!("\n{title}\n"));
            lines.iter().for_each(|line| text.push_str(&format!("  {line}\n")));
        }
    }
    text.push('\n');
    text.push_str(&exclusions.lines());
    text
}

fn banks_asked(round: &Round) -> String {
    word(BanksAsked::try_from(round.banks_asked).unwrap_or_default().as_str_name(), "BANKS_ASKED_")
        .to_lowercase()
}

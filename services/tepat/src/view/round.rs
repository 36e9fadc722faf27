//! A round: dated data with its law.

use serde_json::{Value, json};
use tepat_proto::disbursement::{BanksAsked, Channels, Elsewhere, Priority, RegionAnnex, Round};

use super::{date_text, hex, reason_word, word};
use crate::answer::object;
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
        "annex": round.annex.as_ref().map(annex_json),
        "priorities": round.priorities.iter().map(priority_json).collect::<Vec<_>>(),
        "channels": round.channels.as_ref().map(channels_json),
        "switches": object(round.switches.iter().map(|switch| (switch.name.as_str(), switch.on))),
        "doubts": round.doubts,
        "sha256": hex(&round.sha256),
    })
}

fn annex_json(annex: &RegionAnnex) -> Value {
    json!({
        "levels": annex.levels,
        "regions": annex.regions,
        "published_regions": annex.published_regions,
        "provinces": annex.provinces,
        "published_provinces": annex.published_provinces,
        "completeness": annex.completeness,
    })
}

fn priority_json(priority: &Priority) -> Value {
    json!({ "sectors": priority.sectors, "list": priority.list, "article": priority.article })
}

fn channels_json(channels: &Channels) -> Value {
    let distributors: Vec<Value> = channels
        .distributors
        .iter()
        .map(|distributor| json!({ "bank": distributor.bank, "pays_also": distributor.pays_also }))
        .collect();
    json!({ "distributors": distributors, "elsewhere": elsewhere(channels), "through": channels.through })
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
    if let Some(annex) = &round.annex {
        facts.row(["regions".into(), annex_text(annex).into()]);
    }
    if let Some(channels) = &round.channels {
        facts.row(["paid by".into(), channels_text(channels).into()]);
    }
    for switch in &round.switches {
        facts.row([switch.name.as_str().into(), if switch.on { "on" } else { "off" }.into()]);
    }
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
    let priorities: Vec<String> = round.priorities.iter().map(priority_text).collect();
    let parts = [("law", &round.legal_basis), ("who comes first", &priorities), ("doubts", &round.doubts)];
    for (title, lines) in parts {
        if !lines.is_empty() {
            text.push_str(&format!("\n{title}\n"));
            lines.iter().for_each(|line| text.push_str(&format!("  {line}\n")));
        }
    }
    text.push('\n');
    text.push_str(&exclusions.lines());
    text
}

/// `level 3 and 4: 167 of 167 published regencies and cities in 28 of 28 provinces; …`.
fn annex_text(annex: &RegionAnnex) -> String {
    let levels: Vec<String> = annex.levels.iter().map(i32::to_string).collect();
    format!(
        "level {}: {} of {} published regencies and cities in {} of {} provinces; {}",
        levels.join(" and "),
        annex.regions,
        annex.published_regions,
        annex.provinces,
        annex.published_provinces,
        annex.completeness
    )
}

fn priority_text(priority: &Priority) -> String {
    let whom = if priority.list.is_empty() {
        format!("workers of the sectors {}", priority.sectors.join(", "))
    } else {
        format!("those whom the list {} does not name", priority.list)
    };
    format!("{whom} ({})", priority.article)
}

fn channels_text(channels: &Channels) -> String {
    let banks: Vec<&str> =
        channels.distributors.iter().map(|distributor| distributor.bank.as_str()).collect();
    let elsewhere = match channels.elsewhere() {
        Elsewhere::Forward => format!("forwarded by {}", channels.through),
        Elsewhere::CollectiveAccount => format!("accounts opened collectively at {}", channels.through),
        Elsewhere::Post | Elsewhere::Unspecified => "paid at the post office".to_owned(),
    };
    format!("{}; elsewhere {elsewhere}", banks.join(", "))
}

fn elsewhere(channels: &Channels) -> String {
    word(channels.elsewhere().as_str_name(), "ELSEWHERE_").to_lowercase()
}

fn banks_asked(round: &Round) -> String {
    word(BanksAsked::try_from(round.banks_asked).unwrap_or_default().as_str_name(), "BANKS_ASKED_")
        .to_lowercase()
}

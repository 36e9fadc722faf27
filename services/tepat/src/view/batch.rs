//! A batch.

use serde_json::{Value, json};
use tepat_proto::disbursement::Batch;

use super::{hex, instant_text, reason_word, state_word};
use crate::answer::object;
use crate::table::{Cell, Table, thousands};

/// A batch for machines. Counts are sums of finished chunks until it is closed.
pub(crate) fn batch_json(batch: &Batch) -> Value {
    let funnel: Vec<Value> = batch
        .funnel
        .iter()
        .map(|layer| {
            json!({
                "layer": layer.layer,
                "passed": layer.passed,
                "refused": layer.refused,
                "pending": layer.pending,
            })
        })
        .collect();
    json!({
        "batch_id": batch.batch_id,
        "round": batch.round,
        "tranche": batch.tranche,
        "roster_version": batch.roster_version,
        "slice": batch.slice.map(|slice| json!({ "k": slice.k, "n": slice.n, "seed": slice.seed })),
        "state": state_word(batch.state),
        "chunks": batch.chunks,
        "chunks_done": batch.chunks_done,
        "received": batch.received,
        "eligible": batch.eligible,
        "refused": batch.refused,
        "pending": batch.pending,
        "by_reason": by_reason_json(batch),
        "funnel": funnel,
        "amount_rupiah": batch.amount_rupiah,
        "merkle_root": hex(&batch.merkle_root),
        "package": batch.package,
        "trouble": batch.trouble,
        "opened_at": instant_text(batch.opened_at_us),
    })
}

/// Persons by primary reason.
pub(crate) fn by_reason_json(batch: &Batch) -> Value {
    object(batch.by_reason.iter().map(|count| (reason_word(count.reason), count.persons)))
}

/// A batch for people: where it stands, then what it counts.
pub(crate) fn batch_text(batch: &Batch) -> String {
    let mut facts = Table::new(&[]);
    let mut fact = |name: &str, value: String| {
        if !value.is_empty() {
            facts.row([name.into(), Cell::Text(value)]);
        }
    };
    fact("batch", batch.batch_id.clone());
    fact("state", state_word(batch.state).to_owned());
    fact("roster version", batch.roster_version.to_string());
    let slice = batch.slice.map(|slice| format!("{} of {}, seed {}", slice.k, slice.n, slice.seed));
    fact("slice", slice.unwrap_or_default());
    fact("opened", instant_text(batch.opened_at_us));
    fact("chunks", format!("{} of {}", thousands(batch.chunks_done), thousands(batch.chunks)));
    fact("received", thousands(batch.received));
    fact("eligible", thousands(batch.eligible));
    fact("refused", thousands(batch.refused));
    fact("pending", thousands(batch.pending));
    fact(
        "amount",
        if batch.amount_rupiah > 0 { format!("Rp{}", thousands(batch.amount_rupiah)) } else { String::new() },
    );
    fact("Merkle root", hex(&batch.merkle_root));
    fact("package", batch.package.clone());
    fact("trouble", batch.trouble.clone());
    let mut text = facts.lines();
    if !batch.funnel.is_empty() {
        text.push('\n');
        text.push_str(&funnel_table(batch));
    }
    if !batch.by_reason.is_empty() {
        text.push('\n');
        text.push_str(&by_reason_table(batch));
    }
    text
}

/// The funnel, layer by layer.
pub(crate) fn funnel_table(batch: &Batch) -> String {
    let mut table = Table::new(&["layer", "passed", "refused here", "pending here"]);
    for layer in &batch.funnel {
        let name = layer.layer.replace('_', " ");
        table.row([name.into(), layer.passed.into(), layer.refused.into(), layer.pending.into()]);
    }
    table.lines()
}

/// Persons by primary reason.
pub(crate) fn by_reason_table(batch: &Batch) -> String {
    let mut table = Table::new(&["primary reason", "persons"]);
    for count in &batch.by_reason {
        table.row([reason_word(count.reason).into(), count.persons.into()]);
    }
    table.lines()
}

//! `tepat batch outcomes`.

use std::fs::File;

use serde_json::json;

use super::Outcomes;
use crate::answer::Answer;
use crate::chain::record_outcomes;
use crate::failure::Failure;
use crate::progress;
use crate::table::Table;

pub(super) async fn run(asked: &Outcomes) -> Result<Answer, Failure> {
    let clients = asked.one.server.clients()?;
    let file = File::open(&asked.file).map_err(|err| Failure::file("read", &asked.file, &err))?;
    let bar = progress::waiting("outcomes");
    let recorded = record_outcomes(&clients, &asked.one.batch_id, file, |_| bar.tick()).await;
    bar.finish_and_clear();
    let recorded = recorded?;
    let mut table = Table::new(&["rows", "count"]);
    table.row(["recorded".into(), recorded.recorded.into()]);
    table.row(["said before".into(), recorded.repeated.into()]);
    table.row(["unknown payment".into(), recorded.unknown_payment.into()]);
    table.row(["contradicts".into(), recorded.contradicts.into()]);
    table.row(["malformed".into(), recorded.malformed.into()]);
    let mut text = table.lines();
    for (line, problem) in &recorded.told {
        text.push_str(&format!("\nline {line}: {problem}"));
    }
    let told: Vec<_> =
        recorded.told.iter().map(|(line, why)| json!({ "line": line, "problem": why })).collect();
    let json = json!({
        "batch_id": asked.one.batch_id,
        "rows": recorded.rows(),
        "recorded": recorded.recorded,
        "repeated": recorded.repeated,
        "unknown_payment": recorded.unknown_payment,
        "contradicts": recorded.contradicts,
        "malformed": recorded.malformed,
        "trouble": told,
    });
    Ok(Answer::new(text, json).good_if(recorded.trouble() == 0))
}

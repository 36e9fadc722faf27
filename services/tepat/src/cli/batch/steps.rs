//! Steps of officials, and whether it all adds up.

use serde_json::{Value, json};
use tepat_serve::{Actor, system_clock};

use super::{One, Step, shown};
use crate::answer::Answer;
use crate::chain::{self, Official, actor};
use crate::data_folder::DataFolder;
use crate::failure::Failure;
use crate::table::{Table, thousands};
use crate::view::state_word;

pub(super) async fn determine(step: &Step) -> Result<Answer, Failure> {
    let actor = acting(step)?;
    Ok(shown(&chain::determine(&step.one.server.clients()?, &step.one.batch_id, &actor).await?))
}

pub(super) async fn hand_over(step: &Step) -> Result<Answer, Failure> {
    let actor = acting(step)?;
    Ok(shown(&chain::hand_over(&step.one.server.clients()?, &step.one.batch_id, &actor).await?))
}

/// The official who acts: where the data folder is at hand, one whose key it holds.
fn acting(step: &Step) -> Result<Actor, Failure> {
    let folder = DataFolder::at(&step.data.data);
    if folder.ca_file().is_file() {
        folder.signer(&step.identity)?;
    }
    actor(&step.identity)
}

/// Fetches the statement, tells on stderr what is signed, signs it here and sends the signature.
pub(super) async fn approve(step: &Step) -> Result<Answer, Failure> {
    let Step { one, identity, data } = step;
    let signer = DataFolder::at(&data.data).signer(identity)?;
    let official = Official::new(identity, signer)?;
    let clients = one.server.clients()?;
    let statement = chain::statement(&clients, &one.batch_id).await?;
    tell_statement(identity, &one.batch_id, &statement)?;
    let now_s = system_clock()() / 1_000_000;
    Ok(shown(&chain::approve(&clients, &one.batch_id, &official, &statement, now_s).await?))
}

/// What the official signs: never sign what you did not see.
fn tell_statement(identity: &str, batch_id: &str, statement: &[u8]) -> Result<(), Failure> {
    let value: Value = serde_json::from_slice(statement)
        .map_err(|_| Failure::failed("the statement to sign is not JSON; nothing was signed"))?;
    if value["batch_id"] != batch_id {
        return Err(Failure::failed(format!(
            "the statement to sign is not of batch {batch_id}; nothing was signed"
        )));
    }
    let number = |value: &Value| value.as_i64().map_or_else(|| "?".to_owned(), thousands);
    let counts = &value["counts"];
    eprintln!(
        "{identity} signs for batch {batch_id}: {} received, {} eligible, {} refused, {} pending, Rp{}, root {}",
        number(&counts["received"]),
        number(&counts["eligible"]),
        number(&counts["refused"]),
        number(&counts["pending"]),
        number(&value["amount_rupiah"]["total"]),
        value["merkle"]["root"].as_str().unwrap_or("?"),
    );
    Ok(())
}

pub(super) async fn reconcile(one: &One) -> Result<Answer, Failure> {
    let answer = chain::reconcile(&one.server.clients()?, &one.batch_id).await?;
    let state = state_word(answer.batch.as_ref().map_or(0, |batch| batch.state));
    let mut table = Table::new(&["equation", "left", "right", "holds"]);
    for equation in &answer.equations {
        let holds = if equation.left == equation.right { "yes" } else { "NO" };
        table.row([equation.name.as_str().into(), equation.left.into(), equation.right.into(), holds.into()]);
    }
    let text = format!(
        "{}\n{} determined: {} paid (Rp{}), {} returned, {} unclaimed, {} cancelled, {} in flight\n{state}, {} mismatches",
        table.lines(),
        thousands(answer.determined),
        thousands(answer.paid),
        thousands(answer.paid_rupiah),
        thousands(answer.returned),
        thousands(answer.unclaimed),
        thousands(answer.cancelled),
        thousands(answer.in_flight),
        answer.mismatches,
    );
    let equations: Vec<Value> = answer
        .equations
        .iter()
        .map(|equation| json!({ "name": equation.name, "left": equation.left, "right": equation.right }))
        .collect();
    let json = json!({
        "batch_id": one.batch_id,
        "state": state,
        "determined": answer.determined,
        "paid": answer.paid,
        "returned": answer.returned,
        "unclaimed": answer.unclaimed,
        "cancelled": answer.cancelled,
        "in_flight": answer.in_flight,
        "paid_rupiah": answer.paid_rupiah,
        "equations": equations,
        "mismatches": answer.mismatches,
        "reconciled": state == "RECONCILED",
    });
    Ok(Answer::new(text, json).good_if(answer.mismatches == 0))
}

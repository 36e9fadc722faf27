//! The acts of officials: the KPA determines, another official approves with a signature.

use tepat_proof::digest::sha256;
use tepat_proof::instant::seconds_of_micros;
use tepat_proof::verify_strict;
use tepat_serve::Actor;
use tepat_store::{Conflict, StoreFault};

use crate::Service;
use crate::fault::FlowFault;
use crate::rules::batch_state::{Move, StateFault, Step, step};
use crate::store::batches::{self, BatchRow};
use crate::store::chain::{self, Approval};
use crate::store::events::{self, Event};

/// The recipients are determined (Permenaker 10/2022 Pasal 7(5)).
pub(crate) async fn determine(service: &Service, batch: &BatchRow, actor: &Actor) -> Result<(), FlowFault> {
    if step(batch.state, Step::Determine)? == Move::AlreadyDone {
        return Ok(());
    }
    if batch.statement.is_none() {
        return Err(StateFault { state: batch.state, step: Step::Determine }.into());
    }
    let at_us = (service.clock)();
    let tx = service.store.begin().await?;
    batches::advance(&tx, batch.batch_no, Step::Determine).await?;
    chain::determine(&tx, batch.batch_no, actor.as_str(), at_us).await?;
    let event = Event { kind: "determined", actor: actor.as_str(), at_us, note: "" };
    events::append(&tx, batch.batch_no, event).await?;
    Ok(tx.commit().await?)
}

/// Another official approves with a signature over the statement, as it stands in the package.
pub(crate) async fn approve(
    service: &Service,
    batch: &BatchRow,
    actor: &Actor,
    statement_signature: Vec<u8>,
) -> Result<(), FlowFault> {
    if step(batch.state, Step::Approve)? == Move::AlreadyDone {
        return Ok(());
    }
    let statement = batch.statement.as_deref().unwrap_or_default();
    let signed = verify_strict(&statement_signature, &sha256(statement), &service.roots_pem)?;
    if signed.signer_cn != actor.as_str() {
        return Err(FlowFault::SignedByAnother { signer: signed.signer_cn, actor: actor.to_string() });
    }
    let at_us = (service.clock)();
    if signed.signing_time_s > seconds_of_micros(at_us) {
        return Err(FlowFault::SignedInFuture);
    }
    let approval = Approval { approved_by: actor.to_string(), at_us, statement_signature };
    let tx = service.store.begin().await?;
    batches::advance(&tx, batch.batch_no, Step::Approve).await?;
    chain::approve(&tx, batch.batch_no, &approval).await.map_err(same_actor(actor))?;
    let event = Event { kind: "approved", actor: actor.as_str(), at_us, note: "" };
    events::append(&tx, batch.batch_no, event).await?;
    Ok(tx.commit().await?)
}

/// The database refuses one official for two steps; this gives the refusal its name.
pub(crate) fn same_actor(actor: &Actor) -> impl Fn(StoreFault) -> FlowFault {
    move |fault| match fault {
        StoreFault::Conflict(Conflict::Check) => FlowFault::SameActor { actor: actor.to_string() },
        other => other.into(),
    }
}

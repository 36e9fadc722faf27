//! Handing over: seal the package once, deliver it, then send the payments.

use std::path::PathBuf;

use tepat_proof::digest::sha256;
use tepat_proof::instant::seconds_of_micros;
use tepat_proof::package::Manifest;
use tepat_serve::Actor;

use crate::fault::FlowFault;
use crate::flow::closures::closed_since;
use crate::flow::officials::same_actor;
use crate::flow::package;
use crate::rules::batch_state::{Move, StateFault, Step, step};
use crate::store::batches::{self, BatchRow};
use crate::store::chain::{self, Approval, Sealed};
use crate::store::events::{self, Event};
use crate::{Service, pinned_round};

/// Writes and delivers the package; done again after a crash, it writes the same bytes.
pub(crate) async fn hand_over(service: &Service, batch: &BatchRow, actor: &Actor) -> Result<(), FlowFault> {
    if step(batch.state, Step::HandOver)? == Move::AlreadyDone {
        return Ok(());
    }
    let approval = chain::approval(&service.store, batch.batch_no).await?;
    let approval = approval.ok_or(StateFault { state: batch.state, step: Step::HandOver })?;
    // The database refuses it in the end; asked first, nothing is written for nothing.
    if approval.approved_by == actor.as_str() {
        return Err(FlowFault::SameActor { actor: actor.to_string() });
    }
    let folder = Box::pin(write(service, batch, approval)).await?;

    let closed = closed_since(service, batch).await?.len();
    let at_us = (service.clock)();
    let note = format!("every entitlement is sent; {closed} accounts were closed since their verdict");
    let tx = service.store.begin().await?;
    batches::advance(&tx, batch.batch_no, Step::HandOver).await?;
    let handed =
        chain::hand_over(&tx, batch.batch_no, actor.as_str(), at_us, &folder.to_string_lossy()).await;
    handed.map_err(same_actor(actor))?;
    let event = Event { kind: "handed over", actor: actor.as_str(), at_us, note: &note };
    events::append(&tx, batch.batch_no, event).await?;
    Ok(tx.commit().await?)
}

/// Writes the package beside its final place and moves it there when it is whole.
async fn write(service: &Service, batch: &BatchRow, approval: Approval) -> Result<PathBuf, FlowFault> {
    let round = pinned_round(batch)?;
    let mut alone = package::alone(service, batch).await?;
    let (mut writer, lists) = Box::pin(alone.lists(service, batch)).await?;
    let statement = package::statement(batch, &round, &lists);
    if batch.statement != Some(statement.to_bytes()?) {
        return Err(FlowFault::StatementDiffers);
    }
    writer.write_statement(&statement)?;
    writer.write_signature("approve", "official", &approval.statement_signature)?;
    let sealed = match chain::sealed(&service.store, batch.batch_no).await? {
        Some(sealed) => sealed,
        None => {
            let manifest = package::manifest(batch, &round, &lists, &writer, approval.at_us);
            seal(service, batch, &manifest, approval.at_us).await?
        }
    };
    // Refused when the sealed manifest says something else than the files.
    writer.write_manifest(&Manifest::from_bytes(&sealed.manifest)?)?;
    writer.write_seal(&sealed.seal)?;
    writer.write_sums()?;
    let folder = package::folder(service, batch);
    let delivered = tokio::task::spawn_blocking(move || writer.deliver(&folder));
    Ok(delivered.await.expect("delivering does not panic")?.dir)
}

/// The seal is made once and kept, with the manifest it covers; a rewritten package carries the same ones.
async fn seal(
    service: &Service,
    batch: &BatchRow,
    manifest: &Manifest,
    at_us: i64,
) -> Result<Sealed, FlowFault> {
    let manifest = manifest.to_bytes()?;
    let seal = service.seal.sign(&sha256(&manifest), seconds_of_micros(at_us))?;
    let sealed = Sealed { manifest, seal };
    let tx = service.store.begin().await?;
    chain::keep_sealed(&tx, batch.batch_no, &sealed).await?;
    tx.commit().await?;
    Ok(sealed)
}

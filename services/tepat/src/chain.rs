//! The steps of a batch as a client takes them: open, watch, close, compose, sign, hand over, settle.

mod decisions;
mod outcomes;
mod watch;

use std::str::FromStr;

use tepat_proof::{Signer, digest};
use tepat_proto::disbursement as wire;
use tepat_serve::{Actor, with_actor};

use crate::client::{Clients, long, quick, request_id};
use crate::failure::Failure;

pub(crate) use decisions::each_decision;
pub(crate) use outcomes::record_outcomes;
pub(crate) use watch::{Pace, Watched, watch};

/// The term and number that a batch id is made of: `bsu-2022-1-0001`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BatchName {
    /// For instance `bsu-2022`.
    pub(crate) round: String,
    /// From 1.
    pub(crate) tranche: i32,
}

impl FromStr for BatchName {
    type Err = String;

    fn from_str(id: &str) -> Result<Self, String> {
        let malformed =
            || format!("a batch id is ROUND-TRANCHE-NNNN, for instance bsu-2022-1-0001, found {id:?}");
        let mut parts = id.rsplitn(3, '-');
        let number =
            parts.next().filter(|text| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()));
        let tranche = parts.next().and_then(|text| text.parse().ok()).filter(|tranche| *tranche > 0);
        let round = parts.next().filter(|round| !round.is_empty());
        match (round, tranche, number) {
            (Some(round), Some(tranche), Some(_)) => Ok(Self { round: round.to_owned(), tranche }),
            _ => Err(malformed()),
        }
    }
}

/// An official and the key that signs.
#[derive(Debug)]
pub(crate) struct Official {
    actor: Actor,
    signer: Signer,
}

impl Official {
    /// The official of this name with the key of the same name.
    pub(crate) fn new(name: &str, signer: Signer) -> Result<Self, Failure> {
        Ok(Self { actor: actor(name)?, signer })
    }
}

/// An official by name, for steps that need no signature.
pub(crate) fn actor(name: &str) -> Result<Actor, Failure> {
    name.parse().map_err(|fault| Failure::usage(format!("--identity {name:?}: {fault}")))
}

/// Opens a batch; its id says round and tranche unless given.
pub(crate) async fn open(
    clients: &Clients,
    batch_id: &str,
    name: BatchName,
    roster_version: i64,
    slice: Option<wire::Slice>,
) -> Result<wire::Batch, Failure> {
    let request = wire::OpenBatchRequest {
        request_id: request_id(),
        batch_id: batch_id.to_owned(),
        round: name.round,
        tranche: name.tranche,
        roster_version,
        slice,
    };
    the(clients.disbursement().open_batch(long(request)).await?.into_inner().batch)
}

/// The batch as it stands.
pub(crate) async fn get(clients: &Clients, batch_id: &str) -> Result<wire::Batch, Failure> {
    let request = wire::GetBatchRequest { batch_id: batch_id.to_owned() };
    the(clients.disbursement().get_batch(quick(request)).await?.into_inner().batch)
}

/// Closes a screened batch.
pub(crate) async fn close(clients: &Clients, batch_id: &str) -> Result<wire::Batch, Failure> {
    let request = wire::CloseBatchRequest { request_id: request_id(), batch_id: batch_id.to_owned() };
    the(clients.disbursement().close_batch(long(request)).await?.into_inner().batch)
}

/// Promises the money of a closed batch.
pub(crate) async fn compose(clients: &Clients, batch_id: &str) -> Result<wire::Batch, Failure> {
    let request = wire::ComposeBatchRequest { request_id: request_id(), batch_id: batch_id.to_owned() };
    the(clients.disbursement().compose_batch(long(request)).await?.into_inner().batch)
}

/// Determines the recipients.
pub(crate) async fn determine(
    clients: &Clients,
    batch_id: &str,
    actor: &Actor,
) -> Result<wire::Batch, Failure> {
    let request = wire::DetermineBatchRequest { request_id: request_id(), batch_id: batch_id.to_owned() };
    let request = with_actor(long(request), actor);
    the(clients.disbursement().determine_batch(request).await?.into_inner().batch)
}

/// What officials sign, byte for byte.
pub(crate) async fn statement(clients: &Clients, batch_id: &str) -> Result<Vec<u8>, Failure> {
    let request = wire::GetStatementRequest { batch_id: batch_id.to_owned() };
    Ok(clients.disbursement().get_statement(quick(request)).await?.into_inner().statement)
}

/// Signs the statement here, with the official's own key, and approves with the signature.
pub(crate) async fn approve(
    clients: &Clients,
    batch_id: &str,
    official: &Official,
    statement: &[u8],
    now_s: i64,
) -> Result<wire::Batch, Failure> {
    let signature = official.signer.sign(&digest::sha256(statement), now_s).map_err(Failure::failed)?;
    let request = wire::ApproveBatchRequest {
        request_id: request_id(),
        batch_id: batch_id.to_owned(),
        statement_signature: signature,
    };
    let request = with_actor(long(request), &official.actor);
    the(clients.disbursement().approve_batch(request).await?.into_inner().batch)
}

/// Has the signed package written and the payments sent.
pub(crate) async fn hand_over(
    clients: &Clients,
    batch_id: &str,
    actor: &Actor,
) -> Result<wire::Batch, Failure> {
    let request = wire::HandOverBatchRequest { request_id: request_id(), batch_id: batch_id.to_owned() };
    let request = with_actor(long(request), actor);
    the(clients.disbursement().hand_over_batch(request).await?.into_inner().batch)
}

/// Checks that it all adds up.
pub(crate) async fn reconcile(
    clients: &Clients,
    batch_id: &str,
) -> Result<wire::ReconcileBatchResponse, Failure> {
    let request = wire::ReconcileBatchRequest { request_id: request_id(), batch_id: batch_id.to_owned() };
    Ok(clients.disbursement().reconcile_batch(long(request)).await?.into_inner())
}

/// The message that an answer always carries.
pub(crate) fn the<T>(message: Option<T>) -> Result<T, Failure> {
    message.ok_or_else(|| Failure::failed("the server's answer is empty; is it another version?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_id_says_its_round_and_tranche() {
        let check = |id: &str, expected: Option<(&str, i32)>| {
            let name = id.parse::<BatchName>().ok();
            let expected = expected.map(|(round, tranche)| BatchName { round: round.to_owned(), tranche });
            assert_eq!(name, expected, "{id:?}");
        };
        check("bsu-2022-1-0001", Some(("bsu-2022", 1)));
        check("bsu-2020-2-9999", Some(("bsu-2020", 2)));
        check("bsu-2022-1-001", None);
        check("bsu-2022-0-0001", None);
        check("bsu-2022-x-0001", None);
        check("1-0001", None);
        check("-1-0001", None);
        check("", None);
    }
}

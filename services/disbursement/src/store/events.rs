//! The journal of a batch: every act with its actor, time and note, each hashed over the one before.

use sha2::{Digest as _, Sha256};
use tepat_store::{StoreFault, Tx};

/// What is journalled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event<'a> {
    /// The act, for instance `determined`.
    pub(crate) kind: &'a str,
    /// Who did it; `suite` where no person did.
    pub(crate) actor: &'a str,
    pub(crate) at_us: i64,
    /// Figures and reasons for people; no personal data.
    pub(crate) note: &'a str,
}

/// The actor of what the suite does by itself.
pub(crate) const SUITE: &str = "suite";

/// Appends an event to the journal of a batch, in the transaction of the act itself.
pub(crate) async fn append(tx: &Tx, batch_no: i64, event: Event<'_>) -> Result<(), StoreFault> {
    let last = "SELECT seq, sha256 FROM event WHERE batch_no = $1 ORDER BY seq DESC LIMIT 1";
    let (seq, previous): (i64, Vec<u8>) = match tx.row(last, [batch_no.into()]).await? {
        Some(row) => row.try_get_many_by_index()?,
        None => (0, vec![0; 32]),
    };
    let seq = seq + 1;
    let sha256 = digest(&previous, batch_no, seq, event);
    let sql = "INSERT INTO event (batch_no, seq, kind, actor, at_us, note, previous_sha256, sha256)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values = [
        batch_no.into(),
        seq.into(),
        event.kind.into(),
        event.actor.into(),
        event.at_us.into(),
        event.note.into(),
        previous.into(),
        sha256.into(),
    ];
    tx.execute(sql, values).await.map(|_| ())
}

/// Lengths stand before the texts, so that no two events share an encoding.
fn digest(previous: &[u8], batch_no: i64, seq: i64, event: Event<'_>) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(previous);
    for number in [batch_no, seq, event.at_us] {
        hash.update(number.to_be_bytes());
    }
    for text in [event.kind, event.actor, event.note] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().to_vec()
}

//! Replay of answers: the same request id with the same content gets the first answer.
//!
//! Answers are kept for 30 days. Money does not rely on this: it is guarded by keys of its own, for ever.

use sea_orm::DbErr;
use sea_orm_migration::SchemaManager;
use sha2::{Digest as _, Sha256};
use tepat_faults::{Fault, Reason, reason};
use thiserror::Error;

use crate::backend::create;
use crate::fault::StoreFault;
use crate::open::Store;
use crate::tx::Tx;

/// A request that may have been answered before.
#[derive(Clone, Debug)]
pub struct Replay {
    request_id: String,
    method: &'static str,
    content: Vec<u8>,
}

/// Why an answer cannot be replayed.
#[derive(Debug, Error)]
pub enum ReplayFault {
    /// The id was used for something else.
    #[error("the request id was used before for another request; make a new one")]
    Differs,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreFault),
}

const KEPT_US: i64 = 30 * 24 * 3_600 * 1_000_000;

impl Replay {
    /// Names a request by its id, its method and its encoded content.
    #[must_use]
    pub fn of(request_id: &str, method: &'static str, content: &[u8]) -> Self {
        Self { request_id: request_id.to_owned(), method, content: Sha256::digest(content).to_vec() }
    }

    /// The first answer, if there was one.
    ///
    /// # Errors
    /// [`ReplayFault::Differs`] when the id stands for another method or content.
    pub async fn find(&self, store: &Store) -> Result<Option<Vec<u8>>, ReplayFault> {
        let sql = "SELECT method, content, answer FROM request WHERE request_id = $1";
        let Some(row) = store.row(sql, [self.request_id.clone().into()]).await? else { return Ok(None) };
        let (method, content, answer): (String, Vec<u8>, Vec<u8>) =
            row.try_get_many_by_index().map_err(StoreFault::from)?;
        if method != self.method || content != self.content {
            return Err(ReplayFault::Differs);
        }
        Ok(Some(answer))
    }

    /// Keeps the answer, in the transaction that did the work, and forgets those of 30 days ago.
    ///
    /// # Errors
    /// [`StoreFault::Conflict`] when the same request was answered meanwhile.
    pub async fn keep(&self, tx: &Tx, answer: Vec<u8>, now_us: i64) -> Result<(), StoreFault> {
        tx.execute("DELETE FROM request WHERE answered_at_us < $1", [(now_us - KEPT_US).into()]).await?;
        let sql = "INSERT INTO request (request_id, method, content, answer, answered_at_us) VALUES ($1, $2, $3, $4, $5)";
        let values = [
            self.request_id.clone().into(),
            self.method.into(),
            self.content.clone().into(),
            answer.into(),
            now_us.into(),
        ];
        tx.execute(sql, values).await.map(|_| ())
    }
}

/// Makes the table of answers; a step of the first migration of each service that replays.
///
/// # Errors
/// [`DbErr`] when the database refuses.
pub async fn create_replay_table(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let sql = "CREATE TABLE request (
        request_id {key} NOT NULL PRIMARY KEY,
        method TEXT NOT NULL,
        content {bytes} NOT NULL,
        answer {bytes} NOT NULL,
        answered_at_us BIGINT NOT NULL);
      CREATE INDEX request_answered ON request (answered_at_us)";
    create(manager, sql).await
}

impl Fault for ReplayFault {
    fn reason(&self) -> Reason {
        match self {
            Self::Differs => reason::REQUEST_DIFFERS,
            Self::Store(fault) => fault.reason(),
        }
    }

    fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::Differs => None,
            Self::Store(fault) => fault.retry_after_ms(),
        }
    }
}

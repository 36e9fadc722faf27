//! The acts of officials: determination, approval, package, hand over.

use tepat_store::{Store, StoreFault, Tx};

/// Who approved a batch, when, and with which signature.
#[derive(Clone, Debug)]
pub(crate) struct Approval {
    pub(crate) approved_by: String,
    pub(crate) at_us: i64,
    /// Detached CMS over the statement.
    pub(crate) statement_signature: Vec<u8>,
}

/// A package as it was sealed, once.
#[derive(Clone, Debug)]
pub(crate) struct Sealed {
    pub(crate) manifest: Vec<u8>,
    pub(crate) seal: Vec<u8>,
}

/// Enters who determined the recipients.
pub(crate) async fn determine(tx: &Tx, batch_no: i64, actor: &str, at_us: i64) -> Result<(), StoreFault> {
    let sql = "INSERT INTO determination (batch_no, determined_by, at_us) VALUES ($1, $2, $3)";
    tx.execute(sql, [batch_no.into(), actor.into(), at_us.into()]).await.map(|_| ())
}

/// Enters who approved.
///
/// # Errors
/// `Conflict(Check)` when it is the one who determined.
pub(crate) async fn approve(tx: &Tx, batch_no: i64, approval: &Approval) -> Result<(), StoreFault> {
    let sql = "INSERT INTO approval (batch_no, determined_by, approved_by, at_us, statement_signature)
        SELECT batch_no, determined_by, $2, $3, $4 FROM determination WHERE batch_no = $1";
    let values = [
        batch_no.into(),
        approval.approved_by.clone().into(),
        approval.at_us.into(),
        approval.statement_signature.clone().into(),
    ];
    tx.execute(sql, values).await.map(|_| ())
}

/// The approval of a batch, if there is one.
pub(crate) async fn approval(store: &Store, batch_no: i64) -> Result<Option<Approval>, StoreFault> {
    let sql = "SELECT approved_by, at_us, statement_signature FROM approval WHERE batch_no = $1";
    let Some(row) = store.row(sql, [batch_no.into()]).await? else { return Ok(None) };
    let (approved_by, at_us, statement_signature) = row.try_get_many_by_index()?;
    Ok(Some(Approval { approved_by, at_us, statement_signature }))
}

/// Keeps the package's manifest and seal: a signature is made once.
pub(crate) async fn keep_sealed(tx: &Tx, batch_no: i64, sealed: &Sealed) -> Result<(), StoreFault> {
    let sql = "INSERT INTO package (batch_no, manifest, seal) VALUES ($1, $2, $3)";
    let values = [batch_no.into(), sealed.manifest.clone().into(), sealed.seal.clone().into()];
    tx.execute(sql, values).await.map(|_| ())
}

/// The sealed package of a batch, if it was sealed.
pub(crate) async fn sealed(store: &Store, batch_no: i64) -> Result<Option<Sealed>, StoreFault> {
    let sql = "SELECT manifest, seal FROM package WHERE batch_no = $1";
    let Some(row) = store.row(sql, [batch_no.into()]).await? else { return Ok(None) };
    let (manifest, seal) = row.try_get_many_by_index()?;
    Ok(Some(Sealed { manifest, seal }))
}

/// Enters who handed the package over and where it lies.
///
/// # Errors
/// `Conflict(Check)` when it is the one who approved.
pub(crate) async fn hand_over(
    tx: &Tx,
    batch_no: i64,
    actor: &str,
    at_us: i64,
    folder: &str,
) -> Result<(), StoreFault> {
    let sql = "INSERT INTO hand_over (batch_no, approved_by, handed_over_by, at_us, folder)
        SELECT batch_no, approved_by, $2, $3, $4 FROM approval WHERE batch_no = $1";
    tx.execute(sql, [batch_no.into(), actor.into(), at_us.into(), folder.into()]).await.map(|_| ())
}

/// Folder of the package; none before it was handed over.
pub(crate) async fn folder(store: &Store, batch_no: i64) -> Result<Option<String>, StoreFault> {
    let row = store.row("SELECT folder FROM hand_over WHERE batch_no = $1", [batch_no.into()]).await?;
    Ok(match row {
        Some(row) => Some(row.try_get_by_index(0)?),
        None => None,
    })
}

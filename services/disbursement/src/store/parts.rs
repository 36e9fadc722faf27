//! Parts of the large tables: on PostgreSQL the decisions of a batch and the promises of a term lie in
//! tables of their own, which are loaded first and get their keys after. SQLite keeps each table whole.

use tepat_store::{Backend, StoreFault, Tx};

/// The table that takes the decisions of a batch.
pub(crate) fn decisions_of(backend: Backend, batch_no: i64) -> String {
    match backend {
        Backend::Sqlite => "decision".to_owned(),
        Backend::Postgres => format!("decision_{batch_no}"),
    }
}

/// Makes the part for the decisions of a new batch, without a key: nothing is looked up in it before it
/// is loaded.
pub(crate) async fn open_decisions(tx: &Tx, batch_no: i64) -> Result<(), StoreFault> {
    call(tx, "SELECT open_decisions($1)", batch_no).await
}

/// Gives the loaded part its key; refused when a person was decided on twice.
pub(crate) async fn key_decisions(tx: &Tx, batch_no: i64) -> Result<(), StoreFault> {
    call(tx, "SELECT key_decisions($1)", batch_no).await
}

async fn call(tx: &Tx, sql: &str, batch_no: i64) -> Result<(), StoreFault> {
    match tx.backend() {
        Backend::Sqlite => Ok(()),
        Backend::Postgres => tx.execute(sql, [batch_no.into()]).await.map(|_| ()),
    }
}

/// Makes the parts for the promises of a term and returns how their names end; none when the term has
/// its parts already, or the tables have none.
pub(crate) async fn open_term(tx: &Tx, term: &str) -> Result<Option<String>, StoreFault> {
    if tx.backend() == Backend::Sqlite {
        return Ok(None);
    }
    let row = tx.row("SELECT open_term($1)", [term.into()]).await?.expect("a function gives one row");
    Ok(row.try_get_by_index(0)?)
}

/// Gives the parts of a term, loaded, their keys and joins them to their tables.
///
/// # Errors
/// `Conflict(Unique)` when a person or an account stands twice.
pub(crate) async fn join_term(tx: &Tx, term: &str) -> Result<(), StoreFault> {
    tx.execute("SELECT join_term($1)", [term.into()]).await.map(|_| ())
}

/// Tells the planner of amendments just made: taken for a few they would be searched through once for
/// each decision.
pub(crate) async fn count_amendments(tx: &Tx) -> Result<(), StoreFault> {
    match tx.backend() {
        Backend::Sqlite => Ok(()),
        Backend::Postgres => tx.execute("SELECT analyze_amendments()", []).await.map(|_| ()),
    }
}

/// Room for operations over a whole batch: with the usual few megabytes a server sorts on its disk.
pub(crate) async fn room_for_sets(tx: &Tx) -> Result<(), StoreFault> {
    match tx.backend() {
        Backend::Sqlite => Ok(()),
        Backend::Postgres => tx.execute("SET LOCAL work_mem = '256MB'", []).await.map(|_| ()),
    }
}

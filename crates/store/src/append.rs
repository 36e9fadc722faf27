//! Bulk append: the only way rows by the thousand enter a table.

use sea_orm::Value;

use crate::fault::StoreFault;
use crate::open::Tx;

/// SQLite binds at most 32,766 values a statement; blocks of this many rows also keep the
/// statement's text, and so its parsing, small.
const ROWS_A_STATEMENT: usize = 100;

/// Appends rows to `table`. All of them enter with the transaction or none does.
///
/// Every row has one value for each of `columns`, at most 300 columns.
///
/// # Errors
/// [`StoreFault::Conflict`] when a constraint refuses a row, else what failed.
pub async fn append(tx: &Tx, table: &str, columns: &[&str], rows: Vec<Vec<Value>>) -> Result<(), StoreFault> {
    let mut rows = rows.into_iter().peekable();
    let full = insert_text(table, columns, ROWS_A_STATEMENT);
    while rows.peek().is_some() {
        let block: Vec<Vec<Value>> = rows.by_ref().take(ROWS_A_STATEMENT).collect();
        debug_assert!(
            block.iter().all(|row| row.len() == columns.len()),
            "a value for each column of {table}"
        );
        let last = (block.len() < ROWS_A_STATEMENT).then(|| insert_text(table, columns, block.len()));
        tx.execute(last.as_deref().unwrap_or(&full), block.into_iter().flatten()).await?;
    }
    Ok(())
}

fn insert_text(table: &str, columns: &[&str], rows: usize) -> String {
    let mut sql = format!("INSERT INTO {table} ({}) VALUES ", columns.join(", "));
    // Bare question marks: a numbered parameter is looked up by name for every value that is bound.
    let row = format!("({})", vec!["?"; columns.len()].join(", "));
    sql.push_str(&vec![row; rows].join(", "));
    sql
}

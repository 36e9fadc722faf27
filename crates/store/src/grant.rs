//! Rights on a schema: its owner migrates it, its service only works with the rows.

use sea_orm::ConnectionTrait as _;

use crate::backend::Backend;
use crate::fault::StoreFault;
use crate::open::Store;

/// Makes the schema when it is missing. On SQLite a file is a schema.
///
/// # Errors
/// [`StoreFault`] when the role may not.
pub async fn create_schema(store: &Store, schema: &str) -> Result<(), StoreFault> {
    if store.backend() == Backend::Postgres {
        let sql = format!("CREATE SCHEMA IF NOT EXISTS {}", quoted(schema));
        store.db.execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// Lets `role` read and write the rows of the schema, those of later tables too, and call its functions;
/// never make, change or drop anything. The store's own role has to own the schema.
///
/// # Errors
/// [`StoreFault`] when there is no such role.
pub async fn grant(store: &Store, schema: &str, role: &str) -> Result<(), StoreFault> {
    if store.backend() == Backend::Sqlite {
        return Ok(());
    }
    let (schema, role) = (quoted(schema), quoted(role));
    let sql = format!(
        "GRANT USAGE ON SCHEMA {schema} TO {role};
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role};
         GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role};
         GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {schema} TO {role};
         ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
         ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE ON SEQUENCES TO {role}"
    );
    store.db.execute_unprepared(&sql).await?;
    Ok(())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

//! Connections of the benchmarks themselves: the owner's, past every service.

use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Row as _};

use crate::failure::Failure;

/// Where the owner of the schemas connects.
#[derive(Clone)]
pub(super) struct Address(PgConnectOptions);

impl Address {
    /// The address of a `postgres://` URL.
    pub(super) fn of(url: &str) -> Result<Self, Failure> {
        let options: Result<PgConnectOptions, _> = url.parse();
        let options = options.map_err(|_| {
            Failure::usage(
                "benchmarks need PostgreSQL: set stores.owner to postgres://…, or run them through scripts/with-servers",
            )
        })?;
        Ok(Self(options.application_name("tepat bench").disable_statement_logging()))
    }
}

/// A connection with room for large sorts and indexes.
pub(super) async fn connect(address: &Address) -> Result<PgConnection, Failure> {
    let mut connection = address.0.connect().await.map_err(failed)?;
    run(&mut connection, "SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'").await?;
    Ok(connection)
}

/// Runs statements without parameters.
pub(super) async fn run(connection: &mut PgConnection, sql: &str) -> Result<(), Failure> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map_err(failed)?;
    Ok(())
}

/// All rows of a query without parameters.
pub(super) async fn rows(connection: &mut PgConnection, sql: &str) -> Result<Vec<PgRow>, Failure> {
    sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(connection).await.map_err(failed)
}

/// The numbers of the one row of a query; NULL is 0.
pub(super) async fn numbers<const N: usize>(
    connection: &mut PgConnection,
    sql: &str,
) -> Result<[i64; N], Failure> {
    let row = rows(connection, sql).await?.pop().ok_or_else(|| Failure::failed("a count has no row"))?;
    let mut numbers = [0; N];
    for (place, number) in numbers.iter_mut().enumerate() {
        *number = row.try_get::<Option<i64>, _>(place).map_err(failed)?.unwrap_or(0);
    }
    Ok(numbers)
}

/// Makes a table with the columns and checks of another schema's, and without its indexes: the
/// statements that make those.
pub(super) async fn make_like(
    connection: &mut PgConnection,
    from: &str,
    table: &str,
    schema: &str,
) -> Result<Vec<String>, Failure> {
    let like = format!(
        "CREATE TABLE {schema}.{table} (LIKE {from}.{table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"
    );
    run(connection, &like).await?;
    let sql = format!(
        "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = '{from}.{table}'::regclass
         ORDER BY indexrelid"
    );
    let of_row = |row: &PgRow| -> Result<String, Failure> {
        let text: String = row.try_get(0).map_err(failed)?;
        let there = format!(" ON {schema}.{table} ");
        let text = text.replace(&format!(" ON ONLY {from}.{table} "), &there);
        Ok(text.replace(&format!(" ON {from}.{table} "), &there))
    };
    rows(connection, &sql).await?.iter().map(of_row).collect()
}

/// What the database says. A benchmark's rows are made up, so its words may be shown.
#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
pub(super) fn failed(err: sqlx::Error) -> Failure {
    Failure::failed(format!("the benchmark's database: {err}"))
}

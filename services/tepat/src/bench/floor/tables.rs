//! The tables that the floor fills: those of disbursement, fresh, and their indexes made afterwards.

use sqlx::Row as _;
use sqlx::postgres::PgConnection;
use tokio::sync::mpsc;

use super::copy::{HEADER, Kind, TRAILER};
use crate::bench::database::{self, Address};
use crate::failure::Failure;

/// The schema of everything that the floor writes.
pub(in crate::bench) const SCHEMA: &str = "floor";

/// The tables that both fill.
pub(in crate::bench) const TABLES: [&str; 3] = ["decision", "entitlement", "account_claim"];

/// A table to be filled.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    /// In order, without those that the database fills by itself.
    pub(super) columns: Vec<Column>,
    /// Statements that make its indexes.
    indexes: Vec<String>,
}

/// A column to be filled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) source: Source,
    pub(super) kind: Kind,
}

macro_rules! sources {
    ($($name:literal => $source:ident)*) => {
        /// What a column holds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Source { $($source,)* }

        impl Source {
            fn of(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$source),)* _ => None }
            }

            fn name(self) -> &'static str {
                match self { $(Self::$source => $name,)* }
            }
        }
    };
}

sources! {
    "batch_no" => BatchNo
    "nik" => Nik
    "sequence" => Sequence
    "outcome" => Outcome
    "reasons" => Reasons
    "verdicts" => Verdicts
    "account_mark" => AccountMark
    "bank" => Bank
    "account_number" => AccountNumber
    "name" => Name
    "npp" => Npp
    "region_code" => RegionCode
    "term" => Term
    "amount_rupiah" => AmountRupiah
}

/// Makes the tables anew: the columns and checks of the suite's, without their indexes.
pub(super) async fn make(connection: &mut PgConnection) -> Result<[Table; 3], Failure> {
    let anew = format!("DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}");
    database::run(connection, &anew).await?;
    let mut tables = Vec::new();
    for name in TABLES {
        let mut indexes = database::make_like(connection, "disbursement", name, SCHEMA).await?;
        if name == "decision" && indexes.is_empty() {
            // The suite's table has its key in each of its parts.
            indexes.push(format!("CREATE UNIQUE INDEX ON {SCHEMA}.decision (nik, batch_no)"));
        }
        tables.push(Table { name, columns: columns(connection, name).await?, indexes });
    }
    Ok(tables.try_into().expect("as many tables as names"))
}

async fn columns(connection: &mut PgConnection, table: &str) -> Result<Vec<Column>, Failure> {
    let sql = format!(
        "SELECT a.attname::text, t.typname::text FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
         WHERE a.attrelid = '{SCHEMA}.{table}'::regclass AND a.attnum > 0 AND NOT a.attisdropped
           AND NOT a.atthasdef ORDER BY a.attnum"
    );
    let mut columns = Vec::new();
    for row in database::rows(connection, &sql).await? {
        let name: String = row.try_get(0).map_err(database::failed)?;
        let kind: String = row.try_get(1).map_err(database::failed)?;
        let unknown = || Failure::failed(format!("the floor does not know how to fill {table}.{name}"));
        let source = Source::of(&name).ok_or_else(unknown)?;
        columns.push(Column { source, kind: Kind::of(&kind).ok_or_else(unknown)? });
    }
    Ok(columns)
}

impl Table {
    /// Copies parcels of rows into the table until there are no more; tells how many rows it took.
    pub(super) async fn fill(
        &self,
        address: &Address,
        mut parcels: mpsc::Receiver<Vec<u8>>,
    ) -> Result<u64, Failure> {
        let mut connection = database::connect(address).await?;
        let names: Vec<&str> = self.columns.iter().map(|column| column.source.name()).collect();
        let sql = format!("COPY {SCHEMA}.{} ({}) FROM STDIN (FORMAT binary)", self.name, names.join(", "));
        let mut copy = connection.copy_in_raw(&sql).await.map_err(database::failed)?;
        copy.send(&HEADER[..]).await.map_err(database::failed)?;
        while let Some(parcel) = parcels.recv().await {
            copy.send(parcel).await.map_err(database::failed)?;
        }
        copy.send(&TRAILER[..]).await.map_err(database::failed)?;
        copy.finish().await.map_err(database::failed)
    }

    /// Makes the indexes.
    pub(super) async fn index(&self, address: &Address) -> Result<(), Failure> {
        let mut connection = database::connect(address).await?;
        for index in &self.indexes {
            database::run(&mut connection, index).await?;
        }
        Ok(())
    }
}

//! Is this reported wage within the rule of this round.
//!
//! The service keeps no persons and no tables of a database: a page carries the facts, the answer is a
//! verdict with the two numbers that were compared. What decides is in `rules`; minimum wages and wage
//! rules are data, read once at the start.

mod data;
mod fault;
pub mod process;
mod rpc;
mod rules;
mod settings;

use std::path::Path;
use std::sync::Arc;

use tepat_proto::wages::wages_service_server::WagesServiceServer;
use tepat_serve::MESSAGE_BYTES_MAX;

pub use fault::BuildFault;
pub use rpc::Wages;
pub use rules::table_fault::TableFaults;
pub use settings::{DEFAULT_TOML, Settings};

use rules::minimum_wage::MinimumWageFiles;
use rules::table::WageTable;

/// The service, ready to be routed.
///
/// # Errors
/// [`BuildFault`] when a file of the data folder cannot be read, or with every fault of rules and tables.
pub async fn build(settings: &Settings) -> Result<WagesServiceServer<Wages>, BuildFault> {
    let folder = &settings.data_folder;
    let table = if folder.as_os_str().is_empty() {
        WageTable::parse(data::WAGE_RULES, data::MINIMUM_WAGES)?
    } else {
        read(folder).await?
    };
    let service = WagesServiceServer::new(Wages::new(Arc::new(table)));
    Ok(service.max_decoding_message_size(MESSAGE_BYTES_MAX))
}

async fn read(folder: &Path) -> Result<WageTable, BuildFault> {
    let text = async |file: &'static str| {
        let path = folder.join(file);
        tokio::fs::read_to_string(&path).await.map_err(|source| BuildFault::Unreadable { file, path, source })
    };
    let rules = text("wage_rules.toml").await?;
    let (ump, umk) = (text("ump.csv").await?, text("umk.csv").await?);
    let umk_coverage = text("umk_coverage.csv").await?;
    let files = MinimumWageFiles { ump: &ump, umk: &umk, umk_coverage: &umk_coverage };
    Ok(WageTable::parse(&rules, files)?)
}

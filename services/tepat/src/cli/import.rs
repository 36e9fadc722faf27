//! `tepat import`.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use tepat_proto::membership::FileState;

use super::server::ServerArgs;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::import::{Asked, Imported, discard, file_name, read_mapping, run};
use crate::table::Table;
use crate::view::{instant_text, word};

/// Import employers, members, wages and lists, and seal them as a roster version. Run again on the
/// same folder after a cut, it goes on where it stood.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  tepat import sample\n  tepat import corrections --dry-run --errors faults.csv\n\nThe folder holds at least one of employers.csv, members.csv, wages.csv and lists.csv.\nExit code 1 when a file was refused whole."
)]
pub(super) struct Import {
    /// Folder with the files.
    #[arg(required_unless_present = "discard")]
    dir: Option<PathBuf>,
    #[command(flatten)]
    server: ServerArgs,
    /// Check everything, seal nothing.
    #[arg(long)]
    dry_run: bool,
    /// Pass over columns that the interface does not name; otherwise they refuse the file.
    #[arg(long)]
    allow_extra: bool,
    /// Columns under other names: TOML with sections employers, members, wages, lists and lines
    /// "name in the file" = "name in the interface".
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Where every fault of every row goes: file, line, column, fault.
    #[arg(long, value_name = "PATH", default_value = "import-errors.csv")]
    errors: PathBuf,
    /// Name of the import; made from the files and the flags unless given.
    #[arg(long, value_name = "ID")]
    import_id: Option<String>,
    /// Forget an import that is open, so that another may begin.
    #[arg(long, value_name = "ID", conflicts_with_all = ["dir", "dry_run", "allow_extra", "mapping", "import_id"])]
    discard: Option<String>,
}

impl Import {
    pub(super) async fn run(self) -> Result<Answer, Failure> {
        let clients = self.server.clients()?;
        if let Some(import_id) = &self.discard {
            let import = discard(&clients, import_id).await?;
            let json = json!({ "import_id": import.import_id, "state": "DISCARDED" });
            return Ok(Answer::new(format!("import {import_id} is forgotten"), json));
        }
        let columns = self.mapping.as_deref().map_or_else(|| Ok(Vec::new()), read_mapping)?;
        let dir = self.dir.unwrap_or_default();
        let asked = Asked {
            dir: &dir,
            dry_run: self.dry_run,
            allow_extra: self.allow_extra,
            columns,
            errors: self.errors.clone(),
            import_id: self.import_id,
        };
        let imported = run(&clients, asked).await?;
        let good = imported.refused().is_none();
        let errors = self.errors.to_string_lossy();
        Ok(Answer::new(text(&imported, &errors), json(&imported, &errors)).good_if(good))
    }
}

fn text(imported: &Imported, errors: &str) -> String {
    let mut table = Table::new(&["file", "rows in", "entered", "merged", "stayed out", "faults", "warnings"]);
    for file in &imported.import.files {
        table.row([
            file_name(file.file()).into(),
            file.rows_in.into(),
            file.rows_out.into(),
            file.rows_merged.into(),
            file.rows_faulty.into(),
            file.faults.into(),
            file.warnings.into(),
        ]);
    }
    let mut text = table.lines();
    if imported.faults > 0 {
        text.push_str(&format!("\nevery fault: {errors}\n"));
    }
    for file in imported.import.files.iter().filter(|file| !file.extra_columns.is_empty()) {
        text.push_str(&format!(
            "\n{}: passed over {}\n",
            file_name(file.file()),
            file.extra_columns.join(", ")
        ));
    }
    let import_id = &imported.import.import_id;
    text.push_str(&match (&imported.roster, imported.refused()) {
        (_, Some(file)) => format!("\n{} was refused whole; nothing was sealed\n", file_name(file.file())),
        (None, None) => "\ndry run: nothing was sealed\n".to_owned(),
        (Some(roster), None) => {
            let sealed = if imported.sealed_before { "was sealed before as" } else { "is sealed as" };
            format!(
                "\nimport {import_id} {sealed} roster version {} ({} members, {})\n",
                roster.roster_version,
                crate::table::thousands(roster.members),
                instant_text(roster.sealed_at_us),
            )
        }
    });
    text
}

fn json(imported: &Imported, errors: &str) -> Value {
    let files: Vec<Value> = imported
        .import
        .files
        .iter()
        .map(|file| {
            json!({
                "file": file_name(file.file()),
                "state": word(FileState::try_from(file.state).unwrap_or_default().as_str_name(), "FILE_STATE_"),
                "rows_in": file.rows_in,
                "rows_out": file.rows_out,
                "rows_merged": file.rows_merged,
                "rows_faulty": file.rows_faulty,
                "faults": file.faults,
                "warnings": file.warnings,
                "extra_columns": file.extra_columns,
            })
        })
        .collect();
    json!({
        "import_id": imported.import.import_id,
        "dry_run": imported.import.dry_run,
        "sealed_before": imported.sealed_before,
        "roster_version": imported.roster.as_ref().map(|roster| roster.roster_version),
        "members": imported.roster.as_ref().map(|roster| roster.members),
        "faults": imported.faults,
        "errors": errors,
        "files": files,
    })
}

//! `tepat batch decisions`.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde_json::json;
use tepat_terms::Nik;

use super::Decisions;
use crate::answer::Answer;
use crate::chain::each_decision;
use crate::client::Clients;
use crate::failure::Failure;
use crate::table::thousands;
use crate::view::{outcome_word, reason_word};

pub(super) async fn run(asked: &Decisions) -> Result<Answer, Failure> {
    let clients = asked.one.server.clients()?;
    let (out, batch_id) = (asked.out.as_path(), asked.one.batch_id.as_str());
    if out == Path::new("-") {
        write(&clients, batch_id, BufWriter::new(io::stdout()), out).await?;
        return Ok(Answer::nothing());
    }
    let mut part = out.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    let file = File::create(part).map_err(|err| Failure::file("write", out, &err))?;
    let written = write(&clients, batch_id, BufWriter::new(file), out).await;
    if written.is_err() {
        // The first failure is told; what cannot be removed stands as `.part`.
        let _ = fs::remove_file(part);
    }
    let count = written?;
    fs::rename(part, out).map_err(|err| Failure::file("write", out, &err))?;
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let json = json!({ "batch_id": batch_id, "decisions": count, "out": out });
    Ok(Answer::new(format!("{} decisions in {}", thousands(count), out.display()), json))
}

async fn write(clients: &Clients, batch_id: &str, to: impl Write, path: &Path) -> Result<u64, Failure> {
    let unwritable = |err: csv::Error| Failure::failed(format!("cannot write {}: {err}", path.display()));
    let mut file = csv::Writer::from_writer(to);
    file.write_record(["nik", "decision", "primary_reason", "reasons"]).map_err(unwritable)?;
    let count = each_decision(clients, batch_id, |decision| {
        let nik = Nik::from_number(decision.nik);
        let nik = nik.map_err(|_| Failure::failed("the server answered a decision without a NIK"))?;
        let reasons: Vec<&str> = decision.reasons.iter().map(|reason| reason_word(*reason)).collect();
        let (outcome, primary) = (outcome_word(decision.outcome), reason_word(decision.primary_reason));
        file.write_record([&nik.reveal(), outcome, primary, &reasons.join("|")]).map_err(unwritable)
    });
    let count = count.await?;
    file.flush().map_err(|err| Failure::file("write", path, &err))?;
    Ok(count)
}

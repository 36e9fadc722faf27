//! The package of a batch, written as a stream from what is stored: the same rows, the same bytes.

use std::path::PathBuf;

use tepat_proof::digest::hex;
use tepat_proof::instant::{seconds_of_micros, to_rfc3339};
use tepat_proof::package::{
    AmountRupiah, BankTotal, Lists, MANIFEST_FORMAT, Manifest, PackageWriter, Recipient, RejectedRow, Rules,
    STATEMENT_FORMAT, Software, Stage, Statement, end_to_end_id,
};
use tepat_terms::Nik;

use crate::fault::FlowFault;
use crate::marks::PersonMark;
use crate::rules::article::article;
use crate::rules::reason::Reason;
use crate::rules::round::Round;
use crate::store::batches::BatchRow;
use crate::store::chunks::{self, ChunkRow};
use crate::store::decisions::{self, Effective};
use crate::{Service, pinned_round};

/// Rows of those left out that are sorted at once: bounds the memory of a batch of any size.
const LEFT_OUT_AT_ONCE: i64 = 500_000;

/// Where the package of a batch is delivered.
pub(crate) fn folder(service: &Service, batch: &BatchRow) -> PathBuf {
    PathBuf::from(&service.settings.packages_folder).join(&batch.batch_id).join(Stage::Payment.as_str())
}

/// Writes the recipients' files and the list of those left out beside the package's place.
pub(crate) async fn write_lists(
    service: &Service,
    batch: &BatchRow,
) -> Result<(PackageWriter, Lists), FlowFault> {
    let round = pinned_round(batch)?;
    let chunks = chunks::all(&service.store, &batch.batch_id).await?;
    let mut writer = PackageWriter::create(&folder(service, batch).with_extension("part"))?;
    for chunk in &chunks {
        write_recipients(service, batch, &round, *chunk, &mut writer).await?;
    }
    write_left_out(service, batch, &round, &chunks, &mut writer).await?;
    // Reading back and syncing to the disk would hold up the other tasks of this thread.
    let finished = tokio::task::spawn_blocking(move || {
        let lists = writer.finish_lists();
        lists.map(|lists| (writer, lists))
    });
    Ok(finished.await.expect("finishing the lists does not panic")?)
}

async fn write_recipients(
    service: &Service,
    batch: &BatchRow,
    round: &Round,
    chunk: ChunkRow,
    writer: &mut PackageWriter,
) -> Result<(), FlowFault> {
    let range = (chunk.after_nik, chunk.through_nik);
    for row in decisions::recipients(&service.store, batch.batch_no, range).await? {
        let sequence = u64::try_from(row.sequence).expect("sequences count from 1");
        writer.recipient(&Recipient {
            end_to_end_id: &end_to_end_id(&batch.batch_id, sequence, 1),
            nik: row.nik,
            name: &row.name,
            bank: &row.bank,
            account_number: &row.account_number,
            amount_rupiah: round.amount_rupiah,
            npp: &row.npp,
            region_code: &format!("{:04}", row.region_code),
        })?;
    }
    Ok(())
}

/// Writes those left out, sorted by their marks: as many passes over the decisions as memory asks for,
/// each taking the marks of one range.
async fn write_left_out(
    service: &Service,
    batch: &BatchRow,
    round: &Round,
    chunks: &[ChunkRow],
    writer: &mut PackageWriter,
) -> Result<(), FlowFault> {
    let candidates: i64 = chunks.iter().map(|chunk| chunk.candidates).sum();
    let passes = u32::try_from(candidates / LEFT_OUT_AT_ONCE + 1).unwrap_or(u32::MAX);
    for pass in 0..passes {
        let mut rows: Vec<(PersonMark, Effective)> = Vec::new();
        for chunk in chunks {
            let range = (chunk.after_nik, chunk.through_nik);
            let left_out = decisions::left_out(&service.store, batch.batch_no, range).await?;
            let marked =
                left_out.into_iter().map(|row| (service.marks.person(&batch.batch_id, row.nik), row));
            rows.extend(marked.filter(|(mark, _)| pass_of(mark, passes) == pass));
        }
        rows.sort_unstable_by_key(|(mark, _)| *mark);
        for (mark, row) in rows {
            write_one_left_out(round, &mark, row, writer)?;
        }
    }
    Ok(())
}

/// The pass that writes a mark: the marks are evenly spread, and a later pass holds greater ones.
fn pass_of(mark: &PersonMark, passes: u32) -> u32 {
    let leading = u32::from_be_bytes([mark[0], mark[1], mark[2], mark[3]]);
    u32::try_from((u64::from(leading) * u64::from(passes)) >> 32).expect("less than the number of passes")
}

fn write_one_left_out(
    round: &Round,
    mark: &PersonMark,
    row: Effective,
    writer: &mut PackageWriter,
) -> Result<(), FlowFault> {
    let nik = Nik::from_number(row.nik).expect("only NIKs are decided on");
    let primary = row.reasons.primary().expect("whoever is left out is so for a reason");
    let reasons: Vec<&str> = row.reasons.iter().map(Reason::name).collect();
    Ok(writer.rejected(&RejectedRow {
        nik_masked: &nik.to_string(),
        nik_mark: &hex(mark),
        decision: row.outcome.name(),
        primary_reason: primary.name(),
        reasons: &reasons.join("|"),
        legal_basis: article(round, primary),
    })?)
}

/// What officials sign.
pub(crate) fn statement(batch: &BatchRow, round: &Round, lists: &Lists) -> Statement {
    Statement {
        format: STATEMENT_FORMAT.to_owned(),
        stage: Stage::Payment,
        batch_id: batch.batch_id.clone(),
        round: batch.round.clone(),
        tranche: u32::try_from(batch.tranche).expect("tranches count from 1"),
        counts: lists.counts(),
        amount_rupiah: AmountRupiah { per_recipient: round.amount_rupiah, total: lists.amount_rupiah },
        merkle: lists.merkle.clone(),
    }
}

/// What the suite seals. `files` are those written so far; every time comes from a stored event.
pub(crate) fn manifest(
    batch: &BatchRow,
    round: &Round,
    lists: &Lists,
    writer: &PackageWriter,
    created_at_us: i64,
) -> Manifest {
    let Statement { stage, batch_id, round: round_id, tranche, counts, amount_rupiah, merkle, .. } =
        statement(batch, round, lists);
    let banks = lists.banks.iter().map(|list| BankTotal {
        bank: list.bank.clone(),
        distributor: round.distributor(&list.bank).to_owned(),
        recipients: list.recipients,
        amount_rupiah: list.amount_rupiah,
    });
    Manifest {
        format: MANIFEST_FORMAT.to_owned(),
        stage,
        batch_id,
        round: round_id,
        tranche,
        legal_basis: round.legal_basis.clone(),
        roster_version: batch.roster_version,
        created_at: to_rfc3339(seconds_of_micros(created_at_us)).expect("stored events are of this era"),
        predecessor: None,
        rules: Rules {
            round_sha256: hex(&batch.round_sha256),
            wage_table_sha256: hex(&batch.wage_table_sha256),
            name_rules: batch.name_rules.clone(),
        },
        slice: None,
        counts,
        amount_rupiah,
        banks: banks.collect(),
        merkle,
        files: writer.files(),
        software: Software { name: "tepat".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
    }
}

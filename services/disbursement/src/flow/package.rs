//! The package of a batch, written as a stream from what is stored: the same rows, the same bytes.

mod left_out;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tepat_proof::digest::hex;
use tepat_proof::instant::{seconds_of_micros, to_rfc3339};
use tepat_proof::package::{
    AmountRupiah, BankTotal, Lists, MANIFEST_FORMAT, Manifest, PackageWriter, Recipient, RejectedRow, Rules,
    STATEMENT_FORMAT, Slice as PackageSlice, Software, Stage, Statement, end_to_end_id,
};
use tepat_store::{Tx, hold};
use tepat_terms::Nik;
use tokio::sync::{MutexGuard, mpsc};
use tokio::time::sleep;

use crate::fault::FlowFault;
use crate::flow::package::left_out::LeftOut;
use crate::marks::{Marks, PersonMark};
use crate::rules::article::article;
use crate::rules::reason::{Outcome, Reason};
use crate::rules::round::Round;
use crate::store::batches::BatchRow;
use crate::store::chunks::{self, ChunkRow};
use crate::store::decisions::{self, Effective, ListedRow};
use crate::{Service, pinned_round};

/// Where the package of a batch is delivered.
pub(crate) fn folder(service: &Service, batch: &BatchRow) -> PathBuf {
    PathBuf::from(&service.settings.packages_folder).join(&batch.batch_id).join(Stage::Payment.as_str())
}

/// The lists of a batch that were written and wait for its hand over.
pub(crate) struct Kept {
    batch_id: String,
    writer: PackageWriter,
    lists: Lists,
}

/// Where the package is written: a folder of this process. Whoever calls is alone with the batch, so what
/// others left is of no use to anybody.
fn working_folder(service: &Service, batch: &BatchRow) -> Result<PathBuf, FlowFault> {
    let place = folder(service, batch);
    let of_batch = place.parent().expect("a package lies in the folder of its batch");
    fs::create_dir_all(of_batch)?;
    for entry in fs::read_dir(of_batch)? {
        let left = entry?.path();
        if left.extension().is_some_and(|ending| ending == "part") {
            fs::remove_dir_all(left)?;
        }
    }
    Ok(of_batch.join(format!("{}-{}.part", Stage::Payment.as_str(), service.instance.simple())))
}

/// Held by whoever writes a package: two at once would tread on each other's feet.
pub(crate) struct Alone<'a> {
    kept: MutexGuard<'a, Option<Kept>>,
    _among_processes: Option<Tx>,
}

/// How long lists wait for their hand over.
const KEPT_FOR: Duration = Duration::from_secs(3_600);

impl Alone<'_> {
    /// Keeps lists for the hand over, instead of those of the batch before, for a while: they are people's
    /// data in clear and must not lie about until officials find the time.
    pub(crate) fn keep(&mut self, service: &Service, batch: &BatchRow, writer: PackageWriter, lists: Lists) {
        *self.kept = Some(Kept { batch_id: batch.batch_id.clone(), writer, lists });
        let (packages, batch_id) = (Arc::clone(&service.packages), batch.batch_id.clone());
        tokio::spawn(async move {
            sleep(KEPT_FOR).await;
            packages.lock().await.take_if(|kept| kept.batch_id == batch_id);
        });
    }

    /// The lists of the batch: those kept, where this process wrote them last and they still stand, else
    /// written anew, the same.
    pub(crate) async fn lists(
        &mut self,
        service: &Service,
        batch: &BatchRow,
    ) -> Result<(PackageWriter, Lists), FlowFault> {
        let kept = self.kept.take().filter(|kept| kept.batch_id == batch.batch_id);
        if let Some(Kept { writer, lists, .. }) = kept {
            let looked = tokio::task::spawn_blocking(move || {
                // A file that is gone is written again like one that was changed.
                let stands = writer.still_stands().unwrap_or(false);
                stands.then_some((writer, lists))
            });
            if let Some(standing) = looked.await.expect("looking at the lists does not panic") {
                return Ok(standing);
            }
        }
        write_lists(service, batch).await
    }
}

/// Waits until nobody else writes the package of this batch.
pub(crate) async fn alone<'a>(service: &'a Service, batch: &BatchRow) -> Result<Alone<'a>, FlowFault> {
    let kept = service.packages.lock().await;
    let among_processes = hold(&service.store, &format!("package/{}", batch.batch_id)).await?;
    Ok(Alone { kept, _among_processes: among_processes })
}

/// Writes the recipients' files and the list of those left out beside the package's place: one pass over
/// the decisions, read ahead of the writing.
pub(crate) async fn write_lists(
    service: &Service,
    batch: &BatchRow,
) -> Result<(PackageWriter, Lists), FlowFault> {
    let chunks = chunks::all(&service.store, &batch.batch_id).await?;
    let mut listing = Listing::begin(service, batch)?;
    let (sender, mut receiver) = mpsc::channel::<Vec<ListedRow>>(BLOCKS_WAITING);
    let reading = Box::pin(async move {
        for range in ranges(&chunks) {
            let block = decisions::listed(&service.store, batch.batch_no, range).await?;
            if sender.send(block).await.is_err() {
                // Writing met a fault, which is told below.
                break;
            }
        }
        Ok::<_, FlowFault>(())
    });
    // Formatting, hashing and syncing to the disk would hold up the other tasks of this thread.
    let writing = tokio::task::spawn_blocking(move || {
        while let Some(block) = receiver.blocking_recv() {
            listing.add(&block)?;
        }
        Ok::<_, FlowFault>(listing)
    });
    let (read, written) = tokio::join!(reading, writing);
    let listing = written.expect("writing the lists does not panic")?;
    // What was read up to a fault is no list.
    read?;
    let finished = tokio::task::spawn_blocking(move || listing.finish());
    finished.await.expect("finishing the lists does not panic")
}

/// Candidates that are read at once.
const CANDIDATES_A_BLOCK: i64 = 10_000;

/// Blocks read ahead.
const BLOCKS_WAITING: usize = 2;

/// The ranges of neighbouring chunks together, up to the size of a block.
pub(crate) fn ranges(chunks: &[ChunkRow]) -> Vec<(i64, i64)> {
    let mut ranges: Vec<(i64, i64)> = Vec::new();
    let mut candidates = CANDIDATES_A_BLOCK;
    for chunk in chunks {
        candidates += chunk.candidates;
        match ranges.last_mut() {
            Some(range) if candidates <= CANDIDATES_A_BLOCK => range.1 = chunk.through_nik,
            _ => {
                candidates = chunk.candidates;
                ranges.push((chunk.after_nik, chunk.through_nik));
            }
        }
    }
    ranges
}

/// The lists of a package while they are written.
struct Listing {
    batch_id: String,
    round: Round,
    marks: Marks,
    writer: PackageWriter,
    left_out: LeftOut,
}

impl Listing {
    fn begin(service: &Service, batch: &BatchRow) -> Result<Self, FlowFault> {
        let part = working_folder(service, batch)?;
        let writer = PackageWriter::create(&part)?;
        let left_out = LeftOut::new(part);
        let round = pinned_round(batch)?;
        Ok(Self { batch_id: batch.batch_id.clone(), round, marks: service.marks.clone(), writer, left_out })
    }

    fn add(&mut self, block: &[ListedRow]) -> Result<(), FlowFault> {
        for row in block {
            if row.decision.outcome == Outcome::Eligible {
                self.recipient(row)?;
            } else {
                let mark = self.marks.person(&self.batch_id, row.decision.nik);
                self.left_out.add(mark, row.decision)?;
            }
        }
        Ok(())
    }

    fn recipient(&mut self, row: &ListedRow) -> Result<(), FlowFault> {
        let sequence = u64::try_from(row.sequence).expect("sequences count from 1");
        Ok(self.writer.recipient(&Recipient {
            end_to_end_id: &end_to_end_id(&self.batch_id, sequence, 1),
            nik: row.decision.nik,
            name: &row.name,
            bank: &row.bank,
            account_number: &row.account_number,
            amount_rupiah: self.round.amount_rupiah,
            npp: &row.npp,
            region_code: &format!("{:04}", row.region_code),
        })?)
    }

    fn finish(self) -> Result<(PackageWriter, Lists), FlowFault> {
        let Self { round, mut writer, left_out, .. } = self;
        left_out.each(|(mark, row)| write_left_out(&round, &mark, row, &mut writer))?;
        let lists = writer.finish_lists()?;
        Ok((writer, lists))
    }
}

fn write_left_out(
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
        distributor: round.channels.distributor(&list.bank).to_owned(),
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
        slice: batch.slice.map(|slice| PackageSlice {
            k: u64::from(slice.k().unsigned_abs()),
            n: u64::from(slice.n().unsigned_abs()),
            seed: slice.seed().unsigned_abs(),
        }),
        counts,
        amount_rupiah,
        banks: banks.collect(),
        merkle,
        files: writer.files(),
        software: Software { name: "tepat".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
    }
}

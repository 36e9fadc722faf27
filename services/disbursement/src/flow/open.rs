//! Opening a batch: pin the roster and the rules, cut the candidates into chunks, begin.

use tepat_store::lock;
use tepat_terms::{Nik, Slice};

use crate::Service;
use crate::fault::FlowFault;
use crate::rules::batch_state::BatchState;
use crate::rules::round::Round;
use crate::store::batches::{self, BatchRow};
use crate::store::chunks::{self, ChunkRow};
use crate::store::events::{self, Event, SUITE};
use crate::store::{money, parts};

/// What is to be opened.
#[derive(Clone, Debug)]
pub(crate) struct Opening {
    pub(crate) batch_id: String,
    pub(crate) round: String,
    pub(crate) tranche: i32,
    /// 0 for the newest sealed version.
    pub(crate) roster_version: i64,
    /// None for all candidates.
    pub(crate) slice: Option<Slice>,
}

/// Opens a batch, or returns the one that was opened with the same content.
pub(crate) async fn open(service: &Service, opening: Opening) -> Result<BatchRow, FlowFault> {
    if let Some(there) = batches::find(&service.store, &opening.batch_id).await? {
        return same(there, &opening);
    }
    let Opening { batch_id, round, tranche, roster_version, slice } = opening.clone();
    let Some(round) = service.round(&round).filter(|round| (1..=round.tranches).contains(&tranche)) else {
        return Err(FlowFault::RoundUnknown { round, tranche });
    };
    let roster_version = match roster_version {
        0 => service.membership.newest_version().await?.ok_or(FlowFault::NoRoster)?,
        asked => asked,
    };
    let (sources, chunks) = candidates(service, round, tranche, roster_version, slice).await?;
    let batch = BatchRow {
        batch_id,
        batch_no: 0,
        round: round.id.clone(),
        tranche,
        term: term(round, tranche),
        roster_version,
        slice,
        round_text: round.text.clone(),
        round_sha256: round.sha256.to_vec(),
        wage_table_sha256: service.wages.table_sha256().await?,
        name_rules: service.accounts.name_rules().await?,
        // Nobody to screen is screened already.
        state: if chunks.is_empty() { BatchState::Screened } else { BatchState::Screening },
        opened_at_us: (service.clock)(),
        trouble: String::new(),
        amount_rupiah: 0,
        merkle_root: None,
        statement: None,
    };
    insert(service, &batch, &sources, &chunks).await?;
    service.bell.ring();
    batches::find(&service.store, &batch.batch_id)
        .await?
        .ok_or(FlowFault::BatchUnknown { batch_id: batch.batch_id })
        .and_then(|there| same(there, &opening))
}

/// The term of a tranche: within it a person and an account stand once.
pub(crate) fn term(round: &Round, tranche: i32) -> String {
    format!("{}/{tranche}", round.id)
}

/// The chunks of all members for a first tranche, of those determined before for a later one, which
/// also names the batches that determined them.
async fn candidates(
    service: &Service,
    round: &Round,
    tranche: i32,
    roster_version: i64,
    slice: Option<Slice>,
) -> Result<(Vec<i64>, Vec<ChunkRow>), FlowFault> {
    let per_chunk = service.settings.chunk_members;
    let mut chunks = Numbered::default();
    if tranche == 1 {
        for chunk in service.membership.chunks(roster_version, per_chunk, slice).await? {
            chunks.add(chunk.after_nik, chunk.through_nik, chunk.members);
        }
        return Ok((Vec::new(), chunks.rows));
    }
    let before = term(round, tranche - 1);
    let sources = money::determined_batches(&service.store, &before).await?;
    if sources.is_empty() {
        return Err(FlowFault::TrancheNotDetermined { term: before });
    }
    let mut after_nik = 0;
    loop {
        let niks =
            money::determined_page(&service.store, &before, &sources, after_nik, per_chunk.into()).await?;
        let Some(through_nik) = niks.last().copied() else { return Ok((sources, chunks.rows)) };
        let in_slice = niks.iter().filter(|nik| is_in(slice, **nik)).count();
        if in_slice > 0 {
            chunks.add(after_nik, through_nik, i64::try_from(in_slice).expect("a chunk fits a table"));
        }
        after_nik = through_nik;
    }
}

/// Whether a person is in the slice; without one everybody is.
fn is_in(slice: Option<Slice>, nik: i64) -> bool {
    slice.is_none_or(|slice| Nik::from_number(nik).is_ok_and(|nik| slice.holds(nik)))
}

/// Chunks numbered from 1, their candidates too, in NIK order.
#[derive(Default)]
struct Numbered {
    rows: Vec<ChunkRow>,
}

impl Numbered {
    fn add(&mut self, after_nik: i64, through_nik: i64, candidates: i64) {
        let (chunk, first_sequence) =
            self.rows.last().map_or((1, 1), |last| (last.chunk + 1, last.first_sequence + last.candidates));
        self.rows.push(ChunkRow { chunk, after_nik, through_nik, candidates, first_sequence });
    }
}

async fn insert(
    service: &Service,
    batch: &BatchRow,
    sources: &[i64],
    chunks: &[ChunkRow],
) -> Result<(), FlowFault> {
    let tx = service.store.begin().await?;
    lock(&tx, "batch").await?;
    // Somebody else may have opened it while we asked the peers; the caller then gets that one.
    let there = tx.row("SELECT 1 FROM batch WHERE batch_id = $1", [batch.batch_id.clone().into()]).await?;
    if there.is_some() {
        return Ok(());
    }
    let batch_no = batches::insert(&tx, batch, sources).await?;
    parts::open_decisions(&tx, batch_no).await?;
    if batch.state == BatchState::Screened {
        parts::key_decisions(&tx, batch_no).await?;
    }
    chunks::insert(&tx, &batch.batch_id, chunks).await?;
    let note = format!("roster version {}, {} chunks", batch.roster_version, chunks.len());
    let event = Event { kind: "opened", actor: SUITE, at_us: batch.opened_at_us, note: &note };
    events::append(&tx, batch_no, event).await?;
    Ok(tx.commit().await?)
}

fn same(there: BatchRow, opening: &Opening) -> Result<BatchRow, FlowFault> {
    let same_roster = opening.roster_version == 0 || opening.roster_version == there.roster_version;
    let same_term = there.round == opening.round && there.tranche == opening.tranche;
    if same_term && same_roster && there.slice == opening.slice {
        return Ok(there);
    }
    Err(FlowFault::BatchDiffers {
        batch_id: there.batch_id,
        round: there.round,
        tranche: there.tranche,
        roster_version: there.roster_version,
        slice: there
            .slice
            .map_or_else(|| "all".to_owned(), |slice| format!("slice {} of {}", slice.k(), slice.n())),
    })
}

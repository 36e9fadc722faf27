//! The roster, read by COPY OUT in NIK order: a connection a table, merged into blocks of candidates.

use bytes::Bytes;
use futures::TryStreamExt as _;
use sqlx::postgres::PgConnection;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::copy::Fields;
use crate::bench::database::{self, Address};
use crate::failure::Failure;

/// Candidates a block: the keys of one MGET.
pub(super) const BLOCK: usize = 1_000;

/// Rows handed over together, and such parcels under way from each table.
const PARCEL: usize = 4_000;
const PARCELS: usize = 4;

/// A row as it came: its NIK, and the whole message.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) nik: i64,
    message: Bytes,
    first: bool,
}

impl Line {
    /// The fields behind the NIK.
    pub(super) fn fields(&self) -> Fields<'_> {
        let mut fields = Fields::of(&self.message, self.first).expect("only rows became lines");
        let _nik = fields.number();
        fields
    }
}

/// Up to [`BLOCK`] members with everything about them, each list in NIK order.
#[derive(Debug)]
pub(super) struct Block {
    /// Number of its first member over the whole roster, from 1.
    pub(super) first_sequence: i64,
    /// name.
    pub(super) members: Vec<Line>,
    /// employer, start, end, category, bank, account number.
    pub(super) jobs: Vec<Line>,
    /// employer, start, month, reported on, rupiah, months.
    pub(super) reports: Vec<Line>,
    /// list.
    pub(super) listed: Vec<Line>,
}

const MEMBERS: &str = "SELECT nik, name FROM membership.member ORDER BY nik";
const JOBS: &str = "SELECT nik, employer, start_date, end_date, category, bank, account_number
    FROM membership.employment ORDER BY nik";
const REPORTS: &str = "SELECT nik, employer, start_date, month, reported_on, wage_rupiah, wage_months
    FROM membership.wage_report ORDER BY nik";
const LISTED: &str = "SELECT nik, list FROM membership.list_entry ORDER BY nik";

/// Starts to read; blocks come in NIK order. What fails is told at the end of the set of tasks.
pub(super) fn start(address: &Address, tasks: &mut JoinSet<Result<(), Failure>>) -> mpsc::Receiver<Block> {
    let [members, jobs, reports, listed] = [MEMBERS, JOBS, REPORTS, LISTED].map(|sql| {
        let (sender, receiver) = mpsc::channel(PARCELS);
        let address = address.clone();
        tasks.spawn(async move { read(&mut database::connect(&address).await?, sql, &sender).await });
        Cursor { receiver, parcel: Vec::new().into_iter() }
    });
    let (sender, blocks) = mpsc::channel(4);
    tasks.spawn(async move { merge(members, [jobs, reports, listed], &sender).await });
    blocks
}

async fn read(
    connection: &mut PgConnection,
    sql: &str,
    sender: &mpsc::Sender<Vec<Line>>,
) -> Result<(), Failure> {
    let copy = format!("COPY ({sql}) TO STDOUT (FORMAT binary)");
    let mut messages = connection.copy_out_raw(&copy).await.map_err(database::failed)?;
    let mut parcel = Vec::with_capacity(PARCEL);
    let mut first = true;
    while let Some(message) = messages.try_next().await.map_err(database::failed)? {
        if let Some(nik) = Fields::of(&message, first).and_then(|mut fields| fields.number()) {
            parcel.push(Line { nik, message, first });
        }
        first = false;
        if parcel.len() == PARCEL {
            let full = std::mem::replace(&mut parcel, Vec::with_capacity(PARCEL));
            sender.send(full).await.map_err(|_| Failure::failed("the floor's merge ended early"))?;
        }
    }
    // The last one; nobody waits for an empty one.
    let _ = sender.send(parcel).await;
    Ok(())
}

/// One table under way.
struct Cursor {
    receiver: mpsc::Receiver<Vec<Line>>,
    parcel: std::vec::IntoIter<Line>,
}

impl Cursor {
    /// Moves to the next parcel when this one is used up; false at the end of the table.
    async fn fill(&mut self) -> bool {
        while self.parcel.len() == 0 {
            match self.receiver.recv().await {
                Some(parcel) => self.parcel = parcel.into_iter(),
                None => return false,
            }
        }
        true
    }

    /// The next lines, at most `count`.
    async fn take(&mut self, count: usize) -> Vec<Line> {
        let mut lines = Vec::with_capacity(count);
        while lines.len() < count && self.fill().await {
            lines.extend(self.parcel.by_ref().take(count - lines.len()));
        }
        lines
    }

    /// The next lines up to this NIK.
    async fn through(&mut self, nik: i64) -> Vec<Line> {
        let mut lines = Vec::with_capacity(BLOCK + BLOCK / 4);
        while self.fill().await {
            let here = self.parcel.as_slice();
            let count = here.partition_point(|line| line.nik <= nik);
            let all = count == here.len();
            lines.extend(self.parcel.by_ref().take(count));
            if !all {
                break;
            }
        }
        lines
    }
}

async fn merge(
    mut members: Cursor,
    [mut jobs, mut reports, mut listed]: [Cursor; 3],
    sender: &mpsc::Sender<Block>,
) -> Result<(), Failure> {
    let mut first_sequence = 1;
    loop {
        let members = members.take(BLOCK).await;
        let Some(last) = members.last().map(|line| line.nik) else { return Ok(()) };
        let count = i64::try_from(members.len()).expect("a block is small");
        let block = Block {
            first_sequence,
            members,
            jobs: jobs.through(last).await,
            reports: reports.through(last).await,
            listed: listed.through(last).await,
        };
        first_sequence += count;
        sender.send(block).await.map_err(|_| Failure::failed("the floor's decisions ended early"))?;
    }
}

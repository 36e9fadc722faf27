//! The roster, read by COPY OUT in NIK order: a connection a table, merged into blocks of candidates.

use std::ops::Range;
use std::sync::Arc;

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

/// Rows of one table as they came, one after another in one piece of memory.
#[derive(Debug, Default)]
struct Parcel {
    text: Vec<u8>,
    /// NIK of each row, and where its fields behind the NIK end.
    rows: Vec<(i64, usize)>,
}

/// Rows of one table that belong to one block.
#[derive(Debug, Default)]
pub(super) struct Lines(Vec<(Arc<Parcel>, Range<usize>)>);

/// A row: its NIK, and the fields behind it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub(super) nik: i64,
    pub(super) fields: Fields<'a>,
}

impl Parcel {
    fn push(&mut self, nik: i64, fields: Fields<'_>) {
        self.text.extend_from_slice(fields.rest());
        self.rows.push((nik, self.text.len()));
    }

    fn line(&self, row: usize) -> Line<'_> {
        let start = if row == 0 { 0 } else { self.rows[row - 1].1 };
        let (nik, end) = self.rows[row];
        Line { nik, fields: Fields::behind(&self.text[start..end]) }
    }
}

impl Lines {
    /// Every row, in NIK order.
    pub(super) fn all(&self) -> Vec<Line<'_>> {
        let parts = self.0.iter().map(|(parcel, rows)| (parcel.as_ref(), rows.clone()));
        parts.flat_map(|(parcel, rows)| rows.map(|row| parcel.line(row))).collect()
    }
}

/// Up to [`BLOCK`] members with everything about them, each list in NIK order.
#[derive(Debug)]
pub(super) struct Block {
    /// Number of its first member over the whole roster, from 1.
    pub(super) first_sequence: i64,
    /// name.
    pub(super) members: Lines,
    /// employer, start, end, category, bank, account number.
    pub(super) jobs: Lines,
    /// employer, start, month, reported on, rupiah, months.
    pub(super) reports: Lines,
    /// list.
    pub(super) listed: Lines,
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
        Cursor { receiver, parcel: Arc::default(), row: 0 }
    });
    let (sender, blocks) = mpsc::channel(4);
    tasks.spawn(async move { merge(members, [jobs, reports, listed], &sender).await });
    blocks
}

async fn read(
    connection: &mut PgConnection,
    sql: &str,
    sender: &mpsc::Sender<Parcel>,
) -> Result<(), Failure> {
    let copy = format!("COPY ({sql}) TO STDOUT (FORMAT binary)");
    let mut messages = connection.copy_out_raw(&copy).await.map_err(database::failed)?;
    let mut parcel = Parcel::default();
    let mut first = true;
    while let Some(message) = messages.try_next().await.map_err(database::failed)? {
        if let Some(mut fields) = Fields::of(&message, first)
            && let Some(nik) = fields.number()
        {
            parcel.push(nik, fields);
        }
        first = false;
        if parcel.rows.len() == PARCEL {
            let room = Parcel {
                text: Vec::with_capacity(parcel.text.len() + parcel.text.len() / 8),
                rows: Vec::with_capacity(PARCEL),
            };
            let full = std::mem::replace(&mut parcel, room);
            sender.send(full).await.map_err(|_| Failure::failed("the floor's merge ended early"))?;
        }
    }
    // The last one; nobody waits for an empty one.
    let _ = sender.send(parcel).await;
    Ok(())
}

/// One table under way.
struct Cursor {
    receiver: mpsc::Receiver<Parcel>,
    parcel: Arc<Parcel>,
    /// The next row of the parcel.
    row: usize,
}

impl Cursor {
    /// Moves to the next parcel when this one is used up; false at the end of the table.
    async fn fill(&mut self) -> bool {
        while self.row == self.parcel.rows.len() {
            match self.receiver.recv().await {
                Some(parcel) => (self.parcel, self.row) = (Arc::new(parcel), 0),
                None => return false,
            }
        }
        true
    }

    /// Hands over the rows up to this one.
    fn until(&mut self, end: usize, lines: &mut Lines) {
        if end > self.row {
            lines.0.push((Arc::clone(&self.parcel), self.row..end));
            self.row = end;
        }
    }

    /// The next rows, at most `count`, with the NIK of the last; none at the end of the table.
    async fn take(&mut self, count: usize) -> Option<(Lines, usize, i64)> {
        let (mut lines, mut taken, mut last) = (Lines::default(), 0, 0);
        while taken < count && self.fill().await {
            let end = self.parcel.rows.len().min(self.row + count - taken);
            taken += end - self.row;
            last = self.parcel.rows[end - 1].0;
            self.until(end, &mut lines);
        }
        (taken > 0).then_some((lines, taken, last))
    }

    /// The next rows up to this NIK.
    async fn through(&mut self, nik: i64) -> Lines {
        let mut lines = Lines::default();
        while self.fill().await {
            let rest = &self.parcel.rows[self.row..];
            let end = self.row + rest.partition_point(|(other, _)| *other <= nik);
            self.until(end, &mut lines);
            if end < self.parcel.rows.len() {
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
    while let Some((members, count, last)) = members.take(BLOCK).await {
        let block = Block {
            first_sequence,
            members,
            jobs: jobs.through(last).await,
            reports: reports.through(last).await,
            listed: listed.through(last).await,
        };
        first_sequence += i64::try_from(count).expect("a block is small");
        sender.send(block).await.map_err(|_| Failure::failed("the floor's decisions ended early"))?;
    }
    Ok(())
}

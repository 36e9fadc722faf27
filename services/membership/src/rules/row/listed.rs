//! Rows of `lists.csv`.

use super::Cells;
use crate::rules::fault::RowFault;

const NIK: usize = 0;
const LIST: usize = 1;
const AS_OF: usize = 2;

/// The lists; their place here, from 1, is what tables and messages carry.
const LISTS: [&str; 10] =
    ["ASN", "TNI", "POLRI", "PKH", "PRAKERJA", "BPUM", "BPNT", "DTKS", "TAX", "DECEASED"];

/// A person on a list at a day; all of it is the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ListedRow {
    /// Whom the list names; need not be a member.
    pub(crate) nik: i64,
    /// Place in the list of lists, from 1.
    pub(crate) list: i16,
    /// Day of the snapshot, YYYYMMDD.
    pub(crate) as_of: i32,
}

/// A row of `lists.csv`.
#[derive(Debug)]
pub(crate) struct ListedLine {
    /// Everything wrong with it.
    pub(crate) faults: Vec<RowFault>,
    /// What it says; none when it has a fault.
    pub(crate) row: Option<ListedRow>,
}

impl ListedLine {
    /// Reads a row.
    pub(crate) fn read(mut cells: Cells<'_>) -> Self {
        let nik = cells.nik(NIK);
        let list = cells.word(LIST, &LISTS);
        let as_of = cells.date(AS_OF);
        let row = (|| Some(ListedRow { nik: nik?.number(), list: list?, as_of: as_of? }))();
        Self { faults: cells.into_faults(), row }
    }
}

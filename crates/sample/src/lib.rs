//! Rosters, answer keys and bank truth by construction.
//!
//! A sample is a folder of files that the suite imports (`employers.csv`, `members.csv`, `wages.csv`,
//! `lists.csv`), what the sandbox's banks know (`bank_accounts.csv`), and what must come out
//! (`expected.csv`). Every worker is made from a row of the table in `cases.rs`, and that row, not a rule,
//! says what bsu-2020 (both tranches), bsu-2021, bsu-2022 and bsu-2025 decide about him.
//!
//! Same seed, same bytes: all chance is ChaCha8 with a key of the seed, a domain and a fixed text, and a
//! stream per thing (`draws.rs`); words are brought into a range by multiplication. Workers are made one
//! by one, in an order that mixes the country, and held by four bytes each. From 10,000 workers on every
//! case occurs by its share in every 10,000 workers; in smaller samples rare cases may be missing.

mod banks;
mod cases;
mod deck;
mod draws;
mod employers;
mod facts;
mod names;
mod outcome;
mod people;
mod places;
pub mod settle;
mod worker;
mod write;

pub use write::{SampleFault, WORKERS_MAX, write};

/// A sample to be written: how many workers and which chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    workers: u64,
    seed: u64,
}

impl Sample {
    /// A sample of `workers` people, at most [`WORKERS_MAX`]; zero leaves employers alone.
    #[must_use]
    pub const fn new(workers: u64, seed: u64) -> Self {
        Self { workers, seed }
    }
}

/// Rows that were written, headers not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// People.
    pub workers: u64,
    /// Rows of `employers.csv`.
    pub employers: u64,
    /// Rows of `members.csv`, one per employment.
    pub employments: u64,
    /// Rows of `wages.csv`.
    pub wage_reports: u64,
    /// Rows of `lists.csv`.
    pub list_entries: u64,
    /// Rows of `bank_accounts.csv`.
    pub bank_accounts: u64,
    /// Rows of `expected.csv`.
    pub expected: u64,
}

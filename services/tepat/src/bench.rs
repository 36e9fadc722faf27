//! Benchmarks: ours against a floor that is measured in the same run, on the servers of the settings.
//!
//! [`prepare`] fills the servers once; the others use what it left. Every benchmark checks its own result
//! and is bad news when it is wrong. Absolute times drift from machine to machine, so what counts is
//! the ratio.

mod answer;
mod batch;
mod claims;
mod database;
mod floor;
mod import;
mod pages;
mod prepare;
mod rate;
mod report;
mod single;
mod states;
mod world;

pub(crate) use batch::{Shape, floor_alone, run as batch};
pub(crate) use import::run as import;
pub(crate) use pages::run as accounts_pages;
pub(crate) use prepare::run as prepare;
pub(crate) use report::peak_rss_bytes;
pub(crate) use single::run as accounts_single;
pub(crate) use world::flags;

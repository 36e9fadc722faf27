//! The signed package: written, checked with stock tools, and broken in every way.
#![allow(clippy::unwrap_used, reason = "in tests an unwrap is an assertion")]

mod bending;
mod fixture;
mod flips;
mod proofs;
mod writing;

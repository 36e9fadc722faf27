//! Who is insured, since when, by whom, at a roster version.
#![allow(dead_code)]
mod rules;

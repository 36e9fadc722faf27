//! What takes more than one step.

mod aside;
mod employed;
pub(crate) mod import;
mod line;
mod page;
pub(crate) mod upload;
mod write;

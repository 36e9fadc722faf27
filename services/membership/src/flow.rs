//! What takes more than one step.

pub(crate) mod import;
pub(crate) mod page;
pub(crate) mod upload;

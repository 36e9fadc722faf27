//! What takes more than one step.

pub(crate) mod check_closures;
pub(crate) mod flights;
pub(crate) mod record_closures;
pub(crate) mod validate;

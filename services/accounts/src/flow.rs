//! What takes more than one step.

pub(crate) mod validate;

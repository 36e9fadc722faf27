//! What runs without a caller.

pub(crate) mod screen;

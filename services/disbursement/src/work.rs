//! What runs without a caller.

mod hold;
pub(crate) mod screen;

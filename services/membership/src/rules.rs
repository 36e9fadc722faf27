//! What decides: pure, without async, IO, clock or proto.

pub(crate) mod scan;

//! The binary `tepat`.
fn main() {}

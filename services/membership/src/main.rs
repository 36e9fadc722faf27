//! The membership service as a process of its own; `tepat serve membership` runs the same.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    tepat_membership::process::main().await
}

//! The wages service as a process of its own; `tepat serve wages` runs the same.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    tepat_wages::process::main().await
}

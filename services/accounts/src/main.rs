//! The accounts service as a process of its own; `tepat serve accounts` runs the same.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    tepat_accounts::process::main().await
}

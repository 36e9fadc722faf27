//! The disbursement service as a process of its own; `tepat serve disbursement` runs the same.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    tepat_disbursement::process::main().await
}

//! Compiles the contracts with protox, so that no protoc has to be installed.

use std::{env, error::Error, fs, path::PathBuf};

use prost::Message as _;

const FILES: [&str; 5] = [
    "tepat/membership/v1/membership.proto",
    "tepat/wages/v1/wages.proto",
    "tepat/accounts/v1/accounts.proto",
    "tepat/disbursement/v1/decision.proto",
    "tepat/disbursement/v1/disbursement.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo:rerun-if-changed=tepat");
    println!("cargo:rerun-if-changed=third_party");

    let mut compiler = protox::Compiler::new([here.clone(), here.join("third_party")])?;
    compiler.include_imports(true).include_source_info(true);
    for file in FILES {
        compiler.open_file(file)?;
    }
    let descriptors = compiler.file_descriptor_set();
    fs::write(out.join("tepat_descriptors.bin"), descriptors.encode_to_vec())?;
    tonic_prost_build::configure()
        // Members and claims travel in pages of thousands: borrowed bytes beat copied ones.
        .bytes(".tepat.membership.v1.UploadFileRequest")
        .compile_fds(descriptors)?;
    Ok(())
}

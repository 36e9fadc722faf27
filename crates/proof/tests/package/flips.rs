//! Every changed byte is found, and the file it is in is named.

use std::fs;
use std::path::Path;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tepat_proof::package::VerifyFault;

use super::fixture::{Office, office};

const OTHERS: [&str; 7] = [
    "recipients/002.csv",
    "recipients/022-S.csv",
    "recipients/022.csv",
    "rejected.csv",
    "signatures/determine-kpa.p7s",
    "statement.json",
    "SHA256SUMS",
];

fn fault_with(office: &Office, dir: &Path, file: &str, content: &[u8]) -> VerifyFault {
    fs::write(dir.join(file), content).unwrap();
    office.verify(dir).expect_err("a changed package is not sound")
}

fn every_flip_is_found(file: &str) {
    let office = office();
    let dir = office.sound();
    let sound = fs::read(dir.join(file)).unwrap();
    for at in 0..sound.len() {
        for bits in [0x01, 0xff] {
            let mut bent = sound.clone();
            bent[at] ^= bits;
            let fault = fault_with(&office, &dir, file, &bent);
            assert_eq!(fault.file, file, "byte {at} xor {bits:#x}: {fault}");
        }
    }
    fs::write(dir.join(file), &sound).unwrap();
    office.verify(&dir).unwrap();
}

#[test]
fn every_flip_of_the_manifest_is_found_and_named() {
    every_flip_is_found("manifest.json");
}

#[test]
fn every_flip_of_the_seal_is_found_and_named() {
    every_flip_is_found("manifest.json.p7s");
}

#[test]
fn two_hundred_flips_in_each_other_file_are_found_and_named() {
    let office = office();
    let dir = office.sound();
    let mut random = ChaCha8Rng::seed_from_u64(2);
    for file in OTHERS {
        let sound = fs::read(dir.join(file)).unwrap();
        for _ in 0..200 {
            let (at, bits) = (random.random_range(0..sound.len()), random.random_range(1..=255));
            let mut bent = sound.clone();
            bent[at] ^= bits;
            let fault = fault_with(&office, &dir, file, &bent);
            assert_eq!(fault.file, file, "byte {at} xor {bits:#x}: {fault}");
        }
        fs::write(dir.join(file), &sound).unwrap();
    }
    office.verify(&dir).unwrap();
}

#[test]
fn a_byte_more_or_less_in_any_file_is_found_and_named() {
    let office = office();
    let dir = office.sound();
    for file in OTHERS.into_iter().chain(["manifest.json", "manifest.json.p7s"]) {
        let sound = fs::read(dir.join(file)).unwrap();
        let longer: Vec<u8> = sound.iter().copied().chain(*b"\n").collect();
        for bent in [&longer[..], &sound[..sound.len() - 1], b""] {
            assert_eq!(fault_with(&office, &dir, file, bent).file, file);
        }
        fs::write(dir.join(file), &sound).unwrap();
    }
}

#[test]
fn files_missing_unlisted_or_replaced_by_links_are_named() {
    let office = office();
    let dir = office.sound();
    for file in OTHERS.into_iter().chain(["manifest.json", "manifest.json.p7s"]) {
        let sound = fs::read(dir.join(file)).unwrap();
        fs::remove_file(dir.join(file)).unwrap();
        let fault = office.verify(&dir).unwrap_err();
        assert_eq!(fault.to_string(), format!("{file}: missing"));
        let elsewhere = office.path("elsewhere");
        fs::write(&elsewhere, &sound).unwrap();
        std::os::unix::fs::symlink(&elsewhere, dir.join(file)).unwrap();
        let fault = office.verify(&dir).unwrap_err();
        assert_eq!(fault.to_string(), format!("{file}: must be an ordinary file"));
        fs::remove_file(dir.join(file)).unwrap();
        fs::write(dir.join(file), &sound).unwrap();
    }
    for file in ["note.txt", "recipients/999.csv", "recipients/.hidden", "signatures/approve-checker.p7s"] {
        fs::write(dir.join(file), "").unwrap();
        let fault = office.verify(&dir).unwrap_err();
        assert_eq!(fault.to_string(), format!("{file}: not listed by the manifest"));
        fs::remove_file(dir.join(file)).unwrap();
    }
    for folder in ["empty/", "recipients/inside/"] {
        fs::create_dir(dir.join(folder)).unwrap();
        let fault = office.verify(&dir).unwrap_err();
        assert_eq!(fault.to_string(), format!("{folder}: not listed by the manifest"));
        fs::remove_dir(dir.join(folder)).unwrap();
    }
    office.verify(&dir).unwrap();
}

#[test]
fn the_readers_own_roots_decide() {
    let ours = office();
    let dir = ours.sound();
    let theirs = office();
    assert_eq!(theirs.verify(&dir).unwrap_err().file, "manifest.json.p7s");
    let fault = tepat_proof::package::verify(&dir, b"no certificate").unwrap_err();
    assert_eq!(fault.to_string(), "roots: the roots must be one or more certificates in PEM");
}

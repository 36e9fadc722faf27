//! A detached signature has one form: every change of a byte is found, and stock tools read it.
#![allow(clippy::unwrap_used, reason = "in tests an unwrap is an assertion")]

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use tepat_proof::digest::sha256;
use tepat_proof::{CaFault, CmsFault, DemoCa, Signer, SignerFault, verify_strict};

/// 2026-11-21T00:41:27Z
const NOW_S: i64 = 1_795_221_687;
const DAY_S: i64 = 86_400;
const CONTENT: &[u8] = b"{\"a\":1}";

struct Bench {
    folder: TempDir,
    ca: DemoCa,
    roots: Vec<u8>,
}

fn bench() -> Bench {
    let folder = TempDir::new().unwrap();
    let ca = DemoCa::create(folder.path(), NOW_S, &["suite seal", "kpa"]).unwrap();
    let roots = std::fs::read(ca.root_path()).unwrap();
    Bench { folder, ca, roots }
}

impl Bench {
    fn sign(&self, name: &str, at_s: i64) -> Vec<u8> {
        self.ca.signer(name).unwrap().sign(&sha256(CONTENT), at_s).unwrap()
    }

    fn verify(&self, p7s: &[u8]) -> Result<tepat_proof::Signed, CmsFault> {
        verify_strict(p7s, &sha256(CONTENT), &self.roots)
    }
}

#[test]
fn a_signature_names_its_signer_and_time() {
    let bench = bench();
    let signed = bench.verify(&bench.sign("suite seal", NOW_S)).unwrap();
    assert_eq!((signed.signer_cn.as_str(), signed.signing_time_s), ("suite seal", NOW_S));
    let other = bench.verify(&bench.sign("kpa", NOW_S)).unwrap();
    assert_ne!(signed.key_sha256, other.key_sha256);
}

#[test]
fn every_flip_of_every_byte_is_found() {
    let bench = bench();
    let p7s = bench.sign("suite seal", NOW_S);
    for at in 0..p7s.len() {
        for bits in [0x01, 0x80, 0xff] {
            let mut bent = p7s.clone();
            bent[at] ^= bits;
            let found = bench.verify(&bent);
            assert!(found.is_err(), "byte {at} xor {bits:#x}");
            assert!(!matches!(found, Err(CmsFault::Content { .. })), "byte {at} blames the content");
        }
    }
}

#[test]
fn a_byte_more_or_less_is_found() {
    let bench = bench();
    let p7s = bench.sign("suite seal", NOW_S);
    let longer: Vec<u8> = p7s.iter().copied().chain([0]).collect();
    assert!(bench.verify(&longer).is_err());
    for length in 0..p7s.len() {
        assert!(bench.verify(&p7s[..length]).is_err(), "cut to {length}");
    }
}

#[test]
fn other_content_is_blamed_on_the_content() {
    let bench = bench();
    let p7s = bench.sign("suite seal", NOW_S);
    let found = verify_strict(&p7s, &sha256(b"{\"a\":2}"), &bench.roots);
    assert!(matches!(found, Err(CmsFault::Content { .. })));
}

#[test]
fn the_chain_must_be_valid_at_the_signing_time() {
    let bench = bench();
    let valid_days = 5 * 365;
    for (at_s, is_valid) in [
        (NOW_S - DAY_S - 1, false),
        (NOW_S - DAY_S, true),
        (NOW_S + (valid_days - 1) * DAY_S, true),
        (NOW_S + (valid_days - 1) * DAY_S + 1, false),
    ] {
        assert_eq!(bench.verify(&bench.sign("kpa", at_s)).is_ok(), is_valid, "{at_s}");
    }
}

#[test]
fn a_foreign_root_is_refused() {
    let (ours, theirs) = (bench(), bench());
    // Both roots have the same name, so only the signature tells them apart.
    let found = ours.verify(&theirs.sign("kpa", NOW_S));
    assert!(matches!(found, Err(CmsFault::Certificate { .. })), "{found:?}");
    let both = [ours.roots.as_slice(), theirs.roots.as_slice()].concat();
    verify_strict(&theirs.sign("kpa", NOW_S), &sha256(CONTENT), &both).unwrap();
    for roots in [
        &b""[..],
        b"\n",
        b"no PEM",
        b"-----BEGIN CERTIFICATE-----",
        b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
    ] {
        assert_eq!(verify_strict(b"", &sha256(CONTENT), roots), Err(CmsFault::Roots));
    }
}

#[test]
fn the_files_of_an_authority_are_never_overwritten_and_keys_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let bench = bench();
    let again = DemoCa::create(bench.folder.path(), NOW_S, &["kpa"]);
    assert!(matches!(again, Err(CaFault::Exists(_))));
    let key = std::fs::metadata(bench.folder.path().join("suite-seal.key")).unwrap();
    assert_eq!(key.permissions().mode() & 0o777, 0o600);
    assert!(DemoCa::open(bench.folder.path()).is_ok());
    assert!(matches!(DemoCa::open(&bench.folder.path().join("none")), Err(CaFault::Missing(_))));
    let elsewhere = TempDir::new().unwrap();
    for names in [&["a b", "a-b"][..], &["ca"], &["../x"], &[""]] {
        assert!(DemoCa::create(elsewhere.path(), NOW_S, names).is_err(), "{names:?}");
    }
}

#[test]
fn a_key_that_is_not_its_certificates_is_refused() {
    let bench = bench();
    let dir = bench.folder.path();
    std::fs::copy(dir.join("kpa.key"), dir.join("suite-seal.key")).unwrap();
    assert!(matches!(Signer::load(dir, "suite seal"), Err(SignerFault::OtherKey(_))));
    std::fs::write(dir.join("suite-seal.key"), "nothing").unwrap();
    assert!(matches!(Signer::load(dir, "suite seal"), Err(SignerFault::Content { .. })));
    assert!(matches!(Signer::load(dir, "nobody"), Err(SignerFault::Io { .. })));
}

fn openssl(dir: &Path, arguments: &[&str]) -> bool {
    let run =
        Command::new("openssl").current_dir(dir).args(arguments).output().expect("openssl is on the PATH");
    if !run.status.success() {
        eprintln!("{}", String::from_utf8_lossy(&run.stderr));
    }
    run.status.success()
}

#[test]
fn openssl_reads_what_this_suite_signs() {
    let bench = bench();
    let dir = bench.folder.path();
    std::fs::write(dir.join("content"), CONTENT).unwrap();
    std::fs::write(dir.join("content.p7s"), bench.sign("suite seal", NOW_S)).unwrap();
    let at = NOW_S.to_string();
    let mut arguments =
        vec!["cms", "-verify", "-binary", "-inform", "DER", "-attime", &at, "-in", "content.p7s"];
    arguments.extend(["-content", "content", "-CAfile", "ca.pem", "-out", "/dev/null"]);
    assert!(openssl(dir, &arguments));
    std::fs::write(dir.join("content"), b"{\"a\":2}").unwrap();
    assert!(!openssl(dir, &arguments));
}

#[test]
fn what_openssl_signs_with_the_same_attributes_passes() {
    // OpenSSL signs at the time of its own clock.
    let now_s = i64::try_from(std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
    let today = TempDir::new().unwrap();
    let ca = DemoCa::create(today.path(), now_s, &["kpa"]).unwrap();
    std::fs::write(today.path().join("content"), CONTENT).unwrap();
    let chain = std::fs::read_to_string(today.path().join("kpa.pem")).unwrap();
    let issuing = chain.rfind("-----BEGIN").unwrap();
    std::fs::write(today.path().join("issuing.pem"), &chain[issuing..]).unwrap();
    let arguments =
        ["cms", "-sign", "-binary", "-nosmimecap", "-md", "sha256", "-in", "content", "-signer", "kpa.pem"];
    let more = ["-inkey", "kpa.key", "-certfile", "issuing.pem", "-outform", "DER", "-out", "content.p7s"];
    assert!(openssl(today.path(), &[&arguments[..], &more[..]].concat()));
    let p7s = std::fs::read(today.path().join("content.p7s")).unwrap();
    let roots = std::fs::read(ca.root_path()).unwrap();
    assert_eq!(verify_strict(&p7s, &sha256(CONTENT), &roots).unwrap().signer_cn, "kpa");
}

//! Whose signatures count: chains that break one rule each are refused, RSA chains work like P-256 ones.

#![allow(clippy::unwrap_used, reason = "in tests an unwrap is an assertion")]

use std::fs;
use std::path::Path;
use std::process::Command;

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256, RsaKeySize,
    SerialNumber,
};
use tempfile::TempDir;
use tepat_proof::digest::sha256;
use tepat_proof::{CmsFault, Signer, SignerFault, verify_strict};
use time::OffsetDateTime;

/// 2026-11-21T00:41:27Z
const NOW_S: i64 = 1_795_221_687;
const CONTENT: &[u8] = b"content";

/// The three certificates, before they are issued.
struct Plan {
    root: CertificateParams,
    issuing: CertificateParams,
    leaf: CertificateParams,
    embeds_root: bool,
    embeds_issuing: bool,
    key: fn() -> KeyPair,
}

fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    let at = |seconds| OffsetDateTime::from_unix_timestamp(seconds).unwrap();
    (params.not_before, params.not_after) = (at(NOW_S - 1000), at(NOW_S + 1000));
    params
}

fn authority(name: &str) -> CertificateParams {
    let mut params = named(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params
}

fn plan() -> Plan {
    let mut leaf = named("kpa");
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    Plan {
        root: authority("root"),
        issuing: authority("issuing"),
        leaf,
        embeds_root: false,
        embeds_issuing: true,
        key: || KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap(),
    }
}

/// Issues what was planned into a folder: `ca.pem`, `kpa.pem`, `kpa.key`.
fn issue(plan: Plan, dir: &Path) {
    let (root_key, issuing_key, leaf_key) = ((plan.key)(), (plan.key)(), (plan.key)());
    let root = plan.root.self_signed(&root_key).unwrap();
    let by_root = Issuer::new(plan.root, root_key);
    let issuing = plan.issuing.signed_by(&issuing_key, &by_root).unwrap();
    let leaf = plan.leaf.signed_by(&leaf_key, &Issuer::new(plan.issuing, issuing_key)).unwrap();
    let mut chain = leaf.pem();
    if plan.embeds_issuing {
        chain += &issuing.pem();
    }
    if plan.embeds_root {
        chain += &root.pem();
    }
    fs::write(dir.join("ca.pem"), root.pem()).unwrap();
    fs::write(dir.join("kpa.pem"), chain).unwrap();
    fs::write(dir.join("kpa.key"), leaf_key.serialize_pem()).unwrap();
}

fn sign_and_verify(dir: &Path) -> Result<String, CmsFault> {
    let signer = Signer::load(dir, "kpa").unwrap();
    let p7s = signer.sign(&sha256(CONTENT), NOW_S).unwrap();
    fs::write(dir.join("content.p7s"), &p7s).unwrap();
    verify_strict(&p7s, &sha256(CONTENT), &fs::read(dir.join("ca.pem")).unwrap())
        .map(|signed| signed.signer_cn)
}

fn check(bend: impl FnOnce(&mut Plan), wanted: &str) {
    let folder = TempDir::new().unwrap();
    let mut plan = plan();
    bend(&mut plan);
    issue(plan, folder.path());
    let found = sign_and_verify(folder.path()).map_err(|fault| fault.to_string());
    assert!(matches!(&found, Err(text) if text.contains(wanted)), "wanted {wanted:?}, found {found:?}");
}

#[test]
fn a_chain_that_keeps_every_rule_is_good() {
    let folder = TempDir::new().unwrap();
    issue(plan(), folder.path());
    assert_eq!(sign_and_verify(folder.path()).as_deref(), Ok("kpa"));
    // A list of purposes that includes the right one, and critical extensions that are understood.
    let mut open = plan();
    open.leaf.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::EmailProtection];
    open.issuing.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    open.root.is_ca = IsCa::Ca(BasicConstraints::Constrained(1));
    issue(open, folder.path());
    assert_eq!(sign_and_verify(folder.path()).as_deref(), Ok("kpa"));
}

#[test]
fn each_broken_rule_is_named() {
    let odd = || {
        let mut extension = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![5, 0]);
        extension.set_criticality(true);
        extension
    };
    check(|plan| plan.leaf.key_usages.clear(), "kpa: its keyUsage must include digitalSignature");
    check(
        |plan| plan.leaf.key_usages = vec![KeyUsagePurpose::ContentCommitment],
        "must include digitalSignature",
    );
    check(
        |plan| plan.leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth],
        "emailProtection",
    );
    check(|plan| plan.leaf.is_ca = IsCa::Ca(BasicConstraints::Unconstrained), "kpa: a signer must not be");
    check(|plan| plan.leaf.custom_extensions.push(odd()), "kpa: it has a critical extension");
    check(|plan| plan.leaf.not_before = plan.leaf.not_after, "kpa: it was not valid");
    check(|plan| plan.leaf.distinguished_name.push(DnType::CommonName, ""), "exactly one common name");
    check(|plan| plan.issuing.key_usages = vec![KeyUsagePurpose::CrlSign], "issuing: an issuer's keyUsage");
    check(|plan| plan.issuing.is_ca = IsCa::ExplicitNoCa, "issuing: an issuer must be");
    check(|plan| plan.issuing.not_after = plan.issuing.not_before, "issuing: it was not valid");
    check(
        |plan| plan.root.is_ca = IsCa::Ca(BasicConstraints::Constrained(0)),
        "root: more authorities follow",
    );
    check(|plan| plan.root.not_after = plan.root.not_before, "root: it was not valid");
    check(
        |plan| plan.root.key_usages = vec![KeyUsagePurpose::DigitalSignature],
        "root: an issuer's keyUsage",
    );
    check(|plan| plan.embeds_issuing = false, "no certificate of the issuer of kpa");
    check(|plan| plan.embeds_root = true, "3 certificates are embedded, the chain needs 2");
}

#[test]
fn an_intermediate_is_no_root() {
    let folder = TempDir::new().unwrap();
    issue(plan(), folder.path());
    sign_and_verify(folder.path()).unwrap();
    let chain = fs::read_to_string(folder.path().join("kpa.pem")).unwrap();
    let issuing = &chain[chain.rfind("-----BEGIN").unwrap()..];
    fs::write(folder.path().join("ca.pem"), issuing).unwrap();
    fs::write(folder.path().join("kpa.pem"), &chain[..chain.rfind("-----BEGIN").unwrap()]).unwrap();
    let found = sign_and_verify(folder.path()).unwrap_err().to_string();
    assert!(found.contains("issuing: a root must be signed by itself"), "{found}");
}

#[test]
fn weak_or_unusual_keys_are_refused() {
    let folder = TempDir::new().unwrap();
    let keys: [fn() -> KeyPair; 2] = [
        || KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap(),
        || KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap(),
    ];
    for key in keys {
        issue(Plan { key, ..plan() }, folder.path());
        let loaded = Signer::load(folder.path(), "kpa");
        assert!(matches!(loaded, Err(SignerFault::Cms(CmsFault::Key))));
    }
}

fn openssl_verifies(dir: &Path) -> bool {
    fs::write(dir.join("content"), CONTENT).unwrap();
    let at = NOW_S.to_string();
    let mut arguments =
        vec!["cms", "-verify", "-binary", "-inform", "DER", "-attime", &at, "-in", "content.p7s"];
    arguments.extend(["-content", "content", "-CAfile", "ca.pem", "-out", "/dev/null"]);
    let run = Command::new("openssl").current_dir(dir).args(arguments).output();
    run.expect("openssl is on the PATH").status.success()
}

#[test]
fn rsa_of_3072_bits_signs_and_every_flip_is_found() {
    let folder = TempDir::new().unwrap();
    let dir = folder.path();
    issue(
        Plan { key: || KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_3072).unwrap(), ..plan() },
        dir,
    );
    assert_eq!(sign_and_verify(dir).as_deref(), Ok("kpa"));
    assert!(openssl_verifies(dir));
    let (sound, roots) = (fs::read(dir.join("content.p7s")).unwrap(), fs::read(dir.join("ca.pem")).unwrap());
    for at in 0..sound.len() {
        let mut bent = sound.clone();
        bent[at] ^= 0x01;
        assert!(verify_strict(&bent, &sha256(CONTENT), &roots).is_err(), "byte {at}");
    }
}

#[test]
fn two_certificates_with_the_same_issuer_and_serial_do_not_confuse() {
    // The second leaf, by a foreign authority of the same name, carries the serial of the first.
    let (ours, theirs) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    for folder in [&ours, &theirs] {
        let mut plan = plan();
        plan.leaf.serial_number = Some(SerialNumber::from_slice(&[1, 2, 3]));
        issue(plan, folder.path());
    }
    let foreign = fs::read_to_string(theirs.path().join("kpa.pem")).unwrap();
    let own = fs::read_to_string(ours.path().join("kpa.pem")).unwrap();
    fs::write(theirs.path().join("kpa.pem"), foreign + &own).unwrap();
    fs::copy(ours.path().join("ca.pem"), theirs.path().join("ca.pem")).unwrap();
    assert!(sign_and_verify(theirs.path()).is_err());
}

#[test]
fn what_openssl_adds_beyond_the_permitted_form_is_refused() {
    let folder = TempDir::new().unwrap();
    let dir = folder.path();
    let ca = tepat_proof::DemoCa::create(dir, now_s(), &["kpa"]).unwrap();
    let roots = fs::read(ca.root_path()).unwrap();
    let chain = fs::read_to_string(dir.join("kpa.pem")).unwrap();
    fs::write(dir.join("issuing.pem"), &chain[chain.rfind("-----BEGIN").unwrap()..]).unwrap();
    fs::write(dir.join("content"), CONTENT).unwrap();
    let sign = |extra: &[&str]| {
        let mut arguments =
            vec!["cms", "-sign", "-binary", "-in", "content", "-signer", "kpa.pem", "-inkey", "kpa.key"];
        arguments.extend(["-certfile", "issuing.pem", "-outform", "DER", "-out", "content.p7s"]);
        arguments.extend(extra);
        let run = Command::new("openssl")
            .current_dir(dir)
            .args(arguments)
            .output()
            .expect("openssl is on the PATH");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        verify_strict(&fs::read(dir.join("content.p7s")).unwrap(), &sha256(CONTENT), &roots).is_ok()
    };
    assert!(sign(&["-nosmimecap", "-md", "sha256"]));
    for extra in [
        &["-md", "sha256"][..],
        &["-nosmimecap", "-md", "sha512"],
        &["-nosmimecap", "-md", "sha256", "-nodetach"],
        &["-nosmimecap", "-md", "sha256", "-keyid"],
        &["-nosmimecap", "-md", "sha256", "-noattr"],
        &["-nosmimecap", "-md", "sha256", "-nocerts"],
        &["-nosmimecap", "-md", "sha256", "-certfile", "ca.pem"],
    ] {
        assert!(!sign(extra), "{extra:?}");
    }
}

/// OpenSSL signs at the time of its own clock, so the certificates must be valid then.
fn now_s() -> i64 {
    i64::try_from(std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap()
}

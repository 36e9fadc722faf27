//! A proof for one recipient holds with the manifest and its seal alone, and for nobody else.

use std::fs;

use tepat_proof::canonical;
use tepat_proof::package::{Proof, ProofFault, VerifyFault, prove, verify_proof};

use super::fixture::{PER_RECIPIENT, nik, office};

#[test]
fn every_recipient_has_a_proof_that_holds() {
    let office = office();
    let dir = office.sound();
    let (manifest, seal) =
        (fs::read(dir.join("manifest.json")).unwrap(), fs::read(dir.join("manifest.json.p7s")).unwrap());
    let mut places = Vec::new();
    for sequence in 0..60 {
        let proof = prove(&dir, nik(sequence)).unwrap();
        let proven = verify_proof(&proof, &manifest, &seal, &office.roots).unwrap();
        assert_eq!((proven.row, proven.amount_rupiah), (sequence / 3 + 1, PER_RECIPIENT));
        assert!(proof.line.contains(&nik(sequence).to_string()));
        places.push(proof.leaf_index);
    }
    places.sort_unstable();
    assert_eq!(places, (0..60).collect::<Vec<_>>());
}

#[test]
fn a_proof_is_canonical_json_with_these_keys() {
    let office = office();
    let proof = prove(&office.sound(), nik(0)).unwrap();
    let text = canonical::to_bytes(&proof).unwrap();
    assert_eq!(canonical::from_bytes::<Proof>(&text).unwrap(), proof);
    let text = String::from_utf8(text).unwrap();
    assert!(text.starts_with(r#"{"batch_id":"bsu-2022-1-0001","file":"recipients/022.csv","format":"tepat-proof/1","leaf_index":40,"line":"1,"#), "{text}");
    assert!(text.contains(r#""tree_size":60"#));
}

#[test]
fn who_is_no_recipient_has_no_proof() {
    let office = office();
    let dir = office.sound();
    for other in [nik(60), nik(0) + 1, 0, -1] {
        assert!(matches!(prove(&dir, other), Err(ProofFault::NotRecipient)));
    }
    let (empty, _) = office.package("empty", (0, 1), None).unwrap();
    assert!(matches!(prove(&empty.dir, nik(0)), Err(ProofFault::NotRecipient)));
    let missing = prove(&office.path("nowhere"), nik(0));
    assert!(matches!(missing, Err(ProofFault::Package(VerifyFault { file, .. })) if file == "manifest.json"));
}

#[test]
fn a_bent_proof_does_not_hold() {
    let office = office();
    let dir = office.sound();
    let (manifest, seal) =
        (fs::read(dir.join("manifest.json")).unwrap(), fs::read(dir.join("manifest.json.p7s")).unwrap());
    let sound = prove(&dir, nik(4)).unwrap();
    let all: Vec<fn(&mut Proof)> = vec![
        |p| p.format.push('0'),
        |p| p.batch_id = "bsu-2022-1-0002".to_owned(),
        |p| p.file = "recipients/022.csv".to_owned(),
        |p| p.line = p.line.replace("600000", "900000"),
        |p| p.leaf_index += 1,
        |p| p.leaf_index = u64::MAX,
        |p| p.tree_size += 1,
        |p| p.path.swap(0, 1),
        |p| _ = p.path.pop(),
        |p| p.path.push("x".to_owned()),
        |p| p.path[0] = p.path[0].to_uppercase(),
        |p| p.root = p.root.replace(char::is_alphabetic, "0"),
    ];
    for (at, bend) in all.into_iter().enumerate() {
        let mut bent = sound.clone();
        bend(&mut bent);
        assert!(verify_proof(&bent, &manifest, &seal, &office.roots).is_err(), "bend {at}");
    }
    verify_proof(&sound, &manifest, &seal, &office.roots).unwrap();
    let (other, _) = office.package("other", (59, 1), None).unwrap();
    let other = |file: &str| fs::read(other.dir.join(file)).unwrap();
    assert!(verify_proof(&sound, &manifest, &other("manifest.json.p7s"), &office.roots).is_err());
    assert!(
        verify_proof(&sound, &other("manifest.json"), &other("manifest.json.p7s"), &office.roots).is_err()
    );
}

#[test]
fn a_changed_list_gives_no_proof() {
    let office = office();
    let dir = office.sound();
    super::fixture::replace(&dir.join("recipients/002.csv"), "0010000028", "0010000029");
    assert!(matches!(prove(&dir, nik(0)), Err(ProofFault::OtherRoot)));
}

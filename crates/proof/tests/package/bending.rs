//! A package that is sealed and signed, but does not add up, is refused: the check does not trust the suite.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use tepat_proof::digest::{hex, sha256};
use tepat_proof::merkle::MerkleAccumulator;
use tepat_proof::package::{Manifest, Stage};

use super::fixture::{NOW_S, Office, PER_RECIPIENT, nik, office, replace};

/// A change of a manifest.
type Bend = fn(&mut Manifest);

/// Bends a sound package, seals it again, and compares what is found wrong.
fn check(office: &Office, bend: impl FnOnce(&Path, &mut Manifest), wanted: &str) {
    let dir = office.sound();
    office.forge(&dir, bend);
    let found = office.verify(&dir).expect_err(wanted).to_string();
    assert!(found.contains(wanted), "wanted {wanted:?}, found {found:?}");
    fs::remove_dir_all(dir).unwrap();
}

/// Makes the root that of the lists as they are now.
fn count_leaves(dir: &Path, manifest: &mut Manifest) {
    let mut tree = MerkleAccumulator::new();
    for file in manifest.files.iter().filter(|file| file.path.starts_with("recipients/")) {
        let text = fs::read_to_string(dir.join(&file.path)).unwrap();
        text.split_terminator("\r\n").skip(1).for_each(|line| tree.push(line.as_bytes()));
    }
    (manifest.merkle.leaves, manifest.merkle.root) = (tree.leaves(), hex(&tree.root()));
}

fn check_list(office: &Office, (file, from, to): (&str, &str, &str), wanted: &str) {
    let bend = |dir: &Path, manifest: &mut Manifest| {
        replace(&dir.join(file), from, to);
        count_leaves(dir, manifest);
    };
    check(office, bend, wanted);
}

#[test]
fn resealing_what_is_sound_stays_sound() {
    let office = office();
    let dir = office.sound();
    office.forge(&dir, count_leaves);
    office.verify(&dir).unwrap();
}

#[test]
fn every_value_of_the_manifest_is_held_to_the_rest() {
    let office = office();
    let all: Vec<(Bend, &str)> = vec![
        (
            |m| m.format = "tepat-handover/2".to_owned(),
            "format must be tepat-handover/1, found tepat-handover/2",
        ),
        (|m| m.stage = Stage::Proposal, "stage must be payment, found proposal"),
        (|m| m.batch_id = "bsu-2022-2-0001".to_owned(), "batch_id must be"),
        (|m| m.batch_id = "bsu-2022-1-001".to_owned(), "batch_id must be"),
        (|m| m.batch_id = "bsu-2022-1-000A".to_owned(), "batch_id must be"),
        (|m| m.legal_basis.clear(), "legal_basis must be"),
        (|m| m.legal_basis.push(" ".to_owned()), "legal_basis must be"),
        (|m| m.roster_version = 0, "roster_version must be"),
        (|m| m.created_at = "2026-11-21 00:41:27".to_owned(), "created_at must be"),
        (
            |m| m.predecessor.as_mut().unwrap().manifest_sha256.push('0'),
            "predecessor.manifest_sha256 must be",
        ),
        (|m| m.rules.round_sha256.clear(), "rules.round_sha256 must be"),
        (|m| m.rules.wage_table_sha256.clear(), "rules.wage_table_sha256 must be"),
        (|m| m.counts.received += 1, "counts.received must be"),
        (|m| m.counts.received = 0, "counts.received must be"),
        (|m| _ = m.counts.by_reason.insert("POLICE".to_owned(), 4), "counts.by_reason must be a sum"),
        (|m| _ = m.counts.by_reason.insert("MILITARY".to_owned(), 0), "counts.by_reason must be free"),
        (|m| m.amount_rupiah.total += 1, "amount_rupiah.total must be"),
        (
            |m| (m.amount_rupiah.per_recipient, m.amount_rupiah.total) = (0, 0),
            "amount_rupiah.per_recipient must be",
        ),
        (|m| m.merkle.algorithm = "SHA256".to_owned(), "merkle.algorithm must be"),
        (|m| m.merkle.leaves -= 1, "merkle.leaves must be 60, found 59"),
        (|m| m.merkle.root = hex(&sha256(b"")), "merkle.root must be"),
        (|m| m.merkle.root = "x".to_owned(), "merkle.root must be 64"),
        (|m| m.files.swap(0, 1), "files must be sorted"),
        (|m| m.files.retain(|file| file.path != "rejected.csv"), "files must be a list with"),
        (
            |m| m.files.retain(|file| file.path != "recipients/022.csv"),
            "banks must be the banks that have a file",
        ),
        (|m| m.files[0].path = "minutes.txt".to_owned(), "minutes.txt: no file of this name"),
        (|m| m.banks[0].distributor.clear(), "banks.distributor must be"),
        (|m| m.banks[0].amount_rupiah += 1, "banks.amount_rupiah must be"),
        (|m| _ = m.banks.pop(), "sum of recipients must be 60, found 40"),
        (|m| m.banks[0] = m.banks[1].clone(), "banks must be a list with each bank once"),
        (move_a_recipient, "recipients/002.csv: rows must be 21, found 20"),
        (|m| (m.counts.refused, m.counts.pending) = (5, 5), "counts.refused must be 6, found 5"),
        (swap_reasons, "counts.by_reason.BANK_UNANSWERED must be 4, found 3"),
    ];
    for (bend, wanted) in all {
        check(&office, |_, manifest| bend(manifest), wanted);
    }
}

fn move_a_recipient(manifest: &mut Manifest) {
    for (at, change) in [(0, 1), (1, -1)] {
        let bank = &mut manifest.banks[at];
        bank.recipients = bank.recipients.checked_add_signed(change).unwrap();
        bank.amount_rupiah += change * PER_RECIPIENT;
    }
}

fn swap_reasons(manifest: &mut Manifest) {
    *manifest.counts.by_reason.get_mut("BANK_UNANSWERED").unwrap() -= 1;
    *manifest.counts.by_reason.get_mut("POLICE").unwrap() += 1;
}

#[test]
fn every_field_of_a_recipient_is_held_to_the_rest() {
    let office = office();
    let (file, first) = ("recipients/022.csv", "1,bsu-2022-1-0001-0,3201010101900001");
    let (second, third) = ("2,bsu-2022-1-0001-3,3201010101900010", "3,bsu-2022-1-0001-6,3201010101900019");
    for (from, to, wanted) in [
        (first, "2,bsu-2022-1-0001-0,3201010101900001", "022.csv: row 1: row must count from 1"),
        (first, "01,bsu-2022-1-0001-0,3201010101900001", "row 1: numbers must be plain digits"),
        (first, "1,bsu-2022-1-0002-0,3201010101900001", "row 1: end_to_end_id must be batch_id"),
        (
            first,
            "1,bsu-2022-1-0001-3,3201010101900001",
            "002.csv: row 1: the sequence in end_to_end_id must rise",
        ),
        (
            second,
            "2,bsu-2022-1-0001-0,3201010101900010",
            "022.csv: row 2: the sequence in end_to_end_id must rise",
        ),
        (second, "2,bsu-2022-1-0001-3,3201010101900001", "022.csv: row 2: rows must be sorted by NIK"),
        (third, "3,bsu-2022-1-0001-6,320101010190001", "row 3: nik must be 16 digits"),
        (first, "1,bsu-2022-1-0001-0,+3201010101900001", "row 1: numbers must be plain digits"),
        ("SITI AMINAH", "\"SITI AMINAH\"", "quotes must stand only where"),
        ("SITI AMINAH", "SITI\u{7}AMINAH", "control characters"),
        ("SITI AMINAH", "", "name must be"),
        (",022,0010000021", ",002,0010000021", "row 2: bank must be that of the file"),
        ("0010000021", "0010000000", "row 2: the account number stands in this file before"),
        ("0010000021", "00100000x1", "row 2: account_number must be"),
        (",600000,", ",600001,", "row 1: amount_rupiah must be that of the manifest"),
        (",600000,", ",0600000,", "row 1: numbers must be plain digits"),
        ("AA000001", "", "npp must be"),
        ("3201\r\n", "32\r\n", "region_code must be"),
        ("npp,region_code", "region_code,npp", "row 0: the header must be"),
    ] {
        check_list(&office, (file, from, to), wanted);
    }
}

#[test]
fn other_line_ends_and_empty_lines_are_found() {
    let office = office();
    for (from, to, wanted) in [
        ("3201\r\n", "3201\n", "022.csv: row 1: a line must end in CRLF"),
        ("3201\r\n", "3201\r\n\r\n", "022.csv: row 2: the line must have one field for each column"),
    ] {
        check(&office, |dir, _| replace(&dir.join("recipients/022.csv"), from, to), wanted);
    }
}

#[test]
fn a_nik_in_two_banks_files_is_found() {
    let office = office();
    // The first of bank 002 takes the NIK of the first of bank 022.
    let (ours, other) = (nik(1).to_string(), nik(0).to_string());
    check_list(&office, ("recipients/002.csv", &ours, &other), "the NIK stands in another bank's file too");
}

#[test]
fn a_sequence_beyond_the_candidates_is_found() {
    let office = office();
    // 59 is the last of 60; 70 candidates were received: 70 is 1y, 71 is 1z.
    let last = "recipients/022-S.csv";
    check_list(
        &office,
        (last, "bsu-2022-1-0001-1n,", "bsu-2022-1-0001-1z,"),
        "must not exceed the candidates",
    );
    let dir = office.sound();
    office.forge(&dir, |dir, manifest| {
        replace(&dir.join(last), "bsu-2022-1-0001-1n,", "bsu-2022-1-0001-1y,");
        count_leaves(dir, manifest);
    });
    office.verify(&dir).unwrap();
}

#[test]
fn every_field_of_a_rejected_row_is_held_to_the_rest() {
    let office = office();
    for (from, to, wanted) in [
        ("1,3201**********04", "7,3201**********04", "rejected.csv: row 1: row must count from 1"),
        ("3201**********04", "3201010101900004", "row 1: nik_masked must hide"),
        ("0000000000000001", "0000000000000000", "row 2: rows must be sorted by nik_mark"),
        ("PENDING", "ELIGIBLE", "row 1: decision must be"),
        ("PENDING", "REFUSED", "counts.refused must be 7, found 6"),
        ("REFUSED,POLICE,", "REFUSED,MILITARY,", "row 2: primary_reason must be among"),
        (",POLICE,POLICE|", ",ACCOUNT_CLOSED,POLICE|", "counts.by_reason.ACCOUNT_CLOSED must be 1, found 0"),
        ("Permenaker 10/2022 Pasal 4, ayat (2)", "", "quotes must stand"),
        ("\"Permenaker 10/2022 Pasal 4, ayat (2)\"", "", "row 1: legal_basis must be"),
    ] {
        check(&office, |dir, _| replace(&dir.join("rejected.csv"), from, to), wanted);
    }
}

#[test]
fn the_statement_is_that_of_the_manifest_and_signed_by_someone_else() {
    let office = office();
    let manifest = |dir: &Path| Manifest::from_bytes(&fs::read(dir.join("manifest.json")).unwrap()).unwrap();
    let check = |bend: &dyn Fn(&Path, &mut Manifest), wanted: &str| {
        let dir = office.sound();
        let mut bent = manifest(&dir);
        bend(&dir, &mut bent);
        office.seal_again(&dir, bent);
        let found = office.verify(&dir).unwrap_err().to_string();
        assert!(found.contains(wanted), "wanted {wanted:?}, found {found:?}");
        fs::remove_dir_all(dir).unwrap();
    };
    let signature = "signatures/determine-kpa.p7s";
    let signed = |dir: &Path, signer: &tepat_proof::Signer, at_s| {
        let statement = sha256(&fs::read(dir.join("statement.json")).unwrap());
        fs::write(dir.join(signature), signer.sign(&statement, at_s).unwrap()).unwrap();
    };
    check(&|dir, _| replace(&dir.join("statement.json"), "36000000", "36000001"), "statement.json: byte");
    check(&|dir, _| signed(dir, &office.seal, NOW_S), "determine-kpa.p7s: signer must be someone else");
    check(&|dir, _| signed(dir, &office.kpa, NOW_S + 1), "determine-kpa.p7s: signing time must be no later");
    check(
        &|dir, _| fs::write(dir.join(signature), office.kpa.sign(&sha256(b"other"), NOW_S).unwrap()).unwrap(),
        "determine-kpa.p7s: SHA-256 must be",
    );
    let unsigned = |dir: &Path, manifest: &mut Manifest| {
        fs::remove_dir_all(dir.join("signatures")).unwrap();
        manifest.files.retain(|file| file.path != signature);
    };
    check(&unsigned, "manifest.json: signatures over the statement must be one or more, found none");
}

#[test]
fn a_manifest_with_other_keys_or_spacing_is_refused_though_sealed() {
    let office = office();
    let dir = office.sound();
    let sound = fs::read_to_string(dir.join("manifest.json")).unwrap();
    for (from, to) in [
        ("{\"amount_rupiah\"", "{ \"amount_rupiah\""),
        ("\"slice\":null,", ""),
        ("\"slice\":null,", "\"slice\":null,\"extra\":1,"),
        ("\"per_recipient\":600000", "\"per_recipient\":600000.0"),
        ("\"tranche\":1", "\"tranche\":1,\"tranche\":1"),
    ] {
        let text = sound.replacen(from, to, 1);
        assert_ne!(text, sound);
        fs::write(dir.join("manifest.json"), &text).unwrap();
        let seal = office.seal.sign(&sha256(text.as_bytes()), NOW_S).unwrap();
        fs::write(dir.join("manifest.json.p7s"), seal).unwrap();
        assert_eq!(office.verify(&dir).unwrap_err().file, "manifest.json", "{to}");
    }
}

#[test]
fn broken_lists_of_any_bytes_never_panic() {
    let office = office();
    let dir = office.sound();
    let manifest = Manifest::from_bytes(&fs::read(dir.join("manifest.json")).unwrap()).unwrap();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(64));
    let header = "row,end_to_end_id,nik,name,bank,account_number,amount_rupiah,npp,region_code\r\n";
    let bytes = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        "[0-9a-z,\"\r\n-]{0,200}".prop_map(String::into_bytes),
    ];
    let strategy = (bytes, any::<bool>());
    let ran = runner.run(&strategy, |(bytes, with_header)| {
        let content = [if with_header { header.as_bytes() } else { b"" }, &bytes].concat();
        fs::write(dir.join("recipients/022.csv"), &content).unwrap();
        fs::write(dir.join("rejected.csv"), &content).unwrap();
        office.seal_again(&dir, manifest.clone());
        prop_assert!(office.verify(&dir).is_err());
        Ok(())
    });
    ran.unwrap();
}

//! Writing: stock tools agree, the same content has the same bytes, and a fault leaves nothing behind.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use tepat_proof::digest::{hex, sha256};
use tepat_proof::package::{PackageWriter, Recipient, RejectedRow, WriteFault};

use super::fixture::{BATCH, NOW_S, add_recipients, add_rejected, manifest, nik, office};

fn run(dir: &Path, program: &str, arguments: &[&str]) -> bool {
    let run = Command::new(program).current_dir(dir).args(arguments).output();
    let run = run.unwrap_or_else(|fault| panic!("{program} must be on the PATH: {fault}"));
    run.status.success()
}

fn contents(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for folder in ["", "recipients/", "signatures/"] {
        for entry in fs::read_dir(dir.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = format!("{folder}{}", path.file_name().unwrap().to_str().unwrap());
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn a_written_package_is_sound_and_says_what_was_written() {
    let office = office();
    let report = office.verify(&office.sound()).unwrap();
    assert_eq!((report.received, report.recipients, report.refused, report.pending), (70, 60, 6, 4));
    assert_eq!(report.amount_rupiah, 36_000_000);
    assert_eq!(report.seal.signer_cn, "suite seal");
    assert_eq!(report.signatures[0].path, "signatures/determine-kpa.p7s");
    assert_eq!(report.signatures[0].signed.signer_cn, "kpa");
}

#[test]
fn the_files_are_as_their_readers_expect() {
    let office = office();
    let dir = office.sound();
    let list = fs::read_to_string(dir.join("recipients/022.csv")).unwrap();
    let mut lines = list.split("\r\n");
    assert_eq!(
        lines.next(),
        Some("row,end_to_end_id,nik,name,bank,account_number,amount_rupiah,npp,region_code")
    );
    let first = "1,bsu-2022-1-0001-0,3201010101900001,\"I MADE \"\"ODE\"\", D'ARC\",022,0010000000,600000,AA000001,3201";
    assert_eq!(lines.next(), Some(first));
    assert!(list.ends_with("\r\n"));
    let rejected = fs::read_to_string(dir.join("rejected.csv")).unwrap();
    assert!(
        rejected
            .starts_with("row,nik_masked,nik_mark,decision,primary_reason,reasons,legal_basis\r\n1,3201***")
    );
    let manifest = fs::read_to_string(dir.join("manifest.json")).unwrap();
    assert!(manifest.starts_with(r#"{"amount_rupiah":{"per_recipient":600000,"total":36000000},"banks":[{"#));
    assert!(manifest.contains(r#""path":"recipients/002.csv""#) && manifest.contains(r#""slice":null"#));
    let (sharia, plain) = (manifest.find("recipients/022-S.csv"), manifest.find("recipients/022.csv"));
    assert!(sharia < plain, "files are sorted by the bytes of the path");
}

#[test]
fn openssl_and_sha256sum_agree() {
    let office = office();
    let dir = office.sound();
    let at = NOW_S.to_string();
    for (signature, content) in
        [("manifest.json.p7s", "manifest.json"), ("signatures/determine-kpa.p7s", "statement.json")]
    {
        let mut arguments =
            vec!["cms", "-verify", "-binary", "-inform", "DER", "-attime", &at, "-in", signature];
        arguments.extend(["-content", content, "-CAfile", "../ca/ca.pem", "-out", "/dev/null"]);
        assert!(run(&dir, "openssl", &arguments), "{signature}");
    }
    assert!(run(&dir, "sha256sum", &["--check", "--strict", "--quiet", "SHA256SUMS"]));
    let summed = fs::read_to_string(dir.join("SHA256SUMS")).unwrap();
    let paths: Vec<_> = summed.lines().map(|line| &line[66..]).collect();
    assert_eq!(
        paths,
        [
            "manifest.json",
            "recipients/002.csv",
            "recipients/022-S.csv",
            "recipients/022.csv",
            "rejected.csv",
            "signatures/determine-kpa.p7s",
            "statement.json"
        ]
    );
}

#[test]
fn the_same_content_and_signatures_give_the_same_bytes() {
    let office = office();
    let (first, stored) = office.package("first", (60, 10), None).unwrap();
    let (second, _) = office.package("second", (60, 10), Some(stored)).unwrap();
    assert_eq!(contents(&first.dir), contents(&second.dir));
    assert_eq!(first.manifest_sha256, second.manifest_sha256);
    assert_eq!(first.manifest_sha256, sha256(&fs::read(second.dir.join("manifest.json")).unwrap()));
}

#[test]
fn a_package_without_recipients_is_sound() {
    let office = office();
    let (delivered, _) = office.package("none", (0, 4), None).unwrap();
    let report = office.verify(&delivered.dir).unwrap();
    assert_eq!((report.recipients, report.amount_rupiah, report.received), (0, 0, 4));
    assert_eq!(report.merkle_root, hex(&sha256(b"")));
    assert!(!delivered.dir.join("recipients").exists());
    let (all, _) = office.package("all", (3, 0), None).unwrap();
    assert_eq!(office.verify(&all.dir).unwrap().received, 3);
}

#[test]
fn delivering_twice_gives_the_first_package_and_another_is_refused() {
    let office = office();
    let (first, stored) = office.package("one", (6, 1), None).unwrap();
    let (again, _) = office.package("one", (6, 1), Some(stored)).unwrap();
    assert_eq!(first, again);
    let other = office.package("one", (7, 1), None);
    assert!(matches!(other, Err(WriteFault::Exists(_))));
    assert_eq!(office.verify(&first.dir).unwrap().recipients, 6);
    assert!(!office.path("one.part").exists());
}

#[test]
fn what_a_cut_run_left_behind_is_cleared() {
    let office = office();
    fs::create_dir_all(office.path("sound.part/recipients")).unwrap();
    fs::write(office.path("sound.part/recipients/999.csv"), "left over").unwrap();
    office.verify(&office.sound()).unwrap();
    let not_ours = PackageWriter::create(&office.path("precious"));
    assert!(matches!(not_ours, Err(WriteFault::Part(_))));
}

#[test]
fn a_full_disk_is_one_clear_fault_and_nothing_stays() {
    let office = office();
    let part = office.path("full.part");
    let mut writer = PackageWriter::create(&part).unwrap();
    // The device that is always full stands where the bank's file goes.
    fs::create_dir_all(part.join("recipients")).unwrap();
    std::os::unix::fs::symlink("/dev/full", part.join("recipients/022.csv")).unwrap();
    let fault = add_recipients(&mut writer, 60).and_then(|()| writer.finish_lists().map(|_| ())).unwrap_err();
    let text = fault.to_string();
    assert!(text.contains("recipients/022.csv") && text.contains("No space left"), "{text}");
    drop(writer);
    assert!(!part.exists() && !office.path("full").exists());
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let office = office();
    fs::write(office.path("file"), "").unwrap();
    let fault = PackageWriter::create(&office.path("file").join("x.part")).err().unwrap();
    assert!(matches!(fault, WriteFault::Io { path, .. } if path.ends_with("file/x.part")));
}

const ROW: Recipient<'static> = Recipient {
    end_to_end_id: "bsu-2022-1-0001-1",
    nik: 3_201_010_101_900_001,
    name: "SITI",
    bank: "022",
    account_number: "1",
    amount_rupiah: 1,
    npp: "A",
    region_code: "3201",
};

#[test]
fn rows_out_of_order_or_shape_are_refused_without_their_content() {
    let office = office();
    let mut writer = PackageWriter::create(&office.path("x.part")).unwrap();
    writer.recipient(&ROW).unwrap();
    for (row, wanted) in [
        (ROW, "recipients/022.csv row 2: recipients must come in NIK order"),
        (
            Recipient { nik: ROW.nik - 1, bank: "002", ..ROW },
            "recipients/002.csv row 1: recipients must come in NIK order",
        ),
        (Recipient { nik: ROW.nik + 1, name: "A\tB", ..ROW }, "recipients/022.csv row 2: name must be"),
    ] {
        let text = writer.recipient(&row).unwrap_err().to_string();
        assert!(text.starts_with(wanted), "{text}");
        assert!(!text.contains("3201010101"), "{text}");
    }
    let rejected = RejectedRow {
        nik_masked: "3201**********01",
        nik_mark: "b",
        decision: "REFUSED",
        primary_reason: "POLICE",
        reasons: "POLICE",
        legal_basis: "Pasal 4",
    };
    writer.rejected(&rejected).unwrap();
    for mark in ["b", "a"] {
        let text =
            writer.rejected(&RejectedRow { nik_mark: mark, ..rejected.clone() }).unwrap_err().to_string();
        assert!(text.starts_with("rejected.csv row 2: rows must be sorted"), "{text}");
    }
}

#[test]
fn steps_out_of_order_are_refused() {
    let office = office();
    let mut writer = PackageWriter::create(&office.path("x.part")).unwrap();
    add_recipients(&mut writer, 3).unwrap();
    let is_order =
        |result: Result<(), WriteFault>| assert!(matches!(result, Err(WriteFault::Order(_))), "{result:?}");
    is_order(writer.write_signature("determine", "kpa", b"x"));
    is_order(writer.write_seal(b"x"));
    is_order(writer.write_sums());
    let lists = writer.finish_lists().unwrap();
    is_order(writer.recipient(&Recipient { nik: nik(9), ..ROW }));
    is_order(add_rejected(&mut writer, 1));
    is_order(writer.finish_lists().map(|_| ()));
    is_order(writer.write_manifest(&manifest(&lists, Vec::new())).map(|_| ()));
    writer.write_statement(&manifest(&lists, Vec::new()).statement()).unwrap();
    for (act, role) in [("", "kpa"), ("a-b", "kpa"), ("../x", "kpa"), ("determine", "K")] {
        assert!(matches!(writer.write_signature(act, role, b"x"), Err(WriteFault::SignatureName)));
    }
    is_order(writer.deliver(&office.path("x")).map(|_| ()));
    assert!(!office.path("x").exists());
}

#[test]
fn a_manifest_that_disagrees_with_the_files_is_refused() {
    let office = office();
    let mut writer = PackageWriter::create(&office.path("x.part")).unwrap();
    add_recipients(&mut writer, 3).unwrap();
    let lists = writer.finish_lists().unwrap();
    let mut statement = manifest(&lists, Vec::new()).statement();
    statement.counts.eligible += 1;
    let disagrees =
        |result: Result<(), WriteFault>| assert!(matches!(result, Err(WriteFault::Disagrees { .. })));
    disagrees(writer.write_statement(&statement));
    writer.write_statement(&manifest(&lists, Vec::new()).statement()).unwrap();
    disagrees(writer.write_manifest(&manifest(&lists, Vec::new())).map(|_| ()));
    let mut other_banks = manifest(&lists, writer.files());
    other_banks.banks.pop();
    disagrees(writer.write_manifest(&other_banks).map(|_| ()));
    let mut other_batch = manifest(&lists, writer.files());
    other_batch.batch_id = BATCH.replace("0001", "0002");
    disagrees(writer.write_manifest(&other_batch).map(|_| ()));
    writer.write_manifest(&manifest(&lists, writer.files())).unwrap();
}

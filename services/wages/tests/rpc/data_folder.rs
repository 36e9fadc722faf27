use std::path::Path;

use tepat_proto::wages::WageVerdict;
use tepat_wages::BuildFault;

use super::*;

/// A folder with the shipped files.
fn copy_of_shipped() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in ["wage_rules.toml", "ump.csv", "umk.csv", "umk_coverage.csv"] {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(file);
        std::fs::copy(shipped, folder.path().join(file)).unwrap();
    }
    folder
}

fn change(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from}");
    std::fs::write(path, text.replace(from, to)).unwrap();
}

fn settings(folder: &Path) -> Settings {
    Settings { data_folder: folder.to_owned() }
}

#[tokio::test]
async fn the_tables_of_the_data_folder_are_used_and_change_the_digest() {
    let folder = copy_of_shipped();
    let request = || page(vec![person(&[(3578, 4_400_001)])]);
    let shipped = client().await.verify_wages(request()).await.unwrap().into_inner();
    let same = client_of(&settings(folder.path())).await.verify_wages(request()).await.unwrap().into_inner();
    assert_eq!((same.results[0].verdict(), &same), (WageVerdict::Over, &shipped));

    change(folder.path(), "umk.csv", "3578,2022,4375479", "3578,2022,4400001");
    let lifted =
        client_of(&settings(folder.path())).await.verify_wages(request()).await.unwrap().into_inner();
    assert_eq!(
        (lifted.results[0].verdict(), lifted.results[0].ceiling_rupiah),
        (WageVerdict::Within, 4_500_000)
    );
    assert_ne!(lifted.wage_table_sha256, shipped.wage_table_sha256);
}

#[tokio::test]
async fn wrong_tables_keep_the_service_from_starting_with_every_fault() {
    let folder = copy_of_shipped();
    change(folder.path(), "umk.csv", "3578,2022,4375479", "3578,2022,x");
    change(folder.path(), "wage_rules.toml", "bsu-2020", "BSU");
    let fault = build(&settings(folder.path())).await.unwrap_err();
    assert!(matches!(fault, BuildFault::Tables(_)));
    let text = fault.to_string();
    for part in ["the wage tables are wrong\n", "\nwage_rules.toml: an id is", "found \"x\""] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[tokio::test]
async fn a_missing_file_is_named() {
    let folder = copy_of_shipped();
    std::fs::remove_file(folder.path().join("umk_coverage.csv")).unwrap();
    let text = build(&settings(folder.path())).await.unwrap_err().to_string();
    let path = folder.path().join("umk_coverage.csv");
    assert_eq!(
        text,
        format!("wages.data_folder must hold umk_coverage.csv, {} cannot be read", path.display())
    );
}

//! Rows that an earlier row of the same file speaks against.

use tepat_proto::membership::ImportFile;

use crate::faults::changed;
use crate::world::{EMPLOYERS, LISTS_HEADER, MEMBERS_HEADER, WAGES_HEADER, World, member, wage};

async fn rows_that_contradict_an_earlier_one_stay_out() {
    let world = World::new().await;
    let again = |changes: &[(&str, &str)]| changed(MEMBERS_HEADER, &member(1), changes);
    let rows = [
        member(1),
        member(1),                                         // merged
        again(&[("bank", "014")]),                         // same key, other content
        again(&[("npp", "AA000002"), ("name", "Siti A")]), // other employment, other name
        again(&[("npp", "AA000002"), ("birth_date", "1990-01-16"), ("sex", "P")]),
        again(&[("npp", "AA000002")]), // a second employment
        again(&[("name", "Siti B")]),  // both
        again(&[("npp", "AA000002"), ("name", "Siti C"), ("kk", "1")]), // compared though faulty
        member(2),
    ];
    let members = format!("{MEMBERS_HEADER}{}", rows.concat());
    let wages = [wage(1, 7), wage(1, 7), wage(1, 7).replace("3000000", "3000001"), wage(1, 8)].concat();
    let wages = format!("{WAGES_HEADER}{wages}");
    let employers = format!(
        "{EMPLOYERS}AA000001,00,PT Lain,3215,10,private\nAA000002,00,PT Mundur Maju,3171,47,private\n"
    );
    let lists = format!("{LISTS_HEADER}3201011501900001,ASN,2022-07-01\n3201011501900001,ASN,2022-07-01\n");
    let read = world
        .send(
            "i",
            &[
                (ImportFile::Employers, employers.as_bytes()),
                (ImportFile::Members, members.as_bytes()),
                (ImportFile::Wages, wages.as_bytes()),
                (ImportFile::Lists, lists.as_bytes()),
            ],
        )
        .await;
    let counts: Vec<_> = read
        .iter()
        .map(|file| (file.rows_in, file.rows_out, file.rows_merged, file.rows_faulty, file.faults))
        .collect();
    assert_eq!(counts, [(4, 2, 1, 1, 1), (9, 3, 1, 5, 8), (4, 2, 1, 1, 1), (2, 1, 1, 0, 0)]);
    let expected = [
        (ImportFile::Employers, 4, "", "duplicate_key"),
        (ImportFile::Members, 4, "", "duplicate_key"),
        (ImportFile::Members, 5, "name", "person_differs"),
        (ImportFile::Members, 6, "birth_date", "person_differs"),
        (ImportFile::Members, 6, "sex", "person_differs"),
        (ImportFile::Members, 8, "", "duplicate_key"),
        (ImportFile::Members, 8, "name", "person_differs"),
        (ImportFile::Members, 9, "kk", "kk_shape"),
        (ImportFile::Members, 9, "name", "person_differs"),
        (ImportFile::Wages, 4, "", "duplicate_key"),
    ];
    let faults = world.faults("i").await;
    let faults: Vec<_> = faults
        .iter()
        .map(|(file, line, column, fault)| (*file, *line, column.as_str(), fault.as_str()))
        .collect();
    assert_eq!(faults, expected);
}

on_every_store! {
    rows_that_contradict_an_earlier_one_stay_out
}

//! What a sealed version says never changes, and the newest row of a key counts.

use tepat_proto::Date;
use tepat_proto::membership::{Category, ImportFile, List};
use tonic::Code;

use crate::world::{
    EMPLOYERS, LISTS_HEADER, MEMBERS_HEADER, WAGES_HEADER, World, member, nik, refusal, violated, wage,
};

async fn import(world: &World, import_id: &str, members: &str, wages: &str, lists: &str) -> i64 {
    let members = format!("{MEMBERS_HEADER}{members}");
    let wages = format!("{WAGES_HEADER}{wages}");
    let lists = format!("{LISTS_HEADER}{lists}");
    let files = [
        (ImportFile::Employers, EMPLOYERS.as_bytes()),
        (ImportFile::Members, members.as_bytes()),
        (ImportFile::Wages, wages.as_bytes()),
        (ImportFile::Lists, lists.as_bytes()),
    ];
    world.import(import_id, &files).await.roster_version
}

async fn a_member_has_everything_that_the_roster_knows() {
    let world = World::new().await;
    let second = member(1)
        .replace("AA000001,00", "AA000002,00")
        .replace("2020-01-01,,002", "2021-02-03,2022-06-30,014");
    let late = wage(1, 7).replace("2022-07-20", "2022-08-02").replace("3000000,1", "9000000,3");
    let wages = [wage(1, 7), late, wage(1, 6)].concat();
    let lists =
        "3201011501900001,PKH,2022-07-01\n3201011501900001,ASN,2022-07-02\n9101011501900009,ASN,2022-07-02\n";
    let version = import(&world, "a", &(second + &member(1)), &wages, lists).await;
    let found = world.get(nik(1), 0).await.unwrap();
    assert_eq!((found.nik, found.name.as_str()), (nik(1), "Siti Aminah 1"));
    assert_eq!(found.birth_date, Some(Date { year: 1990, month: 1, day: 15 }));
    assert_eq!(found.lists, [i32::from(List::Asn), i32::from(List::Pkh)]);
    let [first, second] = found.employments.as_slice() else { panic!("{found:?}") };
    assert_eq!((first.npp.as_str(), first.division.as_str(), first.region_code), ("AA000001", "00", 3215));
    assert_eq!((first.category(), first.end_date), (Category::Pu, None));
    assert_eq!(first.start_date, Some(Date { year: 2020, month: 1, day: 1 }));
    assert_eq!((first.bank.as_str(), first.account_number.as_str()), ("002", "001230001"));
    assert_eq!(first.account_holder_name, "Siti Aminah");
    let reports: Vec<_> = first
        .reports
        .iter()
        .map(|report| {
            let (month, on) = (report.month.unwrap(), report.reported_on.unwrap());
            assert_eq!(month.day, 0);
            ((month.year, month.month), (on.month, on.day), report.wage_rupiah, report.wage_months)
        })
        .collect();
    assert_eq!(
        reports,
        [
            ((2022, 6), (6, 20), 3_000_000, 1),
            ((2022, 7), (7, 20), 3_000_000, 1),
            ((2022, 7), (8, 2), 9_000_000, 3),
        ]
    );
    assert_eq!((second.npp.as_str(), second.region_code, second.reports.len()), ("AA000002", 3171, 0));
    assert_eq!(second.end_date, Some(Date { year: 2022, month: 6, day: 30 }));
    assert_eq!(world.everybody(version).await, [found]);
}

async fn a_later_import_corrects_and_the_earlier_version_stays() {
    let world = World::new().await;
    let first = import(&world, "a", &(member(1) + &member(2)), &(wage(1, 6) + &wage(2, 6)), "").await;
    let before = world.everybody(first).await;

    let corrected = member(1).replace("Siti Aminah 1", "Siti Aminah Satu").replace(",002,", ",014,");
    let wages = wage(1, 6).replace("3000000", "3100000") + &wage(1, 7);
    let members = format!("{MEMBERS_HEADER}{corrected}{}{}", member(2), member(3));
    let wages = format!("{WAGES_HEADER}{wages}");
    let files = [(ImportFile::Members, members.as_bytes()), (ImportFile::Wages, wages.as_bytes())];
    let read = world.send("b", &files).await;
    assert_eq!((read[0].rows_out, read[0].rows_merged), (2, 1));
    // Not sealed, not seen.
    assert_eq!(world.everybody(first).await, before);
    assert_eq!(world.get(nik(1), 0).await.unwrap(), before[0]);
    let second = world.seal("b").await.unwrap();
    assert_eq!((second.roster_version, second.members), (2, 3));

    assert_eq!(world.everybody(first).await, before);
    assert_eq!(world.get(nik(3), first).await.unwrap_err().code(), Code::NotFound);
    let after = world.everybody(2).await;
    assert_eq!(after.len(), 3);
    assert_eq!((after[0].name.as_str(), after[0].employments.len()), ("Siti Aminah Satu", 1));
    assert_eq!(after[0].employments[0].bank, "014");
    let wages: Vec<_> = after[0].employments[0].reports.iter().map(|report| report.wage_rupiah).collect();
    assert_eq!(wages, [3_100_000, 3_000_000]);
    assert_eq!(after[1], before[1]);
}

async fn what_an_import_says_again_counts_as_said_in_it() {
    let world = World::with_pages_of(1).await;
    import(&world, "a", &member(1), &wage(1, 6), "").await;
    let employers = format!("{EMPLOYERS}AA000002,00,PT Lain,3171,47,private\n");
    let other_name = member(1).replace("AA000001,00", "AA000002,00").replace("Siti Aminah 1", "Siti");
    let members = format!("{MEMBERS_HEADER}{}{other_name}{}", member(1), member(1).replace(",002,", ",014,"));
    let wages = format!("{WAGES_HEADER}{}{}", wage(1, 6), wage(1, 6).replace("3000000", "4000000"));
    world
        .send(
            "b",
            &[
                (ImportFile::Employers, employers.as_bytes()),
                (ImportFile::Members, members.as_bytes()),
                (ImportFile::Wages, wages.as_bytes()),
            ],
        )
        .await;
    let faults = world.faults("b").await;
    let faults: Vec<_> =
        faults.iter().map(|(_, line, column, fault)| (*line, column.as_str(), fault.as_str())).collect();
    assert_eq!(
        faults,
        [
            (4, "", "duplicate_key"),
            (3, "name", "person_differs"),
            (4, "", "duplicate_key"),
            (3, "", "duplicate_key"),
        ]
    );
    // The import after it starts afresh.
    world.seal("b").await.unwrap();
    let corrected = format!("{MEMBERS_HEADER}{}", member(1).replace(",002,", ",014,"));
    let read = world.send("c", &[(ImportFile::Members, corrected.as_bytes())]).await;
    assert_eq!((read[0].rows_out, read[0].rows_faulty), (1, 0));
}

async fn a_list_is_replaced_whole_by_its_newer_snapshot() {
    let world = World::new().await;
    let members = member(1) + &member(2) + &member(3);
    let on = |serial: u32, list: &str, as_of: &str| format!("{},{list},{as_of}\n", nik(serial));
    let listed = async |version: i64| -> Vec<Vec<i32>> {
        world.everybody(version).await.into_iter().map(|member| member.lists).collect()
    };
    let (asn, pkh) = (i32::from(List::Asn), i32::from(List::Pkh));
    // Two days in one import: the newer counts.
    let lists = on(1, "ASN", "2022-07-01") + &on(2, "ASN", "2022-07-02") + &on(2, "PKH", "2022-07-01");
    let first = import(&world, "a", &members, "", &lists).await;
    assert_eq!(listed(first).await, [vec![], vec![asn, pkh], vec![]]);
    // The same day again: the later version counts, whole; the other list stays.
    let second = import(&world, "b", "", "", &on(3, "ASN", "2022-07-02")).await;
    assert_eq!(listed(second).await, [vec![], vec![pkh], vec![asn]]);
    // An older day changes nothing.
    let third = import(&world, "c", "", "", &on(1, "ASN", "2022-06-30")).await;
    assert_eq!(listed(third).await, [vec![], vec![pkh], vec![asn]]);
    // A newer one that says the same of a person still names that person.
    let fourth =
        import(&world, "d", "", "", &(on(3, "ASN", "2022-07-03") + &on(1, "PKH", "2022-08-01"))).await;
    assert_eq!(listed(fourth).await, [vec![pkh], vec![], vec![asn]]);
    assert_eq!(listed(first).await, [vec![], vec![asn, pkh], vec![]]);
}

async fn an_employer_moves_with_the_version_that_says_so() {
    let world = World::new().await;
    let first = import(&world, "a", &member(1), "", "").await;
    let moved = EMPLOYERS.replace("PT Maju Jaya,3215", "PT Maju Jaya,3216");
    let second = world.import("b", &[(ImportFile::Employers, moved.as_bytes())]).await.roster_version;
    for (version, region) in [(second, 3216), (first, 3215), (second, 3216), (0, 3216)] {
        assert_eq!(world.get(nik(1), version).await.unwrap().employments[0].region_code, region);
    }
}

async fn unknown_members_and_versions_are_said_to_be_unknown() {
    let world = World::new().await;
    let status = world.get(nik(1), 0).await.unwrap_err();
    assert_eq!((status.code(), refusal(&status).1.as_str()), (Code::NotFound, "ROSTER_UNKNOWN"));
    import(&world, "a", &member(1), "", "").await;
    for (serial, version, reason) in
        [(2, 0, "MEMBER_UNKNOWN"), (2, 1, "MEMBER_UNKNOWN"), (1, 2, "ROSTER_UNKNOWN")]
    {
        let status = world.get(nik(serial), version).await.unwrap_err();
        assert_eq!((status.code(), refusal(&status).1.as_str()), (Code::NotFound, reason));
        assert!(!format!("{status:?}").contains("320101"), "no NIK in a refusal");
    }
    assert_eq!(violated(&world.get(1, -1).await.unwrap_err()), ["nik", "roster_version"]);
}

on_every_store! {
    a_member_has_everything_that_the_roster_knows
    a_later_import_corrects_and_the_earlier_version_stays
    what_an_import_says_again_counts_as_said_in_it
    a_list_is_replaced_whole_by_its_newer_snapshot
    an_employer_moves_with_the_version_that_says_so
    unknown_members_and_versions_are_said_to_be_unknown
}

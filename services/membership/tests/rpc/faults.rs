//! Every kind of fault, the borders around it, and what is none.

use tepat_proto::membership::{ColumnName, FileState, ImportFile, OpenImportRequest};

use crate::world::{EMPLOYERS, LISTS_HEADER, MEMBERS_HEADER, WAGES_HEADER, World, member, opening, wage};

/// A column and what it is changed to.
type Change<'a> = (&'a str, &'a str);

/// A row's changes and the faults that they make.
type Changed<'a> = (&'a [Change<'a>], &'a [&'static str]);

/// The row with some columns changed, named as in the header.
pub(crate) fn changed(header: &str, row: &str, changes: &[Change<'_>]) -> String {
    let columns: Vec<&str> = header.trim_end().split(',').collect();
    let mut cells: Vec<&str> = row.trim_end().split(',').collect();
    for (column, value) in changes {
        cells[columns.iter().position(|name| name == column).unwrap()] = value;
    }
    cells.join(",") + "\n"
}

/// A row and its faults, each as `column fault`.
type Case<'a> = (String, Vec<&'a str>);

/// Imports the rows as one file and compares the faults of each.
async fn check_rows(file: ImportFile, header: &str, cases: &[Case<'_>]) {
    let world = World::with_pages_of(7).await;
    let rows: String = cases.iter().map(|(row, _)| row.as_str()).collect();
    let members: String = (1..=99).map(member).collect();
    let files = [
        (ImportFile::Employers, EMPLOYERS.to_owned()),
        (ImportFile::Members, format!("{MEMBERS_HEADER}{members}")),
        (file, format!("{header}{rows}")),
    ];
    let before = match file {
        ImportFile::Employers | ImportFile::Lists => 0,
        ImportFile::Members => 1,
        _ => 2,
    };
    let files = files[..before].iter().chain(&files[2..]).map(|(file, text)| (*file, text.as_bytes()));
    let read = world.send("i", &files.collect::<Vec<_>>()).await;
    let faults = world.faults("i").await;
    for (line, (row, expected)) in (2..).zip(cases) {
        let found = faults.iter().filter(|(of, at, _, _)| (*of, *at) == (file, line));
        let found: Vec<String> = found.map(|(_, _, column, fault)| format!("{column} {fault}")).collect();
        assert_eq!(found, *expected, "{row}");
    }
    let last = read.last().unwrap();
    let faulty = cases.iter().filter(|(_, expected)| !expected.is_empty()).count();
    assert_eq!(
        (last.rows_in, last.rows_faulty),
        (i64::try_from(cases.len()).unwrap(), i64::try_from(faulty).unwrap())
    );
    assert_eq!((last.rows_out, last.rows_merged), (last.rows_in - last.rows_faulty, 0));
    assert_eq!(last.faults, i64::try_from(faults.len()).unwrap());
}

async fn faults_of_members() {
    let long_name = "n".repeat(101);
    let long_bank = "B".repeat(35);
    let long_number = "1".repeat(35);
    let (name, number) = ("Ñ".repeat(100), "1".repeat(34));
    let cases: Vec<(Vec<Change<'_>>, Vec<&str>)> = vec![
        (vec![], vec![]),
        // Allowed to be empty.
        (vec![("kk", ""), ("kpj", ""), ("end_date", ""), ("programmes", "")], vec![]),
        (vec![("bank", ""), ("account_number", ""), ("account_holder_name", "")], vec![]),
        // Not faults: decisions say why not.
        (vec![("bank", "999")], vec![]),
        (vec![("bank", "Bank Mana Saja")], vec![]),
        (vec![("birth_date", "1991-02-16"), ("sex", "P")], vec![]),
        (vec![("nik", "3201015501900001"), ("sex", "P")], vec![]),
        // The NIK.
        (vec![("nik", "320101150190001")], vec!["nik nik_shape"]),
        (vec![("nik", "32010115019000010")], vec!["nik nik_shape"]),
        (vec![("nik", "320101150190000A")], vec!["nik nik_shape"]),
        (vec![("nik", "0201011501900001")], vec!["nik nik_shape"]),
        (vec![("nik", "3201013201900001")], vec!["nik nik_date"]),
        (vec![("nik", "3201017101900001"), ("sex", "P")], vec![]),
        (vec![("nik", "3201017201900001")], vec!["nik nik_date"]),
        (vec![("nik", "3201012902000001")], vec![]),
        (vec![("nik", "3201012902010001")], vec!["nik nik_date"]),
        (vec![("nik", "3201011501900000")], vec!["nik nik_serial"]),
        (vec![("nik", "")], vec!["nik empty"]),
        // Shapes.
        (vec![("kk", "320101010101000")], vec!["kk kk_shape"]),
        (vec![("kpj", "1234567890")], vec!["kpj kpj_shape"]),
        (vec![("kpj", "1234567890A")], vec!["kpj kpj_shape"]),
        (vec![("name", "")], vec!["name empty"]),
        (vec![("name", "   ")], vec!["name empty"]),
        (vec![("name", &long_name)], vec!["name too_long"]),
        (vec![("name", &name)], vec![]),
        (vec![("name", "Si\u{1}ti")], vec!["name control_character"]),
        (vec![("name", "Si\u{85}ti")], vec!["name control_character"]),
        (vec![("name", "Si\rti")], vec!["name control_character"]),
        (vec![("nik", "3201\t15019000")], vec!["nik control_character"]),
        (vec![("birth_date", "1990-02-30")], vec!["birth_date bad_date"]),
        (vec![("birth_date", "15-01-1990")], vec!["birth_date bad_date"]),
        (vec![("sex", "M")], vec!["sex unknown_value"]),
        (vec![("sex", "l")], vec!["sex unknown_value"]),
        (vec![("region_code", "9999")], vec!["region_code unknown_region"]),
        (vec![("region_code", "320")], vec!["region_code unknown_region"]),
        (vec![("region_code", "9101")], vec!["region_code old_region"]),
        (vec![("region_code", "9301")], vec![]),
        (vec![("npp", "AA000009")], vec!["npp unknown_employer"]),
        (vec![("division", "01")], vec!["npp unknown_employer"]),
        (vec![("npp", "aa000001")], vec!["npp unknown_employer"]),
        (vec![("npp", "AA00000000001")], vec!["npp unknown_employer"]),
        (vec![("division", "")], vec!["division empty"]),
        (vec![("npp", "a"), ("division", "")], vec!["npp unknown_employer", "division empty"]),
        (vec![("category", "pu")], vec!["category unknown_value"]),
        (vec![("category", "PMI"), ("segment", "other")], vec![]),
        (vec![("segment", "farmer")], vec!["segment unknown_value"]),
        (vec![("programmes", "JKK|JKM|JHT|JP|JKP")], vec![]),
        (vec![("programmes", "JKK|")], vec!["programmes unknown_value"]),
        (vec![("programmes", "JKK,JKM")], vec![" column_count"]),
        (vec![("programmes", "\"JKK,JKM\"")], vec!["programmes unknown_value"]),
        (vec![("start_date", "2020-13-01")], vec!["start_date bad_date"]),
        (vec![("start_date", "")], vec!["start_date empty"]),
        (vec![("end_date", "2020-01-01")], vec![]),
        (vec![("end_date", "2019-12-31")], vec!["end_date end_before_start"]),
        (vec![("end_date", "2020-1-1")], vec!["end_date bad_date"]),
        // The account columns.
        (vec![("bank", "")], vec!["bank account_incomplete"]),
        (vec![("account_number", "")], vec!["account_number account_incomplete"]),
        (
            vec![("bank", ""), ("account_holder_name", "")],
            vec!["bank account_incomplete", "account_holder_name account_incomplete"],
        ),
        (vec![("bank", &long_bank)], vec!["bank too_long"]),
        (vec![("account_number", &number)], vec![]),
        (vec![("account_number", &long_number)], vec!["account_number bad_number"]),
        (vec![("account_number", "12-34")], vec!["account_number bad_number"]),
        (vec![("account_holder_name", &long_name)], vec!["account_holder_name too_long"]),
        // Every fault of a row, in the order of the columns.
        (
            vec![
                ("account_number", "x"),
                ("nik", "1"),
                ("sex", "X"),
                ("npp", "BB"),
                ("end_date", "x"),
                ("kk", "1"),
            ],
            vec![
                "nik nik_shape",
                "kk kk_shape",
                "sex unknown_value",
                "npp unknown_employer",
                "end_date bad_date",
                "account_number bad_number",
            ],
        ),
    ];
    // Every row is of another person, so that none contradicts another.
    let row = |(serial, (changes, expected)): (u32, (Vec<Change<'_>>, _))| {
        (changed(MEMBERS_HEADER, &member(serial), &changes), expected)
    };
    let cases: Vec<Case<'_>> = (100..).zip(cases).map(row).collect();
    check_rows(ImportFile::Members, MEMBERS_HEADER, &cases).await;
}

async fn faults_of_employers() {
    let (header, row) = EMPLOYERS.split_once('\n').unwrap();
    let (header, row) = (format!("{header}\n"), row.lines().next().unwrap());
    let cases: [Changed<'_>; 14] = [
        (&[], &[]),
        (&[("npp", "ABCDEFGHIJ12"), ("division", "ABCDEFGH12"), ("ownership", "village")], &[]),
        (&[("npp", "ABCDEFGHIJ123")], &["npp unknown_value"]),
        (&[("npp", "PT-1")], &["npp unknown_value"]),
        (&[("npp", "")], &["npp empty"]),
        (&[("division", "ABCDEFGH123")], &["division unknown_value"]),
        (&[("name", "")], &["name empty"]),
        (&[("region_code", "9101")], &["region_code old_region"]),
        (&[("region_code", "0000")], &["region_code unknown_region"]),
        (&[("sector_code", "C")], &[]),
        (&[("sector_code", "15202")], &[]),
        (&[("sector_code", "04")], &["sector_code unknown_value"]),
        (&[("ownership", "Private")], &["ownership unknown_value"]),
        (&[("npp", "-"), ("ownership", "")], &["npp unknown_value", "ownership empty"]),
    ];
    let keyed = |(index, (changes, expected)): (usize, Changed<'_>)| {
        let row = row.replace("AA000001", &format!("AB{index:06}"));
        (changed(&header, &row, changes), expected.to_vec())
    };
    let cases: Vec<Case<'_>> = cases.into_iter().enumerate().map(keyed).collect();
    check_rows(ImportFile::Employers, &header, &cases).await;
}

async fn faults_of_wages() {
    let cases: [Changed<'_>; 20] = [
        (&[], &[]),
        (&[("wage_rupiah", "999999999999999"), ("wage_months", "12")], &[]),
        (&[("wage_rupiah", "1000000000000000")], &["wage_rupiah bad_number"]),
        (&[("wage_rupiah", "0")], &["wage_rupiah bad_number"]),
        (&[("wage_rupiah", "-5")], &["wage_rupiah bad_number"]),
        (&[("wage_rupiah", "3000000.00")], &["wage_rupiah bad_number"]),
        (&[("wage_rupiah", "")], &["wage_rupiah empty"]),
        (&[("wage_months", "0")], &["wage_months bad_number"]),
        (&[("wage_months", "13")], &["wage_months bad_number"]),
        (&[("month", "2022-13")], &["month bad_month"]),
        (&[("month", "2022-07-01")], &["month bad_month"]),
        (&[("reported_on", "2022-02-29")], &["reported_on bad_date"]),
        (&[("npp", "AA000009")], &["npp unknown_employer"]),
        (&[("division", "01")], &["npp unknown_employer"]),
        (&[("npp", "AA000002")], &["start_date unknown_employment"]),
        (&[("start_date", "2020-01-02")], &["start_date unknown_employment"]),
        (&[("nik", "3201011501900200")], &["start_date unknown_employment"]),
        (&[("nik", "1"), ("start_date", "x")], &["nik nik_shape", "start_date bad_date"]),
        // An employment of an employer whom nobody knows is not missed on top.
        (&[("npp", "BB"), ("nik", "3201011501900200")], &["npp unknown_employer"]),
        (
            &[("start_date", "2020-01-02"), ("month", "x")],
            &["start_date unknown_employment", "month bad_month"],
        ),
    ];
    let row = |(serial, (changes, expected)): (u32, Changed<'_>)| {
        (changed(WAGES_HEADER, &wage(serial, 7), changes), expected.to_vec())
    };
    let cases: Vec<Case<'_>> = (1..).zip(cases).map(row).collect();
    check_rows(ImportFile::Wages, WAGES_HEADER, &cases).await;
}

async fn faults_of_lists() {
    let cases = [
        ("3201011501900001,DECEASED,2022-07-01\n", vec![]),
        ("3201011501900001,BSU,2022-07-01\n", vec!["list unknown_value"]),
        ("3201011501900001,ASN,2022-07\n", vec!["as_of bad_date"]),
        ("3201011501900000,asn,\n", vec!["nik nik_serial", "list unknown_value", "as_of empty"]),
    ];
    let cases = cases.map(|(row, expected)| (row.to_owned(), expected));
    check_rows(ImportFile::Lists, LISTS_HEADER, &cases).await;
}

async fn a_spoilt_record_is_one_fault_and_its_neighbours_enter() {
    let row = "3201011501900001,ASN,2022-07-01\n";
    let check = async |middle: &[u8], expected: &[(i64, &str)], rows_out: i64| {
        let world = World::new().await;
        let last = "3201011501900002,ASN,2022-07-01\n";
        let bytes = [LISTS_HEADER.as_bytes(), row.as_bytes(), middle, last.as_bytes()].concat();
        let read = world.send("i", &[(ImportFile::Lists, &bytes)]).await;
        let faults = world.faults("i").await;
        let faults: Vec<_> =
            faults.iter().map(|(_, line, column, fault)| (*line, column.as_str(), fault.as_str())).collect();
        let expected: Vec<_> = expected.iter().map(|(line, fault)| (*line, "", *fault)).collect();
        assert_eq!(faults, expected, "{}", String::from_utf8_lossy(middle));
        assert_eq!(read[0].rows_out, rows_out);
        assert_eq!(read[0].state(), FileState::Done);
    };
    check(b"", &[], 2).await;
    check(b"\n\r\n", &[], 2).await;
    check(b"\"3201011501900003\",\"ASN\",2022-07-01\r\n", &[], 3).await;
    check(b"a,b\n", &[(3, "column_count")], 2).await;
    check(b"a,b,c,d\n", &[(3, "column_count")], 2).await;
    check(b",\n", &[(3, "column_count")], 2).await;
    check(b"3201011501900003,A\xFFSN,2022-07-01\n", &[(3, "not_utf8")], 2).await;
    check(b"3201011501900003,AS\"N,2022-07-01\n", &[(3, "bad_quoting")], 2).await;
    check(b"3201011501900003,\"ASN\"x,2022-07-01\n", &[(3, "bad_quoting")], 2).await;
    check(b"3201011501900003,\"AS\nN\",2022-07-01\nx\n", &[(3, "bad_quoting"), (5, "column_count")], 2).await;
    // A quote that is never closed spoils the rest.
    check(b"x\n3201011501900003,\"ASN,2022-07-01\n", &[(3, "column_count"), (4, "bad_quoting")], 1).await;
}

async fn a_file_without_its_columns_is_refused_whole() {
    let check = async |header: &[u8], allow_extra: bool, expected: &[(&str, &str)]| {
        let world = World::new().await;
        let bytes = [header, b"3201011501900001,ASN,2022-07-01,x\n"].concat();
        let bytes = if header.is_empty() { Vec::new() } else { bytes };
        let files = [(ImportFile::Lists, bytes.as_slice())];
        let request = OpenImportRequest { allow_extra, ..opening("i", &files) };
        let read = world.send_as(request, &files).await;
        let faults = world.faults("i").await;
        let faults: Vec<_> =
            faults.iter().map(|(_, line, column, fault)| (*line, column.as_str(), fault.as_str())).collect();
        let expected: Vec<_> = expected.iter().map(|(column, fault)| (1, *column, *fault)).collect();
        assert_eq!(faults, expected);
        let refused = !expected.is_empty();
        let state = if refused { FileState::Refused } else { FileState::Done };
        assert_eq!((read[0].state(), read[0].rows_out), (state, i64::from(!refused)));
        assert_eq!(world.seal("i").await.is_err(), refused);
        // Sending it again says the same.
        if refused {
            assert_eq!(world.upload("i", ImportFile::Lists, 0, &bytes).await.unwrap(), read[0]);
        }
        read[0].extra_columns.clone()
    };
    assert_eq!(check(b"nik,list,as_of,note\n", true, &[]).await, ["note"]);
    check(b"nik,list,as_of,note\n", false, &[("note", "unknown_column")]).await;
    check(b"nik,list,note,x\n", true, &[("as_of", "missing_column")]).await;
    check(b"nik,list,as_of,nik\n", true, &[("nik", "unknown_column")]).await;
    check(
        b"NIK,list,x,y\n",
        false,
        &[
            ("nik", "missing_column"),
            ("as_of", "missing_column"),
            ("NIK", "unknown_column"),
            ("x", "unknown_column"),
            ("y", "unknown_column"),
        ],
    )
    .await;
    check(b"nik,li\"st,as_of,x\n", true, &[("", "bad_quoting")]).await;
    check(b"nik,list,as_of,\xFF\n", true, &[("", "not_utf8")]).await;
    check(b"", false, &[("nik", "missing_column"), ("list", "missing_column"), ("as_of", "missing_column")])
        .await;
}

async fn columns_may_have_other_names_and_any_order() {
    let world = World::new().await;
    let bytes = b"\xEF\xBB\xBFtanggal,no_ktp,list\r\n2022-07-01,3201011501900001,ASN";
    let files = [(ImportFile::Lists, bytes.as_slice())];
    let name = |from: &str, to: &str| ColumnName {
        file: ImportFile::Lists.into(),
        from: from.into(),
        to: to.into(),
    };
    let columns = vec![name("no_ktp", "nik"), name("tanggal", "as_of")];
    let read = world.send_as(OpenImportRequest { columns, ..opening("i", &files) }, &files).await;
    assert_eq!((read[0].rows_out, read[0].faults), (1, 0));
}

async fn an_odd_birth_date_or_sex_is_a_warning() {
    let world = World::new().await;
    let rows = [
        member(1),
        changed(MEMBERS_HEADER, &member(2), &[("birth_date", "1990-01-16")]),
        changed(MEMBERS_HEADER, &member(3), &[("sex", "P")]),
        changed(MEMBERS_HEADER, &member(4), &[("sex", "P"), ("kk", "1")]), // stays out: no warning
        changed(MEMBERS_HEADER, &member(5), &[("birth_date", "2090-01-15")]), // the NIK has two digits
    ];
    let members = format!("{MEMBERS_HEADER}{}", rows.concat());
    let read = world
        .send(
            "i",
            &[(ImportFile::Employers, EMPLOYERS.as_bytes()), (ImportFile::Members, members.as_bytes())],
        )
        .await;
    assert_eq!((read[1].rows_out, read[1].warnings), (4, 2));
}

on_every_store! {
    faults_of_members
    faults_of_employers
    faults_of_wages
    faults_of_lists
    a_spoilt_record_is_one_fault_and_its_neighbours_enter
    a_file_without_its_columns_is_refused_whole
    columns_may_have_other_names_and_any_order
    an_odd_birth_date_or_sex_is_a_warning
}

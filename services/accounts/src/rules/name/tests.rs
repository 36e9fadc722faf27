use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;

const PAIRS: &str = include_str!("../../../data/bank_name_matching.csv");

fn words_of(kind: &str) -> Vec<String> {
    csv::Reader::from_reader(include_str!("../../../data/names.csv").as_bytes())
        .into_records()
        .map(Result::unwrap)
        .filter(|row| row[1].starts_with(kind))
        .map(|row| row[0].to_owned())
        .collect()
}

#[test]
fn the_number_of_the_rules_is_that_of_their_name() {
    assert_eq!(NAME_RULES, format!("names/{NAME_RULES_NUMBER}"));
}

#[test]
fn every_row_of_the_matching_file_is_judged_as_written() {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for row in csv::Reader::from_reader(PAIRS.as_bytes()).into_records().map(Result::unwrap) {
        let length = (!row[4].is_empty()).then(|| row[4].parse().unwrap());
        let expected = match &row[5] {
            "match" => NameMatch::Match,
            "close" => NameMatch::Close,
            "none" => NameMatch::None,
            other => panic!("{other}"),
        };
        let found = compare(&row[0], &row[1], length);
        if found != expected {
            wrong.push(format!(
                "{} | {} | {length:?}: {expected:?}, found {found:?} ({})",
                &row[0], &row[1], &row[3]
            ));
        }
        seen.insert(expected);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(seen.len(), 3);
}

#[test]
fn borders_of_match_close_and_none() {
    use NameMatch::{Close, Match, None};
    let cases: [(&str, &str, Option<usize>, NameMatch); 44] = [
        ("", "BUDI", Option::None, None),
        ("Budi", "-", Option::None, None),
        ("-", "-.", Option::None, None),
        ("José Fernández", "JOSE FERNANDEZ", Option::None, Match),
        ("Nur'aini", "NURAINI", Option::None, Match),
        ("Al-Habsyi Umar", "UMAR ALHABSYI", Option::None, Match),
        ("H. Zainal Abidin", "ZAINAL ABIDIN H", Option::None, Match),
        ("Zainal Abidin", "ZAINAL ABIDIN, H.", Option::None, Match),
        ("Zainal Abidin", "ZAINAL ABIDIN H", Option::None, Close),
        ("Siti Aminah, S.Pd.I., M.Pd.", "SITI AMINAH SPDI MPD", Option::None, Match),
        ("Dr. Budi Santoso Taruna", "BUDI S T", Option::None, Close),
        ("Andi Wijaya", "WIJAYA", Option::None, Close),
        ("Raden Mas Suharto", "R M SUHARTO", Option::None, Close),
        ("Raden Suharto", "R SUHARTO", Option::None, Match),
        // Initials need a whole part beside them.
        ("Yulianto Kurniawan", "Y K", Option::None, None),
        ("Yulianto", "Y", Option::None, None),
        ("Fransiskus Xaverius Lamawuran", "F X LAMAWURAN", Option::None, Close),
        ("Fransiskus Xaverius Lamawuran", "FY LAMAWURAN", Option::None, None),
        ("Maria Yosefina", "M YOSEFINA", Option::None, Close),
        // One part, not two.
        ("Hotman Parulian Situmorang", "HOTMAN", Option::None, None),
        ("Budi", "BUDI SANTOSO", Option::None, Close),
        ("Budi", "SANTOSO", Option::None, None),
        // One letter, not two, and not together with another difference.
        ("Rahmat Hidayat", "RAHMAD HIDAYAD", Option::None, None),
        ("Rahmat Hidayat Siregar", "RAHMAD HIDAYAT", Option::None, None),
        ("Rahmat Hidayat", "RAHMAD H", Option::None, None),
        ("Nur Aini", "NURAENA", Option::None, Close),
        ("Fitri", "FITRIANI", Option::None, None),
        // Balinese: a dropped prefix is nothing, the other sex's is a letter, and no others drop.
        ("Ni Made Sari", "MADE SARI", Option::None, Match),
        ("I Made Sari", "NI MADE SARI", Option::None, Close),
        ("I Made Sudarma", "NI MADE SUDARMI", Option::None, None),
        ("I Setiawan", "SETIAWAN", Option::None, Close),
        // Cut names: filled, one short of filled, not filled.
        ("Budi Santoso Wijaya", "BUDI SANTOSO WI", Some(15), Match),
        ("Budi Santoso Wijaya", "BUDI SANTOSO", Some(13), Match),
        ("Budi Santoso Wijaya", "BUDI SANTOSO", Some(14), Close),
        ("Budi Santoso Wijaya Kusuma", "BUDI SANTOSO WI", Some(16), None),
        ("Budi Santoso Wijaya Kusuma", "BUDI SANTOSO WI", Option::None, None),
        ("Bambang Santoso Wijaya Kusuma", "BAMBANG SANTOSO WIJ", Option::None, Close),
        ("Bambang Santosa Wijaya Kusuma", "BAMBANG SANTOSO WIJ", Some(19), None),
        ("Muhammad Rizki Pratama Putra", "M RIZKI PRAT", Some(12), Match),
        // Businesses and those who act for another.
        ("Asep Hidayat", "PT ASEP HIDAYAT", Option::None, None),
        ("Putu Ayu Sari", "PT AYU SARI", Option::None, Match),
        ("Asep Hidayat", "UD ASEP HIDAYAT", Option::None, None),
        ("Asep", "QQ ASEP", Option::None, None),
        ("Abdul Salam Yusuf", "YUSUF ABDUSSALAM", Option::None, Match),
    ];
    for (member, bank, length, expected) in cases {
        assert_eq!(compare(member, bank, length), expected, "{member} | {bank} | {length:?}");
    }
}

fn a_name() -> impl Strategy<Value = String> {
    let given = select(words_of("given"));
    let family = select(words_of("family"));
    (given.clone(), given, family).prop_map(|(one, two, three)| format!("{one} {two} {three}"))
}

/// Prints no name where a case fails: they are made up.
fn punctuated(name: &str) -> String {
    format!(" {}. -", name.to_uppercase().replace(' ', ".  "))
}

fn first_characters(name: &str) -> &str {
    &name[..name.len().min(18)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_name_matches_itself_in_any_writing(name in a_name()) {
        prop_assert_eq!(compare(&name, &name, None), NameMatch::Match);
        prop_assert_eq!(compare(&name, &punctuated(&name), None), NameMatch::Match);
        prop_assert_eq!(compare(&name.to_lowercase(), &name.replace(' ', ""), None), NameMatch::Match);
    }

    #[test]
    fn the_order_of_the_parts_does_not_count(name in a_name(), turn in any::<Index>()) {
        // A Balinese prefix, an initial and a title are what they are by where they stand.
        let words: Vec<&str> = name.split(' ').collect();
        prop_assume!(words.iter().all(|word| word.len() > 3));
        let mut turned = words.clone();
        turned.rotate_left(turn.index(words.len()));
        prop_assert_eq!(compare(&name, &turned.join(" "), None), NameMatch::Match);
    }

    #[test]
    fn a_title_keeps_the_match(name in a_name(), title in select(vec!["Dr.", "H.", "Hj", "Drs", "Ir.", "Prof. Dr."])) {
        let titled = format!("{title} {name}");
        prop_assert_eq!(compare(&titled, &name, None), NameMatch::Match);
        prop_assert_eq!(compare(&name, &titled, None), NameMatch::Match);
        let with_degree = format!("{name}, S.Pd., M.M.");
        prop_assert_eq!(compare(&with_degree, &name.to_uppercase(), None), NameMatch::Match);
    }

    #[test]
    fn either_name_may_be_the_banks(one in a_name(), other in a_name()) {
        // Not so for cut names: only a bank cuts.
        let (one, other) = (first_characters(&one), first_characters(&other));
        prop_assert_eq!(compare(one, other, None), compare(other, one, None));
    }

    #[test]
    fn no_text_breaks_the_comparison(one in "\\PC{0,40}", other in "[A-Za-z ,.'éØ-]{0,40}", length in 0_usize..50) {
        let _ = compare(&one, &other, Some(length));
        let _ = compare(&other, &one, None);
    }
}

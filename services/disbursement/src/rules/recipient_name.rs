//! The name of a recipient as files carry it.

use std::collections::HashSet;
use std::sync::LazyLock;

use tepat_terms::PersonName;

const TABLE: &str = include_str!("../../data/titles.csv");

/// Titles by the place where they are dropped, as bare capitals (`SPD` for `S.Pd.`).
struct Titles {
    before: HashSet<String>,
    after: HashSet<String>,
}

static TITLES: LazyLock<Titles> = LazyLock::new(|| {
    let mut titles = Titles { before: HashSet::new(), after: HashSet::new() };
    for record in csv::Reader::from_reader(TABLE.as_bytes()).records() {
        let record = record.expect("the shipped table of titles is read by a test");
        let (title, place) = (bare(&record[0].to_uppercase()), &record[1]);
        if matches!(place, "before" | "both") {
            titles.before.insert(title.clone());
        }
        if matches!(place, "after" | "both") {
            titles.after.insert(title);
        }
    }
    titles
});

/// The member's name without titles, in capitals, single spaces between the words.
///
/// An academic title alone is enough for a bank to return a payment. Only what is surely a title is
/// dropped: known ones at the front, known ones after a comma, and known degrees with full stops at
/// the end. Titles of nobility, `bin` and `binti` are part of the name and stay; so do
/// abbreviations (`M.`, `R.`), which may be names. A name of titles only stays as it is.
#[must_use]
pub(crate) fn recipient_name(name: &PersonName) -> String {
    let capitals = name.reveal().to_uppercase();
    let mut parts: Vec<&str> = capitals.split(',').collect();
    while parts.len() > 1 && parts.last().is_some_and(|part| is_titles_only(part)) {
        parts.pop();
    }
    let kept = parts.join(",");
    let mut words: Vec<&str> = kept.split_whitespace().collect();
    drop_before(&mut words);
    drop_after(&mut words);
    if bare(&words.concat()).is_empty() {
        words = capitals.split_whitespace().collect();
    }
    words.join(" ")
}

/// Letters and digits only: `S. Pd.` and `S.PD` are both `SPD`.
fn bare(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// Whether a part after a comma holds nothing but titles, their abbreviations spaced or not
/// (`S.PD. HJ`, `S. KOM.`); an empty part does too.
fn is_titles_only(part: &str) -> bool {
    let words: Vec<String> = part.split_whitespace().map(bare).filter(|word| !word.is_empty()).collect();
    splits_into_titles(&words)
}

/// Whether the words, joined by ones, twos and threes, are all titles.
fn splits_into_titles(words: &[String]) -> bool {
    let is_title = |count: usize| {
        let joined = words[..count].concat();
        TITLES.before.contains(&joined) || TITLES.after.contains(&joined)
    };
    words.is_empty()
        || (1..=words.len().min(3)).any(|count| is_title(count) && splits_into_titles(&words[count..]))
}

/// Drops titles at the front: `DR.` and `DR`, and `DR.` glued to the next word.
fn drop_before(words: &mut Vec<&str>) {
    while let Some(first) = words.first().copied() {
        if TITLES.before.contains(&bare(first)) {
            words.remove(0);
            continue;
        }
        match first.split_once('.') {
            Some((title, rest)) if TITLES.before.contains(title) && !bare(rest).is_empty() => words[0] = rest,
            _ => return,
        }
    }
}

/// Drops degrees with full stops at the end: `S.PD.`, but not `SE`.
fn drop_after(words: &mut Vec<&str>) {
    while let Some(last) = words.last().copied() {
        let word = last.trim_end_matches(',');
        if !word.contains('.') || !TITLES.after.contains(&bare(word)) {
            return;
        }
        words.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: &str) {
        assert_eq!(recipient_name(&name.parse().unwrap()), expected, "{name}");
    }

    #[test]
    fn every_shipped_title_has_a_place() {
        let mut reader = csv::Reader::from_reader(TABLE.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 43);
        for row in &rows {
            assert!(matches!(&row[1], "before" | "after" | "both" | "name"), "{}", &row[0]);
        }
    }

    #[test]
    fn a_name_is_written_in_capitals_with_single_spaces() {
        check("  Siti   Nur Hasanah ", "SITI NUR HASANAH");
        check("I Gede Ñana", "I GEDE ÑANA");
    }

    #[test]
    fn titles_at_the_front_are_dropped() {
        check("H. Zainal Abidin", "ZAINAL ABIDIN");
        check("Hj Nurhayati", "NURHAYATI");
        check("Prof. Dr. Ir. Bambang Sutrisno", "BAMBANG SUTRISNO");
        check("Dr.Ir.Bambang", "BAMBANG");
        check("drg. Maya", "MAYA");
        check("H.M. Ali", "M. ALI");
    }

    #[test]
    fn titles_after_a_comma_are_dropped() {
        check("Nurhayati, S.Pd.", "NURHAYATI");
        check("Nurhayati, SPd", "NURHAYATI");
        check("Nurhayati, S. Kom., M.M.", "NURHAYATI");
        check("Nurhayati, S Pd Hj", "NURHAYATI");
        check("Dr. Ir. Bambang Sutrisno, M.M.", "BAMBANG SUTRISNO");
        check("Budi,", "BUDI");
        check("Budi, Alm.", "BUDI");
    }

    #[test]
    fn degrees_at_the_end_are_dropped_only_with_their_full_stops() {
        check("Budi Santoso S.E.", "BUDI SANTOSO");
        check("Budi Santoso S.E. M.Si.", "BUDI SANTOSO");
        check("Budi Santoso S.E., M.Si.", "BUDI SANTOSO");
        check("Budi Se", "BUDI SE");
        check("Rina St", "RINA ST");
    }

    #[test]
    fn what_may_be_a_name_stays() {
        for name in [
            "M. ALI",
            "R. SUKARNO",
            "MOH. ALI",
            "TB. HASAN",
            "TEUKU UMAR",
            "CUT MEUTIA",
            "ANDI WIJAYA",
            "RADEN MAS SAID",
            "ALI BIN ABU",
            "BUDI H. SANTOSO",
            "AHMAD H.",
            "SITI, AMINAH",
            "HASAN",
            "DRAJAT",
            "IRAWAN",
            "H.",
            "S.E.",
            "DR",
        ] {
            check(name, name);
        }
    }

    #[test]
    fn a_name_never_becomes_empty() {
        for name in ["H. Ir.", "Dr., S.H.", ", S.E.", "S.E., M.M.", "H.,", "Dr. ,"] {
            assert!(!bare(&recipient_name(&name.parse().unwrap())).is_empty(), "{name}");
        }
        check("H. Ir.", "H. IR.");
        check(", S.E.", ", S.E.");
        check(".", ".");
    }
}

//! The shipped words: spellings, abbreviations, titles, and words that no person's name has.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::parts::words;
use super::spelling::fold;

/// The words as the rules need them, made once from the files of `data/`.
pub(super) struct Table {
    /// Folded spelling or abbreviation to the spelling in use.
    spellings: HashMap<String, String>,
    /// Titles that stand before a name, their words joined by one space.
    titles_before: HashSet<String>,
    /// Titles that stand after a name.
    titles_after: HashSet<String>,
    /// Every word of a title: most words of names are none.
    words_of_titles: HashSet<String>,
    /// Words that only link parts: bin, binti.
    particles: HashSet<String>,
    /// Words that follow a Balinese I or Ni.
    balinese: HashSet<String>,
    /// Words that make the holder a business, or someone who acts for another.
    not_a_person: HashSet<String>,
    /// The same, but only as the first word.
    leads_a_business: HashSet<String>,
}

/// Most words of a title: `S Pd SD`.
pub(super) const TITLE_WORDS_MAX: usize = 3;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    Table::read(
        include_str!("../../../data/names.csv"),
        include_str!("../../../data/titles.csv"),
        include_str!("../../../data/name_words.csv"),
    )
});

/// The shipped table.
pub(super) fn table() -> &'static Table {
    &TABLE
}

impl Table {
    fn read(names: &str, titles: &str, name_words: &str) -> Self {
        let mut table = Self {
            spellings: HashMap::new(),
            titles_before: HashSet::new(),
            titles_after: HashSet::new(),
            words_of_titles: HashSet::new(),
            particles: HashSet::new(),
            balinese: HashSet::new(),
            not_a_person: HashSet::new(),
            leads_a_business: HashSet::new(),
        };
        for row in rows::<5>(names) {
            let [name, _kind, _hint, _single, variant_of] = row;
            if !variant_of.is_empty() {
                table.add_spelling(&name, &variant_of);
            }
        }
        for [title, position] in rows::<2>(titles) {
            table.add_title(&title, &position);
        }
        for [word, kind, canonical] in rows::<3>(name_words) {
            table.add_word(&word, &kind, &canonical);
        }
        table
    }

    fn add_spelling(&mut self, word: &str, canonical: &str) {
        let canonical = words(canonical).concat();
        self.spellings.insert(fold(&words(word).concat()), canonical);
    }

    /// A title counts with its words apart (`S Pd`) and run together (`SPd`).
    fn add_title(&mut self, title: &str, position: &str) {
        let parts = words(title);
        self.words_of_titles.extend(parts.iter().cloned());
        self.words_of_titles.insert(parts.concat());
        for written in [parts.join(" "), parts.concat()] {
            match position {
                "before" => self.titles_before.insert(written),
                "after" => self.titles_after.insert(written),
                _ => self.titles_before.insert(written.clone()) | self.titles_after.insert(written),
            };
        }
    }

    fn add_word(&mut self, word: &str, kind: &str, canonical: &str) {
        let written = words(word).concat();
        match kind {
            "abbreviation" => self.add_spelling(word, canonical),
            "particle" => drop(self.particles.insert(written)),
            "balinese" => drop(self.balinese.insert(written)),
            "leads_a_business" => drop(self.leads_a_business.insert(written)),
            _ => drop(self.not_a_person.insert(written)),
        }
    }

    /// The folded spelling in use for a word.
    pub(super) fn canonical(&self, word: &str) -> (String, Option<&str>) {
        let folded = fold(word);
        match self.spellings.get(&folded) {
            Some(spelling) => (fold(spelling), Some(spelling)),
            None => (folded, None),
        }
    }

    /// Whether these words are a title that stands before a name.
    pub(super) fn is_title_before(&self, words: &str) -> bool {
        self.titles_before.contains(words)
    }

    /// Whether these words are a title that stands after a name.
    pub(super) fn is_title_after(&self, words: &str) -> bool {
        self.titles_after.contains(words)
    }

    /// Whether the word is one of a title's.
    pub(super) fn is_word_of_titles(&self, word: &str) -> bool {
        self.words_of_titles.contains(word)
    }

    /// Whether the word only links parts.
    pub(super) fn is_particle(&self, word: &str) -> bool {
        self.particles.contains(word)
    }

    /// Whether the word follows a Balinese I or Ni.
    pub(super) fn is_balinese(&self, word: &str) -> bool {
        self.balinese.contains(word)
    }

    /// Whether the word says that the holder is no person.
    pub(super) fn is_not_a_person(&self, word: &str) -> bool {
        self.not_a_person.contains(word)
    }

    /// Whether the word, standing first, says that the holder is a business.
    pub(super) fn leads_a_business(&self, word: &str) -> bool {
        self.leads_a_business.contains(word)
    }
}

/// The rows of a shipped file below its header, each with exactly `N` columns.
fn rows<const N: usize>(file: &str) -> impl Iterator<Item = [String; N]> {
    csv::Reader::from_reader(file.as_bytes()).into_records().map(|record| {
        let record = record.expect("a shipped file is whole, which a test reads to its end");
        std::array::from_fn(|column| record[column].to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_title_of_the_names_file_has_its_place() {
        // Andi and Gusti are also given names: a name that lacks them needs human eyes.
        let names_too = ["ANDI", "GUSTI"];
        for [name, kind, _, _, _] in rows::<5>(include_str!("../../../data/names.csv")) {
            let title = words(&name).join(" ");
            if kind != "title" || names_too.contains(&title.as_str()) {
                continue;
            }
            let placed = table().is_title_before(&title) || table().is_title_after(&title);
            assert!(placed || table().is_particle(&title), "{name}");
        }
    }

    #[test]
    fn titles_have_few_enough_words_and_known_places() {
        for [title, position] in rows::<2>(include_str!("../../../data/titles.csv")) {
            assert!(words(&title).len() <= TITLE_WORDS_MAX, "{title}");
            assert!(["before", "after", "both"].contains(&position.as_str()), "{title} {position}");
        }
    }

    #[test]
    fn spellings_lead_to_the_word_in_use() {
        for (word, expected) in [
            ("MOCHAMMAD", "MUHAMMAD"),
            ("M", "MUHAMMAD"),
            ("ACHMAD", "AHMAD"),
            ("LIEM", "LIM"),
            ("BR", "BORU"),
        ] {
            assert_eq!(table().canonical(word).0, fold(expected), "{word}");
        }
    }
}

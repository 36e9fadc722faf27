//! A name taken apart: words, titles, a Balinese prefix, parts.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::spelling::fold;
use super::table::{TITLE_WORDS_MAX, table};

/// One part of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The word in capitals, as written.
    pub(super) written: String,
    /// The word with its abbreviation written out.
    pub(super) in_full: String,
    /// What is compared: the spelling in use, folded.
    pub(super) key: String,
}

impl Part {
    fn new(written: String) -> Self {
        let (key, spelling) = table().canonical(&written);
        let in_full = spelling.map_or_else(|| written.clone(), str::to_owned);
        Self { written, in_full, key }
    }

    /// Two neighbours written as one word.
    pub(super) fn join(&self, next: &Self) -> Self {
        let in_full = format!("{}{}", self.in_full, next.in_full);
        Self { written: format!("{}{}", self.written, next.written), key: fold(&in_full), in_full }
    }

    /// Whether it is a single letter.
    pub(super) fn is_initial(&self) -> bool {
        self.written.chars().nth(1).is_none()
    }
}

/// A name in the ways it can be read.
pub(super) struct Name {
    words: Vec<String>,
    balinese_prefix: Option<&'static str>,
    /// With everything that may be a title still in it, and without.
    readings: Vec<Vec<Part>>,
}

/// A word and whether it stands after a comma, where titles stand.
struct Word {
    text: String,
    after_comma: bool,
}

impl Name {
    /// Takes a name apart. Nothing remains of one without letters or digits.
    pub(super) fn read(text: &str) -> Self {
        let mut kept = split(text);
        let words: Vec<String> = kept.iter().map(|word| word.text.clone()).collect();
        if kept.iter().any(|word| !table().is_particle(&word.text)) {
            kept.retain(|word| !table().is_particle(&word.text));
        }
        let bare = without_titles(&kept);
        let mut balinese_prefix = None;
        let mut readings = Vec::with_capacity(2);
        for words in [&kept[..], bare] {
            let (prefix, rest) = without_balinese_prefix(words);
            balinese_prefix = balinese_prefix.or(prefix);
            let parts = once(rest.iter().map(|word| Part::new(word.text.clone())).collect());
            if !readings.contains(&parts) {
                readings.push(parts);
            }
        }
        Self { words, balinese_prefix, readings }
    }

    /// Whether nothing is left to compare.
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// All of it as one word: spacing does not count.
    pub(super) fn run_together(&self) -> String {
        fold(&self.words.concat())
    }

    /// `I` or `NI` before a Balinese birth-order name or title; the parts are without it.
    pub(super) fn balinese_prefix(&self) -> Option<&'static str> {
        self.balinese_prefix
    }

    /// The ways to read it, none without parts unless the name is empty.
    pub(super) fn readings(&self) -> impl Iterator<Item = &[Part]> {
        self.readings.iter().map(Vec::as_slice)
    }
}

/// Whether one name belongs to a business or to someone who acts for another, and the other does not.
pub(super) fn one_is_no_person(one: &Name, other: &Name) -> bool {
    let alone = |these: &Name, those: &Name| {
        these.words.iter().any(|word| table().is_not_a_person(word) && !those.words.contains(word))
            || leads_a_business(these) && !leads_a_business(those) && !shares_abbreviation(these, those)
    };
    alone(one, other) || alone(other, one)
}

fn leads_a_business(name: &Name) -> bool {
    name.words.first().is_some_and(|word| table().leads_a_business(word))
}

/// PT before a name is a company, unless the other name has the Putu that it abbreviates.
fn shares_abbreviation(abbreviated: &Name, other: &Name) -> bool {
    let (key, _) = table().canonical(&abbreviated.words[0]);
    other.words.iter().any(|word| table().canonical(word).0 == key)
}

/// The words of a text in capitals, without marks and punctuation.
pub(super) fn words(text: &str) -> Vec<String> {
    split(text).into_iter().map(|word| word.text).collect()
}

fn split(text: &str) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::with_capacity(6);
    let mut word = String::new();
    let mut after_comma = false;
    let mut take = |letter: char| match letter {
        // An apostrophe stands inside a word: Nur'aini, Ma'ruf.
        '\'' | '`' | '\u{2018}' | '\u{2019}' | '\u{02bc}' => {}
        _ if letter.is_alphanumeric() => word.extend(letter.to_uppercase()),
        _ => {
            if !word.is_empty() {
                found.push(Word { text: std::mem::take(&mut word), after_comma });
            }
            after_comma |= letter == ',';
        }
    };
    if text.is_ascii() {
        text.chars().for_each(&mut take);
    } else {
        text.nfkd().filter(|letter| !is_combining_mark(*letter)).for_each(&mut take);
    }
    take(' ');
    found
}

/// The words between the titles; a name of nothing but titles keeps its last word.
fn without_titles(words: &[Word]) -> &[Word] {
    let mut rest = words;
    while let Some(count) = title_length(rest, false) {
        rest = &rest[count..];
    }
    while let Some(count) = title_length(rest, true) {
        rest = &rest[..rest.len() - count];
    }
    rest
}

/// How many words at one end are a title, the longest first; none if no word would be left.
fn title_length(words: &[Word], at_the_end: bool) -> Option<usize> {
    let longest = TITLE_WORDS_MAX.min(words.len().saturating_sub(1));
    (1..=longest).rev().find(|&count| {
        let (start, end) = if at_the_end { (words.len() - count, words.len()) } else { (0, count) };
        let title = words[start..end].iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        if at_the_end {
            // A single letter at the end is an initial, but after a comma it is the title moved there.
            let moved = words[start].after_comma && table().is_title_before(&title);
            moved || table().is_title_after(&title)
        } else {
            table().is_title_before(&title)
        }
    })
}

fn without_balinese_prefix(words: &[Word]) -> (Option<&'static str>, &[Word]) {
    let [first, second, ..] = words else { return (None, words) };
    let prefix = match first.text.as_str() {
        "I" => "I",
        "NI" => "NI",
        _ => return (None, words),
    };
    let full = Part::new(second.text.clone()).in_full;
    if table().is_balinese(&full) { (Some(prefix), &words[1..]) } else { (None, words) }
}

/// A single name that is doubled to fill a surname field counts once.
fn once(mut parts: Vec<Part>) -> Vec<Part> {
    if parts.windows(2).all(|pair| pair[0].key == pair[1].key) {
        parts.truncate(1);
    }
    parts
}

//! A name taken apart: words, titles, a Balinese prefix, parts.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::spelling::fold;
use super::table::{TITLE_WORDS_MAX, table};

/// One part of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The word in capitals, as written.
    pub(super) written: String,
    /// The spelling in use, where it is another one; an abbreviation written out.
    spelling: Option<String>,
    /// What is compared: the spelling in use, folded.
    pub(super) key: String,
}

impl Part {
    fn new(written: String) -> Self {
        let (key, spelling) = table().canonical(&written);
        Self { spelling: spelling.map(str::to_owned), written, key }
    }

    /// The word with its abbreviation written out.
    pub(super) fn in_full(&self) -> &str {
        self.spelling.as_deref().unwrap_or(&self.written)
    }

    /// Two neighbours written as one word.
    pub(super) fn join(&self, next: &Self) -> Self {
        let written = format!("{}{}", self.in_full(), next.in_full());
        Self { key: fold(&written), spelling: None, written }
    }

    /// Whether it is a single letter.
    pub(super) fn is_initial(&self) -> bool {
        self.written.chars().nth(1).is_none()
    }
}

/// A name in the ways it can be read.
pub(super) struct Name {
    words: Vec<String>,
    parts: Vec<Part>,
    balinese_prefix: Option<&'static str>,
    /// With everything that may be a title still in it, and without where that is less.
    readings: [Option<Range<usize>>; 2],
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
        let parts: Vec<Part> = kept.into_iter().map(|word| Part::new(word.text)).collect();
        let (prefix, whole) = without_balinese_prefix(&parts, 0..parts.len());
        let (bare_prefix, bare) = without_balinese_prefix(&parts, bare);
        let whole = once(&parts, whole);
        let bare = Some(once(&parts, bare)).filter(|bare| *bare != whole);
        Self { words, parts, balinese_prefix: prefix.or(bare_prefix), readings: [Some(whole), bare] }
    }

    /// Whether nothing is left to compare.
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// All of it as one word: spacing does not count.
    pub(super) fn run_together(&self) -> String {
        fold(&self.words.concat())
    }

    /// `I` or `NI` before a Balinese birth-order name or title; the readings are without it.
    pub(super) fn balinese_prefix(&self) -> Option<&'static str> {
        self.balinese_prefix
    }

    /// The ways to read it, none without parts unless the name is empty.
    pub(super) fn readings(&self) -> impl Iterator<Item = &[Part]> {
        self.readings.iter().flatten().map(|reading| &self.parts[reading.clone()])
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
fn without_titles(words: &[Word]) -> Range<usize> {
    let (mut start, mut end) = (0, words.len());
    while let Some(count) = title_length(&words[start..end], false) {
        start += count;
    }
    while let Some(count) = title_length(&words[start..end], true) {
        end -= count;
    }
    start..end
}

/// How many words at one end are a title, the longest first; none if no word would be left.
fn title_length(words: &[Word], at_the_end: bool) -> Option<usize> {
    let outermost = if at_the_end { words.last() } else { words.first() };
    outermost.filter(|word| table().is_word_of_titles(&word.text))?;
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

fn without_balinese_prefix(parts: &[Part], reading: Range<usize>) -> (Option<&'static str>, Range<usize>) {
    let [first, second, ..] = &parts[reading.clone()] else { return (None, reading) };
    let prefix = match first.written.as_str() {
        "I" => "I",
        "NI" => "NI",
        _ => return (None, reading),
    };
    if table().is_balinese(second.in_full()) {
        (Some(prefix), reading.start + 1..reading.end)
    } else {
        (None, reading)
    }
}

/// A single name that is doubled to fill a surname field counts once.
fn once(parts: &[Part], reading: Range<usize>) -> Range<usize> {
    if parts[reading.clone()].windows(2).all(|pair| pair[0].key == pair[1].key) {
        reading.start..reading.end.min(reading.start + 1)
    } else {
        reading
    }
}

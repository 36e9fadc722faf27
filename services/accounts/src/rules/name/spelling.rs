//! One spelling for all that sound alike.

/// Folds a word of capitals to one spelling: old and sound spellings and doubled letters.
///
/// oe/u, dj/j, tj/c, j and i as y between a consonant and a vowel, ie/i, ae/ai, f and v as p, q as k,
/// doubled letters as one, and the article of Abdul swallowed by the letter that follows
/// (Abdul Rahman is Abdurrahman).
pub(super) fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    let mut letters = word.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied();
        let after_consonant = folded.chars().next_back().is_some_and(is_consonant);
        let (sound, taken) = match (letter, next) {
            ('O', Some('E')) => ('U', true),
            ('D', Some('J')) => ('J', true),
            ('T', Some('J')) => ('C', true),
            ('I', Some('E')) => ('I', true),
            ('A', Some('E')) => {
                push_once(&mut folded, 'A');
                ('I', true)
            }
            ('J', _) if after_consonant => ('Y', false),
            ('I' | 'Y', Some(vowel)) if after_consonant && is_vowel(vowel) => ('Y', false),
            ('F' | 'V', _) => ('P', false),
            ('Q', _) => ('K', false),
            _ => (letter, false),
        };
        push_once(&mut folded, sound);
        if taken {
            letters.next();
        }
    }
    assimilate(&mut folded);
    folded
}

fn push_once(folded: &mut String, letter: char) {
    if !folded.ends_with(letter) {
        folded.push(letter);
    }
}

/// The l of Abdul gives way to a sun letter: Abdul Rahman, Abdurrahman.
fn assimilate(folded: &mut String) {
    const ABDUL: &str = "ABDUL";
    let sun_letter_follows = folded
        .strip_prefix(ABDUL)
        .and_then(|rest| rest.chars().next())
        .is_some_and(|letter| matches!(letter, 'R' | 'S' | 'N' | 'T' | 'D' | 'Z'));
    if sun_letter_follows {
        folded.remove(ABDUL.len() - 1);
    }
}

const fn is_vowel(letter: char) -> bool {
    matches!(letter, 'A' | 'E' | 'I' | 'O' | 'U')
}

const fn is_consonant(letter: char) -> bool {
    letter.is_ascii_alphabetic() && !is_vowel(letter) && letter != 'Y'
}

/// Whether one letter more, less or other turns one word into the other; equal words are not apart.
pub(super) fn one_letter_apart(one: &str, other: &str) -> bool {
    let (short, long): (Vec<char>, Vec<char>) = if one.len() <= other.len() {
        (one.chars().collect(), other.chars().collect())
    } else {
        (other.chars().collect(), one.chars().collect())
    };
    // One letter of two is half the name.
    if long.len() < 3 || long.len() < short.len() || long.len() - short.len() > 1 {
        return false;
    }
    let same_head = short.iter().zip(&long).take_while(|(a, b)| a == b).count();
    let same_tail =
        short[same_head..].iter().rev().zip(long.iter().rev()).take_while(|(a, b)| a == b).count();
    let differs = long.len() - same_head - same_tail;
    differs == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sounds_alike_folds_to_one_spelling() {
        let cases = [
            ("NOEGROHO", "NUGROHO"),
            ("DJOKO", "JOKO"),
            ("TJAHJO", "CAHYO"),
            ("SETYAWAN", "SETIAWAN"),
            ("ARIEF", "ARIF"),
            ("NURAENI", "NURAINI"),
            ("SAEFUDIN", "SAEPUDIN"),
            ("TAUFIQ", "TAUFIK"),
            ("ARIFUDDIN", "ARIFUDIN"),
            ("ABDULRAHMAN", "ABDURRAHMAN"),
            ("VERA", "FERA"),
        ];
        for (one, other) in cases {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
    }

    #[test]
    fn what_sounds_different_stays_different() {
        let cases = [
            ("SUPARMAN", "SUPARMIN"),
            ("DEWI", "DWI"),
            ("ABDULLAH", "ABDUAH"),
            ("JAYA", "YAYA"),
            ("RUDY", "RUDI"),
        ];
        for (one, other) in cases {
            assert_ne!(fold(one), fold(other), "{one} {other}");
        }
    }

    #[test]
    fn one_letter_is_one_more_less_or_other() {
        let cases = [
            ("DEWI", "DWI", true),
            ("RAHMAT", "RAHMAD", true),
            ("ANI", "ADI", true),
            ("ABCD", "ABCD", false),
            ("ABCD", "ABDC", false),
            ("AI", "AA", false),
            ("FITRI", "FITRIAN", false),
            ("SANTOSO", "SUSANTO", false),
            ("AAB", "AAAB", true),
        ];
        for (one, other, expected) in cases {
            assert_eq!(one_letter_apart(one, other), expected, "{one} {other}");
            assert_eq!(one_letter_apart(other, one), expected, "{other} {one}");
        }
    }
}

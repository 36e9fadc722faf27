//! Sectors of the economy as the classification KBLI 2020 (Peraturan BPS 2/2020) cuts them.

/// A section or a division of KBLI 2020.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sector {
    /// A letter, A to U.
    Section(u8),
    /// Two digits.
    Division(u8),
}

/// The sections with their divisions, first and last.
const SECTIONS: [(u8, u8, u8); 21] = [
    (b'A', 1, 3),
    (b'B', 5, 9),
    (b'C', 10, 33),
    (b'D', 35, 35),
    (b'E', 36, 39),
    (b'F', 41, 43),
    (b'G', 45, 47),
    (b'H', 49, 53),
    (b'I', 55, 56),
    (b'J', 58, 63),
    (b'K', 64, 66),
    (b'L', 68, 68),
    (b'M', 69, 75),
    (b'N', 77, 82),
    (b'O', 84, 84),
    (b'P', 85, 85),
    (b'Q', 86, 88),
    (b'R', 90, 93),
    (b'S', 94, 96),
    (b'T', 97, 98),
    (b'U', 99, 99),
];

impl Sector {
    /// The sector of a code: a letter, or two to five digits of which the first two name the division.
    /// None when the classification has no such section or division.
    #[must_use]
    pub(crate) fn parse(code: &str) -> Option<Self> {
        match code.as_bytes() {
            [letter @ b'A'..=b'U'] => Some(Self::Section(*letter)),
            [tens @ b'0'..=b'9', ones @ b'0'..=b'9', rest @ ..] if rest.len() <= 3 => {
                let division = Self::Division((tens - b'0') * 10 + (ones - b'0'));
                division.section().map(|_| division)
            }
            _ => None,
        }
    }

    /// The letter of its section; none when the classification has no such division.
    fn section(self) -> Option<u8> {
        match self {
            Self::Section(letter) => Some(letter),
            Self::Division(number) => {
                let holds = |section: &&(u8, u8, u8)| (section.1..=section.2).contains(&number);
                SECTIONS.iter().find(holds).map(|section| section.0)
            }
        }
    }

    /// Whether another sector is this one or lies in it. Of an employer whose section alone is known
    /// nobody knows the division.
    #[must_use]
    pub(crate) fn holds(self, other: Self) -> bool {
        self == other || matches!(self, Self::Section(letter) if other.section() == Some(letter))
    }

    /// As files write it.
    #[must_use]
    pub(crate) fn code(self) -> String {
        match self {
            Self::Section(letter) => char::from(letter).to_string(),
            Self::Division(number) => format!("{number:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_name_a_section_or_the_division_of_their_first_digits() {
        for (code, expected) in [
            ("A", Some("A")),
            ("U", Some("U")),
            ("01", Some("01")),
            ("10", Some("10")),
            ("152", Some("15")),
            ("47111", Some("47")),
            ("V", None),
            ("a", None),
            ("", None),
            ("1", None),
            ("04", None),
            ("34", None),
            ("100000", None),
            ("C1", None),
        ] {
            assert_eq!(Sector::parse(code).map(Sector::code).as_deref(), expected, "{code}");
        }
    }

    #[test]
    fn a_section_holds_its_divisions_and_a_division_not_its_section() {
        let sector = |code| Sector::parse(code).unwrap();
        for (one, other, holds) in [
            ("G", "G", true),
            ("G", "45", true),
            ("G", "47111", true),
            ("G", "49", false),
            ("G", "H", false),
            ("10", "10", true),
            ("10", "1071", true),
            ("10", "11", false),
            ("10", "C", false),
        ] {
            assert_eq!(sector(one).holds(sector(other)), holds, "{one} {other}");
        }
    }
}

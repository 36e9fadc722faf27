//! The paths that a package of this version may hold.

use super::{REJECTED_FILE, STATEMENT_FILE};

/// A file listed by the manifest, known by its path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PackagePath {
    /// `recipients/<bank>.csv`.
    Recipients {
        /// Entity key of the bank.
        bank: String,
    },
    /// `rejected.csv`.
    Rejected,
    /// `statement.json`.
    Statement,
    /// `signatures/<act>-<role>.p7s`.
    Signature {
        /// What was done: `determine`, `approve`.
        act: String,
        /// Who did it: `kpa`, `checker`.
        role: String,
    },
}

impl PackagePath {
    /// Recognises a path; `None` when no file of this name belongs into a package.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        match path {
            REJECTED_FILE => return Some(Self::Rejected),
            STATEMENT_FILE => return Some(Self::Statement),
            _ => {}
        }
        if let Some(bank) = path.strip_prefix("recipients/").and_then(|name| name.strip_suffix(".csv")) {
            return is_entity_key(bank).then(|| Self::Recipients { bank: bank.to_owned() });
        }
        let name = path.strip_prefix("signatures/")?.strip_suffix(".p7s")?;
        let (act, role) = name.split_once('-')?;
        (is_word(act) && is_word(role))
            .then(|| Self::Signature { act: act.to_owned(), role: role.to_owned() })
    }

    /// The path inside the package.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Recipients { bank } => format!("recipients/{bank}.csv"),
            Self::Rejected => REJECTED_FILE.to_owned(),
            Self::Statement => STATEMENT_FILE.to_owned(),
            Self::Signature { act, role } => format!("signatures/{act}-{role}.p7s"),
        }
    }
}

/// The entity key of a bank or distributor: 1 to 12 of `[A-Z0-9-]`.
pub(super) fn is_entity_key(text: &str) -> bool {
    let is_known = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-';
    (1..=12).contains(&text.len()) && text.bytes().all(is_known)
}

/// A word of a file name: 1 to 32 of `[a-z0-9_]`.
fn is_word(text: &str) -> bool {
    let is_known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    (1..=32).contains(&text.len()) && text.bytes().all(is_known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_paths_are_read_and_written_back() {
        for path in [
            "recipients/022.csv",
            "recipients/022-S.csv",
            "rejected.csv",
            "statement.json",
            "signatures/determine-kpa.p7s",
        ] {
            assert_eq!(PackagePath::parse(path).map(|found| found.to_text()).as_deref(), Some(path));
        }
    }

    #[test]
    fn nothing_else_belongs_into_a_package() {
        for path in [
            "",
            "manifest.json",
            "recipients/.csv",
            "recipients/../x.csv",
            "recipients/a/b.csv",
            "recipients/022.CSV",
            "signatures/kpa.p7s",
            "signatures/-kpa.p7s",
            "signatures/approve-two-hands.p7s",
            "/rejected.csv",
            "./rejected.csv",
        ] {
            assert_eq!(PackagePath::parse(path), None, "{path}");
        }
    }
}

//! Imports, and how far their files are read.

use super::file::{File, Header};

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImportState {
    /// Its files may be uploaded.
    Open,
    /// It is a roster version.
    Sealed,
    /// Its rows are gone.
    Discarded,
}

/// Where one file of an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileState {
    /// Nothing read yet.
    Pending,
    /// Read in part.
    Reading,
    /// Read to its end.
    Done,
    /// Refused whole.
    Refused,
}

impl ImportState {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Open, "open"), (Self::Sealed, "sealed"), (Self::Discarded, "discarded")];

    /// The state of that word.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name)| *name == text).map(|(state, _)| *state)
    }

    /// The state as tables carry it.
    pub(crate) fn text(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).expect("every state stands in the list").1
    }
}

impl FileState {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Pending, "pending"),
        (Self::Reading, "reading"),
        (Self::Done, "done"),
        (Self::Refused, "refused"),
    ];

    /// The state of that word.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name)| *name == text).map(|(state, _)| *state)
    }

    /// The state as people read it.
    pub(crate) fn text(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).expect("every state stands in the list").1
    }
}

/// An import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// Its own number, by which faults are kept.
    pub(crate) number: i64,
    /// The caller's name for it.
    pub(crate) import_id: String,
    /// Digest of what was announced: the same id with another content is another import.
    pub(crate) content: String,
    /// Version that its rows carry.
    pub(crate) version: i64,
    /// Checks everything and is never sealed.
    pub(crate) dry_run: bool,
    /// Columns that the interface does not name are ignored.
    pub(crate) allow_extra: bool,
    /// Where it stands.
    pub(crate) state: ImportState,
}

/// What became of the rows of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Records read.
    pub(crate) rows_in: i64,
    /// Rows that entered.
    pub(crate) rows_out: i64,
    /// Rows that said nothing new.
    pub(crate) rows_merged: i64,
    /// Rows that stayed out.
    pub(crate) rows_faulty: i64,
    /// Their faults, those of the header included.
    pub(crate) faults: i64,
    /// Rows that entered although something is odd.
    pub(crate) warnings: i64,
}

impl Tally {
    /// This and the other together.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            rows_in: self.rows_in + other.rows_in,
            rows_out: self.rows_out + other.rows_out,
            rows_merged: self.rows_merged + other.rows_merged,
            rows_faulty: self.rows_faulty + other.rows_faulty,
            faults: self.faults + other.faults,
            warnings: self.warnings + other.warnings,
        }
    }
}

/// One file of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ImportedFile {
    /// Which one.
    pub(crate) file: File,
    /// Announced size.
    pub(crate) bytes: i64,
    /// Announced SHA-256, hexadecimal.
    pub(crate) sha256: String,
    /// Where it stands.
    pub(crate) state: FileState,
    /// Bytes read and stored.
    pub(crate) offset: i64,
    /// Physical line at `offset`.
    pub(crate) line: i64,
    /// SHA-256 half done at `offset`, hexadecimal; empty at the start.
    pub(crate) hash: String,
    /// Its header; none before that is read.
    pub(crate) header: Option<Header>,
    /// What became of the rows so far.
    pub(crate) tally: Tally,
    /// Columns that are ignored.
    pub(crate) extra_columns: Vec<String>,
}

impl ImportedFile {
    /// A file of which nothing is read yet.
    pub(crate) fn announced(file: File, bytes: i64, sha256: String) -> Self {
        Self {
            file,
            bytes,
            sha256,
            state: FileState::Pending,
            offset: 0,
            line: 1,
            hash: String::new(),
            header: None,
            tally: Tally::default(),
            extra_columns: Vec::new(),
        }
    }
}

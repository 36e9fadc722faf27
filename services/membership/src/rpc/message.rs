//! Messages made from what the store holds.

use tepat_faults::Invalid;
use tepat_proto::membership as wire;
use tepat_terms::Slice;

use crate::rules::file::File;
use crate::rules::import::{FileState, Import, ImportState, ImportedFile};
use crate::store::roster::Roster;

/// The file that a message names; none for an unknown number.
pub(super) fn file_of(number: i32) -> Option<File> {
    File::of_number(number)
}

/// The slice of a request; none when it asks for everybody. What makes no slice is noted.
pub(super) fn slice_of(invalid: &mut Invalid, slice: Option<wire::Slice>) -> Option<Slice> {
    let wire::Slice { k, n, seed } = slice?;
    Slice::new(k, n, seed).map_err(|fault| invalid.add("slice", fault.to_string())).ok()
}

/// An import with its files.
pub(super) fn import(import: Import, files: &[ImportedFile]) -> wire::Import {
    let state = match import.state {
        ImportState::Open => wire::ImportState::Open,
        ImportState::Sealed => wire::ImportState::Sealed,
        ImportState::Discarded => wire::ImportState::Discarded,
    };
    wire::Import {
        import_id: import.import_id,
        state: state.into(),
        roster_version: if import.dry_run { 0 } else { import.version },
        dry_run: import.dry_run,
        files: files.iter().map(progress).collect(),
    }
}

/// How far a file is read.
pub(super) fn progress(file: &ImportedFile) -> wire::FileProgress {
    let state = match file.state {
        FileState::Pending => wire::FileState::Pending,
        FileState::Reading => wire::FileState::Reading,
        FileState::Done => wire::FileState::Done,
        FileState::Refused => wire::FileState::Refused,
    };
    wire::FileProgress {
        file: file.file.number(),
        state: state.into(),
        offset: file.offset,
        rows_in: file.tally.rows_in,
        rows_out: file.tally.rows_out,
        rows_merged: file.tally.rows_merged,
        rows_faulty: file.tally.rows_faulty,
        faults: file.tally.faults,
        warnings: file.tally.warnings,
        extra_columns: file.extra_columns.clone(),
    }
}

/// A sealed version.
pub(super) fn roster(roster: Roster) -> wire::RosterVersion {
    let Roster { version, import_id, members, sealed_at_us } = roster;
    wire::RosterVersion { roster_version: version, import_id, members, sealed_at_us }
}

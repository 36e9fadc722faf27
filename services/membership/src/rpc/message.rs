//! Messages made from what the store holds.

use tepat_proto::{Date, membership as wire};

use crate::rules::file::File;
use crate::rules::import::{FileState, Import, ImportState, ImportedFile};
use crate::store::range::{EmploymentFound, MemberFound, ReportFound};
use crate::store::roster::Roster;

/// The file that a message names; none for an unknown number.
pub(super) fn file_of(number: i32) -> Option<File> {
    File::of_number(number)
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

/// A member with everything the version knows of them.
pub(super) fn member(found: MemberFound) -> wire::Member {
    wire::Member {
        nik: found.nik,
        name: found.name,
        birth_date: Some(date(found.birth_date)),
        employments: found.employments.into_iter().map(employment).collect(),
        lists: found.lists.into_iter().map(small).collect(),
    }
}

fn employment(found: EmploymentFound) -> wire::Employment {
    wire::Employment {
        npp: found.npp,
        division: found.division,
        region_code: small(found.region_code),
        category: small(found.category),
        start_date: Some(date(found.start_date)),
        end_date: (found.end_date != 0).then(|| date(found.end_date)),
        bank: found.bank,
        account_number: found.account_number,
        account_holder_name: found.account_holder_name,
        reports: found.reports.into_iter().map(report).collect(),
    }
}

fn report(found: ReportFound) -> wire::WageReport {
    wire::WageReport {
        month: Some(date(found.month * 100)),
        wage_rupiah: found.wage_rupiah,
        wage_months: small(found.wage_months),
        reported_on: Some(date(found.reported_on)),
    }
}

/// A day YYYYMMDD; a month is a day 0.
fn date(number: i64) -> Date {
    Date { year: small(number / 10_000), month: small(number / 100 % 100), day: small(number % 100) }
}

/// What the import let in is far below 2^31: codes, counts of months, parts of a date.
fn small(number: i64) -> i32 {
    i32::try_from(number).expect("the import lets in no such number above 9999")
}

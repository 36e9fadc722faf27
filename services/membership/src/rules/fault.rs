//! Faults of rows and files: a closed list.

/// What is wrong with a row, a header or a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum FaultKind {
    /// Bytes that are not UTF-8; of the whole record.
    NotUtf8,
    /// A stray, unclosed or line-breaking quote; of the whole record.
    BadQuoting,
    /// Another number of fields than the header has; of the whole record.
    ColumnCount,
    /// A column that the header does not name; refuses the file.
    MissingColumn,
    /// A column that the interface does not name, or one that stands twice; refuses the file.
    UnknownColumn,
    /// A mandatory field without content.
    Empty,
    /// A control character inside the field.
    ControlCharacter,
    /// More characters than the field may have; of the whole record when that has no end in sight.
    TooLong,
    /// Not a number of the wanted range, or digits of the wanted length.
    BadNumber,
    /// Not a day that exists, written YYYY-MM-DD.
    BadDate,
    /// Not a month, written YYYY-MM.
    BadMonth,
    /// A word outside the field's list, or outside the field's shape.
    UnknownValue,
    /// No regency or city has or had this code.
    UnknownRegion,
    /// The code was given up in 2022.
    OldRegion,
    /// No employer of this NPP and division in this import or an earlier version.
    UnknownEmployer,
    /// No employment of this NIK, employer and start date in this import or an earlier version.
    UnknownEmployment,
    /// Not 16 digits, or beginning with 0.
    NikShape,
    /// An impossible date inside the NIK.
    NikDate,
    /// Serial 0000.
    NikSerial,
    /// Not 16 digits.
    KkShape,
    /// Not 11 digits.
    KpjShape,
    /// The last day of membership lies before the first.
    EndBeforeStart,
    /// One of the three account columns is empty and another is not.
    AccountIncomplete,
    /// An earlier row of the file calls the person otherwise.
    PersonDiffers,
    /// An earlier row of the file has the same key and other content.
    DuplicateKey,
}

impl FaultKind {
    /// The kind as files and messages carry it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::NotUtf8 => "not_utf8",
            Self::BadQuoting => "bad_quoting",
            Self::ColumnCount => "column_count",
            Self::MissingColumn => "missing_column",
            Self::UnknownColumn => "unknown_column",
            Self::Empty => "empty",
            Self::ControlCharacter => "control_character",
            Self::TooLong => "too_long",
            Self::BadNumber => "bad_number",
            Self::BadDate => "bad_date",
            Self::BadMonth => "bad_month",
            Self::UnknownValue => "unknown_value",
            Self::UnknownRegion => "unknown_region",
            Self::OldRegion => "old_region",
            Self::UnknownEmployer => "unknown_employer",
            Self::UnknownEmployment => "unknown_employment",
            Self::NikShape => "nik_shape",
            Self::NikDate => "nik_date",
            Self::NikSerial => "nik_serial",
            Self::KkShape => "kk_shape",
            Self::KpjShape => "kpj_shape",
            Self::EndBeforeStart => "end_before_start",
            Self::AccountIncomplete => "account_incomplete",
            Self::PersonDiffers => "person_differs",
            Self::DuplicateKey => "duplicate_key",
        }
    }
}

/// One fault of one row.
///
/// Ordered as it is reported: the whole record first, then the columns in the interface's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RowFault {
    /// Index in the file's columns; none when the fault is of the whole record.
    pub(crate) column: Option<usize>,
    /// What is wrong.
    pub(crate) kind: FaultKind,
}

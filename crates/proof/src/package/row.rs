//! Rows of the two kinds of CSV files: their columns, their shapes, their one encoding.

mod encoding;
mod reader;

use thiserror::Error;

pub(super) use encoding::RowEncoder;
pub(super) use reader::{Line, LineReader, ReadProblem};

use super::path::is_entity_key;

/// Columns of `recipients/<bank>.csv`.
pub const RECIPIENT_COLUMNS: [&str; 9] =
    ["row", "end_to_end_id", "nik", "name", "bank", "account_number", "amount_rupiah", "npp", "region_code"];

/// Columns of `rejected.csv`.
pub const REJECTED_COLUMNS: [&str; 7] =
    ["row", "nik_masked", "nik_mark", "decision", "primary_reason", "reasons", "legal_basis"];

const LONGEST_END_TO_END_ID: usize = 35;
const LONGEST_NAME: usize = 100;

/// Who gets what. The row number is the file's business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient<'a> {
    /// From [`end_to_end_id`]; unique for ever.
    pub end_to_end_id: &'a str,
    /// 16 digits.
    pub nik: i64,
    /// Name without titles, in capitals; 1 to 100 characters, no control characters.
    pub name: &'a str,
    /// Entity key of the bank.
    pub bank: &'a str,
    /// 1 to 34 digits.
    pub account_number: &'a str,
    /// Whole rupiah, more than 0.
    pub amount_rupiah: i64,
    /// Employer of the employment whose account is used; 1 to 12 of `[A-Z0-9]`.
    pub npp: &'a str,
    /// Region of that employer, 4 digits.
    pub region_code: &'a str,
}

/// Who was left out. The row number is the file's business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRow<'a> {
    /// The NIK with its middle hidden.
    pub nik_masked: &'a str,
    /// The NIK under the batch's key: 1 to 64 of `[A-Za-z0-9_-]`; sorts the file.
    pub nik_mark: &'a str,
    /// `REFUSED` or `PENDING`.
    pub decision: &'a str,
    /// The reason that counts; one of `reasons`.
    pub primary_reason: &'a str,
    /// All reasons, joined by `|`.
    pub reasons: &'a str,
    /// The article behind the primary reason; not empty.
    pub legal_basis: &'a str,
}

/// What is wrong with a row, without its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct RowProblem(pub &'static str);

impl<'a> Recipient<'a> {
    /// Reads the fields of a line; says nothing about whether they were written in their one form.
    pub(super) fn from_fields(fields: &[&'a str; 9]) -> Result<(u64, Self), RowProblem> {
        let [row, end_to_end_id, nik, name, bank, account_number, amount_rupiah, npp, region_code] = *fields;
        let row = row.parse().map_err(|_| RowProblem("row must be a number"))?;
        let nik = nik.parse().map_err(|_| RowProblem("nik must be 16 digits"))?;
        let amount_rupiah =
            amount_rupiah.parse().map_err(|_| RowProblem("amount_rupiah must be a whole number"))?;
        Ok((row, Self { end_to_end_id, nik, name, bank, account_number, amount_rupiah, npp, region_code }))
    }

    /// The shape of every field.
    pub(super) fn check(&self) -> Result<(), RowProblem> {
        let is_capital = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
        let shapes = [
            (
                self.end_to_end_id.len() <= LONGEST_END_TO_END_ID,
                "end_to_end_id must be at most 35 characters",
            ),
            ((1_000_000_000_000_000..=9_999_999_999_999_999).contains(&self.nik), "nik must be 16 digits"),
            (is_text(self.name, LONGEST_NAME), "name must be 1 to 100 characters without control characters"),
            (is_entity_key(self.bank), "bank must be an entity key"),
            (is_digits(self.account_number, 1, 34), "account_number must be 1 to 34 digits"),
            (self.amount_rupiah > 0, "amount_rupiah must be more than 0"),
            (
                (1..=12).contains(&self.npp.len()) && self.npp.bytes().all(is_capital),
                "npp must be 1 to 12 of A-Z and 0-9",
            ),
            (is_digits(self.region_code, 4, 4), "region_code must be 4 digits"),
        ];
        first_problem(&shapes)
    }

    /// Appends the line with its end.
    pub(super) fn encode(&self, row: u64, encoder: &mut RowEncoder, line: &mut Vec<u8>) {
        let (row, nik, amount) = (row.to_string(), self.nik.to_string(), self.amount_rupiah.to_string());
        let fields = [
            &row,
            self.end_to_end_id,
            &nik,
            self.name,
            self.bank,
            self.account_number,
            &amount,
            self.npp,
            self.region_code,
        ];
        encoder.encode(&fields, line);
    }
}

impl<'a> RejectedRow<'a> {
    /// Reads the fields of a line; says nothing about whether they were written in their one form.
    pub(super) fn from_fields(fields: &[&'a str; 7]) -> Result<(u64, Self), RowProblem> {
        let [row, nik_masked, nik_mark, decision, primary_reason, reasons, legal_basis] = *fields;
        let row = row.parse().map_err(|_| RowProblem("row must be a number"))?;
        Ok((row, Self { nik_masked, nik_mark, decision, primary_reason, reasons, legal_basis }))
    }

    /// The shape of every field.
    pub(super) fn check(&self) -> Result<(), RowProblem> {
        let is_mark = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        let is_reason =
            |reason: &str| !reason.is_empty() && reason.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
        let mark_is_short = (1..=64).contains(&self.nik_mark.len());
        let shapes = [
            (
                is_text(self.nik_masked, 16) && !is_digits(self.nik_masked, 16, 16),
                "nik_masked must hide digits",
            ),
            (
                mark_is_short && self.nik_mark.bytes().all(is_mark),
                "nik_mark must be 1 to 64 letters, digits, _ and -",
            ),
            (matches!(self.decision, "REFUSED" | "PENDING"), "decision must be REFUSED or PENDING"),
            (self.reasons.split('|').all(is_reason), "reasons must be codes joined by |"),
            (
                self.reasons.split('|').any(|reason| reason == self.primary_reason),
                "primary_reason must be among the reasons",
            ),
            (
                is_text(self.legal_basis, 1000),
                "legal_basis must be 1 to 1000 characters without control characters",
            ),
        ];
        first_problem(&shapes)
    }

    /// Appends the line with its end.
    pub(super) fn encode(&self, row: u64, encoder: &mut RowEncoder, line: &mut Vec<u8>) {
        let row = row.to_string();
        let fields = [
            &row,
            self.nik_masked,
            self.nik_mark,
            self.decision,
            self.primary_reason,
            self.reasons,
            self.legal_basis,
        ];
        encoder.encode(&fields, line);
    }
}

fn first_problem(shapes: &[(bool, &'static str)]) -> Result<(), RowProblem> {
    shapes.iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, problem)| Err(RowProblem(problem)))
}

fn is_digits(text: &str, shortest: usize, longest: usize) -> bool {
    (shortest..=longest).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_text(text: &str, longest: usize) -> bool {
    !text.is_empty() && text.chars().count() <= longest && !text.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECIPIENT: Recipient<'static> = Recipient {
        end_to_end_id: "b-1",
        nik: 3_201_010_101_900_001,
        name: "SITI AMINAH",
        bank: "022",
        account_number: "0012345678",
        amount_rupiah: 600_000,
        npp: "AA000001",
        region_code: "3201",
    };

    #[test]
    fn every_field_of_a_recipient_has_a_shape() {
        assert_eq!(RECIPIENT.check(), Ok(()));
        let (long_id, long_name) = ("x".repeat(36), "É".repeat(101));
        for (row, field) in [
            (Recipient { end_to_end_id: &long_id, ..RECIPIENT }, "end_to_end_id"),
            (Recipient { nik: 999_999_999_999_999, ..RECIPIENT }, "nik"),
            (Recipient { nik: 10_000_000_000_000_000, ..RECIPIENT }, "nik"),
            (Recipient { name: "", ..RECIPIENT }, "name"),
            (Recipient { name: "A\nB", ..RECIPIENT }, "name"),
            (Recipient { name: &long_name, ..RECIPIENT }, "name"),
            (Recipient { bank: "../x", ..RECIPIENT }, "bank"),
            (Recipient { account_number: "", ..RECIPIENT }, "account_number"),
            (Recipient { account_number: "12-3", ..RECIPIENT }, "account_number"),
            (Recipient { amount_rupiah: 0, ..RECIPIENT }, "amount_rupiah"),
            (Recipient { npp: "aa", ..RECIPIENT }, "npp"),
            (Recipient { region_code: "32", ..RECIPIENT }, "region_code"),
        ] {
            let problem = row.check().unwrap_err().to_string();
            assert!(problem.starts_with(field), "{problem}");
        }
        let longest_name = "É".repeat(100);
        assert_eq!(Recipient { name: &longest_name, ..RECIPIENT }.check(), Ok(()));
    }

    #[test]
    fn every_field_of_a_rejected_row_has_a_shape() {
        let row = RejectedRow {
            nik_masked: "3201**********01",
            nik_mark: "0a",
            decision: "REFUSED",
            primary_reason: "POLICE",
            reasons: "POLICE|ACCOUNT_CLOSED",
            legal_basis: "Pasal 3",
        };
        assert_eq!(row.check(), Ok(()));
        for (row, field) in [
            (RejectedRow { nik_masked: "3201010101900001", ..row.clone() }, "nik_masked"),
            (RejectedRow { nik_mark: "", ..row.clone() }, "nik_mark"),
            (RejectedRow { decision: "ELIGIBLE", ..row.clone() }, "decision"),
            (RejectedRow { primary_reason: "DECEASED", ..row.clone() }, "primary_reason"),
            (RejectedRow { reasons: "POLICE|", ..row.clone() }, "reasons"),
            (RejectedRow { legal_basis: "", ..row.clone() }, "legal_basis"),
        ] {
            let problem = row.check().unwrap_err().to_string();
            assert!(problem.starts_with(field), "{problem}");
        }
    }
}

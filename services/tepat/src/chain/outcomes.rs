//! Sending an `outcomes.csv`, a page at a time.

use std::io;

use serde::Deserialize;
use tepat_proto::Date;
use tepat_proto::disbursement as wire;
use tepat_proto::disbursement::{OutcomeRowResult, PaymentOutcome};

use crate::client::{Clients, long, request_id};
use crate::failure::Failure;

/// Rows a page, the most that one call takes.
const PAGE: usize = 5_000;

/// Rows with trouble that are told one by one; the rest is counted.
const TOLD_MAX: usize = 20;

/// How the rows of a file were taken.
#[derive(Debug, Default)]
pub(crate) struct Recorded {
    pub(crate) recorded: i64,
    pub(crate) repeated: i64,
    pub(crate) unknown_payment: i64,
    pub(crate) contradicts: i64,
    pub(crate) malformed: i64,
    /// Physical line and what is wrong, for the first rows with trouble.
    pub(crate) told: Vec<(u64, &'static str)>,
}

impl Recorded {
    /// Rows in the file.
    pub(crate) const fn rows(&self) -> i64 {
        self.recorded + self.repeated + self.trouble()
    }

    /// Rows that changed nothing and that somebody has to look at.
    pub(crate) const fn trouble(&self) -> i64 {
        self.unknown_payment + self.contradicts + self.malformed
    }

    fn count(&mut self, line: u64, result: OutcomeRowResult) {
        let (counter, problem) = match result {
            OutcomeRowResult::Recorded => (&mut self.recorded, ""),
            OutcomeRowResult::Repeated => (&mut self.repeated, ""),
            OutcomeRowResult::UnknownPayment => {
                (&mut self.unknown_payment, "no payment of this batch has the end_to_end_id")
            }
            OutcomeRowResult::Contradicts => {
                (&mut self.contradicts, "another outcome stands; a person must look")
            }
            OutcomeRowResult::Malformed | OutcomeRowResult::Unspecified => {
                (&mut self.malformed, "a field is missing or malformed")
            }
        };
        *counter += 1;
        if !problem.is_empty() && self.told.len() < TOLD_MAX {
            self.told.push((line, problem));
        }
    }
}

/// A row of the file; a column in another order is fine, another column is not.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    end_to_end_id: String,
    outcome: String,
    reason: String,
    booked_on: String,
    reference: String,
}

/// Sends every row of `file`; `each` hears how many rows were sent so far.
pub(crate) async fn record_outcomes(
    clients: &Clients,
    batch_id: &str,
    file: impl io::Read,
    mut each: impl FnMut(i64),
) -> Result<Recorded, Failure> {
    let mut reader = csv::ReaderBuilder::new().from_reader(file);
    let mut rows = reader.deserialize::<Row>();
    let mut recorded = Recorded::default();
    let mut client = clients.disbursement();
    loop {
        let mut page = Vec::with_capacity(PAGE);
        let mut lines = Vec::with_capacity(PAGE);
        while page.len() < PAGE {
            let line = rows.reader().position().line();
            let Some(row) = rows.next() else { break };
            let row =
                row.map_err(|fault| Failure::failed(format!("outcomes, line {line}: {}", plain(&fault))))?;
            page.push(message(row));
            lines.push(line);
        }
        if page.is_empty() {
            return Ok(recorded);
        }
        let request = wire::RecordOutcomesRequest {
            request_id: request_id(),
            batch_id: batch_id.to_owned(),
            rows: page,
        };
        let answer = client.record_outcomes(long(request)).await?.into_inner();
        if answer.results.len() != lines.len() {
            return Err(Failure::failed("the server answered another number of rows than were sent"));
        }
        for (line, result) in lines.into_iter().zip(answer.results()) {
            recorded.count(line, result);
        }
        each(recorded.rows());
    }
}

/// What is wrong with the file, without the row's content.
fn plain(fault: &csv::Error) -> String {
    match fault.kind() {
        csv::ErrorKind::Deserialize { .. } => {
            "the columns must be end_to_end_id, outcome, reason, booked_on and reference".to_owned()
        }
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{expected_len} columns are wanted, {len} were found")
        }
        csv::ErrorKind::Utf8 { .. } => "not UTF-8".to_owned(),
        _ => fault.to_string(),
    }
}

/// The row as sent. What cannot be read goes as unspecified: the server calls the row malformed, and
/// its neighbours are taken.
fn message(row: Row) -> wire::OutcomeRow {
    let outcome = PaymentOutcome::from_str_name(&format!("PAYMENT_OUTCOME_{}", row.outcome));
    wire::OutcomeRow {
        end_to_end_id: row.end_to_end_id,
        outcome: outcome.unwrap_or(PaymentOutcome::Unspecified) as i32,
        reason: row.reason,
        booked_on: date(&row.booked_on),
        reference: row.reference,
    }
}

fn date(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let mut part = |length: usize| parts.next().filter(|part| part.len() == length)?.parse::<i32>().ok();
    Some(Date { year: part(4)?, month: part(2)?, day: part(2)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_cannot_be_read_goes_as_unspecified() {
        let row = |outcome: &str, booked_on: &str| {
            message(Row {
                end_to_end_id: "bsu-2022-1-0001-1".into(),
                outcome: outcome.into(),
                reason: String::new(),
                booked_on: booked_on.into(),
                reference: "R1".into(),
            })
        };
        let good = row("PAID", "2022-09-12");
        assert_eq!(good.outcome(), PaymentOutcome::Paid);
        assert_eq!(good.booked_on, Some(Date { year: 2022, month: 9, day: 12 }));
        let bad = row("paid", "12-09-2022");
        assert_eq!((bad.outcome(), bad.booked_on), (PaymentOutcome::Unspecified, None));
    }
}

//! What the sandbox's banks do with a payment: most are paid, nine in a thousand come back.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use crate::draws::{Domain, Source};

/// The end of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// Booked on the recipient's account.
    Paid,
    /// Sent back by the bank, with its reason: a word of [`REASONS`].
    Returned(&'static str),
}

/// Why money comes back, each with its share of a hundred returns: causes that the ministry named in
/// January 2021 and those of returned treasury transfers.
pub const REASONS: [(&str, u32); 9] = [
    ("HOLDER_NAME_DIFFERS", 30),
    ("ACCOUNT_PASSIVE", 20),
    ("ACCOUNT_CLOSED", 16),
    ("ACCOUNT_NUMBER_WRONG", 10),
    ("HOLDER_NIK_DIFFERS", 8),
    ("ACCOUNT_FROZEN", 7),
    ("BANK_NOT_IN_CLEARING", 4),
    ("DUPLICATE", 3),
    ("BANK_WRONG", 2),
];

/// Returns among 100,000 payments: the undelivered share of 2020 was about 1% of payments.
const RETURNED: u32 = 900;

/// The banks of one seed: they do the same with the same payment each time.
pub struct Banks(Source);

/// What a bank did and the reference under which it booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Paid or returned.
    pub settlement: Settlement,
    /// The bank's reference, 19 characters of `[A-Z0-9]`.
    pub reference: String,
}

impl Banks {
    /// The banks that go with a sample's seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Source::new(seed, Domain::Settlement))
    }

    /// What becomes of a payment, by its end-to-end id.
    #[must_use]
    pub fn settle(&self, end_to_end_id: &str) -> Settled {
        let mut stream = self.0.stream(fnv1a(end_to_end_id.as_bytes()));
        let settlement = if stream.below(100_000) < RETURNED {
            let mut left = stream.below(100);
            let reason = REASONS.iter().find(|(_, share)| {
                let here = left < *share;
                left = left.saturating_sub(*share);
                here
            });
            Settlement::Returned(reason.map_or(REASONS[0].0, |(reason, _)| reason))
        } else {
            Settlement::Paid
        };
        Settled { settlement, reference: format!("SBX{:016X}", stream.next()) }
    }
}

/// What becomes of a payment, by its end-to-end id; for one only. [`Banks`] is for many.
#[must_use]
pub fn outcome(end_to_end_id: &str, seed: u64) -> Settlement {
    Banks::new(seed).settle(end_to_end_id).settlement
}

/// An `outcomes.csv` under way.
pub struct OutcomesFile {
    banks: Banks,
    writer: csv::Writer<BufWriter<File>>,
    /// Payments so far that were paid.
    paid: u64,
    /// Payments so far that came back.
    returned: u64,
}

impl OutcomesFile {
    /// Begins the file, replacing one of the same path.
    ///
    /// # Errors
    /// What the system says when it cannot be made or written.
    pub fn create(path: &Path, seed: u64) -> io::Result<Self> {
        let mut writer = csv::Writer::from_writer(BufWriter::new(File::create(path)?));
        writer.write_record(["end_to_end_id", "outcome", "reason", "booked_on", "reference"])?;
        Ok(Self { banks: Banks::new(seed), writer, paid: 0, returned: 0 })
    }

    /// Writes what the bank did with one payment; `booked_on` is YYYY-MM-DD.
    ///
    /// # Errors
    /// What the system says when it cannot be written.
    pub fn settle(&mut self, end_to_end_id: &str, booked_on: &str) -> io::Result<()> {
        let Settled { settlement, reference } = self.banks.settle(end_to_end_id);
        let (outcome, reason) = match settlement {
            Settlement::Paid => {
                self.paid += 1;
                ("PAID", "")
            }
            Settlement::Returned(reason) => {
                self.returned += 1;
                ("RETURNED", reason)
            }
        };
        Ok(self.writer.write_record([end_to_end_id, outcome, reason, booked_on, &reference])?)
    }

    /// Ends the file: payments paid and returned.
    ///
    /// # Errors
    /// What the system says when the rest cannot be written.
    pub fn finish(mut self) -> io::Result<(u64, u64)> {
        self.writer.flush()?;
        Ok((self.paid, self.returned))
    }
}

/// FNV-1a, 64 bits: a fixed way from an id to a stream. It protects nothing.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn about_nine_in_a_thousand_come_back_for_every_reason() {
        let banks = Banks::new(1);
        let mut returned = Vec::new();
        let mut references = HashSet::new();
        for number in 0..100_000 {
            let settled = banks.settle(&format!("bsu-2022-1-0001-{number}"));
            assert!(references.insert(settled.reference));
            if let Settlement::Returned(reason) = settled.settlement {
                returned.push(reason);
            }
        }
        assert!((800..1_000).contains(&returned.len()), "{}", returned.len());
        assert_eq!(returned.into_iter().collect::<HashSet<_>>().len(), REASONS.len());
        assert_eq!(REASONS.iter().map(|(_, share)| share).sum::<u32>(), 100);
    }

    #[test]
    fn the_same_payment_ends_the_same_and_another_seed_ends_it_otherwise() {
        let ends =
            |seed| -> Vec<_> { (0..2_000).map(|number| outcome(&format!("p-{number}"), seed)).collect() };
        assert_eq!(ends(1), ends(1));
        assert_ne!(ends(1), ends(2));
    }

    #[test]
    fn an_outcomes_file_has_a_row_for_each_payment() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("outcomes.csv");
        let mut file = OutcomesFile::create(&path, 1).unwrap();
        for number in 0..1_000 {
            file.settle(&format!("p-{number}"), "2022-09-12").unwrap();
        }
        let (paid, returned) = file.finish().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(paid + returned, 1_000);
        assert_eq!(text.lines().next().unwrap(), "end_to_end_id,outcome,reason,booked_on,reference");
        assert_eq!(text.lines().filter(|line| line.contains(",PAID,,2022-09-12,SBX")).count() as u64, paid);
        assert_eq!(text.lines().filter(|line| line.contains(",RETURNED,")).count() as u64, returned);
    }
}

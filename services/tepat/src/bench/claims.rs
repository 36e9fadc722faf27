//! The claims of a sample: every account of `members.csv`, in the order of the file.

use std::fs::File;
use std::path::Path;

use tepat_proto::accounts::{Claim, Purpose, ValidateAccountsRequest};

use crate::client::request_id;
use crate::failure::Failure;

/// Reads claims one after another.
pub(super) struct Claims {
    reader: csv::Reader<File>,
    row: csv::ByteRecord,
    /// Where nik, name, bank and account_number stand.
    columns: [usize; 4],
}

impl Claims {
    /// Opens `members.csv` of a sample.
    pub(super) fn open(sample: &Path) -> Result<Self, Failure> {
        let path = sample.join("members.csv");
        let unreadable = |err: csv::Error| Failure::failed(format!("cannot read {}: {err}", path.display()));
        let mut reader =
            csv::ReaderBuilder::new().buffer_capacity(1 << 18).from_path(&path).map_err(unreadable)?;
        let header = reader.headers().map_err(unreadable)?.clone();
        let mut columns = [0; 4];
        for (place, name) in columns.iter_mut().zip(["nik", "name", "bank", "account_number"]) {
            let found = header.iter().position(|column| column == name);
            *place = found.ok_or_else(|| Failure::failed(format!("members.csv has no column {name}")))?;
        }
        Ok(Self { reader, row: csv::ByteRecord::new(), columns })
    }

    /// The next claims, at most `count`; none at the end of the file.
    pub(super) fn page(&mut self, count: usize) -> Result<Vec<Claim>, Failure> {
        let mut page = Vec::with_capacity(count);
        while page.len() < count {
            let more = self.reader.read_byte_record(&mut self.row);
            if !more.map_err(|err| Failure::failed(format!("cannot read members.csv: {err}")))? {
                break;
            }
            let [nik, name, bank, number] =
                self.columns.map(|column| self.row.get(column).unwrap_or_default());
            if number.is_empty() {
                continue;
            }
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let nik =
                text(nik).parse().map_err(|_| Failure::failed("members.csv has a row without a NIK"))?;
            page.push(Claim { bank: text(bank), account_number: text(number), name: text(name), nik });
        }
        Ok(page)
    }
}

/// A page of claims as the benchmarks ask about it: any verdict of the last year will do.
pub(super) fn request(claims: Vec<Claim>) -> ValidateAccountsRequest {
    ValidateAccountsRequest {
        request_id: request_id(),
        purpose: Purpose::WageSubsidy as i32,
        legal_basis: "benchmark of made-up people".to_owned(),
        instrument_reference: "benchmark".to_owned(),
        max_age_seconds: super::world::YEAR_SECONDS,
        claims,
    }
}

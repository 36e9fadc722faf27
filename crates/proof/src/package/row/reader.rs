//! Reading CSV lines that must be exactly as the encoder writes them.

use std::io::{self, BufRead, Read};

use csv_core::ReadRecordResult;

use super::{RowEncoder, RowProblem};

/// The longest line of a sound package has about 1.5 kB; a longer one is refused instead of filling memory.
const LONGEST_LINE: u64 = 8 * 1024;

/// One line, decoded.
pub(in crate::package) struct Line<'a, const N: usize> {
    /// Number of the row: 1 is the first below the header.
    pub(in crate::package) row: u64,
    /// The line without its CRLF: the content of its Merkle leaf.
    pub(in crate::package) text: &'a str,
    /// The fields.
    pub(in crate::package) fields: [&'a str; N],
}

/// Reads line after line in flat memory.
pub(in crate::package) struct LineReader<R, const N: usize> {
    source: R,
    encoder: RowEncoder,
    decoder: csv_core::Reader,
    /// Rows read so far, the header not among them.
    row: u64,
    line: Vec<u8>,
    fields: Vec<u8>,
    encoded: Vec<u8>,
}

/// Why no line can be read.
pub(in crate::package) enum ReadProblem {
    Io(io::Error),
    /// At this row; 0 is the header.
    Row(u64, RowProblem),
}

impl<R: BufRead, const N: usize> LineReader<R, N> {
    /// Reads the header, which must be these columns.
    pub(in crate::package) fn new(source: R, columns: &[&str; N]) -> Result<Self, ReadProblem> {
        let mut reader = Self {
            source,
            encoder: RowEncoder::new(),
            decoder: csv_core::Reader::new(),
            row: 0,
            line: Vec::new(),
            fields: Vec::new(),
            encoded: Vec::new(),
        };
        let is_header = reader.read_line()?;
        reader.encoder.encode(columns, &mut reader.encoded);
        if !is_header || reader.line != reader.encoded {
            return Err(ReadProblem::Row(0, RowProblem("the header must be the columns of this file")));
        }
        Ok(reader)
    }

    /// The next line; `None` at the end of the file.
    pub(in crate::package) fn next(&mut self) -> Result<Option<Line<'_, N>>, ReadProblem> {
        self.row += 1;
        let row = self.row;
        if !self.read_line()? {
            return Ok(None);
        }
        self.decode().map(Some).map_err(|problem| ReadProblem::Row(row, problem))
    }

    fn read_line(&mut self) -> Result<bool, ReadProblem> {
        self.line.clear();
        let mut limited = (&mut self.source).take(LONGEST_LINE);
        limited.read_until(b'\n', &mut self.line).map_err(ReadProblem::Io)?;
        if self.line.is_empty() {
            return Ok(false);
        }
        if self.line.ends_with(b"\r\n") {
            return Ok(true);
        }
        Err(ReadProblem::Row(self.row, RowProblem("a line must end in CRLF and have at most 8 KiB")))
    }

    fn decode(&mut self) -> Result<Line<'_, N>, RowProblem> {
        let mut ends = [0; N];
        self.fields.resize(self.line.len(), 0);
        self.decoder.reset();
        let (result, _, _, count) = self.decoder.read_record(&self.line, &mut self.fields, &mut ends);
        if count != N || !matches!(result, ReadRecordResult::Record) {
            return Err(RowProblem("the line must have one field for each column"));
        }
        let text =
            std::str::from_utf8(&self.line[..self.line.len() - 2]).map_err(|_| RowProblem("not UTF-8"))?;
        if text.contains(char::is_control) {
            return Err(RowProblem("control characters are not allowed"));
        }
        let mut fields = [""; N];
        let mut start = 0;
        for (field, end) in fields.iter_mut().zip(ends) {
            *field = std::str::from_utf8(&self.fields[start..end]).map_err(|_| RowProblem("not UTF-8"))?;
            start = end;
        }
        self.encoded.clear();
        self.encoder.encode(&fields, &mut self.encoded);
        if self.encoded != self.line {
            return Err(RowProblem("quotes must stand only where RFC 4180 needs them"));
        }
        Ok(Line { row: self.row, text, fields })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<[String; 2]>, (u64, &'static str)> {
        let known = |problem| match problem {
            ReadProblem::Row(row, RowProblem(problem)) => (row, problem),
            ReadProblem::Io(fault) => panic!("{fault}"),
        };
        let mut reader = LineReader::new(text.as_bytes(), &["a", "b"]).map_err(known)?;
        let mut lines = Vec::new();
        while let Some(line) = reader.next().map_err(known)? {
            assert_eq!(line.row, lines.len() as u64 + 1);
            lines.push(line.fields.map(str::to_owned));
        }
        Ok(lines)
    }

    #[test]
    fn what_the_encoder_writes_is_read_back() {
        let wanted = [["1", "x, y"], ["\"", ""]].map(|row| row.map(str::to_owned));
        assert_eq!(read("a,b\r\n1,\"x, y\"\r\n\"\"\"\",\r\n").unwrap(), wanted);
        assert_eq!(read("a,b\r\n").unwrap(), Vec::<[String; 2]>::new());
    }

    #[test]
    fn any_other_spelling_of_the_same_content_is_refused() {
        for (text, row) in [
            ("", 0),
            ("a,b\n", 0),
            ("b,a\r\n", 0),
            ("\u{feff}a,b\r\n", 0),
            ("a,b\r\n1,2", 1),
            ("a,b\r\n1,2\n", 1),
            ("a,b\r\n1,2\r\n\r\n", 2),
            ("a,b\r\n1,2,3\r\n", 1),
            ("a,b\r\n1\r\n", 1),
            ("a,b\r\n\"1\",2\r\n", 1),
            ("a,b\r\n\u{feff}1,2\r\n", 1),
            ("a,b\r\n1,2\r3\r\n", 1),
            ("a,b\r\n1,\"2\r\n3\"\r\n", 1),
            ("a,b\r\n1,2\t\r\n", 1),
            ("a,b\r\n1,2\u{85}\r\n", 1),
        ] {
            assert_eq!(read(text).map_err(|(row, _)| row), Err(row), "{text:?}");
        }
    }

    #[test]
    fn a_line_without_end_does_not_fill_memory() {
        let endless = format!("a,b\r\n{}", "x".repeat(9000));
        assert!(read(&endless).is_err());
    }
}

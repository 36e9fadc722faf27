//! The one encoding of a CSV line: RFC 4180, quotes only where needed, CRLF.

use csv_core::{Terminator, WriteResult, Writer, WriterBuilder};

/// Encodes lines; holds nothing between them.
pub(in crate::package) struct RowEncoder {
    writer: Writer,
}

impl RowEncoder {
    pub(in crate::package) fn new() -> Self {
        Self { writer: WriterBuilder::new().terminator(Terminator::CRLF).build() }
    }

    /// Appends a line of two or more fields with its CRLF.
    pub(in crate::package) fn encode(&mut self, fields: &[&str], line: &mut Vec<u8>) {
        let start = line.len();
        // A field at most doubles (every character a quote) and gains two quotes and a comma; the line gains CRLF.
        let room: usize = fields.iter().map(|field| 2 * field.len() + 3).sum::<usize>() + 2;
        line.resize(start + room, 0);
        let mut at = start;
        for (position, field) in fields.iter().enumerate() {
            if position > 0 {
                at += fitted(self.writer.delimiter(&mut line[at..]));
            }
            let (result, _, written) = self.writer.field(field.as_bytes(), &mut line[at..]);
            at += fitted((result, written));
        }
        at += fitted(self.writer.terminator(&mut line[at..]));
        line.truncate(at);
    }
}

fn fitted((result, written): (WriteResult, usize)) -> usize {
    assert_eq!(result, WriteResult::InputEmpty, "the line has room for the worst case");
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(fields: &[&str]) -> String {
        let mut line = Vec::new();
        RowEncoder::new().encode(fields, &mut line);
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn quotes_stand_only_where_rfc_4180_needs_them() {
        assert_eq!(line(&["1", "SITI AMINAH", ""]), "1,SITI AMINAH,\r\n");
        assert_eq!(line(&["A, B", "say \"hi\"", "O'NEIL"]), "\"A, B\",\"say \"\"hi\"\"\",O'NEIL\r\n");
        assert_eq!(line(&["", ""]), ",\r\n");
    }

    #[test]
    fn the_worst_field_fits() {
        let quotes = "\"".repeat(100);
        assert_eq!(line(&[&quotes, &quotes]).len(), 2 * 202 + 3);
    }

    #[test]
    fn one_encoder_writes_line_after_line() {
        let (mut encoder, mut text) = (RowEncoder::new(), Vec::new());
        encoder.encode(&["a,", "b"], &mut text);
        encoder.encode(&["c", "d"], &mut text);
        assert_eq!(text, b"\"a,\",b\r\nc,d\r\n");
    }
}

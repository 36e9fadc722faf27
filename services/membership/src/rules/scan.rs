//! The scanner of CSV bytes: cuts a stream that may break anywhere into records.
//!
//! RFC 4180 taken strictly, with the house's mercy for the rest of the file: a stray quote spoils
//! its row, a line break inside quotes spoils the rows that the quotes enclose and nothing below
//! them, a quote that is never closed spoils the rest. Line ends are LF, CRLF or both. A line
//! without a single character is no record. The byte order mark is skipped at the file's start.

/// Most bytes of a record. A longer one is skipped to its end and reported, so that a file without
/// line ends cannot fill the memory.
pub(crate) const RECORD_BYTES_MAX: usize = 1 << 20;

const BYTE_ORDER_MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// What spoils a record as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spoilt {
    /// A stray quote, a line break inside quotes, or a quote that is never closed.
    Quoting,
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// More than [`RECORD_BYTES_MAX`] bytes.
    TooLong,
}

/// The fields of one record, unquoted.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    text: String,
    ends: Vec<usize>,
}

impl Fields {
    /// How many fields the record has, at least one.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The fields of one record that was read before.
    pub(crate) fn of(fields: &[String]) -> Self {
        let ends = fields.iter().scan(0, |end, field| {
            *end += field.len();
            Some(*end)
        });
        Self { ends: ends.collect(), text: fields.concat() }
    }

    /// All fields in their order.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// The field at `index`, counted from 0; none when the record is shorter.
    pub(crate) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        Some(&self.text[start..end])
    }
}

/// One record of the file; its fields are in the caller's [`Fields`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// Physical line where it starts, from 1.
    pub(crate) line: i64,
    /// What spoils it as a whole; then there are no fields.
    pub(crate) spoilt: Option<Spoilt>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// At the start of the file, so many bytes of the byte order mark read.
    Mark(u8),
    /// At the start of a field.
    Field,
    /// Inside a field without quotes.
    Plain,
    /// Inside quotes.
    Quoted,
    /// After a quote inside quotes: the end of the field, or the first of a doubled quote.
    Quote,
    /// After a carriage return that follows the closing quote.
    QuoteReturn,
    /// After a stray quote, up to the line's end.
    Stray,
}

/// Cuts bytes into records. Remembers where it stands between two pieces of the file.
#[derive(Debug)]
pub(crate) struct Scanner {
    state: State,
    text: Vec<u8>,
    ends: Vec<usize>,
    spoilt: Option<Spoilt>,
    /// Bytes of the record so far.
    length: usize,
    /// Bytes of the file read so far.
    read: i64,
    /// Where the bytes after the last complete record begin.
    offset: i64,
    /// Physical line of `read`.
    line: i64,
    /// Physical line of `offset`.
    record_line: i64,
}

impl Scanner {
    /// A scanner that goes on at `offset`, which is the start of a record on `line`; 0 and 1 at the
    /// file's start.
    pub(crate) fn resume(offset: i64, line: i64) -> Self {
        let state = if offset == 0 { State::Mark(0) } else { State::Field };
        Self {
            state,
            text: Vec::new(),
            ends: Vec::new(),
            spoilt: None,
            length: 0,
            read: offset,
            offset,
            line,
            record_line: line,
        }
    }

    /// Bytes of the file up to the end of the last complete record.
    pub(crate) fn offset(&self) -> i64 {
        self.offset
    }

    /// Physical line on which the next record starts.
    pub(crate) fn next_line(&self) -> i64 {
        self.record_line
    }

    /// Reads on in `input`, whose consumed bytes it removes, and stops behind the next complete
    /// record; none when the input ends before one does.
    pub(crate) fn next(&mut self, input: &mut &[u8], fields: &mut Fields) -> Option<Record> {
        while self.read_line(input) {
            if !self.is_blank() {
                return Some(self.end_record(fields));
            }
            self.begin_record();
        }
        None
    }

    /// The last record, when the file ends without a line end.
    pub(crate) fn finish(&mut self, fields: &mut Fields) -> Option<Record> {
        match self.state {
            // A mark that is not whole is content.
            State::Mark(0) => return None,
            State::Mark(read) => self.push_mark(read),
            State::Quoted => self.spoil(Spoilt::Quoting),
            State::Plain => self.drop_return(),
            State::Field | State::Quote | State::QuoteReturn | State::Stray => {}
        }
        if self.length == 0 {
            return None;
        }
        self.end_field();
        if self.is_blank() {
            self.begin_record();
            return None;
        }
        Some(self.end_record(fields))
    }

    /// Reads to the end of the record's last line; false when the input ends before.
    fn read_line(&mut self, input: &mut &[u8]) -> bool {
        while let Some((&byte, rest)) = input.split_first() {
            if matches!(self.state, State::Plain | State::Quoted) && self.run(input) {
                continue;
            }
            *input = rest;
            self.advance(1);
            if self.step(byte) {
                return true;
            }
        }
        false
    }

    /// Takes everything up to the next byte that could end the field, at once.
    fn run(&mut self, input: &mut &[u8]) -> bool {
        let quoted = self.state == State::Quoted;
        let special = |byte: &u8| matches!(*byte, b'"' | b'\n') || (*byte == b',' && !quoted);
        let run = input.iter().position(special).unwrap_or(input.len());
        self.push(&input[..run]);
        self.advance(run);
        *input = &input[run..];
        run > 0
    }

    /// Takes one byte; true when it ends the record.
    fn step(&mut self, byte: u8) -> bool {
        let next = match (self.state, byte) {
            (State::Mark(read), _) if byte == BYTE_ORDER_MARK[usize::from(read)] => {
                if read == 2 {
                    State::Field
                } else {
                    State::Mark(read + 1)
                }
            }
            (State::Mark(read), _) => {
                self.push_mark(read);
                self.state = if read == 0 { State::Field } else { State::Plain };
                return self.step(byte);
            }
            (State::Field, b'"') => State::Quoted,
            (State::Quote, b'"') => {
                self.push(b"\"");
                State::Quoted
            }
            (State::Field | State::Plain | State::Quote, b',') => {
                self.end_field();
                State::Field
            }
            (State::Plain, b'\n') => {
                self.drop_return();
                return self.end_line();
            }
            (State::Field | State::Quote | State::QuoteReturn | State::Stray, b'\n') => {
                return self.end_line();
            }
            (State::Quote, b'\r') => State::QuoteReturn,
            (State::Quoted, b'"') => State::Quote,
            (State::Quoted, b'\n') => {
                self.line += 1;
                self.spoil(Spoilt::Quoting);
                State::Quoted
            }
            (State::Plain, b'"') | (State::Quote | State::QuoteReturn, _) => {
                self.spoil(Spoilt::Quoting);
                State::Stray
            }
            (State::Field | State::Plain, _) => {
                self.push(&[byte]);
                State::Plain
            }
            (State::Quoted, _) => {
                self.push(&[byte]);
                State::Quoted
            }
            (State::Stray, _) => State::Stray,
        };
        self.state = next;
        false
    }

    fn advance(&mut self, bytes: usize) {
        self.read += i64::try_from(bytes).expect("a piece of a file is far below 2^63 bytes");
        self.length = self.length.saturating_add(bytes);
        if self.length > RECORD_BYTES_MAX {
            self.spoil(Spoilt::TooLong);
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        if self.spoilt.is_none() {
            self.text.extend_from_slice(bytes);
        }
    }

    fn push_mark(&mut self, read: u8) {
        self.push(&BYTE_ORDER_MARK[..usize::from(read)]);
    }

    /// The carriage return before a line end belongs to the line end.
    fn drop_return(&mut self) {
        let field_start = self.ends.last().copied().unwrap_or(0);
        if self.text.len() > field_start && self.text.last() == Some(&b'\r') {
            self.text.pop();
        }
    }

    fn end_field(&mut self) {
        if self.spoilt.is_none() {
            self.ends.push(self.text.len());
        }
    }

    fn end_line(&mut self) -> bool {
        self.end_field();
        self.line += 1;
        true
    }

    /// The first thing that spoils a record is the one reported; its bytes are not kept.
    fn spoil(&mut self, by: Spoilt) {
        self.spoilt.get_or_insert(by);
        self.text.clear();
        self.ends.clear();
    }

    /// One field, empty and without quotes: nothing stood before the line end.
    fn is_blank(&self) -> bool {
        let quoted = matches!(self.state, State::Quote | State::QuoteReturn);
        self.spoilt.is_none() && !quoted && self.ends.len() == 1 && self.text.is_empty()
    }

    /// Hands the fields out in exchange for the caller's last ones, whose memory is used again.
    fn end_record(&mut self, fields: &mut Fields) -> Record {
        let (line, mut spoilt) = (self.record_line, self.spoilt);
        std::mem::swap(&mut self.ends, &mut fields.ends);
        let used = std::mem::take(&mut fields.text).into_bytes();
        match String::from_utf8(std::mem::replace(&mut self.text, used)) {
            // Each field by itself has to be UTF-8: a character cut by a comma is none.
            Ok(text) if fields.ends.iter().all(|end| text.is_char_boundary(*end)) => fields.text = text,
            _ => spoilt = spoilt.or(Some(Spoilt::NotUtf8)),
        }
        if spoilt.is_some() {
            fields.text.clear();
            fields.ends.clear();
        }
        self.begin_record();
        Record { line, spoilt }
    }

    fn begin_record(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.spoilt = None;
        self.length = 0;
        self.offset = self.read;
        self.record_line = self.line;
        self.state = State::Field;
    }
}

#[cfg(test)]
mod tests;

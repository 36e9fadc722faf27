//! Tables of bytes and the records they are.

use super::*;

type Read = (i64, Result<Vec<String>, Spoilt>);

/// Reads the whole file in pieces of `piece` bytes.
fn read(bytes: &[u8], piece: usize) -> Vec<Read> {
    let (mut scanner, mut fields, mut records) = (Scanner::resume(0, 1), Fields::default(), Vec::new());
    let keep = |record: Record, fields: &Fields| -> Read {
        let texts = (0..fields.len()).map(|index| fields.get(index).unwrap().to_owned()).collect();
        (record.line, record.spoilt.map_or(Ok(texts), Err))
    };
    for mut input in bytes.chunks(piece) {
        while let Some(record) = scanner.next(&mut input, &mut fields) {
            records.push(keep(record, &fields));
        }
    }
    if let Some(record) = scanner.finish(&mut fields) {
        records.push(keep(record, &fields));
    }
    assert_eq!(scanner.offset(), i64::try_from(bytes.len()).unwrap());
    records
}

fn row(line: i64, fields: &[&str]) -> Read {
    (line, Ok(fields.iter().map(|field| (*field).to_owned()).collect()))
}

const fn bad(line: i64) -> Read {
    (line, Err(Spoilt::Quoting))
}

#[test]
fn records_are_the_same_however_the_bytes_are_cut() {
    let cases: Vec<(&[u8], Vec<Read>)> = vec![
        (b"", vec![]),
        (b"\xEF\xBB\xBF", vec![]),
        (b"\xEF\xBB\xBFa,b\n", vec![row(1, &["a", "b"])]),
        (b"\xEF\xBB\xBF\"a\",b", vec![row(1, &["a", "b"])]),
        ("\u{f000}a\n".as_bytes(), vec![row(1, &["\u{f000}a"])]),
        (b"\xEFa\n", vec![(1, Err(Spoilt::NotUtf8))]),
        (b"a,b\r\nc,d\ne,f", vec![row(1, &["a", "b"]), row(2, &["c", "d"]), row(3, &["e", "f"])]),
        (b"a,\r\n,\r\n", vec![row(1, &["a", ""]), row(2, &["", ""])]),
        (b"a\n\n\r\nb\n\n", vec![row(1, &["a"]), row(4, &["b"])]),
        (b"a\r", vec![row(1, &["a"])]),
        (b"a\rb,c\r\r\n", vec![row(1, &["a\rb", "c\r"])]),
        (b"\"a,\"\"b\"\"\",\"\"\r\n\"\"\n", vec![row(1, &["a,\"b\"", ""]), row(2, &[""])]),
        (b"\"a\"\r\n\"b\"", vec![row(1, &["a"]), row(2, &["b"])]),
        // A stray quote spoils its row and no other.
        (b"a\"b,c\nd\n", vec![bad(1), row(2, &["d"])]),
        (b"\"a\"b,\"c\nd\n", vec![bad(1), row(2, &["d"])]),
        (b"\"a\"\rb\nd\n", vec![bad(1), row(2, &["d"])]),
        // A line break inside quotes is one fault; the rows below enter.
        (b"a\n\"b\nc\r\nd\",e\nf\n", vec![row(1, &["a"]), bad(2), row(5, &["f"])]),
        // A quote that is never closed spoils the rest.
        (b"a\n\"b,c\nd\ne\n", vec![row(1, &["a"]), bad(2)]),
        (b"a\nb,\"", vec![row(1, &["a"]), bad(2)]),
        // A character cut by a comma is no UTF-8, though the bytes without the comma would be.
        (b"\xC3,\xA9\nb\n", vec![(1, Err(Spoilt::NotUtf8)), row(2, &["b"])]),
        (b"\xC3\xA9\n", vec![row(1, &["\u{e9}"])]),
    ];
    for (bytes, expected) in cases {
        for piece in 1..=bytes.len().max(1) {
            assert_eq!(read(bytes, piece), expected, "{:?} by {piece}", String::from_utf8_lossy(bytes));
        }
    }
}

#[test]
fn a_record_at_the_bound_is_read_and_one_byte_more_is_skipped() {
    let file = |bytes: usize| [b"a\n".to_vec(), vec![b'x'; bytes - 1], b"\nb\n".to_vec()].concat();
    let read_lines = |bytes: usize| -> Vec<_> {
        read(&file(bytes), 4_096).into_iter().map(|(line, fields)| (line, fields.err())).collect()
    };
    assert_eq!(read_lines(RECORD_BYTES_MAX), [(1, None), (2, None), (3, None)]);
    assert_eq!(read_lines(RECORD_BYTES_MAX + 1), [(1, None), (2, Some(Spoilt::TooLong)), (3, None)]);
}

#[test]
fn the_offset_follows_the_last_complete_record() {
    let (mut scanner, mut fields) = (Scanner::resume(0, 1), Fields::default());
    let mut input: &[u8] = b"a\n\n\"b\n";
    while scanner.next(&mut input, &mut fields).is_some() {}
    assert_eq!((scanner.offset(), scanner.next_line()), (3, 3));
}

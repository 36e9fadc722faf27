//! SHA-256 over streams, and its text form.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

/// A SHA-256 digest.
pub type Sha256Digest = [u8; 32];

const PIECE_BYTES: usize = 64 * 1024;

/// SHA-256 of bytes in memory.
#[must_use]
pub fn sha256(bytes: &[u8]) -> Sha256Digest {
    Sha256::digest(bytes).into()
}

/// A writer that passes everything on and keeps the SHA-256 and the count of what went through.
#[derive(Debug)]
pub struct DigestWriter<W> {
    inner: W,
    hasher: Sha256,
    bytes: u64,
}

impl<W: Write> DigestWriter<W> {
    /// Wraps a writer; nothing written yet.
    pub fn new(inner: W) -> Self {
        Self { inner, hasher: Sha256::new(), bytes: 0 }
    }

    /// The writer, the digest and the number of bytes that went through.
    pub fn finish(self) -> (W, Sha256Digest, u64) {
        (self.inner, self.hasher.finalize().into(), self.bytes)
    }
}

impl<W: Write> Write for DigestWriter<W> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let taken = self.inner.write(piece)?;
        self.hasher.update(&piece[..taken]);
        self.bytes += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// SHA-256 and length in bytes of everything a reader gives, in flat memory.
///
/// # Errors
/// What the reader reports.
pub fn sha256_of_reader(reader: &mut impl Read) -> io::Result<(Sha256Digest, u64)> {
    let mut hasher = Sha256::new();
    let mut bytes = 0;
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let taken = match reader.read(&mut piece) {
            Ok(0) => return Ok((hasher.finalize().into(), bytes)),
            Ok(taken) => taken,
            Err(fault) if fault.kind() == io::ErrorKind::Interrupted => continue,
            Err(fault) => return Err(fault),
        };
        hasher.update(&piece[..taken]);
        bytes += taken as u64;
    }
}

/// SHA-256 and length in bytes of a file, in flat memory.
///
/// # Errors
/// What opening or reading reports.
pub fn sha256_of_file(path: &Path) -> io::Result<(Sha256Digest, u64)> {
    sha256_of_reader(&mut File::open(path)?)
}

/// Lower-case hexadecimal, two digits a byte.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// Reads a digest of exactly 64 lower-case hexadecimal digits; `None` for anything else.
#[must_use]
pub fn from_hex(text: &str) -> Option<Sha256Digest> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut digest = [0; 32];
    for (byte, pair) in digest.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = (digit(pair[0])? << 4) | digit(pair[1])?;
    }
    Some(digest)
}

fn digit(text: u8) -> Option<u8> {
    match text {
        b'0'..=b'9' => Some(text - b'0'),
        b'a'..=b'f' => Some(text - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const OF_NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn digests_are_those_of_the_standard() {
        assert_eq!(hex(&sha256(b"abc")), OF_ABC);
        assert_eq!(hex(&sha256(b"")), OF_NOTHING);
    }

    #[test]
    fn pieces_through_the_writer_digest_like_the_whole() {
        let mut writer = DigestWriter::new(Vec::new());
        writer.write_all(b"a").unwrap();
        writer.write_all(b"bc").unwrap();
        let (inner, digest, bytes) = writer.finish();
        assert_eq!((inner.as_slice(), hex(&digest).as_str(), bytes), (b"abc".as_slice(), OF_ABC, 3));
    }

    #[test]
    fn a_writer_that_takes_less_is_digested_for_what_it_took() {
        let mut room = [0_u8; 2];
        let mut writer = DigestWriter::new(room.as_mut_slice());
        assert_eq!(writer.write(b"abc").unwrap(), 2);
        let (_, digest, bytes) = writer.finish();
        assert_eq!((digest, bytes), (sha256(b"ab"), 2));
    }

    #[test]
    fn a_file_longer_than_a_piece_digests_like_the_whole() {
        let content = vec![7; PIECE_BYTES * 2 + 1];
        let found = sha256_of_reader(&mut content.as_slice()).unwrap();
        assert_eq!(found, (sha256(&content), content.len() as u64));
    }

    #[test]
    fn hex_is_read_back_only_in_its_one_form() {
        assert_eq!(from_hex(OF_ABC), Some(sha256(b"abc")));
        for wrong in
            ["", &OF_ABC[1..], &OF_ABC.to_uppercase(), &OF_ABC.replace('b', "g"), &format!("{OF_ABC}0")]
        {
            assert_eq!(from_hex(wrong), None);
        }
    }
}

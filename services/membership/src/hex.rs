//! Bytes as hexadecimal text, for digests in tables.

/// Two lowercase digits a byte.
pub(crate) fn encode(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xF)]).collect()
}

/// The bytes; none when the text is not hexadecimal.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let byte = |pair: &[u8]| -> Option<u8> { u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok() };
    if !text.len().is_multiple_of(2) {
        return None;
    }
    text.as_bytes().chunks_exact(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn bytes_come_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(super::decode(&super::encode(&bytes)), Some(bytes));
        assert_eq!(super::encode(&[0, 10, 255]), "000aff");
        assert_eq!((super::decode("0"), super::decode("0g")), (None, None));
    }
}

//! Canonical JSON (RFC 8785): the same content always has the same bytes.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use thiserror::Error;

/// The first integer that not every JSON reader holds exactly (RFC 8785, I-JSON): 2^53.
pub const FIRST_UNSAFE_INTEGER: u64 = 1 << 53;

/// Why a value or text has no canonical form here.
#[derive(Debug, Error)]
pub enum CanonicalFault {
    /// A number with a fraction or exponent; money and counts are integers.
    #[error("numbers must be integers, found one with a fraction or an exponent")]
    Float,
    /// An integer outside the range that every reader holds exactly.
    #[error("integers must be below 2^53, found {0}")]
    TooLarge(String),
    /// The text is no JSON of the expected shape: a syntax error, an unknown, doubled or missing key.
    #[error("not the expected JSON at line {line} column {column}")]
    Shape {
        /// Line of the first fault, from 1; 0 when there is none to name.
        line: usize,
        /// Column of the first fault, from 1; 0 when there is none to name.
        column: usize,
    },
    /// Right content, other bytes: spacing, key order, escapes or number form differ.
    #[error("not canonical: byte {0} differs from the RFC 8785 form")]
    NotCanonical(usize),
}

/// Writes a value as canonical JSON, UTF-8, without a trailing newline.
///
/// # Errors
/// [`CanonicalFault::Float`] and [`CanonicalFault::TooLarge`] for numbers that are not safe integers.
pub fn to_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, CanonicalFault> {
    let value = serde_json::to_value(value).map_err(|fault| shape(&fault))?;
    refuse_unsafe_numbers(&value)?;
    serde_json_canonicalizer::to_vec(&value).map_err(|fault| shape(&fault))
}

/// Reads a value and insists that the text is its canonical form, byte for byte.
///
/// # Errors
/// A [`CanonicalFault`] naming what is wrong; never repeats the content.
pub fn from_bytes<T: Serialize + DeserializeOwned>(text: &[u8]) -> Result<T, CanonicalFault> {
    let value: T = serde_json::from_slice(text).map_err(|fault| shape(&fault))?;
    let canonical = to_bytes(&value)?;
    match first_difference(text, &canonical) {
        None => Ok(value),
        Some(at) => Err(CanonicalFault::NotCanonical(at)),
    }
}

/// Offset of the first byte in which two texts differ; `None` when they are equal.
pub(crate) fn first_difference(left: &[u8], right: &[u8]) -> Option<usize> {
    let common = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    (common < left.len() || common < right.len()).then_some(common)
}

fn shape(fault: &serde_json::Error) -> CanonicalFault {
    CanonicalFault::Shape { line: fault.line(), column: fault.column() }
}

fn refuse_unsafe_numbers(value: &Value) -> Result<(), CanonicalFault> {
    match value {
        Value::Number(number) => {
            let magnitude = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
            match magnitude {
                None => Err(CanonicalFault::Float),
                Some(magnitude) if magnitude >= FIRST_UNSAFE_INTEGER => {
                    Err(CanonicalFault::TooLarge(number.to_string()))
                }
                Some(_) => Ok(()),
            }
        }
        Value::Array(items) => items.iter().try_for_each(refuse_unsafe_numbers),
        Value::Object(members) => members.values().try_for_each(refuse_unsafe_numbers),
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_sorted_and_nothing_is_spaced() {
        let text = to_bytes(&json!({"b": [1, null, true], "a": "é\n\"", "a2": {}})).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), r#"{"a":"é\n\"","a2":{},"b":[1,null,true]}"#);
    }

    #[test]
    fn keys_are_sorted_by_utf16_as_the_standard_says() {
        // U+1F600 is D83D DE00 in UTF-16 and so stands before U+FB33, though its UTF-8 is greater.
        let text = to_bytes(&json!({"\u{fb33}": 1, "\u{1f600}": 2})).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), "{\"\u{1f600}\":2,\"\u{fb33}\":1}");
    }

    #[test]
    fn integers_end_below_two_to_the_fifty_third() {
        assert_eq!(to_bytes(&json!(9_007_199_254_740_991_u64)).unwrap(), b"9007199254740991");
        assert_eq!(to_bytes(&json!(-9_007_199_254_740_991_i64)).unwrap(), b"-9007199254740991");
        for unsafe_value in
            [json!(9_007_199_254_740_992_u64), json!(-9_007_199_254_740_992_i64), json!(u64::MAX)]
        {
            assert!(matches!(to_bytes(&[unsafe_value]), Err(CanonicalFault::TooLarge(_))));
        }
    }

    #[test]
    fn floats_are_refused_even_when_whole() {
        assert!(matches!(to_bytes(&json!({"a": [1.0]})), Err(CanonicalFault::Float)));
    }

    #[test]
    fn reading_insists_on_the_canonical_bytes() {
        let read = |text: &str| from_bytes::<Value>(text.as_bytes());
        assert_eq!(read(r#"{"a":1,"b":2}"#).unwrap(), json!({"a": 1, "b": 2}));
        for (text, at) in [
            (r#"{"b":2,"a":1}"#, 2),
            (r#"{"a": 1}"#, 5),
            ("{\"a\":1}\n", 7),
            (r#"{"a":"\u0041"}"#, 6),
            (r#"{"a":1,"a":1}"#, 6),
        ] {
            assert!(matches!(read(text), Err(CanonicalFault::NotCanonical(found)) if found == at), "{text}");
        }
        assert!(matches!(read("{"), Err(CanonicalFault::Shape { .. })));
        assert!(matches!(read(""), Err(CanonicalFault::Shape { .. })));
    }
}

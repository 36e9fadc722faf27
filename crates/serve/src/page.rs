//! Pages of a list: opaque tokens and bounded sizes.

use std::fmt::Write as _;

use tepat_faults::{Fault, Reason, Violation, reason};
use thiserror::Error;

/// Longest key inside a token, in bytes.
pub const PAGE_KEY_BYTES_MAX: usize = 256;

/// Hexadecimal digits of a digest.
const DIGEST_DIGITS: usize = 16;

/// What is wrong with how a page was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PageFault {
    /// The token was never given out, or was cut or changed on its way.
    #[error("must be a token of an earlier page, as it came")]
    Token,
    /// The token belongs to a list with another filter.
    #[error("belongs to a list with another filter")]
    Filter,
    /// The size is below zero.
    #[error("must not be negative, found {0}")]
    Size(i32),
}

impl Fault for PageFault {
    fn reason(&self) -> Reason {
        reason::BAD_REQUEST
    }

    fn violations(&self) -> Vec<Violation> {
        let field = if matches!(self, Self::Size(_)) { "page_size" } else { "page_token" };
        vec![Violation { field: field.into(), problem: self.to_string() }]
    }
}

/// Page tokens: the last key of a page, bound to the filter of its list. They guard against accidents
/// and mixed-up lists; they keep no secret.
#[derive(Debug)]
pub struct PageToken;

impl PageToken {
    /// The token of the page after `key`, in a list whose filter is spelt by `filter`, part by part.
    #[must_use]
    pub fn encode(key: &str, filter: &[&str]) -> String {
        let mut token = format!("{:016x}{:016x}", digest(filter), digest(&[key]));
        for byte in key.bytes() {
            write!(token, "{byte:02x}").expect("a String takes every write");
        }
        token
    }

    /// The key inside a token; `None` for the empty token, which asks for the first page.
    ///
    /// # Errors
    /// When the token is damaged or belongs to another filter.
    pub fn decode(token: &str, filter: &[&str]) -> Result<Option<String>, PageFault> {
        if token.is_empty() {
            return Ok(None);
        }
        let longest = 2 * DIGEST_DIGITS + 2 * PAGE_KEY_BYTES_MAX;
        let lowercase_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if token.len() < 2 * DIGEST_DIGITS || token.len() > longest || !token.bytes().all(lowercase_hex) {
            return Err(PageFault::Token);
        }
        let (of_filter, rest) = token.split_at(DIGEST_DIGITS);
        let (of_key, key) = rest.split_at(DIGEST_DIGITS);
        let key = text_of_hex(key).ok_or(PageFault::Token)?;
        if of_key != format!("{:016x}", digest(&[&key])) {
            return Err(PageFault::Token);
        }
        if of_filter != format!("{:016x}", digest(filter)) {
            return Err(PageFault::Filter);
        }
        Ok(Some(key))
    }
}

/// How many rows a page holds: `default` when none are asked for, never more than `max`.
///
/// # Errors
/// When a negative number is asked for.
pub fn page_size(asked: i32, default: usize, max: usize) -> Result<usize, PageFault> {
    let asked_rows = usize::try_from(asked).map_err(|_| PageFault::Size(asked))?;
    Ok(if asked_rows == 0 { default } else { asked_rows.min(max) })
}

fn text_of_hex(hex: &str) -> Option<String> {
    if !hex.len().is_multiple_of(2) {
        return None;
    }
    let byte_at = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..hex.len()).step_by(2).map(byte_at).collect();
    String::from_utf8(bytes?).ok()
}

/// FNV-1a over the parts, each closed by a byte that UTF-8 never holds.
fn digest(parts: &[&str]) -> u64 {
    let (offset, prime) = (0xcbf2_9ce4_8422_2325_u64, 0x0000_0100_0000_01b3_u64);
    parts
        .iter()
        .flat_map(|part| part.bytes().chain([0xff]))
        .fold(offset, |state, byte| (state ^ u64::from(byte)).wrapping_mul(prime))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_gives_its_key_back_for_its_own_filter_only() {
        let filter = ["batch", "bsu-2022-1-0001", "REFUSED"];
        for key in ["", "3171010101900001", "a/b?c=d", "é"] {
            let token = PageToken::encode(key, &filter);
            assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{token}");
            assert_eq!(PageToken::decode(&token, &filter), Ok(Some(key.to_owned())));
            assert_eq!(PageToken::decode(&token, &["batch", "bsu-2022-1-0001", ""]), Err(PageFault::Filter));
            assert_eq!(
                PageToken::decode(&token, &["batchbsu-2022-1-0001", "REFUSED"]),
                Err(PageFault::Filter)
            );
        }
        assert_eq!(PageToken::decode("", &filter), Ok(None));
    }

    #[test]
    fn every_change_of_a_token_is_refused() {
        let filter = ["x"];
        let token = PageToken::encode("3171010101900001", &filter);
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(PageToken::decode(&changed, &filter).is_err(), "byte {at}");
            assert!(PageToken::decode(&token[..at], &filter) != Ok(Some("3171010101900001".into())));
        }
        assert_eq!(PageToken::decode(&token.to_uppercase(), &filter), Err(PageFault::Token));
        assert_eq!(PageToken::decode("é", &filter), Err(PageFault::Token));
        assert_eq!(PageToken::decode(&"0".repeat(100_000), &filter), Err(PageFault::Token));
    }

    #[test]
    fn sizes_at_their_borders() {
        let check = |asked, expected| assert_eq!(page_size(asked, 100, 1_000), expected);
        check(0, Ok(100));
        check(1, Ok(1));
        check(1_000, Ok(1_000));
        check(1_001, Ok(1_000));
        check(i32::MAX, Ok(1_000));
        check(-1, Err(PageFault::Size(-1)));
        assert_eq!(page_size(-1, 1, 1).unwrap_err().violations()[0].field, "page_size");
        assert_eq!(PageFault::Token.violations()[0].field, "page_token");
    }
}

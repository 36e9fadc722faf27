//! The id of a call, from the first log line to the answer.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue, Response};
use uuid::Uuid;

use super::CALL;

/// Metadata key of the request id, in calls and in answers.
pub const REQUEST_ID_KEY: &str = "x-request-id";

/// The same as a header, made once.
static NAME: HeaderName = HeaderName::from_static(REQUEST_ID_KEY);

/// Longest request id that a caller may choose, in characters.
const CHARACTERS_MAX: usize = 64;

/// 1 to 64 characters of A-Z, a-z, 0-9, dot, underscore and dash.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(HeaderValue);

impl RequestId {
    /// The caller's id where it has the right shape, else a new one (UUID version 7), which the
    /// handler then finds in the headers too.
    pub(crate) fn of_or_new(headers: &mut HeaderMap) -> Self {
        if let Some(value) = headers.get(&NAME).filter(|value| is_valid(value.as_bytes())) {
            return Self(value.clone());
        }
        let mut text = Uuid::encode_buffer();
        let text = Uuid::now_v7().hyphenated().encode_lower(&mut text);
        let value = HeaderValue::from_str(text).expect("a UUID is hexadecimal digits and dashes");
        headers.insert(&NAME, value.clone());
        Self(value)
    }

    /// The answer with the id in its metadata.
    pub(crate) fn echoed<B>(&self, mut response: Response<B>) -> Response<B> {
        response.headers_mut().insert(&NAME, self.0.clone());
        response
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_str().unwrap_or_default())
    }
}

/// Gives a call to a peer the id of the call that causes it, unless it has one.
pub(crate) fn carry(headers: &mut HeaderMap) {
    if headers.contains_key(&NAME) {
        return;
    }
    let cause = CALL.try_with(|call| call.request_id.clone());
    if let Ok(RequestId(value)) = cause {
        headers.insert(&NAME, value);
    }
}

fn is_valid(id: &[u8]) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    (1..=CHARACTERS_MAX).contains(&id.len()) && id.iter().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_well_formed_id_of_the_caller_is_kept() {
        let check = |given: &str, kept: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID_KEY, HeaderValue::from_bytes(given.as_bytes()).unwrap());
            let id = RequestId::of_or_new(&mut headers).to_string();
            assert_eq!(id == given, kept, "{given:?}");
            assert_eq!(headers[REQUEST_ID_KEY], id, "the handler sees the same id");
        };
        check("a", true);
        check("demo-1.A_b", true);
        check(&"x".repeat(64), true);
        check(&"x".repeat(65), false);
        check("", false);
        check("two words", false);
        check("é", false);
    }

    #[test]
    fn a_call_without_id_gets_a_new_one_each_time() {
        let new = || RequestId::of_or_new(&mut HeaderMap::new()).to_string();
        let (first, second) = (new(), new());
        assert_ne!(first, second);
        assert_eq!(first.parse::<Uuid>().unwrap().get_version_num(), 7);
    }
}

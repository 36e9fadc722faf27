//! Who acts: the name that stands behind a call.

use std::fmt;
use std::str::FromStr;

use tepat_faults::{Fault, Reason, reason};
use thiserror::Error;

/// Metadata key in which a call names its actor.
pub const ACTOR_KEY: &str = "tepat-actor";

/// Longest actor, in characters.
pub const ACTOR_CHARACTERS_MAX: usize = 64;

/// The official or process behind a call: 1 to 64 characters of a-z, 0-9, dot, underscore and dash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor(String);

impl Actor {
    /// The actor as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Actor {
    type Err = ActorFault;

    fn from_str(text: &str) -> Result<Self, ActorFault> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
        if (1..=ACTOR_CHARACTERS_MAX).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ActorFault::Malformed)
        }
    }
}

/// Nobody who can be held to it stands behind the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ActorFault {
    /// The call names no actor.
    #[error("the call must name its actor in the metadata key {ACTOR_KEY}")]
    Missing,
    /// What it names is not an actor.
    #[error("an actor is 1 to {ACTOR_CHARACTERS_MAX} characters of a-z, 0-9, dot, underscore and dash")]
    Malformed,
}

impl Fault for ActorFault {
    fn reason(&self) -> Reason {
        reason::ACTOR_MISSING
    }
}

/// The actor that a call names.
///
/// # Errors
/// When it names none, or what it names has another shape.
pub fn actor_of<T>(request: &tonic::Request<T>) -> Result<Actor, ActorFault> {
    let named = request.metadata().get(ACTOR_KEY).ok_or(ActorFault::Missing)?;
    named.to_str().map_err(|_| ActorFault::Malformed)?.parse()
}

/// The call with its actor named; one that it named before is replaced.
#[must_use]
pub fn with_actor<T>(mut request: tonic::Request<T>, actor: &Actor) -> tonic::Request<T> {
    let value = actor.0.parse().expect("every character of an actor is allowed in metadata");
    request.metadata_mut().insert(ACTOR_KEY, value);
    request
}

#[cfg(test)]
mod tests {
    use tepat_faults::Code;

    use super::*;

    #[test]
    fn an_actor_has_one_shape() {
        let check = |text: &str, good: bool| assert_eq!(text.parse::<Actor>().is_ok(), good, "{text:?}");
        check("a", true);
        check("kpa.siti-2_x", true);
        check(&"a".repeat(64), true);
        check("", false);
        check(&"a".repeat(65), false);
        check("Siti", false);
        check("siti aminah", false);
        check("sitié", false);
    }

    #[test]
    fn a_call_carries_its_actor() {
        let bare = tonic::Request::new(());
        assert_eq!(actor_of(&bare), Err(ActorFault::Missing));
        assert_eq!(ActorFault::Missing.code(), Code::Unauthenticated);
        let maker: Actor = "maker".parse().unwrap();
        let checker: Actor = "checker".parse().unwrap();
        let signed = with_actor(with_actor(bare, &maker), &checker);
        assert_eq!(actor_of(&signed), Ok(checker));
        let mut odd = tonic::Request::new(());
        odd.metadata_mut().insert(ACTOR_KEY, "No Body".parse().unwrap());
        assert_eq!(actor_of(&odd), Err(ActorFault::Malformed));
    }
}

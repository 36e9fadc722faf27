//! A malformed request, with everything that is wrong in it.

use std::fmt;

use crate::{Fault, Reason, Violation, reason};

/// Collects the violations of one request, so that a caller mends it once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invalid {
    violations: Vec<Violation>,
}

impl Invalid {
    /// Nothing wrong so far.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Exactly one violation.
    #[must_use]
    pub fn one(field: impl Into<String>, problem: impl Into<String>) -> Self {
        let mut invalid = Self::new();
        invalid.add(field, problem);
        invalid
    }

    /// Notes one violation: the field's path and what was wanted and found.
    pub fn add(&mut self, field: impl Into<String>, problem: impl Into<String>) {
        self.violations.push(Violation { field: field.into(), problem: problem.into() });
    }

    /// Notes the violation and gives `None` for an error; gives the value otherwise.
    pub fn take<T, E: fmt::Display>(&mut self, field: &str, parsed: Result<T, E>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(problem) => {
                self.add(field, problem.to_string());
                None
            }
        }
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.violations.is_empty()
    }

    /// `Ok` when nothing is wrong.
    ///
    /// # Errors
    /// Itself, when at least one violation was added.
    pub fn into_result(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.violations.as_slice() {
            [] => f.write_str("the request is malformed"),
            [only] if only.field.is_empty() => f.write_str(&only.problem),
            [only] => write!(f, "{}: {}", only.field, only.problem),
            all => write!(f, "{} fields of the request are malformed", all.len()),
        }
    }
}

impl std::error::Error for Invalid {}

impl Fault for Invalid {
    fn reason(&self) -> Reason {
        reason::BAD_REQUEST
    }

    fn violations(&self) -> Vec<Violation> {
        self.violations.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_violation_is_kept_in_order_and_none_is_no_fault() {
        assert_eq!(Invalid::new().into_result(), Ok(()));
        let mut invalid = Invalid::new();
        assert_eq!(invalid.take::<u8, _>("page_size", "x".parse::<u8>()), None);
        assert_eq!(invalid.take("tranche", "2".parse::<u8>()), Some(2));
        invalid.add("round", "must not be empty");
        let fields: Vec<_> = invalid.violations().into_iter().map(|violation| violation.field).collect();
        assert_eq!(fields, ["page_size", "round"]);
        assert_eq!(invalid.to_string(), "2 fields of the request are malformed");
        assert!(invalid.into_result().is_err());
    }

    #[test]
    fn a_single_violation_is_the_message() {
        assert_eq!(Invalid::one("round", "must not be empty").to_string(), "round: must not be empty");
        assert_eq!(Invalid::one("", "two parts differ").to_string(), "two parts differ");
    }
}

//! Settings of the service; `default.toml` says what each key means and its range.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use serde::Deserialize;
use thiserror::Error;

/// The default of every key, with its meaning and range, as the section `[accounts]`.
pub const DEFAULT_TOML: &str = include_str!("default.toml");

/// The section `[accounts]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Most claims in one call.
    pub claims_max: usize,
    /// Verdicts kept in memory; 0 keeps none.
    pub cache_claims_max: u64,
    /// Oldest reused verdict of a valid account, seconds; 0 means never reused.
    pub age_valid_max_seconds: i64,
    /// Oldest reused verdict of any other kind, seconds; 0 means never reused.
    pub age_other_max_seconds: i64,
    /// Most pages of claims asked of one bank at a time.
    pub bank_concurrency_max: usize,
    /// Longest wait for a bank's answer, milliseconds.
    pub bank_deadline_ms: u64,
    /// Key of the claim hashes in hexadecimal; empty where the file has it.
    pub claim_key: KeyText,
    /// File with the key; empty where `claim_key` has it.
    pub claim_key_file: PathBuf,
    /// The bank sandbox.
    pub sandbox: SandboxSettings,
    /// Corrections of bank profiles, by entity key; empty means as shipped.
    pub profiles: BTreeMap<String, ProfileSettings>,
}

/// The section `[accounts.sandbox]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SandboxSettings {
    /// The accounts its banks hold; empty means no sandbox.
    pub accounts_file: PathBuf,
    /// Entity keys of banks that never answer.
    pub silent_banks: Vec<String>,
    /// How long a silent bank keeps the line, milliseconds.
    pub silence_ms: u64,
}

/// A section `[accounts.profiles.BANK]`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileSettings {
    /// Whether its answer tells a dormant account; absent means as shipped.
    pub tells_dormant: Option<bool>,
    /// Characters of its name field, 0 where not known; absent means as shipped.
    pub name_length: Option<usize>,
}

/// A key in hexadecimal. Prints nothing of it.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct KeyText(String);

impl KeyText {
    /// Takes the digits; whether they are a key is checked when the service is built.
    #[must_use]
    pub fn new(hexadecimal: impl Into<String>) -> Self {
        Self(hexadecimal.into())
    }

    /// The digits in clear.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "KeyText(none)" } else { "KeyText(set)" })
    }
}

/// A setting outside its range.
#[derive(Debug, PartialEq, Eq, Error)]
#[error("accounts.{key} must be {wanted}, found {found}")]
pub struct SettingsFault {
    key: String,
    wanted: String,
    found: String,
}

impl SettingsFault {
    pub(crate) fn new(key: impl Into<String>, wanted: impl Into<String>, found: impl ToString) -> Self {
        Self { key: key.into(), wanted: wanted.into(), found: found.to_string() }
    }
}

const YEAR_SECONDS: i64 = 31_536_000;
const TEN_MINUTES_MS: u64 = 600_000;

impl Settings {
    /// Checks every range.
    ///
    /// # Errors
    /// [`SettingsFault`] names the first key that is outside, its range and what was found.
    pub fn check(&self) -> Result<(), SettingsFault> {
        in_range("claims_max", self.claims_max, 1..=5_000)?;
        in_range("cache_claims_max", self.cache_claims_max, 0..=100_000_000)?;
        in_range("age_valid_max_seconds", self.age_valid_max_seconds, 0..=YEAR_SECONDS)?;
        in_range("age_other_max_seconds", self.age_other_max_seconds, 0..=YEAR_SECONDS)?;
        in_range("bank_concurrency_max", self.bank_concurrency_max, 1..=1_000)?;
        in_range("bank_deadline_ms", self.bank_deadline_ms, 1..=TEN_MINUTES_MS)?;
        in_range("sandbox.silence_ms", self.sandbox.silence_ms, 0..=TEN_MINUTES_MS)?;
        for (bank, profile) in &self.profiles {
            in_range(&format!("profiles.{bank}.name_length"), profile.name_length.unwrap_or(0), 0..=200)?;
        }
        let key_in_file = !self.claim_key_file.as_os_str().is_empty();
        match (self.claim_key.reveal().is_empty(), key_in_file) {
            (true, false) => Err(SettingsFault::new("claim_key", "set, here or by claim_key_file", "neither")),
            (false, true) => Err(SettingsFault::new("claim_key", "set here or by claim_key_file", "both")),
            _ => Ok(()),
        }
    }
}

fn in_range<T: PartialOrd + fmt::Display>(
    key: &str,
    value: T,
    range: RangeInclusive<T>,
) -> Result<(), SettingsFault> {
    if range.contains(&value) {
        return Ok(());
    }
    Err(SettingsFault::new(key, format!("{} to {}", range.start(), range.end()), value))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct File {
        accounts: Settings,
    }

    /// The defaults with the key that has none.
    pub(crate) fn settings(more: &str) -> Settings {
        let text = DEFAULT_TOML.replace("claim_key = \"\"", &format!("claim_key = \"{}\"", "5a".repeat(32)));
        toml::from_str::<File>(&format!("{text}{more}")).unwrap().accounts
    }

    #[test]
    fn the_defaults_are_in_range_and_lack_only_the_key() {
        assert_eq!(settings("").check(), Ok(()));
        let shipped = toml::from_str::<File>(DEFAULT_TOML).unwrap().accounts;
        let fault = shipped.check().unwrap_err();
        assert_eq!(fault.to_string(), "accounts.claim_key must be set, here or by claim_key_file, found neither");
        let both = Settings { claim_key_file: "key".into(), ..settings("") };
        assert!(both.check().unwrap_err().to_string().ends_with("found both"));
    }

    #[test]
    fn a_value_outside_its_range_is_named_with_it() {
        let check = |change: fn(&mut Settings), expected: &str| {
            let mut changed = settings("");
            change(&mut changed);
            assert_eq!(changed.check().map_err(|fault| fault.to_string()), Err(expected.to_owned()));
        };
        check(|s| s.claims_max = 0, "accounts.claims_max must be 1 to 5000, found 0");
        check(|s| s.claims_max = 5_001, "accounts.claims_max must be 1 to 5000, found 5001");
        check(
            |s| s.age_valid_max_seconds = -1,
            "accounts.age_valid_max_seconds must be 0 to 31536000, found -1",
        );
        check(
            |s| s.age_other_max_seconds = 31_536_001,
            "accounts.age_other_max_seconds must be 0 to 31536000, found 31536001",
        );
        check(|s| s.bank_concurrency_max = 0, "accounts.bank_concurrency_max must be 1 to 1000, found 0");
        check(|s| s.bank_deadline_ms = 0, "accounts.bank_deadline_ms must be 1 to 600000, found 0");
        check(
            |s| s.sandbox.silence_ms = 600_001,
            "accounts.sandbox.silence_ms must be 0 to 600000, found 600001",
        );
        let profile = settings("[accounts.profiles.002]\nname_length = 201\n");
        let fault = profile.check().unwrap_err().to_string();
        assert_eq!(fault, "accounts.profiles.002.name_length must be 0 to 200, found 201");
    }

    #[test]
    fn unknown_keys_are_refused_and_the_key_does_not_print() {
        assert!(toml::from_str::<File>(&format!("{DEFAULT_TOML}\nx = 1")).is_err());
        assert!(!format!("{:?}", settings("")).contains("5a5a"));
    }
}

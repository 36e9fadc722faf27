//! Settings of the service; `default.toml` says what each key means and its range.

mod redis;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;
use tepat_serve::settings::{Check, SettingsFaults};

pub use self::redis::{RedisMode, RedisSettings};
use crate::rules::directory::Directory;
use crate::store::ClaimKey;

/// The default of every key, with its meaning and range, as the section `[accounts]`.
pub const DEFAULT_TOML: &str = include_str!("default.toml");

/// The section `[accounts]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Most claims in one call.
    pub claims_max: usize,
    /// Verdicts kept in the memory of the process; 0 keeps none. Not used with a shared cache.
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
    /// How often newer reports of closed accounts are looked for, milliseconds; 0 means for every page.
    pub closures_look_every_ms: u64,
    /// After how long without a look a page waits for one, milliseconds.
    pub closures_relied_on_ms: u64,
    /// Most closed accounts held in memory; with more, each page asks the store.
    pub closures_held_max: usize,
    /// The cache that processes share.
    pub redis: RedisSettings,
    /// The bank sandbox.
    pub sandbox: SandboxSettings,
    /// Corrections of bank profiles, by entity key; empty means as shipped.
    #[serde(default)]
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

const YEAR_SECONDS: i64 = 31_536_000;
const TEN_MINUTES_MS: u64 = 600_000;

impl Check for Settings {
    fn check(&self, faults: &mut SettingsFaults) {
        faults.range("accounts.claims_max", self.claims_max, 1..=5_000);
        faults.range("accounts.cache_claims_max", self.cache_claims_max, 0..=100_000_000);
        faults.range("accounts.age_valid_max_seconds", self.age_valid_max_seconds, 0..=YEAR_SECONDS);
        faults.range("accounts.age_other_max_seconds", self.age_other_max_seconds, 0..=YEAR_SECONDS);
        faults.range("accounts.bank_concurrency_max", self.bank_concurrency_max, 1..=1_000);
        faults.range("accounts.bank_deadline_ms", self.bank_deadline_ms, 1..=TEN_MINUTES_MS);
        faults.range("accounts.closures_look_every_ms", self.closures_look_every_ms, 0..=60_000);
        faults.range("accounts.closures_relied_on_ms", self.closures_relied_on_ms, 1_000..=TEN_MINUTES_MS);
        faults.range("accounts.closures_held_max", self.closures_held_max, 0..=100_000_000);
        faults.range("accounts.sandbox.silence_ms", self.sandbox.silence_ms, 0..=TEN_MINUTES_MS);
        self.redis.check(faults);
        self.check_key(faults);
        self.check_banks(faults);
    }
}

impl Settings {
    fn check_key(&self, faults: &mut SettingsFaults) {
        let in_file = !self.claim_key_file.as_os_str().is_empty();
        let here = !self.claim_key.reveal().is_empty();
        if here == in_file {
            faults.fault("accounts.claim_key", "must be set here or by claim_key_file, and not by both");
        } else if here && ClaimKey::from_hex(self.claim_key.reveal()).is_err() {
            faults.fault("accounts.claim_key", "must be 64 to 128 hexadecimal digits");
        }
    }

    fn check_banks(&self, faults: &mut SettingsFaults) {
        let directory = Directory::shipped();
        for bank in self.sandbox.silent_banks.iter().filter(|bank| directory.find_text(bank).is_none()) {
            let problem = format!("must be entity keys of the bank directory, which has no {bank:?}");
            faults.fault("accounts.sandbox.silent_banks", problem);
        }
        for (bank, profile) in &self.profiles {
            let key = format!("accounts.profiles.{bank}");
            if directory.find_text(bank).is_none() {
                faults.fault(&key, "must be named by an entity key of the bank directory");
            }
            faults.range(&format!("{key}.name_length"), profile.name_length.unwrap_or(0), 0..=200);
        }
    }
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
        let key = format!("claim_key = \"{}\"", "5a".repeat(32));
        let text = DEFAULT_TOML.replace("claim_key = \"\"", &key);
        toml::from_str::<File>(&format!("{text}{more}")).unwrap().accounts
    }

    fn found(settings: &Settings) -> Vec<String> {
        let mut faults = SettingsFaults::default();
        settings.check(&mut faults);
        faults.faults().iter().map(|fault| format!("{} {}", fault.key, fault.problem)).collect()
    }

    #[test]
    fn the_defaults_are_in_range_and_lack_only_the_key() {
        assert!(found(&settings("")).is_empty());
        let lacking = "accounts.claim_key must be set here or by claim_key_file, and not by both";
        let shipped = toml::from_str::<File>(DEFAULT_TOML).unwrap().accounts;
        assert_eq!(found(&shipped), [lacking]);
        let both = Settings { claim_key_file: "key".into(), ..settings("") };
        assert_eq!(found(&both), [lacking]);
        let by_file = Settings { claim_key: KeyText::default(), ..both };
        assert!(found(&by_file).is_empty());
    }

    #[test]
    fn a_value_outside_its_range_is_named_with_it() {
        let check = |change: fn(&mut Settings), expected: &str| {
            let mut changed = settings("");
            change(&mut changed);
            assert_eq!(found(&changed), [format!("accounts.{expected}")]);
        };
        check(|s| s.claims_max = 0, "claims_max must be 1 to 5000");
        check(|s| s.claims_max = 5_001, "claims_max must be 1 to 5000");
        check(|s| s.cache_claims_max = 100_000_001, "cache_claims_max must be 0 to 100000000");
        check(|s| s.age_valid_max_seconds = -1, "age_valid_max_seconds must be 0 to 31536000");
        check(|s| s.age_other_max_seconds = 31_536_001, "age_other_max_seconds must be 0 to 31536000");
        check(|s| s.bank_concurrency_max = 0, "bank_concurrency_max must be 1 to 1000");
        check(|s| s.bank_deadline_ms = 0, "bank_deadline_ms must be 1 to 600000");
        check(|s| s.closures_look_every_ms = 60_001, "closures_look_every_ms must be 0 to 60000");
        check(|s| s.closures_relied_on_ms = 999, "closures_relied_on_ms must be 1000 to 600000");
        check(|s| s.closures_held_max = 100_000_001, "closures_held_max must be 0 to 100000000");
        check(|s| s.sandbox.silence_ms = 600_001, "sandbox.silence_ms must be 0 to 600000");
        check(|s| s.claim_key = KeyText::new("5a"), "claim_key must be 64 to 128 hexadecimal digits");
        check(
            |s| s.sandbox.silent_banks = vec!["002".into(), "BRI".into()],
            "sandbox.silent_banks must be entity keys of the bank directory, which has no \"BRI\"",
        );
    }

    #[test]
    fn profiles_name_banks_of_the_directory() {
        let long = settings("[accounts.profiles.002]\nname_length = 201\n");
        assert_eq!(found(&long), ["accounts.profiles.002.name_length must be 0 to 200"]);
        let unknown = settings("[accounts.profiles.999]\ntells_dormant = true\n");
        let expected = "accounts.profiles.999 must be named by an entity key of the bank directory";
        assert_eq!(found(&unknown), [expected]);
        assert!(found(&settings("[accounts.profiles.022-S]\nname_length = 200\n")).is_empty());
    }

    #[test]
    fn unknown_keys_are_refused_and_the_key_does_not_print() {
        assert!(toml::from_str::<File>(&DEFAULT_TOML.replace("claims_max", "claim_max")).is_err());
        assert!(!format!("{:?}", settings("")).contains("5a5a"));
    }
}

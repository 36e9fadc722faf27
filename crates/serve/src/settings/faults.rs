//! What is wrong with settings, all of it at once.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;

use super::{Entry, Source, tree};

/// One thing that is wrong: the key, the value found, where it came from and what was wanted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SettingsFault {
    /// Dotted key; empty when a source as a whole is wrong.
    pub key: String,
    /// The value found, in TOML; empty when there is none to show.
    pub value: String,
    /// Where it came from.
    pub source: Source,
    /// What was wanted.
    pub problem: String,
}

impl fmt::Display for SettingsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.key.as_str(), self.value.as_str()) {
            ("", _) => write!(f, "{}: {}", self.source, self.problem),
            (key, "") => write!(f, "{key} ({}): {}", self.source, self.problem),
            (key, value) => write!(f, "{key} = {value} ({}): {}", self.source, self.problem),
        }
    }
}

/// Everything wrong with the settings of a process, a line each.
#[derive(Clone, Debug, Default)]
pub struct SettingsFaults {
    faults: Vec<SettingsFault>,
    /// The values in force, so that a fault can say what was found and where.
    in_force: BTreeMap<String, Entry>,
}

impl SettingsFaults {
    pub(super) fn over(in_force: BTreeMap<String, Entry>, faults: Vec<SettingsFault>) -> Self {
        Self { faults, in_force }
    }

    /// Notes a fault of a key; value and source are looked up.
    pub fn fault(&mut self, key: &str, problem: impl Into<String>) {
        let entry = self.in_force.get(key);
        self.faults.push(SettingsFault {
            key: key.to_owned(),
            value: entry.map_or_else(String::new, |entry| tree::shown(key, &entry.value)),
            source: entry.map_or(Source::Default, |entry| entry.source.clone()),
            problem: problem.into(),
        });
    }

    /// Notes a fault of a key whose value is not within `range`.
    pub fn range<N: Copy + PartialOrd + fmt::Display>(
        &mut self,
        key: &str,
        value: N,
        range: RangeInclusive<N>,
    ) {
        if !range.contains(&value) {
            self.fault(key, format!("must be {} to {}", range.start(), range.end()));
        }
    }

    /// Notes that the settings do not fit their type in a way that no single key shows.
    pub(super) fn whole(&mut self, problem: &str) {
        let (source, problem) = (Source::Default, format!("settings do not fit: {problem}"));
        self.faults.push(SettingsFault { key: String::new(), value: String::new(), source, problem });
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }

    /// The faults in the order in which they were found.
    #[must_use]
    pub fn faults(&self) -> &[SettingsFault] {
        &self.faults
    }
}

impl fmt::Display for SettingsFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, fault) in self.faults.iter().enumerate() {
            let separator = if at == 0 { "" } else { "\n" };
            write!(f, "{separator}{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for SettingsFaults {}

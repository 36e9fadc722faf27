//! Settings: default < file < environment < flag, every key known, every fault at once.
//!
//! The default TOML is the list of keys: what does not stand in it is a fault, and the type of its
//! value is the type that every other source must give. An empty table in it is open: its keys are
//! free. An empty string usually means "not set"; the key's comment says so.

mod faults;
mod tree;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use toml::{Table, Value};

pub use self::faults::{SettingsFault, SettingsFaults};
use self::tree::Tree;

/// What the environment variables of the settings begin with; `__` separates levels:
/// `TEPAT_LISTEN__DRAIN_MS` is `listen.drain_ms`.
pub const VARIABLE_PREFIX: &str = "TEPAT_";

/// Settings that know their own ranges.
pub trait Check {
    /// Notes every value that is out of range, by its full key.
    fn check(&self, faults: &mut SettingsFaults);
}

/// Where settings come from, later over earlier.
#[derive(Clone, Debug, Default)]
pub struct Sources<'a> {
    /// Every key with its meaning and its default.
    pub default_toml: &'a str,
    /// The settings file; `None` when none was named.
    pub file: Option<PathBuf>,
    /// The environment; variables without the prefix are passed over.
    pub environment: Vec<(String, String)>,
    /// Variables with the prefix that are no settings, e.g. `TEPAT_SERVER`. `TEPAT_LOG` is one always.
    pub not_settings: &'a [&'a str],
    /// Settings given on the command line: dotted key and value.
    pub flags: Vec<(String, String)>,
}

impl Sources<'_> {
    /// The present environment, for [`Sources::environment`]; what is not UTF-8 is passed over.
    #[must_use]
    pub fn present_environment() -> Vec<(String, String)> {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }
}

/// Which source a value comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The default TOML.
    Default,
    /// The settings file.
    File(PathBuf),
    /// An environment variable, by its name.
    Environment(String),
    /// A flag of the command line.
    Flag,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag => f.write_str("flag"),
        }
    }
}

/// One key with its value and where that comes from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) value: Value,
    pub(crate) source: Source,
}

/// Settings with the origin of each value.
#[derive(Clone, Debug)]
pub struct Loaded<T> {
    /// The settings in force.
    pub settings: T,
    entries: BTreeMap<String, Entry>,
}

impl<T> Loaded<T> {
    /// Key, value in TOML and source of every setting, in the order of keys. Secrets are not shown.
    #[must_use]
    pub fn explain(&self) -> Vec<(String, String, String)> {
        let row = |(key, entry): (&String, &Entry)| {
            (key.clone(), tree::shown(key, &entry.value), entry.source.to_string())
        };
        self.entries.iter().map(row).collect()
    }
}

/// Layers the sources, checks them and gives the settings.
///
/// # Errors
/// Every fault of every source: unknown keys, values of another type, values out of range.
pub fn load<T: DeserializeOwned + Check>(sources: &Sources<'_>) -> Result<Loaded<T>, SettingsFaults> {
    let mut tree = Tree::of_defaults(sources.default_toml)?;
    if let Some(path) = &sources.file {
        take_file(&mut tree, path);
    }
    for (name, text) in &sources.environment {
        take_variable(&mut tree, name, text, sources.not_settings);
    }
    for (key, text) in &sources.flags {
        tree.take_text(key, text, &Source::Flag);
    }
    drop_unfit::<T>(&mut tree);
    let fitted = fit::<T>(tree.in_force());
    let (entries, mut faults) = tree.into_parts();
    match fitted {
        Ok(settings) => {
            settings.check(&mut faults);
            if faults.is_empty() { Ok(Loaded { settings, entries }) } else { Err(faults) }
        }
        Err(problem) => {
            faults.whole(&problem);
            Err(faults)
        }
    }
}

fn fit<T: DeserializeOwned>(table: Table) -> Result<T, String> {
    Value::Table(table).try_into::<T>().map_err(|err| err.message().to_owned())
}

/// Finds every value that the type of its setting refuses (a negative count, an unknown word), notes
/// it and goes on with its default, so that the ranges of the others are still checked.
fn drop_unfit<T: DeserializeOwned + Check>(tree: &mut Tree) {
    if fit::<T>(tree.in_force()).is_ok() {
        return;
    }
    for key in tree.overridden() {
        if let Err(problem) = fit::<T>(tree.defaults_with(&key, None)) {
            let problem = range_of::<T>(tree, &key).unwrap_or(problem);
            tree.drop_value(&key, problem);
        }
    }
}

/// What the check of the settings says to a number that is certainly too large: the allowed range.
fn range_of<T: DeserializeOwned + Check>(tree: &Tree, key: &str) -> Option<String> {
    let too_large = [i64::MAX, i64::from(u32::MAX), i64::from(u16::MAX), i64::from(u8::MAX)];
    let fitting = |number: i64| fit::<T>(tree.defaults_with(key, Some(Value::Integer(number)))).ok();
    let settings = too_large.into_iter().find_map(fitting)?;
    let mut faults = SettingsFaults::default();
    settings.check(&mut faults);
    faults.faults().iter().find(|fault| fault.key == key).map(|fault| fault.problem.clone())
}

fn take_file(tree: &mut Tree, path: &Path) {
    let source = Source::File(path.to_owned());
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(err) => return tree.source_fault(&source, &format!("cannot be read: {}", err.kind())),
    };
    match text.parse::<Table>() {
        Ok(table) => tree.take_table(&table, &source),
        Err(err) => {
            let line =
                err.span().map_or(1, |span| 1 + text[..span.start.min(text.len())].matches('\n').count());
            tree.source_fault(&source, &format!("line {line} is not TOML: {}", err.message()));
        }
    }
}

fn take_variable(tree: &mut Tree, name: &str, text: &str, not_settings: &[&str]) {
    let Some(path) = name.strip_prefix(VARIABLE_PREFIX) else { return };
    if name == crate::telemetry::LOG_VARIABLE || not_settings.contains(&name) {
        return;
    }
    let key = path.to_ascii_lowercase().replace("__", ".");
    tree.take_text(&key, text, &Source::Environment(name.to_owned()));
}

//! The tree of keys, laid flat: dotted key to value and source.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::faults::{SettingsFault, SettingsFaults};
use super::{Entry, Source};

/// How alike a key must be, of 1, to be suggested for an unknown one.
const ALIKE_MIN: f64 = 0.6;

/// The known keys with the values in force so far, and what was wrong on the way.
pub(super) struct Tree {
    entries: BTreeMap<String, Entry>,
    defaults: BTreeMap<String, Entry>,
    /// Dotted names of the tables whose keys are free.
    open: Vec<String>,
    faults: Vec<SettingsFault>,
}

impl Tree {
    pub(super) fn of_defaults(toml: &str) -> Result<Self, SettingsFaults> {
        let mut tree = Self {
            entries: BTreeMap::new(),
            defaults: BTreeMap::new(),
            open: Vec::new(),
            faults: Vec::new(),
        };
        match toml.parse::<Table>() {
            Ok(table) => tree.plant("", &table),
            Err(err) => {
                tree.source_fault(&Source::Default, &format!("is not TOML: {}", err.message()));
                return Err(tree.into_parts().1);
            }
        }
        tree.defaults = tree.entries.clone();
        Ok(tree)
    }

    /// The values in force, as a tree again.
    pub(super) fn in_force(&self) -> Table {
        self.table_of(&self.entries)
    }

    /// The keys whose value is not the default's.
    pub(super) fn overridden(&self) -> Vec<String> {
        let of_source = self.entries.iter().filter(|(_, entry)| entry.source != Source::Default);
        of_source.map(|(key, _)| key.clone()).collect()
    }

    /// The defaults with one key as it is in force, or as `value`.
    pub(super) fn defaults_with(&self, key: &str, value: Option<Value>) -> Table {
        let mut entries = self.defaults.clone();
        if let Some(in_force) = self.entries.get(key) {
            let value = value.unwrap_or_else(|| in_force.value.clone());
            entries.insert(key.to_owned(), Entry { value, source: in_force.source.clone() });
        }
        self.table_of(&entries)
    }

    fn table_of(&self, entries: &BTreeMap<String, Entry>) -> Table {
        let mut root = Table::new();
        for open in &self.open {
            section(&mut root, open.split('.'));
        }
        for (key, entry) in entries {
            let (above, name) = key.rsplit_once('.').unwrap_or(("", key));
            let parts = above.split('.').filter(|part| !part.is_empty());
            section(&mut root, parts).insert(name.to_owned(), entry.value.clone());
        }
        root
    }

    /// Puts a key back to its default and notes why.
    pub(super) fn drop_value(&mut self, key: &str, problem: String) {
        if let Some(Entry { value, source }) = self.entries.remove(key) {
            self.note(key, shown(key, &value), &source, problem);
        }
        if let Some(default) = self.defaults.get(key) {
            self.entries.insert(key.to_owned(), default.clone());
        }
    }

    fn plant(&mut self, above: &str, table: &Table) {
        for (name, value) in table {
            let key = join(above, name);
            match value {
                Value::Table(below) if below.is_empty() => self.open.push(key),
                Value::Table(below) => self.plant(&key, below),
                value => {
                    self.entries.insert(key, Entry { value: value.clone(), source: Source::Default });
                }
            }
        }
    }

    /// Takes every value of a table over what is in force.
    pub(super) fn take_table(&mut self, table: &Table, source: &Source) {
        self.take_below("", table, source);
    }

    fn take_below(&mut self, above: &str, table: &Table, source: &Source) {
        for (name, value) in table {
            let key = join(above, name);
            if name.contains('.') {
                self.note(&key, String::new(), source, "unknown key: a name holds no dot".to_owned());
                continue;
            }
            match value {
                // An unknown section is entered too: each of its keys is a fault with a suggestion.
                Value::Table(below) if !self.entries.contains_key(&key) && !below.is_empty() => {
                    self.take_below(&key, below, source);
                }
                Value::Table(_) if self.is_above_or_open(&key) => {}
                value => self.take_value(&key, value.clone(), source),
            }
        }
    }

    /// Takes a value that is spelt as text; the default's type says how it is read.
    pub(super) fn take_text(&mut self, key: &str, text: &str, source: &Source) {
        let read = |text: &str| format!("value = {text}").parse::<Table>().ok()?.remove("value");
        let value = match self.entries.get(key).map(|entry| &entry.value) {
            Some(Value::String(_)) | None => Value::String(text.to_owned()),
            Some(_) => read(text).unwrap_or_else(|| Value::String(text.to_owned())),
        };
        self.take_value(key, value, source);
    }

    fn take_value(&mut self, key: &str, value: Value, source: &Source) {
        let Some(known) = self.entries.get(key).map(|entry| &entry.value) else {
            if self.is_section_and_value(key) {
                self.note(key, String::new(), source, "is a section and a value at once".to_owned());
            } else if self.is_within_open(key) {
                self.entries.insert(key.to_owned(), Entry { value, source: source.clone() });
            } else {
                let problem = self.unknown(key);
                self.note(key, String::new(), source, problem);
            }
            return;
        };
        if known.same_type(&value) {
            self.entries.insert(key.to_owned(), Entry { value, source: source.clone() });
        } else {
            let problem = format!("must be {}", wanted(known));
            self.note(key, shown(key, &value), source, problem);
        }
    }

    /// Notes that a source as a whole cannot be used.
    pub(super) fn source_fault(&mut self, source: &Source, problem: &str) {
        self.note("", String::new(), source, problem.to_owned());
    }

    fn note(&mut self, key: &str, value: String, source: &Source, problem: String) {
        self.faults.push(SettingsFault { key: key.to_owned(), value, source: source.clone(), problem });
    }

    fn unknown(&self, key: &str) -> String {
        if self.is_above_or_open(key) {
            return "is a section, not a value".to_owned();
        }
        let alike = |known: &&String| strsim::normalized_levenshtein(key, known);
        let nearest = self.entries.keys().max_by(|a, b| alike(a).total_cmp(&alike(b)));
        match nearest.filter(|known| alike(known) >= ALIKE_MIN) {
            Some(known) => format!("unknown key, did you mean {known}?"),
            None => "unknown key".to_owned(),
        }
    }

    fn is_above_or_open(&self, key: &str) -> bool {
        let beginning = format!("{key}.");
        self.entries.keys().chain(&self.open).any(|known| known.starts_with(&beginning))
            || self.open.iter().any(|open| open == key)
            || self.is_within_open(key)
    }

    /// Whether another key stands below this one, or this one below another that is a value.
    fn is_section_and_value(&self, key: &str) -> bool {
        let below =
            |key: &str, above: &str| key.strip_prefix(above).is_some_and(|rest| rest.starts_with('.'));
        self.is_within_open(key) && self.entries.keys().any(|known| below(known, key) || below(key, known))
    }

    fn is_within_open(&self, key: &str) -> bool {
        let names_are_whole = key.split('.').all(|name| !name.is_empty());
        names_are_whole
            && self
                .open
                .iter()
                .any(|open| key.strip_prefix(open.as_str()).is_some_and(|rest| rest.starts_with('.')))
    }

    pub(super) fn into_parts(self) -> (BTreeMap<String, Entry>, SettingsFaults) {
        let faults = SettingsFaults::over(self.entries.clone(), self.faults);
        (self.entries, faults)
    }
}

/// A value as people may see it: in TOML, unless the name of its key says that it is a secret.
pub(super) fn shown(key: &str, value: &Value) -> String {
    let name = key.rsplit('.').next().unwrap_or(key);
    let hidden = ["secret", "key", "password", "passphrase", "token"];
    if !hidden.iter().any(|word| name.contains(word)) {
        return match value.as_str().and_then(without_password) {
            Some(address) => Value::String(address).to_string(),
            None => value.to_string(),
        };
    }
    if value.as_str() == Some("") { "\"\"".to_owned() } else { "(not shown)".to_owned() }
}

/// An address like `postgres://ROLE:PASSWORD@HOST` with its password left out; none for any other text.
fn without_password(text: &str) -> Option<String> {
    let (scheme, behind) = text.split_once("://")?;
    let (login, place) = behind.rsplit_once('@')?;
    let (role, _) = login.split_once(':')?;
    Some(format!("{scheme}://{role}:(not shown)@{place}"))
}

/// The section at a path, made when it is missing.
fn section<'a>(root: &'a mut Table, path: impl Iterator<Item = &'a str>) -> &'a mut Table {
    path.fold(root, |table, part| {
        let below = table.entry(part).or_insert_with(|| Value::Table(Table::new()));
        below.as_table_mut().expect("a key is a section or a value, never both")
    })
}

fn join(above: &str, name: &str) -> String {
    if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") }
}

fn wanted(known: &Value) -> &'static str {
    match known {
        Value::String(_) => "a text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number with a point",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date or time",
        Value::Array(_) => "a list in brackets",
        Value::Table(_) => "a section",
    }
}

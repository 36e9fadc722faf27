//! What a command answers: a text for people or one JSON object for machines.

use std::io::{self, Write as _};
use std::process::ExitCode;

use serde_json::{Map, Value};

/// The answer of a command.
#[derive(Debug)]
pub(crate) struct Answer {
    text: String,
    json: Value,
    /// Whether the process ends with 0; else with 1, the answer being bad news.
    good: bool,
}

impl Answer {
    /// Good news in both forms.
    pub(crate) fn new(text: impl Into<String>, json: Value) -> Self {
        Self { text: text.into(), json, good: true }
    }

    /// An answer that was written already, or that has nothing to say.
    pub(crate) fn nothing() -> Self {
        Self::new("", Value::Null)
    }

    /// The same answer as good or bad news.
    pub(crate) fn good_if(self, good: bool) -> Self {
        Self { good, ..self }
    }

    /// Writes the answer to stdout and gives the exit code.
    pub(crate) fn tell(self, json: bool) -> ExitCode {
        let told = if json { say_json(&self.json) } else { say(&self.text) };
        match told {
            // Whoever reads went away: there is nobody left to tell.
            Err(err) if err.kind() != io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
            _ if self.good => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        }
    }
}

/// Writes a text to stdout, with one line end; an empty one writes nothing.
pub(crate) fn say(text: &str) -> io::Result<()> {
    let text = text.trim_end_matches('\n');
    if text.is_empty() {
        return Ok(());
    }
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{text}")?;
    stdout.flush()
}

/// Writes one object to stdout, on one line; null writes nothing.
pub(crate) fn say_json(json: &Value) -> io::Result<()> {
    if json.is_null() { Ok(()) } else { say(&json.to_string()) }
}

/// A JSON object of counts, in the order given.
pub(crate) fn object<K: Into<String>, V: Into<Value>>(entries: impl IntoIterator<Item = (K, V)>) -> Value {
    Value::Object(entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect::<Map<_, _>>())
}

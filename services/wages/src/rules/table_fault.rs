//! What is wrong in the tables and rules that the service starts with.

use std::fmt;

/// Every fault found; empty means none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableFaults(Vec<TableFault>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct TableFault {
    file: &'static str,
    line: usize,
    problem: String,
}

impl TableFaults {
    /// Notes a fault; line 0 means that it belongs to no single line.
    pub(crate) fn add(&mut self, file: &'static str, line: usize, problem: impl Into<String>) {
        self.0.push(TableFault { file, line, problem: problem.into() });
    }

    /// Whether none was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for TableFaults {
    /// One fault a line, `file:line: problem`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, TableFault { file, line, problem }) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            match line {
                0 => write!(f, "{separator}{file}: {problem}")?,
                line => write!(f, "{separator}{file}:{line}: {problem}")?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for TableFaults {}

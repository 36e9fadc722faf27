//! Journeys over real sockets, and the tests that keep the house in order.
//!
//! What the tests share: where the house stands, which Rust files are written by hand, and servers of one
//! journey alone.

pub mod servers;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The root of the workspace.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package stands in the workspace").to_owned()
}

/// Every Rust file below a folder of the workspace, sorted, by its path from the root. Generated code
/// lies in the target folder and is passed over.
///
/// # Errors
/// What the system says when a folder cannot be read.
pub fn rust_files(below: &str) -> io::Result<Vec<PathBuf>> {
    files(below, &["rs"])
}

/// Every file below a folder of the workspace whose name ends in one of the endings, likewise.
///
/// # Errors
/// What the system says when a folder cannot be read.
pub fn files(below: &str, endings: &[&str]) -> io::Result<Vec<PathBuf>> {
    let root = root();
    let mut files = Vec::new();
    collect(&root.join(below), endings, &mut files)?;
    let mut files: Vec<PathBuf> =
        files.into_iter().map(|path| path.strip_prefix(&root).map(Path::to_owned).unwrap_or(path)).collect();
    files.sort();
    Ok(files)
}

fn collect(dir: &Path, endings: &[&str], files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "target" && !name.starts_with('.') {
                collect(&path, endings, files)?;
            }
        } else if path.extension().is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted)) {
            files.push(path);
        }
    }
    Ok(())
}

/// A source line by line with its number from 1, without comments.
#[must_use]
pub fn code_lines(text: &str) -> Vec<(usize, String)> {
    let without_comment = |line: &str| match line.find("//") {
        // An address in a text is no comment.
        Some(at) if !line[..at].ends_with(':') => line[..at].to_owned(),
        _ => line.to_owned(),
    };
    text.lines().enumerate().map(|(index, line)| (index + 1, without_comment(line))).collect()
}

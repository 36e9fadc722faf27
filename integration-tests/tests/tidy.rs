//! Small order: files of a readable size, rooms with a name, nothing unfinished, no test that sleeps.
#![allow(clippy::unwrap_used, reason = "in tests an unwrap is an assertion")]

use std::fs;
use std::path::{Path, PathBuf};

use integration_tests::{code_lines, root, rust_files};

/// Most lines of a file written by hand.
const LINES_MAX: usize = 400;

fn all_files() -> Vec<(PathBuf, String)> {
    let files =
        ["crates", "services", "proto", "integration-tests"].map(|folder| rust_files(folder).unwrap());
    let files: Vec<PathBuf> = files.into_iter().flatten().collect();
    assert!(files.len() > 100, "only {} files were found", files.len());
    let read = |path: PathBuf| {
        let text = fs::read_to_string(root().join(&path)).unwrap();
        (path, text)
    };
    files.into_iter().map(read).collect()
}

fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_file_is_longer_than_a_reader_can_hold() {
    let long = |(path, text): &(PathBuf, String)| {
        let lines = text.lines().count();
        (lines > LINES_MAX).then(|| format!("{}: {lines} lines, at most {LINES_MAX}", path.display()))
    };
    assert_none(&all_files().iter().filter_map(long).collect::<Vec<_>>());
}

#[test]
fn no_module_is_a_drawer_for_everything() {
    let drawers = ["util", "utils", "common", "helper", "helpers", "kit", "misc", "mod"];
    let is_drawer = |path: &Path| {
        path.with_extension("")
            .components()
            .any(|part| drawers.contains(&part.as_os_str().to_string_lossy().as_ref()))
    };
    let named = all_files().into_iter().map(|(path, _)| path).filter(|path| is_drawer(path));
    assert_none(&named.map(|path| path.display().to_string()).collect::<Vec<_>>());
}

/// Lines of code that hold one of these words, without those of this file, which names them.
/// `is_meant` is told the path and whether the line stands in a module of tests.
fn lines_with(words: &[&str], is_meant: impl Fn(&Path, bool) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in all_files().iter().filter(|(path, _)| !path.ends_with("tests/tidy.rs")) {
        let tests_from =
            text.lines().position(|line| line.trim() == "#[cfg(test)]").map_or(usize::MAX, |at| at + 1);
        for (number, line) in code_lines(text) {
            if words.iter().any(|word| line.contains(word)) && is_meant(path, number > tests_from) {
                found.push(format!("{}:{number}: {}", path.display(), line.trim()));
            }
        }
    }
    found
}

#[test]
fn nothing_is_left_unfinished() {
    assert_none(&lines_with(&["todo!(", "unimplemented!(", "dbg!("], |_, _| true));
}

#[test]
fn no_test_sleeps() {
    let is_test = |path: &Path, in_test_module: bool| {
        let in_tests = path.components().any(|part| part.as_os_str() == "tests");
        in_test_module || in_tests || path.ends_with("tests.rs")
    };
    assert_none(&lines_with(&["sleep(", "sleep_until("], is_test));
}

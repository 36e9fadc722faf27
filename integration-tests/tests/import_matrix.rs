//! Who may import whom: between crates, and between the rooms of a service.
#![allow(clippy::unwrap_used, reason = "in tests an unwrap is an assertion")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use cargo_metadata::{DependencyKind, MetadataCommand, Package};
use integration_tests::{code_lines, root, rust_files};

const SERVICES: [&str; 4] = ["tepat-accounts", "tepat-disbursement", "tepat-membership", "tepat-wages"];

/// What of ours a crate may be built on; none for those that may import everything.
fn allowed(crate_name: &str) -> Option<&'static [&'static str]> {
    match crate_name {
        "tepat-terms" | "tepat-proof" | "tepat-faults" | "tepat-proto" => Some(&[]),
        "tepat-store" => Some(&["tepat-terms", "tepat-faults"]),
        "tepat-serve" => Some(&["tepat-faults"]),
        "tepat-sample" => Some(&["tepat-terms"]),
        name if SERVICES.contains(&name) => Some(&[
            "tepat-terms",
            "tepat-faults",
            "tepat-serve",
            "tepat-store",
            "tepat-proof",
            "tepat-proto",
            "tepat-sample",
        ]),
        _ => None,
    }
}

fn packages() -> Vec<Package> {
    let manifest = root().join("Cargo.toml");
    MetadataCommand::new().manifest_path(manifest).no_deps().exec().unwrap().packages
}

#[test]
fn crates_import_only_what_the_matrix_allows() {
    let packages = packages();
    let ours: BTreeSet<String> = packages.iter().map(|package| package.name.to_string()).collect();
    assert!(ours.contains("tepat") && SERVICES.iter().all(|service| ours.contains(*service)), "{ours:?}");
    let mut wrong = Vec::new();
    for package in &packages {
        let Some(allowed) = allowed(&package.name) else { continue };
        for dependency in package.dependencies.iter().filter(|dependency| ours.contains(&dependency.name)) {
            let is_allowed = allowed.contains(&dependency.name.as_str());
            // A test may make itself a world of crates, never one of another service.
            let is_test_world = dependency.kind == DependencyKind::Development
                && !SERVICES.contains(&dependency.name.as_str())
                && dependency.name != "tepat";
            if !is_allowed && !is_test_world {
                wrong.push(format!("{} imports {}", package.manifest_path, dependency.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_crate_of_the_house_has_its_place_in_the_matrix() {
    let free: BTreeSet<String> = packages()
        .iter()
        .map(|package| package.name.to_string())
        .filter(|name| allowed(name).is_none())
        .collect();
    let expected: BTreeSet<String> = ["integration-tests", "tepat"].map(str::to_owned).into();
    assert_eq!(free, expected, "a new crate needs its row");
}

/// Rooms that a room may not look into.
fn forbidden(room: &str) -> &'static [&'static str] {
    match room {
        "rules" => &["rpc", "work", "flow", "store", "outside"],
        "store" => &["rpc", "work", "flow", "outside"],
        "outside" => &["rpc", "work", "flow", "store"],
        "flow" => &["rpc", "work"],
        "work" => &["rpc"],
        "rpc" => &["work"],
        _ => &[],
    }
}

/// What a rule may not touch: waiting, the world, the clock, contracts, tables.
const NOT_PURE: [&str; 13] = [
    "async fn",
    ".await",
    "tokio",
    "tonic",
    "sea_orm",
    "tepat_proto",
    "tepat_store",
    "std::fs",
    "std::env",
    "std::net",
    "SystemTime",
    "Instant::now",
    "now_utc",
];

#[test]
fn rooms_of_a_service_look_only_into_rooms_below_them() {
    let mut wrong = Vec::new();
    let mut rooms: BTreeMap<String, usize> = BTreeMap::new();
    for path in rust_files("services").unwrap() {
        let Some(room) = room_of(&path) else { continue };
        *rooms.entry(room.clone()).or_default() += 1;
        let text = fs::read_to_string(root().join(&path)).unwrap();
        let is_test = path.file_stem().is_some_and(|stem| stem == "tests");
        for (number, line) in code_lines(&text) {
            if room == "rules" && !is_test && line.trim() == "#[cfg(test)]" {
                break;
            }
            for looked_into in crate_names(&line) {
                let is_glue = room == "rules" && looked_into != "rules" && looked_into != "data";
                if forbidden(&room).contains(&looked_into.as_str()) || is_glue {
                    wrong.push(format!("{}:{number}: {room} looks into {looked_into}", path.display()));
                }
            }
            if room == "rules" && !is_test {
                let touched = NOT_PURE.iter().filter(|word| line.contains(**word));
                wrong.extend(
                    touched.map(|word| format!("{}:{number}: a rule touches {word}", path.display())),
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let seen: Vec<&str> = rooms.keys().map(String::as_str).collect();
    for room in ["flow", "outside", "rpc", "rules", "store", "work"] {
        assert!(seen.contains(&room), "no {room} was seen in {seen:?}");
    }
}

/// The room of a file below `services/x/src`; none for the binary, which composes, and for tests.
fn room_of(path: &Path) -> Option<String> {
    let mut parts = path.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
    let (_, service, src) = (parts.next()?, parts.next()?, parts.next()?);
    if service == "tepat" || src != "src" {
        return None;
    }
    Some(parts.next()?.trim_end_matches(".rs").to_owned())
}

/// The first names behind `crate::` in a line: `crate::store::x`, `use crate::{flow, store::x}`.
fn crate_names(line: &str) -> Vec<String> {
    let name =
        |text: &str| -> String { text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    let mut names = Vec::new();
    for (at, found) in line.match_indices("crate::") {
        let is_path =
            line[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '$');
        if !is_path || line[..at].trim_end().ends_with("pub(in") {
            continue;
        }
        let behind = &line[at + found.len()..];
        match behind.strip_prefix('{') {
            Some(list) => names.extend(top_level(list).iter().map(|item| name(item.trim()))),
            None => names.push(name(behind)),
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// The items of a list in braces, those of inner lists left to their owner.
fn top_level(list: &str) -> Vec<String> {
    let (mut items, mut depth) = (vec![String::new()], 0);
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => items.push(String::new()),
            c => items.last_mut().unwrap().push(c),
        }
    }
    items
}

#[test]
fn names_behind_crate_are_found_wherever_they_stand() {
    let check = |line: &str, expected: &[&str]| assert_eq!(crate_names(line), expected, "{line}");
    check("use crate::flow::close;", &["flow"]);
    check("use crate::{flow, store::{chunks, money}, Service};", &["flow", "store", "Service"]);
    check("    let x = crate::store::get(crate::rules::y);", &["store", "rules"]);
    check("pub(in crate::rules) fn f() {}", &[]);
    check("use othercrate::flow;", &[]);
    check("pub(crate) use self::x;", &[]);
    assert_eq!(
        code_lines("a // crate::flow\n\"http://x\"\n"),
        [(1, "a ".to_owned()), (2, "\"http://x\"".to_owned())]
    );
    let room = |path: &str| room_of(Path::new(path));
    assert_eq!(room("services/wages/src/rules/wage.rs").as_deref(), Some("rules"));
    assert_eq!(room("services/wages/src/rules.rs").as_deref(), Some("rules"));
    assert_eq!(room("services/tepat/src/cli.rs"), None);
    assert_eq!(room("services/wages/tests/rpc/main.rs"), None);
}

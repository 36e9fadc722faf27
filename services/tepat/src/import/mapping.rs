//! The mapping file: columns that have other names than the interface gives them.
//!
//! ```toml
//! [members]
//! "Nomor KTP" = "nik"      # name in the file = name in the interface
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use tepat_proto::membership::{ColumnName, ImportFile};

use crate::failure::Failure;

/// Reads a mapping file; sections are employers, members, wages and lists.
pub(crate) fn read_mapping(path: &Path) -> Result<Vec<ColumnName>, Failure> {
    let text = std::fs::read_to_string(path).map_err(|err| Failure::file("read", path, &err))?;
    parse(&text).map_err(|problem| Failure::usage(format!("{}: {problem}", path.display())))
}

fn parse(text: &str) -> Result<Vec<ColumnName>, String> {
    let sections: BTreeMap<String, BTreeMap<String, String>> =
        toml::from_str(text).map_err(|fault| fault.message().to_owned())?;
    let mut columns = Vec::new();
    for (section, names) in sections {
        let file = match section.as_str() {
            "employers" => ImportFile::Employers,
            "members" => ImportFile::Members,
            "wages" => ImportFile::Wages,
            "lists" => ImportFile::Lists,
            _ => return Err(format!("a section is employers, members, wages or lists, found {section:?}")),
        };
        columns.extend(names.into_iter().map(|(from, to)| ColumnName { file: file as i32, from, to }));
    }
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_names_file_column_and_interface() {
        let columns = parse("[members]\n\"Nomor KTP\" = \"nik\"\n[lists]\nid = \"nik\"\n").unwrap();
        let column = |file: ImportFile, from: &str| ColumnName {
            file: file as i32,
            from: from.into(),
            to: "nik".into(),
        };
        assert_eq!(columns, [column(ImportFile::Lists, "id"), column(ImportFile::Members, "Nomor KTP")]);
        assert!(parse("[people]\na = \"nik\"\n").unwrap_err().contains("\"people\""));
        assert!(parse("[members]\na = 1\n").is_err());
    }
}

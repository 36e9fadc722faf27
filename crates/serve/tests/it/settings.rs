//! Settings from four sources, and everything that can be wrong with them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use tepat_serve::{Check, ListenSettings, Loaded, LogSettings, SettingsFaults, Sources, load};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    listen: ListenSettings,
    log: LogSettings,
    accounts: Accounts,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Accounts {
    cache_claims_max: u32,
    strict: bool,
    mark_key: String,
    order: Vec<String>,
    banks: BTreeMap<String, String>,
}

impl Check for Settings {
    fn check(&self, faults: &mut SettingsFaults) {
        self.listen.check(faults);
        self.log.check(faults);
        faults.range("accounts.cache_claims_max", self.accounts.cache_claims_max, 0..=1_000_000);
    }
}

const ACCOUNTS: &str = r#"
[accounts]
cache_claims_max = 1000
strict = true
mark_key = ""
order = ["a"]
[accounts.banks]
"#;

fn load_from(
    file: Option<PathBuf>,
    environment: &[(&str, &str)],
    flags: &[(&str, &str)],
) -> Result<Loaded<Settings>, SettingsFaults> {
    let owned = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect();
    load(&Sources {
        default_toml: &[ListenSettings::DEFAULT_TOML, LogSettings::DEFAULT_TOML, ACCOUNTS].concat(),
        file,
        environment: owned(environment),
        not_settings: &["TEPAT_SERVER"],
        flags: owned(flags),
    })
}

fn file_with(text: &str) -> tempfile::TempPath {
    let mut file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
    file.into_temp_path()
}

#[test]
fn the_defaults_stand_and_pass_their_own_check() {
    let loaded =
        load_from(None, &[("PATH", "/bin"), ("TEPAT_SERVER", "x"), ("TEPAT_LOG", "debug")], &[]).unwrap();
    assert_eq!(loaded.settings.listen.address, "127.0.0.1:7400");
    assert!(loaded.explain().iter().all(|(_, _, source)| source == "default"));
}

#[test]
fn flag_over_environment_over_file_over_default() {
    let file = file_with(
        "[listen]\ndrain_ms = 1\nrequests_max = 1\ndeadline_ms = 1\n[accounts]\nmark_key = \"s3\"\n[accounts.banks]\n\"002\" = \"BRI\"",
    );
    let environment = [
        ("TEPAT_LISTEN__REQUESTS_MAX", "2"),
        ("TEPAT_LISTEN__DEADLINE_MS", "2"),
        ("TEPAT_LISTEN__ADDRESS", "127.0.0.1:0"),
        ("TEPAT_ACCOUNTS__STRICT", "false"),
        ("TEPAT_ACCOUNTS__ORDER", r#"["b", "c"]"#),
    ];
    let loaded = load_from(Some(file.to_path_buf()), &environment, &[("listen.deadline_ms", "3")]).unwrap();
    let Settings { listen, accounts, .. } = &loaded.settings;
    assert_eq!((listen.drain_ms, listen.requests_max, listen.deadline_ms), (1, 2, 3));
    assert_eq!(listen.deadline_max_ms, 3_600_000);
    assert_eq!((accounts.strict, accounts.order.join(" ").as_str()), (false, "b c"));
    assert_eq!((accounts.banks["002"].as_str(), accounts.mark_key.as_str()), ("BRI", "s3"));

    let rows = loaded.explain();
    let row = |key: &str| {
        let found = rows.iter().find(|row| row.0 == key).unwrap();
        (found.1.as_str(), found.2.clone())
    };
    let in_file = format!("file {}", file.display());
    assert_eq!(row("listen.drain_ms"), ("1", in_file.clone()));
    assert_eq!(row("listen.requests_max"), ("2", "environment TEPAT_LISTEN__REQUESTS_MAX".into()));
    assert_eq!(row("listen.deadline_ms"), ("3", "flag".into()));
    assert_eq!(row("listen.deadline_max_ms"), ("3600000", "default".into()));
    assert_eq!(row("accounts.mark_key"), ("(not shown)", in_file));
    assert!(rows.is_sorted());
}

#[test]
fn every_fault_names_key_value_source_and_what_was_wanted() {
    let check = |environment: (&str, &str), expected: &str| {
        let faults = load_from(None, &[environment], &[]).unwrap_err();
        assert_eq!(faults.to_string(), expected);
    };
    check(
        ("TEPAT_LISTEN__DRAIN_MS", "600001"),
        "listen.drain_ms = 600001 (environment TEPAT_LISTEN__DRAIN_MS): must be 0 to 600000",
    );
    check(
        ("TEPAT_LISTEN__DRAIN_MS", "-1"),
        "listen.drain_ms = -1 (environment TEPAT_LISTEN__DRAIN_MS): must be 0 to 600000",
    );
    check(
        ("TEPAT_ACCOUNTS__CACHE_CLAIMS_MAX", "99999999999999"),
        "accounts.cache_claims_max = 99999999999999 (environment TEPAT_ACCOUNTS__CACHE_CLAIMS_MAX): must be 0 to 1000000",
    );
    check(
        ("TEPAT_LISTEN__DRAIN_MS", "soon"),
        "listen.drain_ms = \"soon\" (environment TEPAT_LISTEN__DRAIN_MS): must be a whole number",
    );
    check(
        ("TEPAT_ACCOUNTS__STRICT", "1"),
        "accounts.strict = 1 (environment TEPAT_ACCOUNTS__STRICT): must be true or false",
    );
    check(
        ("TEPAT_LOG__FORMAT", "xml"),
        "log.format = \"xml\" (environment TEPAT_LOG__FORMAT): unknown variant `xml`, expected one of `auto`, `text`, `json`",
    );
    check(
        ("TEPAT_LISTEN__DRAIN", "1"),
        "listen.drain (environment TEPAT_LISTEN__DRAIN): unknown key, did you mean listen.drain_ms?",
    );
    check(("TEPAT_LISTEN", "x"), "listen (environment TEPAT_LISTEN): is a section, not a value");
    check(("TEPAT_ZZZ", "x"), "zzz (environment TEPAT_ZZZ): unknown key");
    check(
        ("TEPAT_ACCOUNTS__BANKS__", "x"),
        "accounts.banks. (environment TEPAT_ACCOUNTS__BANKS__): unknown key, did you mean accounts.mark_key?",
    );
    check(("TEPAT_", "x"), "environment TEPAT_: unknown key");
}

#[test]
fn faults_of_all_sources_come_at_once() {
    let file = file_with("[listen]\ndrain_mss = 1\nrequests_max = 0\n[lisen]\naddress = \"x\"\n");
    let faults = load_from(
        Some(file.to_path_buf()),
        &[("TEPAT_LISTEN__DEADLINE_MS", "-5"), ("TEPAT_ACCOUNTS__MARK_KEYS", "abc")],
        &[("log.level", "loud")],
    )
    .unwrap_err();
    let mut keys: Vec<&str> = faults.faults().iter().map(|fault| fault.key.as_str()).collect();
    keys.sort_unstable();
    let expected = [
        "accounts.mark_keys",
        "lisen.address",
        "listen.deadline_ms",
        "listen.drain_mss",
        "listen.requests_max",
        "log.level",
    ];
    assert_eq!(keys, expected, "{faults}");
    let text = faults.to_string();
    assert!(
        text.contains(&format!("listen.requests_max = 0 (file {}): must be 1 to 100000", file.display()))
    );
    assert!(text.contains("did you mean listen.drain_ms?") && text.contains("did you mean listen.address?"));
    assert!(!text.contains("abc"), "the value of an unknown key may be a secret");
}

#[test]
fn a_file_that_cannot_be_read_is_one_sentence() {
    let missing = load_from(Some("/nonexistent/tepat.toml".into()), &[], &[]).unwrap_err();
    assert_eq!(missing.to_string(), "file /nonexistent/tepat.toml: cannot be read: entity not found");
    let file = file_with("[listen]\n\ndrain_ms = = 1\n");
    let broken = load_from(Some(file.to_path_buf()), &[], &[]).unwrap_err().to_string();
    assert!(broken.starts_with(&format!("file {}: line 3 is not TOML: ", file.display())), "{broken}");
    assert!(!broken.contains('\n'), "{broken}");
}

#[test]
fn free_keys_hold_together() {
    let file = file_with("[accounts.banks]\n\"a.b\" = \"x\"\na = \"y\"\nc = \"z\"\n");
    let faults = load_from(Some(file.to_path_buf()), &[("TEPAT_ACCOUNTS__BANKS__C__D", "x")], &[]);
    let keys: Vec<String> = faults.unwrap_err().faults().iter().map(|fault| fault.key.clone()).collect();
    assert_eq!(keys, ["accounts.banks.a.b", "accounts.banks.c.d"]);
}

#[test]
fn a_secret_is_not_shown_in_a_fault_either() {
    let file = file_with("[accounts]\nmark_key = 12345\n");
    let faults = load_from(Some(file.to_path_buf()), &[], &[]).unwrap_err().to_string();
    assert!(faults.contains("accounts.mark_key = (not shown)") && !faults.contains("12345"), "{faults}");
}

#[test]
fn borders_of_ranges_are_within() {
    let check = |key: &str, value: &str, good: bool| {
        assert_eq!(load_from(None, &[], &[(key, value)]).is_ok(), good, "{key} = {value}");
    };
    check("listen.drain_ms", "0", true);
    check("listen.drain_ms", "600000", true);
    check("listen.drain_ms", "600001", false);
    check("listen.requests_max", "0", false);
    check("listen.requests_max", "1", true);
    check("listen.requests_max", "100001", false);
    check("listen.deadline_ms", "3600000", true);
    check("listen.deadline_ms", "3600001", false);
    check("listen.deadline_max_ms", "86400001", false);
    check("listen.address", "[::1]:0", true);
    check("listen.address", "127.0.0.1", false);
    check("listen.address", ":7410", false);
    check("listen.address", "localhost:65536", false);
    check("log.level", "loud", false);
    check("log.format", "json", true);
}

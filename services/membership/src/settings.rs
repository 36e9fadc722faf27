//! Settings of the service; `default.toml` says what each key means and its range.

use serde::Deserialize;
use tepat_serve::{Check, SettingsFaults};

/// The default of every key, with its meaning and range, as the section `[membership]`.
pub const DEFAULT_TOML: &str = include_str!("default.toml");

/// The section `[membership]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Rows of a file that are judged and stored together.
    pub page_rows: usize,
}

impl Check for Settings {
    fn check(&self, faults: &mut SettingsFaults) {
        faults.range("membership.page_rows", self.page_rows, 1..=100_000);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct File {
        membership: Settings,
    }

    #[test]
    fn the_defaults_are_in_range_and_unknown_keys_are_refused() {
        let check = |page_rows: usize| {
            let mut faults = SettingsFaults::default();
            Settings { page_rows }.check(&mut faults);
            faults.is_empty()
        };
        let shipped = toml::from_str::<File>(DEFAULT_TOML).unwrap().membership;
        assert!(check(shipped.page_rows) && check(1) && check(100_000));
        assert!(!check(0) && !check(100_001));
        assert!(toml::from_str::<File>(&format!("{DEFAULT_TOML}\nx = 1")).is_err());
    }
}

//! Regencies and cities, by today's codes (Kepmendagri 300.2.2-2430/2025).

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use thiserror::Error;

/// A regency or city that exists today, by its four-digit code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(u16);

/// A province that exists today, by its two-digit code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Province(u16);

/// What is wrong with a region code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RegionFault {
    /// No regency or city has or had it.
    #[error("no regency or city has this code")]
    Unknown,
    /// The code was given up in the 2022 Papua splits.
    #[error("the code was replaced by {now:?}")]
    Old {
        /// Today's code of the same place.
        now: Region,
    },
}

/// One row of the table of regions.
struct Row {
    name: &'static str,
    /// Province before the 2022 Papua splits.
    parent_2020: Option<Province>,
}

struct Regions {
    regencies: HashMap<u16, Row>,
    provinces: HashMap<u16, &'static str>,
    old: HashMap<u16, u16>,
}

const TABLE: &str = include_str!("../data/regions.csv");

static REGIONS: LazyLock<Regions> = LazyLock::new(|| {
    let mut regions = Regions { regencies: HashMap::new(), provinces: HashMap::new(), old: HashMap::new() };
    let mut reader = csv::Reader::from_reader(TABLE.as_bytes());
    for record in reader.records() {
        let record = record.expect("the shipped table of regions is well-formed");
        let number = |index: usize| record[index].parse::<u16>().ok();
        let code = number(0).expect("every shipped region has a code");
        let name: &'static str = record[2].to_owned().leak();
        if &record[1] == "province" {
            regions.provinces.insert(code, name);
            continue;
        }
        if let Some(old) = number(6).filter(|old| *old != code) {
            regions.old.insert(old, code);
        }
        regions.regencies.insert(code, Row { name, parent_2020: number(7).map(Province) });
    }
    regions
});

impl Region {
    /// Takes a code as a number.
    ///
    /// # Errors
    /// [`RegionFault::Old`] for a code given up in 2022, [`RegionFault::Unknown`] for any other.
    pub fn from_number(number: i64) -> Result<Self, RegionFault> {
        let code = u16::try_from(number).map_err(|_| RegionFault::Unknown)?;
        if REGIONS.regencies.contains_key(&code) {
            return Ok(Self(code));
        }
        match REGIONS.old.get(&code) {
            Some(now) => Err(RegionFault::Old { now: Self(*now) }),
            None => Err(RegionFault::Unknown),
        }
    }

    /// The code as a number, for tables and messages.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// Its name, for instance `Kabupaten Karawang`.
    #[must_use]
    pub fn name(self) -> &'static str {
        REGIONS.regencies[&self.0].name
    }

    /// The province it lies in today.
    #[must_use]
    pub const fn province(self) -> Province {
        Province(self.0 / 100)
    }

    /// The province it lay in before the 2022 Papua splits; the same one everywhere else.
    #[must_use]
    pub fn province_before_2022(self) -> Province {
        REGIONS.regencies[&self.0].parent_2020.unwrap_or(self.province())
    }

    /// All regencies and cities, ascending by code.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut all: Vec<Self> = REGIONS.regencies.keys().map(|code| Self(*code)).collect();
        all.sort_unstable();
        all
    }
}

impl Province {
    /// Takes a code as a number; none when no province has it.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        let code = u16::try_from(number).ok()?;
        REGIONS.provinces.contains_key(&code).then_some(Self(code))
    }

    /// The code as a number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// Its name, for instance `Jawa Barat`.
    #[must_use]
    pub fn name(self) -> &'static str {
        REGIONS.provinces[&self.0]
    }
}

impl FromStr for Region {
    type Err = RegionFault;

    fn from_str(text: &str) -> Result<Self, RegionFault> {
        if text.len() != 4 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(RegionFault::Unknown);
        }
        Self::from_number(text.parse().map_err(|_| RegionFault::Unknown)?)
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Debug for Province {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_every_regency_and_province() {
        assert_eq!((REGIONS.regencies.len(), REGIONS.provinces.len()), (514, 38));
        assert!(
            Region::all()
                .iter()
                .all(|region| Province::from_number(region.province().number().into()).is_some())
        );
    }

    #[test]
    fn an_old_code_names_the_new_one() {
        let merauke: Region = "9301".parse().unwrap();
        assert_eq!("9101".parse::<Region>(), Err(RegionFault::Old { now: merauke }));
        assert_eq!(RegionFault::Old { now: merauke }.to_string(), "the code was replaced by 9301");
        for text in ["9999", "32", "32150", "32a5", "0000", ""] {
            assert_eq!(text.parse::<Region>(), Err(RegionFault::Unknown), "{text}");
        }
    }

    #[test]
    fn papuas_new_provinces_remember_their_parent() {
        let merauke: Region = "9301".parse().unwrap();
        assert_eq!((merauke.province().number(), merauke.province_before_2022().number()), (93, 91));
        let karawang: Region = "3215".parse().unwrap();
        assert_eq!((karawang.province().number(), karawang.province_before_2022().number()), (32, 32));
        assert_eq!((karawang.name(), karawang.province().name()), ("Kabupaten Karawang", "Jawa Barat"));
    }
}

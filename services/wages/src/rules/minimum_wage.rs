//! Minimum wages of regencies (UMK) and provinces (UMP), and how complete the table of UMK is.

mod parse;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use tepat_terms::{Province, Region};

pub(crate) use parse::{MinimumWageFiles, parse};

/// The last year in which the provinces of the 2022 Papua splits applied the UMP of their parent.
const PARENTS_UMP_UNTIL: u16 = 2023;

/// A minimum wage as decreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decreed {
    /// Rupiah a month, fraction dropped.
    pub(crate) amount_rupiah: i64,
    /// Where the amount was read.
    pub(crate) source: String,
    /// What is not certain about it; empty when nothing is.
    pub(crate) doubt: String,
}

/// The tables, by region or province of today and by year.
#[derive(Debug)]
pub(crate) struct MinimumWages {
    years: RangeInclusive<u16>,
    umk: HashMap<(Region, u16), Decreed>,
    ump: HashMap<(Province, u16), Decreed>,
    /// Provinces and years whose table of UMK is complete.
    complete: HashSet<(Province, u16)>,
}

impl MinimumWages {
    /// The years that the tables cover.
    pub(crate) fn years(&self) -> RangeInclusive<u16> {
        self.years.clone()
    }

    /// The UMK of a regency; none when the table has no row for it.
    pub(crate) fn umk(&self, region: Region, year: u16) -> Option<&Decreed> {
        self.umk.get(&(region, year))
    }

    /// The UMP of a province; before the 2022 splits that of its parent. None outside the years.
    pub(crate) fn ump(&self, province: Province, year: u16) -> Option<&Decreed> {
        // No row of a new province is older than its first own decree, see `parse`.
        self.ump.get(&(province, year)).or_else(|| {
            let parent = *PARENTS.get(&province)?;
            (year <= PARENTS_UMP_UNTIL).then(|| self.ump.get(&(parent, year)))?
        })
    }

    /// Whether a regency of the province without a row has no UMK in that year.
    pub(crate) fn is_complete(&self, province: Province, year: u16) -> bool {
        self.complete.contains(&(province, year))
    }

    /// What decides, one line a row, sorted: the canonical form under the digest.
    pub(crate) fn canonical_lines(&self) -> Vec<String> {
        let umk =
            self.umk.iter().map(|((region, year), row)| format!("umk {region} {year} {}", row.amount_rupiah));
        let ump = self
            .ump
            .iter()
            .map(|((province, year), row)| format!("ump {province:?} {year} {}", row.amount_rupiah));
        let complete = self.complete.iter().map(|(province, year)| format!("complete {province:?} {year}"));
        let mut lines: Vec<String> = umk.chain(ump).chain(complete).collect();
        lines.sort_unstable();
        lines
    }
}

/// The provinces of the 2022 Papua splits, each with the province that it was part of.
static PARENTS: LazyLock<BTreeMap<Province, Province>> = LazyLock::new(|| {
    let both = |region: Region| (region.province(), region.province_before_2022());
    Region::all().into_iter().map(both).filter(|(now, before)| now != before).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_split_made_four_provinces_of_two() {
        let parents: Vec<(u16, u16)> =
            PARENTS.iter().map(|(now, before)| (now.number(), before.number())).collect();
        assert_eq!(parents, [(93, 91), (94, 91), (95, 91), (96, 92)]);
    }
}

//! The regions of a round: where the employer has to be.

use std::collections::BTreeSet;

use serde::Deserialize;
use tepat_terms::{Province, Region};

use super::RoundFault;
use super::text::RoundText;

/// The list of regions of a round, frozen with it.
#[derive(Clone, Debug)]
pub(crate) struct Annex {
    /// The levels of restriction that count, ascending.
    pub(crate) levels: Vec<u8>,
    /// Regencies and cities that the regulation is known to name.
    pub(crate) published_regions: i32,
    /// Provinces that they lie in, as those were then.
    pub(crate) published_provinces: i32,
    /// How far the list is known, for people.
    pub(crate) completeness: String,
    regions: BTreeSet<Region>,
}

/// The section `[annex]` of a data file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnnexText {
    pub(super) file: String,
    levels: Vec<u8>,
    published_regions: i32,
    published_provinces: i32,
    completeness: String,
}

/// A row: what names the level is kept for people.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    region_code: i64,
    level: u8,
    instruction: String,
    source: String,
}

impl Annex {
    /// Takes the annex of a data file with its rows; none when the round has none.
    pub(super) fn of(read: &mut RoundText, rows: Option<&str>) -> Result<Option<Self>, RoundFault> {
        let (annex, rows) = match (read.annex.take(), rows) {
            (None, None) => return Ok(None),
            (None, Some(_)) => return Err(read.fault("annex", "there where rows stand below", &"nothing")),
            (Some(annex), None) => {
                return Err(read.fault("annex.file", "a file of rows beside the round", &annex.file));
            }
            (Some(annex), Some(rows)) => (annex, rows),
        };
        let fault = |line, wanted, found: String| RoundFault::Annex {
            round: read.id.clone(),
            file: annex.file.clone(),
            line,
            wanted,
            found,
        };
        let mut regions = BTreeSet::new();
        for (line, row) in (2..).zip(csv::Reader::from_reader(rows.as_bytes()).deserialize::<Row>()) {
            let wanted = "region_code,level,instruction,source";
            let row = row.map_err(|_| fault(line, wanted, "another row".to_owned()))?;
            let region = Region::from_number(row.region_code)
                .map_err(|_| fault(line, "today's code of a regency or city", row.region_code.to_string()))?;
            if !annex.levels.contains(&row.level) {
                return Err(fault(line, "of a level that counts", row.level.to_string()));
            }
            if row.instruction.is_empty() || row.source.is_empty() {
                return Err(fault(line, "with instruction and source", "an empty one".to_owned()));
            }
            if !regions.insert(region) {
                return Err(fault(line, "a region that stands once", row.region_code.to_string()));
            }
        }
        if regions.is_empty() {
            return Err(fault(1, "followed by rows", "none".to_owned()));
        }
        let AnnexText { levels, published_regions, published_provinces, completeness, .. } = annex;
        Ok(Some(Self { levels, published_regions, published_provinces, completeness, regions }))
    }

    /// Whether a regency or city is named.
    #[must_use]
    pub(crate) fn names(&self, region: Region) -> bool {
        self.regions.contains(&region)
    }

    /// Regencies and cities that it names.
    #[must_use]
    pub(crate) fn regions(&self) -> usize {
        self.regions.len()
    }

    /// Provinces of its time that these lie in: before the splits of Papua in 2022.
    #[must_use]
    pub(crate) fn provinces(&self) -> usize {
        self.regions.iter().map(|region| region.province_before_2022()).collect::<BTreeSet<Province>>().len()
    }
}

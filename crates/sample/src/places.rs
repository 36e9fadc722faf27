//! Where people live and where employers are.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use tepat_terms::Region;

use crate::facts::Place;

/// Rough share of the country's formal workers, by province of today.
const WEIGHTS: [(u16, u64); 38] = [
    (11, 15),
    (12, 50),
    (13, 18),
    (14, 35),
    (15, 14),
    (16, 30),
    (17, 7),
    (18, 24),
    (19, 8),
    (21, 25),
    (31, 120),
    (32, 190),
    (33, 130),
    (34, 20),
    (35, 150),
    (36, 70),
    (51, 25),
    (52, 12),
    (53, 10),
    (61, 16),
    (62, 14),
    (63, 18),
    (64, 25),
    (65, 5),
    (71, 11),
    (72, 9),
    (73, 28),
    (74, 9),
    (75, 3),
    (76, 3),
    (81, 5),
    (82, 5),
    (91, 6),
    (92, 3),
    (93, 2),
    (94, 3),
    (95, 2),
    (96, 4),
];

/// All regencies and cities, each with its share.
pub(crate) struct Regions {
    regions: Vec<Region>,
    /// Weight of all regions before, and at the end the whole weight.
    before: Vec<u64>,
}

/// Where a rank falls.
pub(crate) struct Located {
    pub(crate) region: Region,
    /// How many of the same region have a lower rank.
    pub(crate) index: u64,
    /// How many the region has.
    pub(crate) count: u64,
}

impl Regions {
    pub(crate) fn new() -> Self {
        let regions = Region::all();
        let mut before = vec![0];
        for region in &regions {
            let province = region.province();
            let regencies = regions.iter().filter(|other| other.province() == province).count() as u64;
            let weight = WEIGHTS.iter().find(|(code, _)| *code == province.number()).map_or(1, |(_, w)| *w);
            before.push(before[before.len() - 1] + weight * 10_000 / regencies);
        }
        Self { regions, before }
    }

    /// The region of the one with this rank among `of`, ranks being in the order of region codes.
    pub(crate) fn locate(&self, rank: u64, of: u64) -> Located {
        let whole = u128::from(self.before[self.regions.len()]);
        let start = |weight: u64| {
            let start = u128::from(weight) * u128::from(of) / whole;
            u64::try_from(start).expect("a share is at most the whole")
        };
        let next = self.before.partition_point(|weight| start(*weight) <= rank);
        let (from, to) = (start(self.before[next - 1]), start(self.before[next]));
        Located { region: self.regions[next - 1], index: rank - from, count: to - from }
    }
}

/// Regencies of East Java with a high minimum wage: it rounds up to 4,300,000 or 4,400,000 in 2021 and to
/// 4,400,000 in 2022.
pub(crate) const RING_ONE: [u16; 5] = [3514, 3515, 3516, 3525, 3578];

/// Regencies of East Java whose minimum wages of 2021 and 2022 are both known and below the fixed ceiling.
pub(crate) const LOW_MINIMUM: [u16; 21] = [
    3501, 3504, 3505, 3506, 3507, 3508, 3509, 3510, 3513, 3517, 3522, 3523, 3524, 3527, 3571, 3572, 3573,
    3574, 3575, 3576, 3579,
];

/// Regions of the annex of 2021, by their codes.
static ANNEX: LazyLock<BTreeSet<u16>> = LazyLock::new(|| {
    let rows = include_str!("../data/ppkm_2021.csv").lines().skip(1);
    let code = |row: &str| row.split(',').next().and_then(|code| code.parse().ok());
    rows.map(|row| code(row).expect("every row of the shipped annex begins with a code")).collect()
});

/// What the annex and the minimum wages make of a region. Where the minimum wage is known for one year
/// alone, or high without a place of its own, it is no more than a home.
pub(crate) fn place_of(region: Region) -> Place {
    let code = region.number();
    if !ANNEX.contains(&code) {
        return Place::Outside;
    }
    match region.province_before_2022().number() {
        31 => Place::Jakarta,
        91 => Place::Papua,
        _ if RING_ONE.contains(&code) => Place::RingOne,
        _ if LOW_MINIMUM.contains(&code) => Place::LowMinimum,
        _ if code == KARAWANG => Place::Karawang,
        // Every minimum wage of 2021 is known in Jawa Barat, most of both years are in Jawa Timur.
        32 | 35 => Place::Home,
        _ => Place::Unlisted,
    }
}

pub(crate) const KARAWANG: u16 = 3215;

#[cfg(test)]
mod tests {
    use super::*;
    use tepat_terms::round_up_to_hundred_thousand;

    /// Region or province and its minimum wage rounded up, of a table of one year.
    fn ceilings(table: &str) -> Vec<(u16, i64)> {
        let rows = table.lines().skip(1).map(|line| line.split_once(',').unwrap());
        rows.map(|(code, amount)| {
            (code.parse().unwrap(), round_up_to_hundred_thousand(amount.parse().unwrap()))
        })
        .collect()
    }

    /// The cases state these ceilings as numbers; here the tables of minimum wages stand behind them.
    #[test]
    fn places_hold_the_ceilings_that_the_cases_state() {
        let of_2021 = ceilings(include_str!("../data/minimum_wages_2021.csv"));
        for (code, ceiling) in &of_2021 {
            match code {
                31 => assert_eq!(*ceiling, 4_500_000),
                91 => assert_eq!(*ceiling, 3_600_000),
                3215 => assert_eq!(*ceiling, 4_800_000),
                3578 => assert_eq!(*ceiling, 4_400_000),
                code if RING_ONE.contains(code) => assert_eq!(*ceiling, 4_300_000, "{code}"),
                code => assert!(LOW_MINIMUM.contains(code) && *ceiling <= 3_500_000, "{code}"),
            }
        }
        let of_2022 = ceilings(include_str!("../data/minimum_wages_2022.csv"));
        for (code, ceiling) in &of_2022 {
            match code {
                31 => assert_eq!(*ceiling, 4_700_000),
                91 => assert_eq!(*ceiling, 3_600_000),
                code if RING_ONE.contains(code) => assert_eq!(*ceiling, 4_400_000, "{code}"),
                _ => assert!(*ceiling <= 3_500_000, "{code}"),
            }
        }
        let known = |table: &[(u16, i64)], code: u16| table.iter().any(|(known, _)| *known == code);
        for code in RING_ONE.into_iter().chain(LOW_MINIMUM) {
            assert!(known(&of_2021, code) && known(&of_2022, code), "{code}");
        }
        assert_eq!(of_2021.len(), 3 + RING_ONE.len() + LOW_MINIMUM.len());
    }

    #[test]
    fn regions_divide_every_number_of_workers_without_gap() {
        let regions = Regions::new();
        for workers in [1, 7, 50, 10_000] {
            let mut last = (0, 0);
            for rank in 0..workers {
                let place = regions.locate(rank, workers);
                assert!(place.index < place.count, "{rank} of {workers}");
                let here = (place.region.number(), place.index);
                assert!(here > last || rank == 0, "{rank} of {workers}");
                last = here;
            }
        }
        assert_eq!(WEIGHTS.iter().map(|(_, weight)| weight).sum::<u64>(), 1_124);
    }

    #[test]
    fn places_are_told_by_annex_and_minimum_wage() {
        for (code, place) in [
            (3171, Place::Jakarta),
            (9171, Place::Papua),
            (9302, Place::Papua),
            (9301, Place::Outside),
            (9671, Place::Unlisted),
            (3215, Place::Karawang),
            (3273, Place::Home),
            (3577, Place::Home),
            (3206, Place::Outside),
            (3374, Place::Unlisted),
            (7371, Place::Outside),
        ] {
            assert_eq!(place_of(Region::from_number(code).unwrap()), place, "{code}");
        }
        assert_eq!(ANNEX.len(), 167);
    }
}

//! Where people live and where employers are.

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

/// Regencies of East Java whose minimum wage of 2022 rounds up to 4,400,000.
pub(crate) const RING_ONE: [u16; 5] = [3514, 3515, 3516, 3525, 3578];

/// Regencies of East Java whose minimum wage of 2022 is below the fixed ceiling.
pub(crate) const LOW_MINIMUM: [u16; 26] = [
    3501, 3504, 3505, 3506, 3507, 3508, 3509, 3510, 3511, 3513, 3517, 3518, 3521, 3522, 3523, 3524, 3527,
    3529, 3571, 3572, 3573, 3574, 3575, 3576, 3577, 3579,
];

/// What the minimum wages of 2022 make of a region; Karawang counts as unlisted too.
pub(crate) fn place_of(region: Region) -> Place {
    let code = region.number();
    match region.province_before_2022().number() {
        31 => Place::Jakarta,
        91 => Place::Papua,
        _ if RING_ONE.contains(&code) => Place::RingOne,
        _ if LOW_MINIMUM.contains(&code) => Place::LowMinimum,
        _ => Place::Unlisted,
    }
}

pub(crate) const KARAWANG: u16 = 3215;

#[cfg(test)]
mod tests {
    use super::*;
    use tepat_terms::round_up_to_hundred_thousand;

    /// The cases state these ceilings as numbers; here the table of minimum wages stands behind them.
    #[test]
    fn places_hold_the_ceilings_that_the_cases_state() {
        let table = include_str!("../data/minimum_wages_2022.csv");
        let rounded: Vec<(u16, i64)> = table
            .lines()
            .skip(1)
            .map(|line| line.split_once(',').unwrap())
            .map(|(code, amount)| {
                (code.parse().unwrap(), round_up_to_hundred_thousand(amount.parse().unwrap()))
            })
            .collect();
        for (code, ceiling) in &rounded {
            match code {
                31 => assert_eq!(*ceiling, 4_700_000),
                91 => assert_eq!(*ceiling, 3_600_000),
                code if RING_ONE.contains(code) => assert_eq!(*ceiling, 4_400_000, "{code}"),
                code => assert!(LOW_MINIMUM.contains(code) && *ceiling <= 3_500_000, "{code}"),
            }
        }
        assert_eq!(rounded.len(), 2 + RING_ONE.len() + LOW_MINIMUM.len());
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
    fn todays_papua_takes_its_parents_minimum() {
        for (code, place) in
            [(9301, Place::Papua), (9171, Place::Papua), (9601, Place::Unlisted), (3171, Place::Jakarta)]
        {
            assert_eq!(place_of(Region::from_number(code).unwrap()), place);
        }
    }
}

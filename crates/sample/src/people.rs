//! Who the workers are: NIKs that grow with a worker's rank, in a file order that mixes the country.

use std::sync::LazyLock;

use tepat_terms::Region;

use crate::draws::{Domain, Source};
use crate::places::Regions;

/// All workers of a sample: a position in the files belongs to each rank in NIK order.
pub(crate) struct People {
    pub(crate) workers: u64,
    /// position * factor + shift = rank, modulo `workers`.
    factor: u64,
    /// The inverse of `factor`.
    back: u64,
    shift: u64,
    niks: Source,
}

/// What a NIK says.
pub(crate) struct Identity {
    pub(crate) nik: i64,
    pub(crate) region: Region,
    pub(crate) female: bool,
    /// Year, month and day.
    pub(crate) birth: (u32, u32, u32),
}

/// Districts of a regency that issue NIKs.
const DISTRICTS: u64 = 24;
/// Years of birth, the last two digits: everybody is of age in 2018.
const YEARS: std::ops::RangeInclusive<u32> = 62..=99;

/// The six date digits of a NIK, ascending as numbers: day (a woman's plus 40), month, year.
static DATES: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let longest = |month: u32, year: u32| match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) => 29,
        2 => 28,
        _ => 31,
    };
    let mut dates = Vec::new();
    for day_digits in (1..=31).chain(41..=71) {
        for month in 1..=12 {
            let exists = |year: &u32| day_digits % 40 <= longest(month, *year);
            dates.extend(YEARS.filter(exists).map(|year| day_digits * 10_000 + month * 100 + year));
        }
    }
    dates
});

impl People {
    pub(crate) fn new(workers: u64, seed: u64) -> Self {
        let mut stream = Source::new(seed, Domain::Permutation).stream(0);
        let modulus = workers.max(1);
        let shift = stream.next() % modulus;
        let mut factor = stream.next() % modulus;
        let back = loop {
            if let Some(back) = inverse(factor, modulus) {
                break back;
            }
            factor = (factor + 1) % modulus;
        };
        Self { workers, factor, back, shift, niks: Source::new(seed, Domain::Nik) }
    }

    /// Rank in NIK order of who stands at a position of the files.
    pub(crate) fn rank(&self, position: u64) -> u64 {
        (multiply(position, self.factor, self.workers) + self.shift) % self.workers
    }

    /// Position in the files of the one with a rank in NIK order.
    pub(crate) fn position(&self, rank: u64) -> u64 {
        multiply(rank + self.workers - self.shift, self.back, self.workers)
    }

    /// The NIK of a rank: it grows with the rank, so files can be sorted without being held.
    ///
    /// A region's NIKs (district, date) stand in as many equal stretches as it has workers, one worker in
    /// each at a drawn place. Where workers outnumber the places, neighbours differ in the serial.
    pub(crate) fn identity(&self, rank: u64, regions: &Regions) -> Identity {
        let place = regions.locate(rank, self.workers);
        let dates = DATES.len() as u64;
        let slots = DISTRICTS * dates;
        let from = place.index * slots / place.count;
        let to = (place.index + 1) * slots / place.count;
        let mut stream = self.niks.stream(rank);
        let stretch = u32::try_from(to - from).expect("a region has under four billion dates and districts");
        let slot = from + u64::from(if stretch > 0 { stream.below(stretch) } else { 0 });
        let first_of_slot = (from * place.count).div_ceil(slots);
        let serial = 1 + (place.index - first_of_slot) * 7 + u64::from(stream.below(7));

        let district = 1 + slot / dates;
        let date = DATES[usize::try_from(slot % dates).expect("an index of the table of dates")];
        let area = u64::from(place.region.number()) * 100 + district;
        let nik = (area * 1_000_000 + u64::from(date)) * 10_000 + serial;
        let day_digits = date / 10_000;
        Identity {
            nik: i64::try_from(nik).expect("a NIK has sixteen digits"),
            region: place.region,
            female: day_digits > 40,
            birth: (1900 + date % 100, date / 100 % 100, day_digits % 40),
        }
    }
}

fn multiply(a: u64, b: u64, modulus: u64) -> u64 {
    let product = u128::from(a) * u128::from(b) % u128::from(modulus);
    u64::try_from(product).expect("a remainder is below its divisor")
}

/// The number by which `factor` gives 1 modulo `modulus`; none when they have a common divisor.
fn inverse(factor: u64, modulus: u64) -> Option<u64> {
    let modulus = i128::from(modulus);
    let (mut rest, mut next_rest) = (modulus, i128::from(factor));
    let (mut found, mut next_found) = (0, 1);
    while next_rest != 0 {
        let times = rest / next_rest;
        (rest, next_rest) = (next_rest, rest - times * next_rest);
        (found, next_found) = (next_found, found - times * next_found);
    }
    if rest != 1 {
        return None;
    }
    u64::try_from(found.rem_euclid(modulus)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tepat_terms::{Nik, Sex};

    #[test]
    fn position_and_rank_undo_each_other() {
        for workers in [1, 2, 3, 50, 9_999, 10_000] {
            for seed in 0..4 {
                let people = People::new(workers, seed);
                assert!((0..workers).all(|at| people.position(people.rank(at)) == at), "{workers} {seed}");
            }
        }
    }

    #[test]
    fn niks_grow_with_the_rank_and_say_what_the_columns_say() {
        let regions = Regions::new();
        // The last is more than the dates and districts of the smallest regions, so serials take over.
        for (workers, step) in [(1, 1), (50, 1), (20_000, 1), (9_000_000_000, 450_001)] {
            let people = People::new(workers, 7);
            let mut before = 0;
            for rank in (0..workers).step_by(step).take(20_000) {
                let identity = people.identity(rank, &regions);
                let nik = Nik::from_number(identity.nik).unwrap();
                let (day, month, year) = nik.birth_digits();
                let (birth_year, birth_month, birth_day) = identity.birth;
                assert!(identity.nik > before, "{rank} of {workers}");
                assert_eq!(
                    (day, month, year + 1900),
                    (birth_day.into(), birth_month.into(), birth_year.into())
                );
                assert_eq!(nik.sex() == Sex::Female, identity.female);
                before = identity.nik;
            }
        }
    }

    #[test]
    fn neighbours_in_a_crowded_region_differ() {
        let regions = Regions::new();
        let people = People::new(90_000_000, 1);
        let mut before = 0;
        for rank in 45_000_000..45_020_000 {
            let nik = people.identity(rank, &regions).nik;
            assert!(nik > before);
            before = nik;
        }
    }
}

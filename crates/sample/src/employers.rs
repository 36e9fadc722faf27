//! Employers: about one to forty workers, near them, and a few that stand where a case needs them.

use tepat_terms::Region;

use crate::banks::scatter;
use crate::draws::{Domain, Draws, Source};
use crate::facts::Place;
use crate::places::{Regions, place_of};

/// Workers to an employer.
const STAFF: u64 = 40;
/// Fewest employers by rank: as many as one person can have employments.
const FEWEST: u64 = 4;

/// Regions that have an employer in every sample, however small: as many of each place as one person can
/// have employments, but for Karawang.
const ANCHORS: [u16; 28] = [
    3101, 3171, 3172, 3173, 3174, 3175, // Jakarta
    3514, 3515, 3516, 3525, 3578, // around Surabaya
    3501, 3573, 3507, 3579, // a low minimum
    9171, 9302, 9171, 9302, // Papua
    1271, 3374, 6471, 7171, // unlisted
    3215, // Karawang
    1101, 3206, 5102, 7371, // outside the annex
];

/// Letters of an NPP's beginning.
const LETTERS: &[u8; 8] = b"JBKCSMDA";

/// All employers, each made again when it is asked for.
pub(crate) struct Employers {
    /// Those that stand near the worker of the matching rank; the anchors follow.
    by_rank: u64,
    regions: Regions,
    source: Source,
    /// Numbers of the employers of each place, in the order of [`PLACES`].
    by_place: [Vec<u64>; PLACES.len()],
    /// Numbers of the employers within the annex and of those outside, by rank, then the anchors where
    /// these are too few.
    near: [Vec<u64>; 2],
}

const PLACES: [Place; 6] =
    [Place::Jakarta, Place::RingOne, Place::LowMinimum, Place::Papua, Place::Unlisted, Place::Karawang];

/// One employer, a row of `employers.csv`.
pub(crate) struct Employer {
    pub(crate) npp: String,
    pub(crate) division: &'static str,
    pub(crate) region: Region,
    pub(crate) ownership: &'static str,
    draws: Draws,
}

impl Employers {
    pub(crate) fn new(workers: u64, seed: u64) -> Self {
        let by_rank = (workers / STAFF).max(FEWEST);
        let source = Source::new(seed, Domain::Employer);
        let mut employers = Self {
            by_rank,
            regions: Regions::new(),
            source,
            by_place: Default::default(),
            near: Default::default(),
        };
        for number in 0..employers.count() {
            let place = place_of(employers.region(number));
            if let Some(index) = PLACES.iter().position(|known| *known == place) {
                employers.by_place[index].push(number);
            }
            let near = &mut employers.near[usize::from(place == Place::Outside)];
            if number < by_rank || (near.len() as u64) < FEWEST {
                near.push(number);
            }
        }
        employers
    }

    pub(crate) const fn count(&self) -> u64 {
        self.by_rank + ANCHORS.len() as u64
    }

    pub(crate) const fn regions(&self) -> &Regions {
        &self.regions
    }

    fn region(&self, number: u64) -> Region {
        match number.checked_sub(self.by_rank) {
            None => self.regions.locate(number, self.by_rank).region,
            Some(anchor) => {
                let code = ANCHORS[usize::try_from(anchor).expect("an index of the anchors")];
                Region::from_number(code.into()).expect("every anchor is a region of today")
            }
        }
    }

    /// The number of the employer of a job: near the worker, or in the place that the case needs.
    /// `taken` are the person's employers so far, at most three, none of which it is.
    pub(crate) fn choose(&self, place: Place, near: (u64, u64), word: u32, taken: &[u64]) -> u64 {
        if let Some(index) = PLACES.iter().position(|known| *known == place) {
            let numbers = &self.by_place[index];
            let mut at = usize::try_from(word).unwrap_or(0) % numbers.len();
            while taken.contains(&numbers[at]) {
                at = (at + 1) % numbers.len();
            }
            return numbers[at];
        }
        let (rank, workers) = near;
        let numbers = &self.near[usize::from(place == Place::Outside)];
        let nearest = u128::from(rank) * numbers.len() as u128 / u128::from(workers);
        let nearest = usize::try_from(nearest).expect("a share is at most the whole");
        // The lower of two draws: of eight neighbours the first has fifteen times the staff of the last.
        let among = usize::try_from((word / 8 % 8).min(word % 8)).expect("below eight");
        let mut at = (nearest / 8 * 8 + among) % numbers.len();
        while taken.contains(&numbers[at]) {
            at = (at + 1) % numbers.len();
        }
        numbers[at]
    }

    /// The employer of a number below [`Employers::count`].
    pub(crate) fn employer(&self, number: u64) -> Employer {
        // Every tenth is a second division of the one before.
        let second = number < self.by_rank && number % 10 == 9;
        let (owner, division) = if second { (number - 1, "001") } else { (number, "000") };
        let letter = |index: u64| {
            let index = usize::try_from(index % 8).expect("an index of the letters");
            char::from(LETTERS[index])
        };
        let npp = format!(
            "{}{}{:06}",
            letter(owner),
            letter(owner / 1_000_000),
            scatter(owner % 1_000_000, 1_000_000)
        );
        let draws = self.source.draws(owner);
        let ownership = match draws.below(OWNERSHIP, 100) {
            0..90 => "private",
            90..94 => "state_owned",
            94..98 => "government",
            _ => "village",
        };
        Employer { npp, division, region: self.region(number), ownership, draws }
    }
}

const OWNERSHIP: usize = 0;
const SECTOR: usize = 1;
const FIRST_WORD: usize = 2;
const SECOND_WORD: usize = 3;
const THIRD_WORD: usize = 4;

/// KBLI 2020: sections, and divisions of manufacturing.
const SECTORS: [&str; 22] = [
    "A", "B", "D", "E", "F", "G", "G", "H", "I", "J", "K", "L", "M", "N", "Q", "10", "13", "14", "15", "22",
    "29", "31",
];
const FIRST: [&str; 16] = [
    "Sinar", "Cahaya", "Karya", "Mitra", "Bumi", "Surya", "Graha", "Tirta", "Prima", "Multi", "Anugerah",
    "Bina", "Citra", "Dharma", "Eka", "Wahana",
];
const SECOND: [&str; 16] = [
    "Jaya",
    "Makmur",
    "Sejahtera",
    "Utama",
    "Sentosa",
    "Mandiri",
    "Perkasa",
    "Nusantara",
    "Lestari",
    "Indah",
    "Agung",
    "Gemilang",
    "Bersama",
    "Raya",
    "Mulia",
    "Persada",
];
const THIRD: [&str; 8] =
    ["Abadi", "Indonesia", "Tekstil", "Pangan", "Logistik", "Konstruksi", "Industri", "Niaga"];

impl Employer {
    pub(crate) fn name(&self) -> String {
        let word = |address, words| *self.draws.pick(address, words);
        let (first, second) = (word(FIRST_WORD, &FIRST[..]), word(SECOND_WORD, &SECOND[..]));
        match self.ownership {
            "state_owned" => format!("PT {first} {second} (Persero)"),
            "government" => format!("Dinas {} {}", word(THIRD_WORD, &OFFICES[..]), self.region.name()),
            "village" => format!("Pemerintah Desa {first} {second}"),
            _ => format!("PT {first} {second} {}", word(THIRD_WORD, &THIRD[..])),
        }
    }

    pub(crate) fn sector(&self) -> &'static str {
        match self.ownership {
            "government" | "village" => "O",
            _ => self.draws.pick::<&str>(SECTOR, &SECTORS[..]),
        }
    }
}

const OFFICES: [&str; 4] = ["Perhubungan", "Lingkungan Hidup", "Pekerjaan Umum", "Kesehatan"];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use tepat_terms::{Division, Npp};

    #[test]
    fn every_place_has_employers_however_small_the_sample() {
        let employers = Employers::new(1, 1);
        for (index, place) in PLACES.iter().enumerate() {
            let fewest = if *place == Place::Karawang { 1 } else { 4 };
            assert!(employers.by_place[index].len() >= fewest, "{place:?}");
        }
    }

    #[test]
    fn employers_have_unique_keys_and_fit_their_columns() {
        let employers = Employers::new(80_000, 3);
        let mut keys = HashSet::new();
        for number in 0..employers.count() {
            let employer = employers.employer(number);
            employer.npp.parse::<Npp>().unwrap();
            employer.division.parse::<Division>().unwrap();
            assert!(employer.name().len() <= 100);
            assert!(keys.insert((employer.npp, employer.division)));
        }
        assert_eq!(keys.len(), 80_000 / 40 + ANCHORS.len());
    }

    #[test]
    fn a_person_never_has_one_employer_twice() {
        let places = [(Place::Home, 1), (Place::Home, 1_000), (Place::Papua, 1), (Place::Outside, 1)];
        for (place, workers) in places {
            let employers = Employers::new(workers, 5);
            let mut taken = Vec::new();
            for word in [9, 9, 9, 9] {
                let number = employers.choose(place, (0, workers), word, &taken);
                assert!(!taken.contains(&number) && number < employers.count());
                let found = place_of(employers.region(number));
                match place {
                    Place::Home => assert_ne!(found, Place::Outside),
                    place => assert_eq!(found, place),
                }
                taken.push(number);
            }
        }
    }
}

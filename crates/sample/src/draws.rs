//! Chance that repeats: ChaCha8, addressed instead of drawn in order.
//!
//! The key is the seed (little-endian, 8 bytes), the domain (1 byte) and a fixed text; the stream is
//! the number of the thing. What a worker gets therefore never depends on who was made before.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// What the chance is for: two domains never share a word.
#[derive(Clone, Copy)]
pub(crate) enum Domain {
    Deck = 1,
    Nik = 2,
    Worker = 3,
    Employer = 4,
    Permutation = 5,
    Settlement = 6,
}

/// A generator of one domain, from which any number of streams branch.
#[derive(Clone)]
pub(crate) struct Source(ChaCha8Rng);

impl Source {
    pub(crate) fn new(seed: u64, domain: Domain) -> Self {
        let mut key = *b"\0\0\0\0\0\0\0\0\0tepat sample, version 1";
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8] = domain as u8;
        Self(ChaCha8Rng::from_seed(key))
    }

    /// The generator of thing `number`.
    pub(crate) fn stream(&self, number: u64) -> Stream {
        let mut generator = self.0.clone();
        generator.set_stream(number);
        Stream(generator)
    }

    /// The first words of thing `number`, each read by its address.
    pub(crate) fn draws(&self, number: u64) -> Draws {
        let Stream(mut generator) = self.stream(number);
        Draws(std::array::from_fn(|_| generator.next_u32()))
    }
}

/// Words in order, for shuffling.
pub(crate) struct Stream(ChaCha8Rng);

impl Stream {
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        scale(self.0.next_u32(), bound)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0.next_u64()
    }
}

/// Words of one thing by address; see the constants for who reads which.
pub(crate) struct Draws([u32; WORDS]);

const WORDS: usize = 64;
/// Words of a whole person.
pub(crate) const WAGE: usize = 0;
pub(crate) const START: usize = 2;
pub(crate) const START_DAY: usize = 3;
/// Eight words from here are the name's.
pub(crate) const NAME: usize = 4;
/// Words of one job: `JOB + job * JOB_WORDS + …`, at most four jobs.
pub(crate) const JOB: usize = 16;
pub(crate) const JOB_WORDS: usize = 8;
pub(crate) const EMPLOYER: usize = 0;
pub(crate) const BANK: usize = 1;
pub(crate) const BRANCH: usize = 2;
pub(crate) const NIK_GIVEN: usize = 3;
pub(crate) const REPORTED_ON: usize = 4;
pub(crate) const PROGRAMMES: usize = 5;
pub(crate) const CARD: usize = 6;

impl Draws {
    /// A number below `bound`, the same each time it is asked.
    pub(crate) fn below(&self, address: usize, bound: u32) -> u32 {
        scale(self.0[address], bound)
    }

    /// The word of a job, below `bound`.
    pub(crate) fn of_job(&self, job: usize, address: usize, bound: u32) -> u32 {
        self.below(JOB + job * JOB_WORDS + address, bound)
    }

    /// One of `items`, which is never empty.
    pub(crate) fn pick<'a, T>(&self, address: usize, items: &'a [T]) -> &'a T {
        let count = u32::try_from(items.len()).expect("no list here has four billion items");
        &items[self.below(address, count) as usize]
    }
}

/// Maps a word evenly to 0..bound by multiplying, a fixed recipe that no library update can change.
fn scale(word: u32, bound: u32) -> u32 {
    let scaled = (u64::from(word) * u64::from(bound)) >> 32;
    u32::try_from(scaled).expect("a word times a bound, cut by 32 bits, is below the bound")
}

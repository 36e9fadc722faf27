//! What may have stood in an earlier row of a file: a note of every key in a few bits.
//!
//! It never forgets a key, and takes a new one for known once in some hundred times. Such a line is put aside
//! and judged later, to the same end.

use std::hash::{DefaultHasher, Hash, Hasher as _};

/// Keys noted so far.
#[derive(Debug)]
pub(crate) struct Seen {
    blocks: Vec<Block>,
}

/// A key's bits lie in one block, which is one line of the processor's cache.
type Block = [u64; 8];

/// Bits a key is given room for.
const BITS_A_KEY: u64 = 16;
const BITS_A_BLOCK: u64 = 512;

/// 32 MiB. Far more keys than that has room for are taken for known more often.
const BLOCKS_MAX: u64 = 1 << 19;

impl Seen {
    /// Nothing noted yet, with room for about so many keys.
    pub(crate) fn with_room_for(keys: u64) -> Self {
        let blocks = (keys.saturating_mul(BITS_A_KEY) / BITS_A_BLOCK).clamp(1, BLOCKS_MAX);
        let blocks = usize::try_from(blocks.next_power_of_two()).expect("at most half a million blocks");
        Self { blocks: vec![Block::default(); blocks] }
    }

    /// Whether the key may have been noted before; notes it. False is certain.
    pub(crate) fn note(&mut self, key: &(impl Hash + ?Sized)) -> bool {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let hash = hasher.finish();
        // The high bits choose the block, four groups of nine of the low ones the bits in it.
        let place = (hash >> 40) & (self.blocks.len() as u64 - 1);
        let block = &mut self.blocks[usize::try_from(place).expect("a place among the blocks")];
        let mut known = true;
        for group in 0..4 {
            let bit = (hash >> (9 * group)) & (BITS_A_BLOCK - 1);
            let word = &mut block[usize::try_from(bit / 64).expect("one of eight words")];
            let mask = 1 << (bit % 64);
            known &= *word & mask != 0;
            *word |= mask;
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use super::Seen;

    #[test]
    fn a_noted_key_is_always_known_and_a_new_one_hardly_ever() {
        let mut seen = Seen::with_room_for(100_000);
        let taken_for_known = (0..100_000_u64).filter(|key| seen.note(key)).count();
        assert!(taken_for_known < 1_000, "{taken_for_known}");
        assert!((0..100_000_u64).all(|key| seen.note(&key)));
    }

    #[test]
    fn room_for_nothing_and_for_everything_is_bounded() {
        assert_eq!(Seen::with_room_for(0).blocks.len(), 1);
        assert_eq!(Seen::with_room_for(u64::MAX).blocks.len(), 1 << 19);
    }
}

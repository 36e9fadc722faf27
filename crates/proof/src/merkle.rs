//! Merkle tree hash and inclusion proofs of RFC 9162 section 2.1, over leaves that stream by.
//!
//! A leaf is SHA-256(0x00 | content), a node SHA-256(0x01 | left | right); the tree of no leaves is SHA-256
//! of nothing. Memory is one digest a level: 24 for 15.7 million leaves.

mod inclusion;

use sha2::{Digest, Sha256};

pub use inclusion::{InclusionBuilder, root_from_path};

use crate::digest::{Sha256Digest, sha256};

/// Name of the algorithm as the manifest writes it.
pub const ALGORITHM: &str = "RFC9162_SHA256";

/// Digest of a leaf: SHA-256(0x00 | content).
#[must_use]
pub fn leaf_hash(content: &[u8]) -> Sha256Digest {
    let mut hasher = Sha256::new();
    hasher.update([0x00]);
    hasher.update(content);
    hasher.finalize().into()
}

fn node_hash(left: &Sha256Digest, right: &Sha256Digest) -> Sha256Digest {
    let mut hasher = Sha256::new();
    hasher.update([0x01]);
    hasher.update(left);
    hasher.update(right);
    hasher.finalize().into()
}

/// Takes leaves one after the other and gives the root of all of them.
#[derive(Clone, Debug, Default)]
pub struct MerkleAccumulator {
    leaves: u64,
    /// Roots of the perfect subtrees so far, largest first: one for each 1-bit of `leaves`.
    peaks: Vec<Sha256Digest>,
}

impl MerkleAccumulator {
    /// A tree without leaves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next leaf by its content.
    pub fn push(&mut self, content: &[u8]) {
        self.push_leaf_hash(leaf_hash(content));
    }

    /// Adds the next leaf by its [`leaf_hash`].
    pub fn push_leaf_hash(&mut self, leaf: Sha256Digest) {
        // Two subtrees of equal size become one: as often as the count so far ends in a 1-bit.
        let merges = self.leaves.trailing_ones();
        let mut node = leaf;
        for _ in 0..merges {
            let left = self.peaks.pop().expect("there is a peak for every 1-bit of the count");
            node = node_hash(&left, &node);
        }
        self.peaks.push(node);
        self.leaves += 1;
    }

    /// How many leaves were added.
    #[must_use]
    pub fn leaves(&self) -> u64 {
        self.leaves
    }

    /// Root of the leaves so far; of none, SHA-256 of nothing.
    #[must_use]
    pub fn root(&self) -> Sha256Digest {
        // RFC 9162 splits at the largest power of two below n, so the peaks fold from the right.
        let folded = self.peaks.iter().rev().copied().reduce(|right, left| node_hash(&left, &right));
        folded.unwrap_or_else(|| sha256(&[]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::hex;

    /// MTH of RFC 9162 section 2.1.1, word for word.
    pub(super) fn naive_root(leaves: &[Vec<u8>]) -> Sha256Digest {
        match leaves.len() {
            0 => sha256(&[]),
            1 => leaf_hash(&leaves[0]),
            n => {
                let (left, right) = leaves.split_at(split(n));
                node_hash(&naive_root(left), &naive_root(right))
            }
        }
    }

    /// The largest power of two smaller than n.
    pub(super) fn split(n: usize) -> usize {
        let mut k = 1;
        while k * 2 < n {
            k *= 2;
        }
        k
    }

    pub(super) fn sample(n: usize) -> Vec<Vec<u8>> {
        (0..n).map(|i| format!("line {i}").into_bytes()).collect()
    }

    #[test]
    fn the_streamed_root_is_the_recursive_one_for_every_size() {
        for n in 0..=70 {
            let leaves = sample(n);
            let mut tree = MerkleAccumulator::new();
            leaves.iter().for_each(|leaf| tree.push(leaf));
            assert_eq!(tree.root(), naive_root(&leaves), "{n} leaves");
            assert_eq!(tree.leaves(), n as u64);
        }
    }

    #[test]
    fn no_leaves_and_one_empty_leaf_are_different() {
        let mut tree = MerkleAccumulator::new();
        assert_eq!(hex(&tree.root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        tree.push(b"");
        assert_eq!(hex(&tree.root()), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    }

    #[test]
    fn memory_is_one_digest_a_level() {
        let mut tree = MerkleAccumulator::new();
        (0..1023).for_each(|_| tree.push(b"x"));
        assert_eq!(tree.peaks.len(), 10);
        tree.push(b"x");
        assert_eq!(tree.peaks.len(), 1);
    }
}

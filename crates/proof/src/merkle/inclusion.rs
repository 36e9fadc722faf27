//! Inclusion proofs: made in one pass over the leaves, checked with the path alone.

use super::{MerkleAccumulator, node_hash};
use crate::digest::Sha256Digest;

/// Makes the inclusion path of one leaf (RFC 9162 section 2.1.3.1) while all leaves stream by once.
///
/// The path consists of the roots of disjoint ranges that cover every leaf but the one proved; each is
/// accumulated as its range passes, so memory stays at two digests a level.
#[derive(Debug)]
pub struct InclusionBuilder {
    index: u64,
    size: u64,
    seen: u64,
    /// The ranges in leaf order.
    ranges: Vec<Sibling>,
    /// The range that the next leaf falls into.
    current: usize,
    tree: MerkleAccumulator,
}

#[derive(Debug)]
struct Sibling {
    end: u64,
    /// Position in the path: 0 is next to the leaf.
    height: usize,
    root: Option<Sha256Digest>,
}

impl InclusionBuilder {
    /// For the leaf at `index` (from 0) of a tree of `size` leaves; `None` when there is no such leaf.
    #[must_use]
    pub fn new(index: u64, size: u64) -> Option<Self> {
        if index >= size {
            return None;
        }
        let mut ranges = sibling_ends(index, size);
        ranges.sort_by_key(|range| range.end);
        Some(Self { index, size, seen: 0, ranges, current: 0, tree: MerkleAccumulator::new() })
    }

    /// Takes the next leaf by its content; every leaf must be given, in order, the proved one as well.
    pub fn push(&mut self, content: &[u8]) {
        let at = self.seen;
        self.seen += 1;
        if at == self.index {
            return;
        }
        let Some(range) = self.ranges.get_mut(self.current) else { return };
        self.tree.push(content);
        if self.seen == range.end {
            range.root = Some(std::mem::take(&mut self.tree).root());
            self.current += 1;
        }
    }

    /// The path, from the leaf's sibling upwards; `None` unless exactly the announced leaves were given.
    #[must_use]
    pub fn finish(mut self) -> Option<Vec<Sha256Digest>> {
        if self.seen != self.size {
            return None;
        }
        self.ranges.sort_by_key(|range| range.height);
        self.ranges.into_iter().map(|range| range.root).collect()
    }
}

/// Walks from the whole tree down to the leaf; at every split the half without the leaf is on the path.
fn sibling_ends(index: u64, size: u64) -> Vec<Sibling> {
    let (mut start, mut end) = (0, size);
    let mut found = Vec::new();
    while end - start > 1 {
        // The largest power of two below the count of leaves (RFC 9162 section 2.1.1).
        let left = 1 << (end - start - 1).ilog2();
        let middle = start + left;
        if index < middle {
            found.push(Sibling { end, height: 0, root: None });
            end = middle;
        } else {
            found.push(Sibling { end: middle, height: 0, root: None });
            start = middle;
        }
    }
    let top = found.len();
    for (depth, range) in found.iter_mut().enumerate() {
        range.height = top - depth - 1;
    }
    found
}

/// The root that a leaf and its path lead to (RFC 9162 section 2.1.3.2).
///
/// `None` when the path has not the length that this index and size ask for. The caller compares the root.
#[must_use]
pub fn root_from_path(
    leaf: Sha256Digest,
    index: u64,
    size: u64,
    path: &[Sha256Digest],
) -> Option<Sha256Digest> {
    if index >= size {
        return None;
    }
    let (mut index, mut last) = (index, size - 1);
    let mut node = leaf;
    for sibling in path {
        if last == 0 {
            return None;
        }
        if index & 1 == 1 || index == last {
            node = node_hash(sibling, &node);
            // A node without a right neighbour rises until it has a left one.
            while index & 1 == 0 && index != 0 {
                index >>= 1;
                last >>= 1;
            }
        } else {
            node = node_hash(&node, sibling);
        }
        index >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(node)
}

#[cfg(test)]
mod tests {
    use super::super::leaf_hash;
    use super::super::tests::{naive_root, sample, split};
    use super::*;

    /// PATH of RFC 9162 section 2.1.3.1, word for word.
    fn naive_path(index: usize, leaves: &[Vec<u8>]) -> Vec<Sha256Digest> {
        if leaves.len() == 1 {
            return Vec::new();
        }
        let k = split(leaves.len());
        let (left, right) = leaves.split_at(k);
        let (mut path, sibling) = if index < k {
            (naive_path(index, left), naive_root(right))
        } else {
            (naive_path(index - k, right), naive_root(left))
        };
        path.push(sibling);
        path
    }

    fn streamed_path(index: usize, leaves: &[Vec<u8>]) -> Vec<Sha256Digest> {
        let mut builder = InclusionBuilder::new(index as u64, leaves.len() as u64).unwrap();
        leaves.iter().for_each(|leaf| builder.push(leaf));
        builder.finish().unwrap()
    }

    #[test]
    fn every_path_of_every_size_is_the_recursive_one_and_leads_to_the_root() {
        for n in 1..=70 {
            let leaves = sample(n);
            let root = naive_root(&leaves);
            for index in 0..n {
                let path = streamed_path(index, &leaves);
                assert_eq!(path, naive_path(index, &leaves), "leaf {index} of {n}");
                let found = root_from_path(leaf_hash(&leaves[index]), index as u64, n as u64, &path);
                assert_eq!(found, Some(root), "leaf {index} of {n}");
            }
        }
    }

    #[test]
    fn a_path_proves_no_other_leaf_place_or_content() {
        for n in 1..=20_u64 {
            let leaves = sample(usize::try_from(n).unwrap());
            let root = naive_root(&leaves);
            for index in 0..n {
                let at = usize::try_from(index).unwrap();
                let path = streamed_path(at, &leaves);
                let leaf = leaf_hash(&leaves[at]);
                for other in (0..n).filter(|other| *other != index) {
                    assert_ne!(root_from_path(leaf, other, n, &path), Some(root));
                }
                assert_ne!(root_from_path(leaf_hash(b"forged"), index, n, &path), Some(root));
                for level in 0..path.len() {
                    let mut bent = path.clone();
                    bent[level][0] ^= 1;
                    assert_ne!(root_from_path(leaf, index, n, &bent), Some(root));
                    assert_ne!(root_from_path(leaf, index, n, &path[..level]), Some(root));
                }
                let longer: Vec<_> = path.iter().copied().chain([leaf]).collect();
                assert_eq!(root_from_path(leaf, index, n, &longer), None);
            }
        }
    }

    #[test]
    fn a_leaf_beyond_the_tree_has_no_proof() {
        assert!(InclusionBuilder::new(0, 0).is_none());
        assert!(InclusionBuilder::new(3, 3).is_none());
        assert_eq!(root_from_path([0; 32], 0, 0, &[]), None);
        assert_eq!(root_from_path([0; 32], 3, 3, &[]), None);
    }

    #[test]
    fn too_few_or_too_many_leaves_give_no_path() {
        for given in [2, 4] {
            let mut builder = InclusionBuilder::new(1, 3).unwrap();
            (0..given).for_each(|_| builder.push(b"x"));
            assert!(builder.finish().is_none());
        }
    }
}

//! Canonical bytes, digests, Merkle trees, CMS and the signed package: pure, no tokio.

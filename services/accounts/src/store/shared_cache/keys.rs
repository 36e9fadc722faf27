//! The keys in the cache, and where a Cluster keeps each.

use super::super::claim_hash::ClaimHash;

/// Bytes of the longest prefix.
pub(super) const PREFIX_BYTES_MAX: usize = 16;

/// Slots of a Redis Cluster.
pub(super) const SLOTS: usize = 16_384;

/// Makes keys: a prefix and the 16 bytes of the claim's hash.
#[derive(Clone, Copy)]
pub(super) struct Keys {
    prefix: [u8; PREFIX_BYTES_MAX],
    length: usize,
}

/// One key.
pub(super) struct CacheKey {
    bytes: [u8; PREFIX_BYTES_MAX + 16],
    length: usize,
}

impl Keys {
    /// The settings' check keeps prefixes short; what is longer than it allows is cut.
    pub(super) fn new(text: &str) -> Self {
        let mut prefix = [0; PREFIX_BYTES_MAX];
        let length = text.len().min(PREFIX_BYTES_MAX);
        prefix[..length].copy_from_slice(&text.as_bytes()[..length]);
        Self { prefix, length }
    }

    pub(super) fn of(&self, claim: ClaimHash) -> CacheKey {
        let mut bytes = [0; PREFIX_BYTES_MAX + 16];
        bytes[..self.length].copy_from_slice(&self.prefix[..self.length]);
        bytes[self.length..][..16].copy_from_slice(&claim.0);
        CacheKey { bytes, length: self.length + 16 }
    }

    /// Bytes of each key.
    pub(super) fn length(&self) -> usize {
        self.length + 16
    }
}

impl CacheKey {
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// The slot of a key: CRC-16/XMODEM of it, or of what stands between the first brace and the next
/// closing one, as the Cluster specification has it.
pub(super) fn slot(key: &[u8]) -> usize {
    let tag = || {
        let open = key.iter().position(|byte| *byte == b'{')?;
        let length = key[open + 1..].iter().position(|byte| *byte == b'}')?;
        (length > 0).then(|| &key[open + 1..][..length])
    };
    usize::from(crc16(tag().unwrap_or(key))) % SLOTS
}

fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0_u16, |crc, byte| crc << 8 ^ CRC16[usize::from((crc >> 8) ^ u16::from(*byte))])
}

const CRC16: [u16; 256] = {
    let mut table = [0; 256];
    let mut index: u16 = 0;
    while index < 256 {
        let mut crc = index << 8;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 };
            bit += 1;
        }
        table[index as usize] = crc;
        index += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_those_of_the_specification() {
        // The check value of CRC-16/XMODEM, and the slot that the specification's text implies for it.
        assert_eq!(crc16(b"123456789"), 0x31c3);
        assert_eq!(slot(b"123456789"), 0x31c3);
        assert_eq!(slot(b"foo"), 12_182);
        assert_eq!(slot(b"{user1000}.following"), slot(b"user1000"));
        assert_eq!(slot(b"foo{{bar}}zap"), slot(b"{bar"));
        assert_eq!(slot(b"foo{bar}{zap}"), slot(b"bar"));
        assert_ne!(slot(b"foo{}{bar}"), slot(b"bar"));
    }

    #[test]
    fn a_key_is_the_prefix_and_the_hash() {
        let key = Keys::new("tv:").of(ClaimHash([7; 16]));
        assert_eq!(key.as_bytes(), [b"tv:".as_slice(), &[7; 16]].concat());
        assert_eq!(Keys::new("").of(ClaimHash([7; 16])).as_bytes(), [7; 16]);
        assert_eq!(Keys::new("tv:").length(), key.as_bytes().len());
    }
}

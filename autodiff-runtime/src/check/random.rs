//! Random directions, the same in every run.

use crate::VectorSpace;

/// SplitMix64.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Each component becomes uniform in -1..1, and a multiple of 2⁻²⁰, so that `f32` holds it.
    pub(super) fn fill<V: VectorSpace + ?Sized>(&mut self, direction: &mut V) {
        direction.map_each(&mut |_| (self.next() >> 43) as f64 / (1u64 << 20) as f64 - 1.0);
    }
}

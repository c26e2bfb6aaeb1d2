//! A small generator, so that a failure is the same failure on every run.

/// SplitMix64.
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// The same seed gives the same numbers.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in `0..1`.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform in `low..high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Uniform in `0..end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// So many numbers in `-1.25..1.25`.
    pub fn floats(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.between(-1.25, 1.25)).collect()
    }

    pub fn array<const N: usize>(&mut self) -> [f64; N] {
        std::array::from_fn(|_| self.between(-1.25, 1.25))
    }

    /// So many numbers below 10.
    pub fn indices(&mut self, n: usize) -> Vec<usize> {
        (0..n).map(|_| self.below(10)).collect()
    }

    /// A direction without components near zero, which would hide an error, and with only
    /// few bits, so that it is the same number in `f32`.
    pub fn direction(&mut self, n: usize) -> Vec<f64> {
        (0..n)
            .map(|_| {
                let size = (8.0 + (self.unit() * 24.0).floor()) / 32.0;
                if self.unit() < 0.5 { -size } else { size }
            })
            .collect()
    }
}

//! Where states are saved of a loop with `#[checkpoint(snapshots = ..)]`: Griewank and Walther's binomial schedule.
//!
//! With `s` states and `r` runs `binomial(s + r, s)` steps can be reversed, and no schedule reverses more.

/// How many steps to go from a state that is saved to the next one to save: of `steps`, two at least, with so many states, this one
/// among them.
pub fn advance(steps: usize, snapshots: usize) -> usize {
    if snapshots <= 1 || steps <= 2 {
        return steps.saturating_sub(1).max(1);
    }
    let (steps, snapshots) = (steps as u128, snapshots.min(steps) as u128);
    // `binomial(s + r, s)` for `r`, `r - 1` and `r - 2`, where `r` is the least with which it is enough.
    let (mut reached, mut before, mut earlier) = (1, 0, 0);
    let mut runs = 0;
    while reached < steps {
        runs += 1;
        let next = reached * (snapshots + runs) / runs;
        (reached, before, earlier) = (next, reached, before);
    }
    // What comes first is reversed with all states in a run less, and what follows with a state less.
    before.min(steps - (before - earlier)) as usize
}

/// Whether there are more steps than can be recorded all at once in the places that are left: a record is a state.
pub fn is_far(steps: usize, snapshots: usize) -> bool {
    steps > snapshots.saturating_add(1)
}

/// As [`advance`], for the first run, in which the last block is all that is left.
pub fn block(steps: usize, snapshots: usize) -> usize {
    if snapshots <= 1 || !is_far(steps, snapshots) { steps } else { advance(steps, snapshots) }
}

/// How many blocks there are.
pub fn blocks(steps: usize, snapshots: usize) -> usize {
    let (mut left, mut count) = (steps, 0);
    while left > 0 {
        left -= block(left, snapshots - count);
        count += 1;
    }
    count
}

/// The last of the states that the first run has saved. What they no longer need is left to those that are saved again.
#[cfg(feature = "alloc")]
pub fn take<T>(saved: &mut alloc::vec::Vec<T>) -> Option<T> {
    let last = saved.pop();
    if 2 * saved.len() <= saved.capacity() {
        saved.shrink_to_fit();
    }
    last
}

/// What a state is made of.
pub trait State {
    /// Owned.
    type Saved;
    /// A copy.
    fn save(&self) -> Self::Saved;
    /// The copy again in its place.
    fn restore(&mut self, saved: Self::Saved);
}

impl<T: Clone> State for T {
    type Saved = T;

    #[inline]
    fn save(&self) -> T {
        self.clone()
    }

    #[inline]
    fn restore(&mut self, saved: T) {
        *self = saved;
    }
}

#[cfg(feature = "alloc")]
impl<T: Clone> State for [T] {
    type Saved = alloc::vec::Vec<T>;

    fn save(&self) -> Self::Saved {
        self.to_vec()
    }

    fn restore(&mut self, saved: Self::Saved) {
        self.clone_from_slice(&saved);
    }
}

/// What iterations are counted by.
pub trait Index: Copy {
    /// How many iterations there are.
    fn steps(self, end: Self) -> usize;
    /// So many later.
    fn after(self, steps: usize) -> Self;
    /// So many earlier.
    fn before(self, steps: usize) -> Self;
}

macro_rules! index {
    ($($of:ty)+) => {
        $(
            #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)]
            #[allow(clippy::cast_lossless, clippy::unnecessary_cast, trivial_numeric_casts)]
            impl Index for $of {
                #[inline]
                fn steps(self, end: Self) -> usize {
                    end.wrapping_sub(self) as usize
                }

                #[inline]
                fn after(self, steps: usize) -> Self {
                    self.wrapping_add(steps as Self)
                }

                #[inline]
                fn before(self, steps: usize) -> Self {
                    self.wrapping_sub(steps as Self)
                }
            }
        )+
    };
}
index!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

#[cfg(test)]
mod tests {
    use super::*;

    /// How many steps are made, as generated code does.
    fn made(steps: usize, snapshots: usize) -> usize {
        if !is_far(steps, snapshots) {
            return steps;
        }
        let first = advance(steps, snapshots);
        assert!(first >= 1 && first < steps);
        first + made(first, snapshots) + made(steps - first, snapshots - 1)
    }

    /// The least, by trying all: a step that is made is advanced, or recorded.
    fn least(known: &mut [[usize; 8]], steps: usize, snapshots: usize) -> usize {
        if !is_far(steps, snapshots) {
            return steps;
        }
        if known[steps][snapshots] > 0 {
            return known[steps][snapshots];
        }
        let mut best = usize::MAX;
        for first in 1..steps {
            let rest = match (snapshots, steps - first) {
                (1, 1) => 1,
                (1, _) => continue,
                (_, rest) => least(known, rest, snapshots - 1),
            };
            best = best.min(first + least(known, first, snapshots) + rest);
        }
        known[steps][snapshots] = best;
        best
    }

    /// The schedule is the best one for steps that are recorded one by one; recorded together, one in 42 can be spared.
    #[test]
    fn no_schedule_makes_far_fewer_steps() {
        let mut known = [[0; 8]; 70];
        for steps in 1..70 {
            for snapshots in 1..8 {
                let (made, least) = (made(steps, snapshots), least(&mut known, steps, snapshots));
                assert!(42 * made <= 43 * least, "{steps} steps, {snapshots} states");
            }
        }
    }

    #[test]
    fn a_million_steps() {
        // Two thousand states do what a root of the length does; with twenty, each step is made seven times.
        for (snapshots, runs) in [(2000, 2.0), (143, 3.6), (46, 4.9), (20, 7.1)] {
            assert!((made(1_000_000, snapshots) as f64) < runs * 1e6);
        }
    }

    #[test]
    fn blocks_are_all_steps() {
        for steps in 0..200 {
            for snapshots in 1..20 {
                let mut left = steps;
                let count = blocks(steps, snapshots);
                assert!(count <= snapshots);
                (0..count).for_each(|at| left -= block(left, snapshots - at));
                assert_eq!(left, 0);
            }
        }
    }
}

//! What is known of indices: how far they are from that of a loop, and the least that they can be.
//!
//! An index has one type on its way through sums and differences, so it is a `usize` throughout: what wraps around is out of
//! bounds, where the forward sweep has panicked.

use super::scopes::Touch;
use crate::ir::{Constant, Function, OpKind, ValueId, visit};
use crate::maps::HashMap;
use crate::rules::Rule;

#[derive(Default)]
pub(super) struct Integers {
    constants: HashMap<ValueId, i64>,
    /// Sums and differences of another integer and a constant.
    steps: HashMap<ValueId, (ValueId, i64)>,
    /// With what the indices of loops start; or end, where they run backwards.
    starts: HashMap<ValueId, ValueId>,
    /// Somewhere elements change their places: what is at one index may then be overwritten at another.
    moves: bool,
}

impl Integers {
    pub(super) fn of(function: &Function) -> Integers {
        let mut known = Integers::default();
        visit::walk(&function.body, &mut |op| match &op.kind {
            OpKind::Const { out, value: Constant::Int(n) } => {
                known.constants.extend(i64::try_from(*n).map(|n| (*out, n)));
            }
            OpKind::Rule { out, rule: rule @ (Rule::Add | Rule::Sub), args } => {
                let constant = |i: usize| known.constants.get(args.get(i)?).copied();
                let step = match (constant(0), constant(1), rule) {
                    (_, Some(n), Rule::Add) => Some((args[0], n)),
                    (_, Some(n), _) => n.checked_neg().map(|n| (args[0], n)),
                    (Some(n), None, Rule::Add) => Some((args[1], n)),
                    _ => None,
                };
                known.steps.extend(step.map(|step| (*out, step)));
            }
            OpKind::For(f) => {
                known.starts.insert(f.index, f.range.start);
            }
            OpKind::Swap { .. } | OpKind::Permute { .. } => known.moves = true,
            _ => {}
        });
        known
    }

    /// A value and a constant, whose sum it is.
    pub(super) fn step(&self, mut value: ValueId) -> (ValueId, i128) {
        let mut distance = 0;
        while let Some((before, step)) = self.steps.get(&value) {
            distance += i128::from(*step);
            value = *before;
        }
        (value, distance)
    }

    /// Whether the two never touch the same element: the index of one is a number that the other does not reach.
    pub(super) fn differ(&self, first: &Touch, second: &Touch) -> bool {
        let (Some(a), Some(b)) = (&first.indices, &second.indices) else { return false };
        if self.moves {
            return false;
        }
        let below = |a: ValueId, b: ValueId| matches!((self.exact(a), self.least(b)), (Some(a), Some(b)) if a < b);
        a.iter().zip(b).any(|(a, b)| below(*a, *b) || below(*b, *a))
    }

    fn exact(&self, value: ValueId) -> Option<i128> {
        let (value, distance) = self.step(value);
        self.constants.get(&value).map(|n| i128::from(*n) + distance)
    }

    fn least(&self, value: ValueId) -> Option<i128> {
        let (value, distance) = self.step(value);
        match self.starts.get(&value) {
            Some(start) => self.exact(*start).map(|start| start + distance),
            None => self.constants.get(&value).map(|n| i128::from(*n) + distance),
        }
    }
}

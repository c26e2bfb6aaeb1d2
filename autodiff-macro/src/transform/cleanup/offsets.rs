//! What is known of the indices in a loop: constants, what does not change, and how far an index is from the counter.

use crate::rules::Rule;
use crate::{
    ir::{Comparison, Constant, For, Function, Op, OpKind, Place, ValueId, Var, visit},
    maps::HashMap,
};

/// Integer constants in sight, and what branches have found out.
#[derive(Clone, Default)]
pub(super) struct Scope {
    pub(super) constants: HashMap<ValueId, i128>,
    /// The sides of `a < b`, by what it yields.
    comparisons: HashMap<ValueId, [ValueId; 2]>,
    /// Of which it is known that it holds.
    less: Vec<[ValueId; 2]>,
}

impl Scope {
    pub(super) fn note(&mut self, op: &Op) {
        if let OpKind::Const { out, value: Constant::Int(n) } = &op.kind {
            self.constants.insert(*out, *n);
        }
        if let OpKind::Compare { out, op: Comparison::Lt, args } = &op.kind {
            self.comparisons.insert(*out, *args);
        }
    }

    /// In the `n`th region of an operation.
    pub(super) fn within(&self, op: &Op, n: usize) -> Scope {
        let mut inner = self.clone();
        if let (OpKind::If { cond, .. }, 0) = (&op.kind, n) {
            inner.less.extend(self.comparisons.get(cond));
        }
        inner
    }

    pub(super) fn is_less(&self, a: ValueId, b: ValueId) -> bool {
        self.less.contains(&[a, b])
    }
}

/// `index + offset`: the values that are added and subtracted, and a constant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Offset {
    pub plus: Vec<ValueId>,
    pub minus: Vec<ValueId>,
    pub constant: i128,
    /// A carried integer that steps by one stands in the place of the index: its first value.
    pub counter: Option<ValueId>,
}

pub(super) struct Touched {
    pub op: usize,
    pub place: Place,
    pub writes: bool,
    pub offset: Option<Offset>,
}

pub(super) struct Analysis<'a> {
    pub(super) f: &'a For,
    pub(super) scope: &'a Scope,
    pub(super) function: &'a Function,
    /// Operations of the body by the value that they define.
    pub(super) inside: HashMap<ValueId, &'a Op>,
}

impl Analysis<'_> {
    pub(super) fn is_outside(&self, value: ValueId) -> bool {
        !self.inside.contains_key(&value)
            && value != self.f.index
            && !self.f.body.params.contains(&value)
            && !self.f.records.iter().any(|r| r.fields.contains(&Var::Value(value)))
    }

    /// Whether the value can be computed in front of the loop.
    fn is_invariant(&self, value: ValueId) -> bool {
        if self.is_outside(value) {
            return true;
        }
        self.inside.get(&value).is_some_and(|op| {
            let pure = match &op.kind {
                OpKind::Const { .. } => true,
                OpKind::Rule { out, .. } => self.function.value(*out).ty.is_int(),
                _ => false,
            };
            pure && visit::operands(op).uses.iter().all(|value| self.is_invariant(*value))
        })
    }

    pub(super) fn constant(&self, value: ValueId) -> Option<i128> {
        if let Some(n) = self.scope.constants.get(&value) {
            return Some(*n);
        }
        match self.inside.get(&value).map(|op| &op.kind) {
            Some(OpKind::Const { value: Constant::Int(n), .. }) => Some(*n),
            _ => None,
        }
    }

    /// The first value of what steps by one from iteration to iteration.
    fn counter(&self, value: ValueId) -> Option<ValueId> {
        if !self.f.range.adaptors.is_empty() {
            return None;
        }
        let i = self.f.body.params.iter().position(|param| *param == value)?;
        let Var::Value(next) = self.f.body.yields[i] else { return None };
        match &self.inside.get(&next)?.kind {
            OpKind::Rule { rule: Rule::Add, args, .. } => {
                let by = match args[..] {
                    [a, b] if a == value => b,
                    [a, b] if b == value => a,
                    _ => return None,
                };
                (self.constant(by) == Some(1)).then_some(self.f.inits[i])
            }
            _ => None,
        }
    }

    pub(super) fn offset(&self, value: ValueId) -> Option<Offset> {
        if value == self.f.index {
            return Some(Offset::default());
        }
        if let Some(first) = self.counter(value) {
            return Some(Offset { counter: Some(first), ..Offset::default() });
        }
        let OpKind::Rule { rule, args, .. } = &self.inside.get(&value)?.kind else { return None };
        let [a, b] = args[..] else { return None };
        match rule {
            Rule::Add => {
                let (linear, other) = if self.is_invariant(b) { (a, b) } else { (b, a) };
                let mut offset = self.offset(linear)?;
                if !self.is_invariant(other) {
                    return None;
                }
                match self.constant(other) {
                    Some(n) => offset.constant += n,
                    None => offset.plus.push(other),
                }
                Some(offset)
            }
            Rule::Sub if self.is_invariant(b) => {
                let mut offset = self.offset(a)?;
                match self.constant(b) {
                    Some(n) => offset.constant -= n,
                    None => offset.minus.push(b),
                }
                Some(offset)
            }
            _ => None,
        }
    }
}

//! Which values are written where they are used, rather than bound to a name.

use super::Plan;
use crate::rules::Rule;
use crate::{
    ir::{Constant, Function, MemoryId, Op, OpKind, Region, Type, ValueId, Var, visit},
    maps::HashMap,
};

/// Expressions do not grow beyond about so many characters.
pub(super) const WIDTH: usize = 88;

/// Where a value is read: the region, and the index of the operation (`ops.len()`: its yields).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Site {
    region: *const Region,
    at: usize,
    role: UseRole,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum UseRole {
    Operand,
    Yield,
    Exit,
}

/// What an expression depends on beside values, and how long it is.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    roots: Vec<MemoryId>,
    may_panic: bool,
    width: usize,
}

pub(super) struct Folding<'p, 'a> {
    pub function: &'a Function,
    pub plan: &'p mut Plan<'a>,
    pub sites: HashMap<ValueId, Site>,
    pub facts: HashMap<ValueId, Facts>,
    pub body: *const Region,
    pub barrier: usize,
}

impl<'a> Folding<'_, 'a> {
    fn read(&mut self, value: ValueId, site: Site) {
        *self.plan.counts.entry(value).or_default() += 1;
        self.sites.insert(value, site);
    }

    pub(super) fn count(&mut self, region: &'a Region, exit: Option<ValueId>, tail: &[Var]) {
        let outer: *const Region = region;
        for (at, op) in region.ops.iter().enumerate() {
            for value in self.plan.direct(self.function, op) {
                self.read(value, Site { region, at, role: UseRole::Operand });
            }
            if let OpKind::Select { cond, args, .. } = &op.kind
                && args.contains(cond)
            {
                // `if c { d } else { c }` is printed as `c && d`.
                *self.plan.counts.entry(*cond).or_default() -= 1;
            }
            let inner_exit = visit::exit(op);
            let nested = visit::regions(op);
            let last = nested.len().saturating_sub(1);
            for (i, region) in nested.into_iter().enumerate() {
                self.count(region, inner_exit.filter(|_| i == last), &[]);
                // `if c { d } else { c }` is printed as `c && d`.
                if let OpKind::If { cond, outs, .. } = &op.kind
                    && outs.len() == 1
                    && region.yields == [Var::Value(*cond)]
                    && region.ops.is_empty()
                    && self.function.value(*cond).ty == Type::Bool
                {
                    *self.plan.counts.entry(*cond).or_default() -= 1;
                    self.sites.insert(*cond, Site { region: outer, at, role: UseRole::Operand });
                }
            }
        }
        let at = region.ops.len();
        for var in region.yields.iter().chain(tail) {
            if let Var::Value(value) = var {
                self.read(*value, Site { region, at, role: UseRole::Yield });
            }
        }
        if let Some(exit) = exit {
            self.read(exit, Site { region, at, role: UseRole::Exit });
        }
    }

    pub(super) fn decide(&mut self, region: &'a Region) {
        for (at, op) in region.ops.iter().enumerate() {
            for nested in visit::regions(op) {
                self.decide(nested);
            }
            self.unborrow(op);
            self.limit_width(op);
            let Some(out) = self.expression(op) else { continue };
            let facts = self.facts_of(op);
            if self.may_fold(region, at, out, &facts) {
                self.plan.folded.insert(out);
            }
            self.facts.insert(out, facts);
        }
    }

    /// The result of an operation that can be written as an expression.
    fn expression(&self, op: &Op) -> Option<ValueId> {
        match &op.kind {
            OpKind::If { cond, then, otherwise, outs } => match outs[..] {
                [Var::Value(out)] if self.plan.logical(*cond, then, otherwise).is_some() => {
                    Some(out)
                }
                _ => None,
            },
            kind => kind.computed(),
        }
    }

    fn facts_of(&self, op: &Op) -> Facts {
        let mut facts = Facts { width: own_width(op), ..Facts::default() };
        match &op.kind {
            OpKind::Load { place, .. } => {
                facts.roots.push(self.function.root(place.memory));
                facts.may_panic = !place.path.is_empty();
            }
            OpKind::Len { place, .. } | OpKind::Matches { place, .. } => {
                facts.roots.push(self.function.root(place.memory));
            }
            OpKind::Opaque { .. } => facts.may_panic = true,
            OpKind::Rule { out, .. } => facts.may_panic = !self.function.value(*out).ty.is_float(),
            _ => {}
        }
        let operands = self.plan.direct(self.function, op).into_iter().chain(
            visit::regions(op)
                .into_iter()
                .flat_map(|region| &region.yields)
                .filter_map(|var| var.value()),
        );
        for value in operands {
            match self.facts.get(&value) {
                Some(of) if self.plan.is_folded(value) => {
                    facts.roots.extend(&of.roots);
                    facts.may_panic |= of.may_panic;
                    facts.width += of.width + 2;
                }
                _ => facts.width += self.leaf_width(value),
            }
        }
        facts
    }

    fn leaf_width(&self, value: ValueId) -> usize {
        match self.plan.constant(value) {
            Some(Constant::Tokens(tokens)) => tokens.to_string().len(),
            Some(_) => 3,
            None => self.function.value(value).name.as_ref().map_or(2, String::len),
        }
    }

    fn may_fold(&self, region: &Region, at: usize, out: ValueId, facts: &Facts) -> bool {
        if self.plan.count(out) != 1 || facts.width > WIDTH || self.is_constant(out) {
            return false;
        }
        // What is asked of a value before it moves.
        let definition = self.plan.definitions.get(&out).map(|op| &op.kind);
        if matches!(definition, Some(OpKind::Cast { ty: Type::Unknown, .. })) {
            return false;
        }
        let Some(site) = self.sites.get(&out) else { return false };
        if !std::ptr::eq(site.region, region) {
            return false;
        }
        let named = self.function.value(out).name.is_some();
        if named && site.role == UseRole::Operand && !is_generated(self.function, out) {
            return false;
        }
        if std::ptr::eq(region, self.body) && at < self.barrier && site.at >= self.barrier {
            return false;
        }
        let between = &region.ops[(at + 1).min(site.at)..site.at];
        // The operation that reads it evaluates it before its own regions run; what it writes itself comes after.
        !between.iter().any(|op| self.conflicts(op, facts))
    }

    /// Made of literals only: nothing would tell the compiler its type.
    fn is_constant(&self, value: ValueId) -> bool {
        self.plan.definitions.get(&value).is_some_and(|op| {
            let operands = visit::operands(op);
            let negated = matches!(op.kind, OpKind::Rule { rule: Rule::Neg, .. });
            !negated
                && operands.places.is_empty()
                && !operands.uses.is_empty()
                && operands.uses.iter().all(|value| self.plan.constant(*value).is_some())
        })
    }

    fn conflicts(&self, op: &Op, facts: &Facts) -> bool {
        // A view with a name that is written borrows from where it stands.
        if let OpKind::View { memory, .. } = &op.kind
            && !self.plan.is_inline(*memory)
            && self.plan.written.contains(memory)
            && facts.roots.contains(&self.function.root(*memory))
        {
            return true;
        }
        if !facts.roots.is_empty()
            && visit::writes(op)
                .into_iter()
                .any(|memory| facts.roots.contains(&self.function.root(memory)))
        {
            return true;
        }
        let visible = matches!(
            op.kind,
            OpKind::Effect { .. }
                | OpKind::Call { .. }
                | OpKind::CallForward { .. }
                | OpKind::CallReverse { .. }
                | OpKind::CallSweep { .. }
                | OpKind::CallSlopes { .. }
                | OpKind::CallTangent { .. }
                | OpKind::For(_)
                | OpKind::While(_)
                | OpKind::Sort(_)
                | OpKind::If { .. }
        );
        facts.may_panic && visible && !self.is_folded_if(op)
    }

    fn is_folded_if(&self, op: &Op) -> bool {
        matches!(&op.kind, OpKind::If { outs, .. } if matches!(outs[..], [Var::Value(out)] if self.plan.is_folded(out)))
    }

    /// `&mut part[..part.len()]` borrows twice: bounds that look at what a mutable view is of are bound before it.
    fn unborrow(&mut self, op: &Op) {
        let OpKind::View { memory, of } = &op.kind else { return };
        if !self.function.memory(*memory).mutable {
            return;
        }
        let root = self.function.root(of.memory);
        for value in self.plan.direct(self.function, op) {
            if self.facts.get(&value).is_some_and(|facts| facts.roots.contains(&root)) {
                self.plan.folded.remove(&value);
            }
        }
    }

    /// Binds the longest operands of an operation that would not fit on a line.
    fn limit_width(&mut self, op: &Op) {
        let mut operands: Vec<_> = self
            .plan
            .direct(self.function, op)
            .into_iter()
            .filter(|value| self.plan.is_folded(*value))
            .map(|value| (self.facts.get(&value).map_or(0, |facts| facts.width), value))
            .collect();
        operands.sort();
        let mut width = own_width(op) + operands.iter().map(|(width, _)| width + 2).sum::<usize>();
        while width > WIDTH + 12
            && let Some((longest, value)) = operands.pop()
        {
            self.plan.folded.remove(&value);
            width -= longest;
        }
    }
}

/// Names that a transform made up need not be seen.
pub(super) fn is_generated(function: &Function, value: ValueId) -> bool {
    function.value(value).name.as_deref().is_none_or(|name| name.starts_with("d_"))
}

/// The characters of an operation without its operands, roughly.
pub(super) fn own_width(op: &Op) -> usize {
    match &op.kind {
        OpKind::Rule { .. } => 3,
        OpKind::Compare { .. } => 4,
        OpKind::Not { .. } => 1,
        OpKind::Given { .. } => 0,
        OpKind::Cast { .. } => 7,
        OpKind::Opaque { .. } => 12,
        OpKind::Select { .. } => 20,
        OpKind::Len { .. } => 8,
        OpKind::Load { .. } => 4,
        OpKind::Store { .. } | OpKind::Accumulate { .. } => 8,
        OpKind::If { .. } => 4,
        _ => 16,
    }
}

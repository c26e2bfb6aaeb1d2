//! Integers that a reversed loop carries along instead of reading them from a record, and loops whose reverse may run forwards.
//!
//! **Order.** The reversed iterations of a loop may run in the order of the forward sweep if they *commute*. They do if
//! - what active the loop carries are sums (their adjoints stay what they are), and nothing is recorded in the loop or in one nested in it;
//! - no iteration undoes what it wrote to memory from outside;
//! - to active memory from outside that the body writes, it only adds (then its adjoint is only read); or each
//!   iteration touches an element of its own (at the index, or at one number that is a constant distance from it); or it is private to the loop and not touched after it (then its adjoint is zero
//!   between iterations).
//!
//! To all other adjoints the iterations add, and additions commute. Run forwards, the loop computes the integers that it carries
//! as the forward sweep did, and its inner loops go through memory upwards.
//!
//! **Counters.** Run backwards, an integer whose step is a constant of the loop is found from its final value by undoing the steps:
//! `p + c - c` is `p`, also where it wraps.

use super::{Point, RegionId, Sweep, Touch, fuse};
use crate::analysis::private::Private;
use crate::ir::{
    For, OpKind, Origin, Region, ValueId, Var,
    visit::{self, Access},
};
use crate::rules::Rule;

/// An integer carried by a loop: its position there.
#[derive(Clone, Copy)]
pub(super) struct Counter {
    pub at: usize,
    pub step: Stepping,
}

#[derive(Clone, Copy)]
pub(super) enum Stepping {
    /// `next = before + by`, or minus.
    By { rule: Rule, by: ValueId },
    /// Its next value is what an inner loop makes of it.
    Inner,
}

impl<'a> Sweep<'a> {
    /// Whether the reversed iterations of the loop may run in any order.
    pub(super) fn commutes(&self, point: Point, f: &For) -> bool {
        let body = self.scopes.nested(point, 0);
        if !self.settings.reorder
            || f.exit.is_some()
            || self.before.taped.iter().any(|region| self.scopes.within(*region, body))
        {
            return false;
        }
        let sums = (0..f.outs.len()).all(|i| {
            let active = self.activity.value(f.outs[i]) || self.activity.value(f.body.params[i]);
            !active
                || matches!(f.body.yields[i], Var::Value(next) if fuse::is_sum(&f.body, f.body.params[i], next))
        });
        sums && self.writes_commute(point, f, body, body)
    }

    /// Whether what the operations in the region write allows for any order of the iterations of the loop.
    fn writes_commute(&self, of: Point, f: &For, body: RegionId, region: RegionId) -> bool {
        self.scopes.region(region).ops.iter().enumerate().all(|(pos, op)| {
            let point = Point { region, pos };
            let own = visit::operands(op).places.iter().all(|(place, access)| {
                if !matches!(access, Access::Write | Access::Add | Access::ReadWrite | Access::Move)
                {
                    return true;
                }
                let storage = self.storage.of(place.memory);
                let root = self.primal.root(place.memory);
                let local = [storage, root].iter().any(|memory| {
                    self.site(Var::Memory(*memory))
                        .is_some_and(|site| self.scopes.within(site.region, body))
                });
                if local {
                    return true;
                }
                *access != Access::Move
                    && !self.must_restore(op, point)
                    && (!self.activity.memory(storage)
                        || self.only_adds(&f.body, storage)
                        || self.own_elements(&f.body, body, storage, f.index)
                        || self.is_scratch(of, &f.body, storage))
            });
            own && (0..visit::regions(op).len())
                .all(|n| self.writes_commute(of, f, body, self.scopes.nested(point, n)))
        })
    }

    fn only_adds(&self, region: &Region, storage: crate::ir::MemoryId) -> bool {
        self.accesses(region, storage, |_, access| matches!(access, Access::Add | Access::Shape))
    }

    /// Whether every access stands at the loop's index, at one position of the path, or at one number that is the index and what
    /// does not change in the loop: another one in each iteration.
    fn own_elements(
        &self,
        region: &Region,
        body: RegionId,
        storage: crate::ir::MemoryId,
        index: ValueId,
    ) -> bool {
        (0..4).any(|at| {
            let moves = std::cell::Cell::new(None);
            self.accesses(region, storage, |touch, access| {
                let one = |found: &ValueId| {
                    let first = moves.replace(Some(*found)).unwrap_or(*found);
                    first == *found && self.moves_with(*found, index, body)
                };
                access == Access::Shape
                    || touch.indices.as_ref().and_then(|path| path.get(at)).is_some_and(one)
            })
        })
    }

    /// Whether the integer is the index of the loop with this body, plus or minus what does not change in it.
    fn moves_with(&self, value: ValueId, index: ValueId, body: RegionId) -> bool {
        if value == index {
            return true;
        }
        let Some(op) = self.integer_within(value, body) else { return false };
        match &op.kind {
            OpKind::Rule { rule: Rule::Add, args, .. } => {
                let moves = |a: usize, b: usize| {
                    self.moves_with(args[a], index, body) && self.stays(args[b], index, body)
                };
                moves(0, 1) || moves(1, 0)
            }
            OpKind::Rule { rule: Rule::Sub, args, .. } => {
                self.moves_with(args[0], index, body) && self.stays(args[1], index, body)
            }
            _ => false,
        }
    }

    /// Whether the integer is the same in all iterations.
    fn stays(&self, value: ValueId, index: ValueId, body: RegionId) -> bool {
        let outside = self
            .scopes
            .value_site(value)
            .is_some_and(|site| !self.scopes.within(site.region, body));
        if value == index || outside {
            return value != index;
        }
        let Some(op) = self.integer_within(value, body) else { return false };
        visit::operands(op).uses.iter().all(|arg| self.stays(*arg, index, body))
    }

    /// The operation in the body of a loop that computes this integer from integers.
    fn integer_within(&self, value: ValueId, body: RegionId) -> Option<&'a crate::ir::Op> {
        let site = self.scopes.value_site(value)?;
        let op = self.scopes.op(Point { region: site.region, pos: site.pos? });
        let pure = matches!(op.kind, OpKind::Const { .. } | OpKind::Rule { .. });
        let inside = self.scopes.within(site.region, body);
        (pure && inside && self.primal.value(value).ty.is_int()).then_some(op)
    }

    fn accesses(
        &self,
        region: &Region,
        storage: crate::ir::MemoryId,
        holds: impl Fn(&Touch, Access) -> bool,
    ) -> bool {
        let mut all = true;
        let nowhere = Point { region: super::TOP, pos: 0 };
        visit::walk(region, &mut |op| {
            for (place, access) in visit::operands(op).places {
                if self.storage.of(place.memory) == storage {
                    let touch = Touch::new(self.primal, &self.storage, &place, nowhere);
                    all &= holds(&touch, access);
                }
            }
        });
        all
    }

    fn is_scratch(&self, of: Point, region: &Region, storage: crate::ir::MemoryId) -> bool {
        let root = self.primal.root(storage);
        let private = Private::new(self.primal, &self.storage);
        let Some(site) = self.site(Var::Memory(storage)) else { return false };
        !matches!(self.primal.memory(root).origin, Origin::Param(_))
            && private.is_private(region, storage)
            && !self.scopes.replaced(&self.storage, storage)
            && !self.follows(of, storage, site.region, |op| private.touches(op, storage))
            && !self.is_output(storage)
    }

    /// The integers that the loop carries and that its body asks for, computed anew from their first values.
    pub(super) fn integers(&self, f: &For) -> Vec<usize> {
        (0..f.outs.len())
            .filter(|i| {
                self.primal.value(f.body.params[*i]).ty.is_int()
                    && is_looked_at(&f.body, f.body.params[*i])
            })
            .collect()
    }

    /// The integers of a loop that its reverse finds by undoing their steps.
    pub(super) fn counters(&self, body: RegionId, region: &Region) -> Vec<Counter> {
        if !self.settings.reorder {
            return Vec::new();
        }
        (0..region.params.len())
            .filter(|at| is_looked_at(region, region.params[*at]))
            .filter_map(|at| {
                let Var::Value(next) = region.yields[at] else { return None };
                let step = self.stepping(body, region.params[at], next)?;
                Some(Counter { at, step })
            })
            .collect()
    }

    fn stepping(&self, body: RegionId, param: ValueId, next: ValueId) -> Option<Stepping> {
        if !self.primal.value(param).ty.is_int() {
            return None;
        }
        let site = self.scopes.value_site(next)?;
        if site.region != body {
            return None;
        }
        let point = Point { region: body, pos: site.pos? };
        let op = self.scopes.op(point);
        match &op.kind {
            OpKind::Rule { rule: rule @ (Rule::Add | Rule::Sub), args, .. } => {
                let by = match (rule, &args[..]) {
                    (_, [a, by]) if *a == param && *by != param => *by,
                    (Rule::Add, [by, a]) if *a == param && *by != param => *by,
                    _ => return None,
                };
                let site = self.scopes.value_site(by)?;
                let constant = match site.pos {
                    Some(pos) => matches!(
                        self.scopes.op(Point { region: site.region, pos }).kind,
                        OpKind::Const { .. }
                    ),
                    None => false,
                };
                let outside = !self.scopes.within(site.region, body);
                (constant || outside).then_some(Stepping::By { rule: *rule, by })
            }
            OpKind::For(f) if self.needs_reverse(op, point) => {
                let k = f.outs.iter().position(|out| *out == next)?;
                let inner = self.scopes.nested(point, 0);
                let alone = f.inits[k] == param;
                let Var::Value(inner_next) = f.body.yields[k] else { return None };
                (alone && self.stepping(inner, f.body.params[k], inner_next).is_some())
                    .then_some(Stepping::Inner)
            }
            OpKind::While(w) if self.needs_reverse(op, point) => {
                let k = w.outs.iter().position(|out| *out == next)?;
                let inner = self.scopes.nested(point, 1);
                let alone = w.inits[k] == param;
                let Var::Value(inner_next) = w.body.yields[k] else { return None };
                (alone && self.stepping(inner, w.body.params[k], inner_next).is_some())
                    .then_some(Stepping::Inner)
            }
            _ => None,
        }
    }
}

/// Whether anything but its own step reads what a loop carries.
fn is_looked_at(region: &Region, param: ValueId) -> bool {
    let mut users = region.ops.iter().filter(|op| fuse::uses_of(op, param) != 0);
    match (users.next(), users.next()) {
        (None, _) => false,
        (Some(op), None) => !matches!(op.kind, OpKind::Rule { .. }),
        _ => true,
    }
}

//! Both sweeps of an iteration at once.
//!
//! Where the seed is known before the forward sweep begins, a loop whose iterations only add to sums need not be run to
//! its end before it is reversed: each iteration is reversed as soon as it has been run. Then all that it computed is
//! still there, and nothing of it is kept.
//!
//! **Condition.** The loop stands at the top level, or in the body of a loop that is fused itself, and
//! 1. whatever active it carries is a *sum*: its next value is the one before plus (or minus) something that does not read
//!    it, through branches and inner loops too. The derivative of the result with respect to a sum is the same before
//!    and after each iteration;
//! 2. this derivative can be computed in front of the loop: it is made of the seed, constants, and primal
//!    values that are there;
//! 3. what it writes was made in the iteration, or is scratch memory: separate for each iteration ([`crate::analysis::private`]) and
//!    not touched after it;
//! 4. active memory that it reads is not written after it.
//!
//! **Proof.** The reverse sweep runs the reversed iterations, last first, after the reverse of what follows the loop.
//! By 1 and 2 a reversed iteration reads of what comes before it in that order: the adjoints of the sums, which are there; adjoint
//! memory of what the loop writes, which by 3 is zero before and after each reversed iteration, for what follows does not touch it and
//! the first thing that an iteration does is overwrite it, whose reverse clears it (a part that no iteration writes is like what it
//! only reads); and nothing else, for to adjoint memory of
//! what it only reads, and to the adjoints of scalars from outside, it adds. Additions commute (adjoint sums may be
//! reassociated), and by 4 nothing that follows the loop reads these adjoints in its reverse. So the reversed iterations may run in
//! any order, and at any time between their forward iteration and the reverse of what precedes the loop. Run right after its
//! forward iteration, each finds the primal values of the iteration in scope. What it undoes in memory is, by 3, overwritten
//! by the next iteration before it is read.

use super::{Frame, Point, RegionId, Sweep, TOP, loops::Carried};
use crate::ir::{
    Init, MemoryId, Op, OpKind, Origin, Passing, Region, Type, ValueId, Var,
    visit::{self, Access},
};
use crate::rules::Rule;
use crate::{analysis::private::Private, maps::HashMap};

/// What a fused loop gains.
#[derive(Default)]
pub(super) struct Fused {
    /// The reverse of an iteration, at the end of the body.
    ops: Vec<Op>,
    /// Sums of adjoints of values from outside.
    sums: Vec<Sum>,
}

struct Sum {
    init: ValueId,
    param: ValueId,
    next: ValueId,
    out: ValueId,
}

impl<'a> Sweep<'a> {
    /// Whether all that the frame at this level will still do in the forward sweep comes after what is being built: the
    /// frame above it is that of a fused loop.
    pub(super) fn runs_early(&self, level: usize) -> bool {
        self.frames.get(level + 1).is_some_and(|frame| self.fused.contains_key(&frame.region))
    }

    /// Fuses the loop if it can be.
    pub(super) fn fuse_loop(&mut self, point: Point, carried: Carried<'a>) -> bool {
        let live = point.region == TOP || self.fused.contains_key(&point.region);
        if !self.fuse || !live || !self.memory_allows(point, carried.body, carried.region) {
            return false;
        }
        let Carried { body, region, inits, outs } = carried;
        let mut sums = Vec::new();
        for i in 0..outs.len() {
            if !self.activity.value(outs[i]) && !self.activity.value(region.params[i]) {
                continue;
            }
            let Var::Value(next) = region.yields[i] else { return false };
            if !is_sum(region, region.params[i], next) || self.tested(point, i) {
                return false;
            }
            if let Some(adjoint) = self.adjoint(outs[i]) {
                if !self.is_early(adjoint, point) {
                    return false;
                }
                sums.push((next, inits[i], adjoint));
            }
        }

        let span = self.span;
        let mut early = HashMap::default();
        let mut frame = Frame::new(body, region.ops.len());
        let mut gained = Vec::new();
        for capture in self.active_captures(body) {
            let ty = self.primal.value(capture).ty.clone();
            let [init, param, out] = [0; 3].map(|_| self.adjoint_value(capture));
            let zero = OpKind::Const { out: init, value: crate::ir::Constant::Float(0.0, None) };
            self.function.values[init.index()].ty = ty;
            self.inserted.entry(point).or_default().push(Op { kind: zero, span });
            frame.adjoints.insert(capture, param);
            self.early.insert(param);
            gained.push((capture, init, param, out));
        }
        let known: Vec<(ValueId, ValueId)> = sums
            .iter()
            .map(|(next, _, adjoint)| (*next, self.early(*adjoint, point, &mut early)))
            .collect();
        self.frames.push(frame);
        self.fused.insert(body, Fused::default());
        for (next, adjoint) in known {
            self.add_adjoint(next, adjoint);
        }
        self.region(body);
        self.span = span;
        let frame = self.frames.pop().expect("pushed above");
        let mut fused = Fused { ops: frame.ops, sums: Vec::new() };
        for (capture, init, param, out) in gained {
            let next = frame.adjoints[&capture];
            fused.sums.push(Sum { init, param, next, out });
            self.add_adjoint(capture, out);
        }
        self.fused.insert(body, fused);
        for (_, init, adjoint) in sums {
            self.add_adjoint(init, adjoint);
        }
        true
    }

    /// Puts the reverse of an iteration behind it; returns the types of what the loop carries more.
    pub(super) fn weave_fused(
        &mut self,
        body: RegionId,
        inits: &mut Vec<ValueId>,
        region: &mut Region,
        outs: &mut Vec<ValueId>,
    ) -> Vec<Type> {
        let Some(fused) = self.fused.get_mut(&body) else { return Vec::new() };
        region.ops.append(&mut fused.ops);
        for Sum { init, param, next, out } in &fused.sums {
            inits.push(*init);
            region.params.push(*param);
            region.yields.push(Var::Value(*next));
            outs.push(*out);
        }
        fused.sums.iter().map(|sum| self.function.value(sum.param).ty.clone()).collect()
    }

    /// Conditions 3 and 4.
    fn memory_allows(&self, point: Point, body: RegionId, region: &Region) -> bool {
        let private = Private::new(self.primal, &self.storage);
        let mut allowed = true;
        visit::walk(region, &mut |op| {
            for (place, access) in visit::operands(op).places {
                let of = self.storage.of(place.memory);
                let root = self.primal.root(place.memory);
                let Some(site) = self.site(Var::Memory(of)).or(self.site(Var::Memory(root))) else {
                    continue;
                };
                if self.scopes.within(site.region, body) {
                    continue;
                }
                match access {
                    Access::Shape => {}
                    Access::Read => {
                        allowed &= !self.activity.memory(of)
                            || !self.follows(point, of, site.region, |op| {
                                visit::writes(op).iter().any(|m| self.storage.of(*m) == of)
                            });
                    }
                    Access::Write | Access::Add | Access::ReadWrite | Access::Move => {
                        allowed &= !matches!(self.primal.memory(root).origin, Origin::Param(_))
                            && private.is_separate(region, of)
                            && !self.follows(point, of, site.region, |op| private.touches(op, of))
                            && !self.is_output(of);
                    }
                }
                allowed &= !self.scopes.replaced(&self.storage, of);
            }
        });
        allowed
    }

    /// Whether anything of the kind comes after the loop in the life of the storage, or it is given on.
    pub(super) fn follows(
        &self,
        point: Point,
        of: MemoryId,
        scope: RegionId,
        found: impl Fn(&Op) -> bool,
    ) -> bool {
        let mut at = point;
        loop {
            let region = self.scopes.region(at.region);
            if region.ops[at.pos + 1..].iter().any(&found) {
                return true;
            }
            let given =
                |var: &Var| matches!(var, Var::Memory(memory) if self.storage.of(*memory) == of);
            if region.yields.iter().any(given) {
                return true;
            }
            if at.region == scope {
                return false;
            }
            match self.scopes.parent(at.region) {
                Some(parent) => at = parent,
                None => return false,
            }
        }
    }

    pub(super) fn is_output(&self, of: MemoryId) -> bool {
        self.primal
            .outputs
            .iter()
            .flat_map(|output| visit::shape_vars(&output.shape))
            .any(|var| matches!(var, Var::Memory(memory) if self.storage.of(memory) == of))
    }

    /// Whether a `while` loop's condition looks at what it carries at this position.
    fn tested(&self, point: Point, i: usize) -> bool {
        match &self.scopes.op(point).kind {
            OpKind::While(w) => uses_in(&w.cond, w.cond.params[i]) != 0,
            _ => false,
        }
    }

    /// Whether a value of the reverse sweep can be computed before the operation at the point.
    fn is_early(&self, value: ValueId, point: Point) -> bool {
        if let Some(op) = self.late_definition(value, point) {
            return scalar_operation(op, |place| {
                let root = self.primal.root(place);
                match self.primal.memory(root).origin {
                    Origin::Param(i) => self.primal.params[i].passing == Passing::Shared,
                    _ => false,
                }
            }) && visit::operands(op).uses.iter().all(|value| self.is_early(*value, point));
        }
        match self.site(Var::Value(value)) {
            Some(site) => site.pos.is_none_or(|pos| {
                let level = self.level(site.region);
                self.frames[level].region == site.region && pos < self.frames[level].pos
            }),
            // The seed, or what has been computed in front of the loop around.
            None => {
                let seed = self.function.params[self.primal.params.len()..]
                    .iter()
                    .any(|param| visit::shape_vars(&param.shape).contains(&Var::Value(value)));
                seed || self.early.contains(&value)
            }
        }
    }

    /// The operation that defines the value after the point: in the reverse sweep built so far, or in the primal.
    fn late_definition(&self, value: ValueId, point: Point) -> Option<&Op> {
        let defines = |op: &&Op| visit::operands(op).defines.contains(&Var::Value(value));
        let frame = self.frames.last()?;
        if let Some(op) = frame.ops.iter().find(defines) {
            return Some(op);
        }
        let site = self.scopes.value_site(value)?;
        let late = site.region == point.region && site.pos.is_some_and(|pos| pos > point.pos);
        late.then(|| self.scopes.op(Point { region: site.region, pos: site.pos.unwrap_or(0) }))
    }

    /// Computes the value before the operation at the point, unless it is there.
    fn early(
        &mut self,
        value: ValueId,
        point: Point,
        done: &mut HashMap<ValueId, ValueId>,
    ) -> ValueId {
        if let Some(early) = done.get(&value) {
            return *early;
        }
        let Some(mut op) = self.late_definition(value, point).cloned() else { return value };
        for operand in visit::operands(&op).uses {
            self.early(operand, point, done);
        }
        let info = self.function.value(value).clone();
        let out = self.function.new_value(info.ty, info.name, info.span);
        visit::map_op_uses(&mut op, &mut |operand| done.get(&operand).copied().unwrap_or(operand));
        visit::set_scalar_result(&mut op, out);
        self.inserted.entry(point).or_default().push(op);
        done.insert(value, out);
        self.early.insert(out);
        out
    }

    /// Sees to it that an adjoint memory that the frame at this level allocates is there before the loop being fused.
    pub(super) fn make_early(&mut self, level: usize, adjoint: MemoryId) {
        if !self.runs_early(level) {
            return;
        }
        let point = Point { region: self.frames[level].region, pos: self.frames[level].pos };
        let is_alloc =
            |op: &Op| matches!(&op.kind, OpKind::Alloc { memory, .. } if *memory == adjoint);
        let frame = &mut self.frames[level];
        let mut found = frame.ops.iter().position(is_alloc).map(|at| frame.ops.remove(at));
        if found.is_none() {
            // Put in front of a later loop, when that was fused.
            for (at, ops) in &mut self.inserted {
                if at.region == point.region
                    && at.pos > point.pos
                    && let Some(i) = ops.iter().position(is_alloc)
                {
                    found = Some(ops.remove(i));
                    break;
                }
            }
        }
        let Some(mut op) = found else { return };
        if let OpKind::Alloc { init: Init::Repeat { value, .. }, .. } = &mut op.kind {
            let ty = self.function.value(*value).ty.clone();
            *value = self.in_frame(level, |sweep| sweep.zero(ty));
        }
        self.inserted.entry(point).or_default().push(op);
    }
}

/// Whether the value at the end of the region is the one at its beginning plus what does not depend on it.
pub(in crate::transform) fn is_sum(region: &Region, from: ValueId, to: ValueId) -> bool {
    let mut current = from;
    loop {
        let mut users = region.ops.iter().filter(|op| uses_of(op, current) != 0);
        let yielded = region.yields.iter().filter(|var| **var == Var::Value(current)).count();
        let Some(op) = users.next() else { return current == to && yielded == 1 };
        if users.next().is_some() || yielded != 0 {
            return false;
        }
        let is_current = |value: &&ValueId| **value == current;
        current = match &op.kind {
            OpKind::Rule { out, rule: Rule::Add, args }
                if args.iter().filter(is_current).count() == 1 =>
            {
                *out
            }
            OpKind::Rule { out, rule: Rule::Sub, args }
                if args[0] == current && args[1] != current =>
            {
                *out
            }
            OpKind::Rule { out, rule: Rule::MulAdd, args }
                if args[2] == current && args.iter().filter(is_current).count() == 1 =>
            {
                *out
            }
            OpKind::For(f) if uses_in(&f.body, current) == 0 && f.exit != Some(current) => {
                match carried_sum(current, &f.inits, &f.body, f.exit) {
                    Some(i) => f.outs[i],
                    None => return false,
                }
            }
            OpKind::While(w)
                if uses_in(&w.body, current) + uses_in(&w.cond, current) == 0
                    && w.exit != Some(current) =>
            {
                match carried_sum(current, &w.inits, &w.body, w.exit) {
                    Some(i) if uses_in(&w.cond, w.cond.params[i]) == 0 => w.outs[i],
                    _ => return false,
                }
            }
            OpKind::If { cond, then, otherwise, outs } if *cond != current => {
                let through = outs.iter().enumerate().find_map(|(i, out)| {
                    let arm = |region: &Region| match region.yields[i] {
                        Var::Value(next) => is_sum(region, current, next),
                        Var::Memory(_) => false,
                    };
                    match out {
                        Var::Value(out) if arm(then) && arm(otherwise) => Some(*out),
                        _ => None,
                    }
                });
                match through {
                    Some(out) => out,
                    None => return false,
                }
            }
            _ => return false,
        };
    }
}

fn carried_sum(
    current: ValueId,
    inits: &[ValueId],
    body: &Region,
    exit: Option<ValueId>,
) -> Option<usize> {
    let mut at = inits.iter().enumerate().filter(|(_, init)| **init == current);
    let (i, _) = at.next()?;
    let Var::Value(next) = body.yields[i] else { return None };
    let alone = at.next().is_none() && exit != Some(body.params[i]) && exit != Some(next);
    (alone && is_sum(body, body.params[i], next)).then_some(i)
}

/// How often the operation, or what is nested in it, reads the value.
pub(super) fn uses_of(op: &Op, value: ValueId) -> usize {
    let own = visit::operands(op).uses.iter().filter(|used| **used == value).count();
    let exit = usize::from(visit::exit(op) == Some(value));
    own + exit + visit::regions(op).into_iter().map(|region| uses_in(region, value)).sum::<usize>()
}

fn uses_in(region: &Region, value: ValueId) -> usize {
    region.ops.iter().map(|op| uses_of(op, value)).sum::<usize>()
        + region.yields.iter().filter(|var| **var == Var::Value(value)).count()
}

/// A pure operation on scalars, or the length of something unchanging.
fn scalar_operation(op: &Op, unchanging: impl Fn(MemoryId) -> bool) -> bool {
    match &op.kind {
        OpKind::Const { .. }
        | OpKind::Rule { .. }
        | OpKind::Compare { .. }
        | OpKind::Not { .. }
        | OpKind::Cast { .. }
        | OpKind::Select { .. } => true,
        OpKind::Len { place, .. } => place.path.is_empty() && unchanging(place.memory),
        _ => false,
    }
}

//! Primal values and memory in the reverse sweep: still there, recomputed, or saved.

use super::{ArmResult, Point, Sweep, TOP, Touch};
use crate::ir::{
    Form, Init, MemoryId, MemoryInfo, OpKind, Origin, Passing, Place, Step, Type, ValueId, Var,
    visit,
};
use crate::rules;
use crate::transform::reverse::scopes::{RegionKind, Site};

/// The most that a recomputation may cost, in additions: about what a save and its reload cost.
const RECOMPUTE_LIMIT: u32 = 16;

/// An operation that costs more than this (a function of `libm`) is never evaluated again.
const DEAR: u32 = 6;

/// Outside of loops a value is kept in a local, at no cost: nor is a division or a square root evaluated again.
const DEAR_ONCE: u32 = 2;

impl Sweep<'_> {
    pub(super) fn site(&self, var: Var) -> Option<Site> {
        self.gained.get(&var).copied().or_else(|| self.scopes.site(var))
    }

    /// A primal value at the point that is being reversed.
    pub(super) fn primal_value(&mut self, value: ValueId) -> ValueId {
        if let Some(known) = self.known_value(value) {
            return known;
        }
        let level = self.level_of(Var::Value(value));
        if let Some(same) = self.same_value(value) {
            return self.primal_value(same);
        }
        let computed = self.scopes.value_site(value).is_some_and(|site| site.pos.is_some());
        if computed
            && self
                .recomputation_cost(value, level)
                .is_some_and(|cost| cost <= RECOMPUTE_LIMIT || self.tape_free(level))
        {
            return self.recompute(value, level);
        }
        self.save_value(value, level)
    }

    /// The value that this one is, but for its derivative.
    fn same_value(&self, value: ValueId) -> Option<ValueId> {
        let site = self.scopes.value_site(value)?;
        match &self.scopes.op(Point { region: site.region, pos: site.pos? }).kind {
            OpKind::Given { value, .. } => Some(*value),
            _ => None,
        }
    }

    /// Whether the innermost loop at this level has had no need of a tape so far, and the tape would be on the heap. Then whatever can
    /// be computed again is: an iteration that only adds to accumulators keeps nothing.
    fn tape_free(&self, level: usize) -> bool {
        let mut region = self.frames[level].region;
        loop {
            if self.scopes.kind(region) == RegionKind::Loop {
                let float = Type::Float(crate::ir::Float::F64);
                return self.settings.recompute
                    && !self.before.taped.contains(&region)
                    && self.tape_storage(region, &[float]) == crate::ir::Storage::Heap;
            }
            match self.scopes.parent(region) {
                Some(point) => region = point.region,
                None => return false,
            }
        }
    }

    fn is_in_loop(&self, level: usize) -> bool {
        let mut region = self.frames[level].region;
        loop {
            if self.scopes.kind(region) == RegionKind::Loop {
                return true;
            }
            match self.scopes.parent(region) {
                Some(point) => region = point.region,
                None => return false,
            }
        }
    }

    /// As [`Self::primal_value`], without recomputation.
    pub(super) fn saved_value(&mut self, value: ValueId) -> ValueId {
        if let Some(known) = self.known_value(value) {
            return known;
        }
        self.save_value(value, self.level_of(Var::Value(value)))
    }

    /// What is in scope under some name.
    pub(super) fn known_value(&self, value: ValueId) -> Option<ValueId> {
        let found = self.frames.iter().rev().find_map(|frame| frame.values.get(&value).copied());
        found.or_else(|| {
            let live = self
                .site(Var::Value(value))
                .is_none_or(|site| site.region == TOP || self.fused.contains_key(&site.region));
            live.then_some(value)
        })
    }

    pub(super) fn primal_path(&mut self, path: &[Step]) -> Vec<Step> {
        path.iter()
            .map(|step| match step {
                Step::Index(index) => Step::Index(self.primal_value(*index)),
                Step::Range { start, end, inclusive } => Step::Range {
                    start: start.map(|start| self.primal_value(start)),
                    end: end.map(|end| self.primal_value(end)),
                    inclusive: *inclusive,
                },
                step @ (Step::Field(_) | Step::Member(_) | Step::Deref | Step::Payload { .. }) => {
                    step.clone()
                }
            })
            .collect()
    }

    pub(super) fn primal_place(&mut self, place: &Place) -> Place {
        let memory = self.primal_memory(place.memory);
        Place { memory, path: self.primal_path(&place.path) }
    }

    /// What it costs to compute the value again in the frame at `level`; `None` if that is not possible there.
    fn recomputation_cost(&self, value: ValueId, level: usize) -> Option<u32> {
        if self.known_value(value).is_some() {
            return Some(0);
        }
        if let Some(same) = self.same_value(value) {
            return self.recomputation_cost(same, level);
        }
        let site = self.scopes.value_site(value)?;
        if self.settings.recompute && site.pos.is_none() && self.before.saved.contains(&value) {
            // What a loop carries, and something else needs saved.
            return Some(0);
        }
        let point = Point { region: site.region, pos: site.pos? };
        let op = self.scopes.op(point);
        if let OpKind::Const { .. } = op.kind {
            return Some(0);
        }
        // The index of a matrix is put together anew, of integers that are saved if need be.
        if let OpKind::Opaque { form: Form::Tuple | Form::Array, .. } = op.kind {
            return Some(0);
        }
        if !self.settings.recompute {
            return None;
        }
        let own = match &op.kind {
            OpKind::Rule { rule, out, .. } => {
                if self.primal.value(*out).ty.is_int() {
                    1
                } else {
                    rules::row(*rule).cost
                }
            }
            OpKind::Compare { .. }
            | OpKind::Not { .. }
            | OpKind::Cast { .. }
            | OpKind::Select { .. } => 1,
            OpKind::Opaque { .. } => 3,
            OpKind::Len { place, .. } => self.readable_shape(place).then_some(1)?,
            OpKind::Load { place, .. } => self.can_reload(place, point, level).then_some(1)?,
            _ => return None,
        };
        let free = self.tape_free(level);
        let dear = if self.is_in_loop(level) { DEAR } else { DEAR_ONCE };
        if own > dear && !(free && self.heapless) {
            return None;
        }
        let mut cost = own;
        for operand in visit::operands(op).uses {
            let level = self.level_of(Var::Value(operand));
            cost += self.recomputation_cost(operand, level)?;
            if cost > RECOMPUTE_LIMIT && !free {
                return None;
            }
        }
        Some(cost)
    }

    fn recompute(&mut self, value: ValueId, level: usize) -> ValueId {
        let site = self.scopes.value_site(value).expect("only what has a site is recomputed");
        let point = Point { region: site.region, pos: site.pos.expect("and an operation") };
        let op = self.scopes.op(point);
        let info = self.primal.value(value).clone();
        let out = self.function.new_value(info.ty, info.name, info.span);
        let mut again = op.clone();
        for operand in visit::operands(op).uses {
            self.primal_value(operand);
        }
        match &mut again.kind {
            OpKind::Len { out: o, place } => {
                *o = out;
                let memory = self.primal_memory(place.memory);
                *place = Place { memory, path: self.primal_path(&place.path) };
            }
            OpKind::Load { out: o, place } => {
                *o = out;
                self.note_read(place, point);
                let memory = self.primal_memory(place.memory);
                *place = Place { memory, path: self.primal_path(&place.path) };
            }
            OpKind::Const { out: o, .. }
            | OpKind::Rule { out: o, .. }
            | OpKind::Compare { out: o, .. }
            | OpKind::Not { out: o, .. }
            | OpKind::Cast { out: o, .. }
            | OpKind::Select { out: o, .. }
            | OpKind::Opaque { out: o, .. } => {
                *o = out;
                visit::map_op_uses(&mut again, &mut |operand| self.primal_value(operand));
            }
            _ => unreachable!("no other operation has a recomputation cost"),
        }
        let frame = &mut self.frames[level];
        frame.ops.push(again);
        frame.values.insert(value, out);
        out
    }

    /// Carries a value from the forward sweep's region to the same region of the reverse sweep.
    fn save_value(&mut self, value: ValueId, level: usize) -> ValueId {
        let region = self.frames[level].region;
        if self.fused.contains_key(&region) {
            return value;
        }
        self.found.saved.insert(value);
        let info = self.function.value(value).clone();
        let found = match self.scopes.kind(region) {
            RegionKind::Top | RegionKind::Cond => return value,
            RegionKind::Loop => {
                self.found.taped.insert(region);
                let field = self.function.new_value(info.ty, info.name, info.span);
                self.records
                    .entry(region)
                    .or_default()
                    .push((Var::Value(value), Var::Value(field)));
                field
            }
            RegionKind::Arm(arm) => {
                let point = self.scopes.parent(region).expect("an arm has an If");
                let optional = !has_default(&info.ty);
                let ty = match &info.ty {
                    ty if optional => Type::Option(Box::new(ty.clone())),
                    ty => ty.clone(),
                };
                let out = self.function.new_value(ty, info.name.clone(), info.span);
                self.arm_result(point, arm, Var::Value(value), Var::Value(out), optional);
                let there = self.in_frame(level - 1, |sweep| sweep.primal_value(out));
                if optional {
                    let inner = self.function.new_value(info.ty, info.name, info.span);
                    self.in_frame(level, |sweep| {
                        sweep.emit(OpKind::Unwrap { out: inner, arg: there });
                    });
                    inner
                } else {
                    there
                }
            }
        };
        self.frames[level].values.insert(value, found);
        found
    }

    fn arm_result(&mut self, point: Point, arm: usize, yielded: Var, out: Var, optional: bool) {
        self.gained.insert(out, Site { region: point.region, pos: Some(point.pos) });
        let results = self.arm_results.entry(point).or_default();
        results.push(ArmResult { arm, yielded, out, optional });
    }

    /// A primal memory in the reverse sweep, with the content that the invariant gives it.
    pub(super) fn primal_memory(&mut self, memory: MemoryId) -> MemoryId {
        let level = self.level_of(Var::Memory(memory));
        if self.runs_early(level) {
            // The loop that is being fused stands before all that may happen to it.
            return memory;
        }
        let found = self.frames.iter().rev().find_map(|frame| frame.memories.get(&memory).copied());
        if let Some(found) = found {
            return found;
        }
        let region = self.frames[level].region;
        if let Some(out) = self.yielded.get(&(region, memory)).copied() {
            let found = self.in_frame(level - 1, |sweep| sweep.primal_memory(out));
            self.frames[level].memories.insert(memory, found);
            return found;
        }
        let found = if let Some((halves, of, at)) = self.split_of(memory) {
            let of = self.primal_place(&of);
            let at = self.primal_value(at);
            let mutable = halves.iter().any(|half| self.primal.memory(*half).mutable);
            let names = halves.map(|half| self.primal.memory(half).name.clone());
            let made = self.in_frame(level, |sweep| sweep.cursor().split(of, at, mutable, names));
            for (half, made) in halves.into_iter().zip(made) {
                self.frames[level].memories.insert(half, made);
            }
            made[usize::from(halves[1] == memory)]
        } else if let Some(of) = self.view_of(memory) {
            let of = self.primal_place(&of);
            let info = self.primal.memory(memory).clone();
            self.in_frame(level, |sweep| sweep.cursor().view(of, info.mutable, info.name))
        } else if let Some(copy) = self.copy_if_given_away(memory) {
            if copy.1 { self.saved_memory(copy.0) } else { copy.0 }
        } else {
            self.saved_memory(memory)
        };
        let level = self.level_of(Var::Memory(memory));
        self.frames[level].memories.insert(memory, found);
        found
    }

    /// If the forward sweep gives the memory away (returns it, moves it), a copy that it makes before that.
    /// The flag says whether the copy still has to be carried to the reverse sweep.
    fn copy_if_given_away(&mut self, memory: MemoryId) -> Option<(MemoryId, bool)> {
        let returned = self
            .primal
            .outputs
            .iter()
            .any(|output| visit::shape_vars(&output.shape).contains(&Var::Memory(memory)));
        let moved = self.scopes.moved(memory);
        if !returned && moved.is_none() {
            return None;
        }
        if let Some(copy) = self.copies.get(&memory) {
            return Some((*copy, moved.is_some() && !returned));
        }
        let (copy, alloc) = self.copy_op(&memory.into());
        self.copies.insert(memory, copy);
        match moved {
            Some(point) if !returned => {
                self.gained
                    .insert(Var::Memory(copy), Site { region: point.region, pos: Some(point.pos) });
                self.inserted.entry(point).or_default().push(alloc);
                Some((copy, true))
            }
            _ => {
                self.gained.insert(Var::Memory(copy), Site { region: TOP, pos: None });
                self.at_end.push(alloc);
                Some((copy, false))
            }
        }
    }

    /// An operation of the forward sweep that copies a place.
    pub(super) fn copy_op(&mut self, place: &Place) -> (MemoryId, crate::ir::Op) {
        let info = self.primal.memory(place.memory).clone();
        let ty = match self.primal.place_type(place) {
            Type::Slice(of) => Type::Vec(of),
            ty => ty,
        };
        let copy = self.function.new_memory(MemoryInfo {
            ty,
            name: info.name.map(|name| format!("{name}_kept")),
            mutable: true,
            origin: Origin::Local,
            span: self.span,
        });
        let kind = OpKind::Alloc { memory: copy, init: Init::Copy(place.clone()) };
        (copy, crate::ir::Op { kind, span: self.span })
    }

    /// Carries an owned memory from the forward sweep's region to the same region of the reverse sweep.
    pub(super) fn saved_memory(&mut self, memory: MemoryId) -> MemoryId {
        let level = self.level_of(Var::Memory(memory));
        let region = self.frames[level].region;
        let info = self.function.memory(memory).clone();
        match self.scopes.kind(region) {
            RegionKind::Top | RegionKind::Cond => memory,
            RegionKind::Loop if self.fused.contains_key(&region) => memory,
            RegionKind::Loop => {
                self.found.taped.insert(region);
                let field = self.function.new_memory(MemoryInfo {
                    origin: Origin::Local,
                    mutable: true,
                    ..info
                });
                self.records
                    .entry(region)
                    .or_default()
                    .push((Var::Memory(memory), Var::Memory(field)));
                field
            }
            RegionKind::Arm(arm) => {
                let point = self.scopes.parent(region).expect("an arm has an If");
                let out = self.function.new_memory(MemoryInfo {
                    origin: Origin::Local,
                    mutable: true,
                    ..info
                });
                self.arm_result(point, arm, Var::Memory(memory), Var::Memory(out), false);
                self.in_frame(level - 1, |sweep| sweep.saved_memory(out))
            }
        }
    }

    /// The length that an owned memory of one dimension has in the end, known from the forward sweep.
    pub(super) fn length(&mut self, memory: MemoryId) -> ValueId {
        if let Some(row) = self.rows.get(&memory) {
            return self.primal_value(row.len);
        }
        let value = match self.lengths.get(&memory) {
            Some(value) => *value,
            None => {
                let value = self.length_in_forward(memory);
                self.lengths.insert(memory, value);
                value
            }
        };
        self.primal_value(value)
    }

    fn length_in_forward(&mut self, memory: MemoryId) -> ValueId {
        let (region, pos) =
            self.site(Var::Memory(memory)).map_or((TOP, None), |site| (site.region, site.pos));
        let replaced = self.scopes.replaced(&self.storage, memory);
        if !replaced
            && let Some(pos) = pos
            && let OpKind::Alloc { init: Init::Repeat { lens, .. }, .. } =
                &self.scopes.op(Point { region, pos }).kind
            && let [len] = lens[..]
        {
            return len;
        }
        let usize = Type::Int(crate::ir::Int::Usize);
        let value = self.function.new_value(usize, Some("len".to_string()), self.span);
        let point = if replaced {
            // As long as it is there: where it is moved away, or at the end of its region.
            let end = Point { region, pos: self.scopes.region(region).ops.len() };
            // Moved away in a branch or a loop, and there at the end all the same: it has been given another value.
            self.scopes.moved(memory).filter(|point| point.region == region).unwrap_or(end)
        } else {
            Point { region, pos: pos.map_or(0, |pos| pos + 1) }
        };
        self.gained.insert(Var::Value(value), Site { region: point.region, pos });
        let kind = OpKind::Len { out: value, place: memory.into() };
        self.inserted.entry(point).or_default().push(crate::ir::Op { kind, span: self.span });
        value
    }

    /// Whether the reverse sweep may ask for the length of a place.
    fn readable_shape(&self, place: &Place) -> bool {
        let root = self.primal.root(place.memory);
        match self.primal.memory(root).origin {
            Origin::Param(i) => self.primal.params[i].passing == Passing::Shared,
            _ => false,
        }
    }

    /// Whether the content that `load` read at `point` is there at the point being reversed.
    fn can_reload(&self, place: &Place, point: Point, level: usize) -> bool {
        let root = self.primal.root(place.memory);
        match self.primal.memory(root).origin {
            Origin::Param(i) => match self.primal.params[i].passing {
                Passing::Shared => return true,
                Passing::Mutable if self.primal.block.is_some() => {}
                Passing::Mutable | Passing::Reborrowed => return false,
                Passing::ByValue => {}
            },
            Origin::Record(_) => return false,
            _ => {}
        }
        let storage = self.storage.of(place.memory);
        let region = self.frames[level].region;
        let now = self.frames[level].pos;
        (point.pos + 1..=now).all(|pos| {
            let at = Point { region, pos };
            if pos >= self.scopes.region(region).ops.len() {
                return true;
            }
            let simple = visit::regions(self.scopes.op(at)).is_empty();
            // A simple operation is undone before anything else of it is reversed.
            (pos == now && simple)
                || !self.scopes.writes(at).iter().any(|w| self.storage.of(*w) == storage)
        })
    }

    /// Whether the reverse sweep may use the memory of a parameter.
    pub(super) fn is_own(&self, param: usize) -> bool {
        match self.primal.params[param].passing {
            Passing::ByValue => true,
            Passing::Mutable => self.primal.block.is_some(),
            Passing::Shared | Passing::Reborrowed => false,
        }
    }

    /// Notes that the reverse sweep reads the content that a place had just after `point`.
    pub(super) fn note_read(&mut self, place: &Place, point: Point) {
        let root = self.primal.root(place.memory);
        if let Origin::Param(i) = self.primal.memory(root).origin
            && self.primal.params[i].passing == Passing::Shared
        {
            return;
        }
        self.found.reads.insert(Touch::new(self.primal, &self.storage, place, point));
    }

    /// Before a store is undone: if the value stored would otherwise be saved, and the memory is read anyhow, takes it from
    /// there.
    pub(super) fn take_stored(&mut self, op: &crate::ir::Op, point: Point) {
        let OpKind::Store { place, value } = &op.kind else { return };
        let root = self.primal.root(place.memory);
        let there = match self.primal.memory(root).origin {
            Origin::Param(i) => self.is_own(i),
            _ => true,
        };
        let storage = self.storage.of(place.memory);
        let local = self.scopes.value_site(*value).is_some_and(|site| site.region == point.region);
        if !there
            || !local
            || !self.settings.recompute
            || self.known_value(*value).is_some()
            || !self.before.saved.contains(value)
            || !self.before.reads.iter().any(|read| read.storage == storage)
        {
            return;
        }
        self.note_read(place, point);
        // It stays on the list, or the next round would not know.
        self.found.saved.insert(*value);
        let from = self.primal_place(place);
        let info = self.primal.value(*value).clone();
        let out = self.function.new_value(info.ty, info.name, info.span);
        self.emit(OpKind::Load { out, place: from });
        self.frame().values.insert(*value, out);
    }
}

/// Whether a plain value can stand in for one of this type where it is not defined.
fn has_default(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Float(_)
            | Type::Int(_)
            | Type::Bool
            | Type::Named(_)
            | Type::Unknown
            | Type::Option(_)
    )
}

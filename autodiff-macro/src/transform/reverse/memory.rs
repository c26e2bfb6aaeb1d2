//! The adjoints of operations on memory, and undoing what they overwrote.

use super::{Point, RegionId, Sweep, TOP, Touch};
use crate::ir::{
    Growth, Init, MemoryId, MemoryInfo, Op, OpKind, Origin, Permutation, Place, Step, Type,
    ValueId, Var, visit,
};
use crate::transform::reverse::scopes::Site;

impl Sweep<'_> {
    pub(super) fn memory(&mut self, op: &Op, point: Point) {
        match &op.kind {
            OpKind::Load { out, place } => {
                if !self.activity.memory(place.memory) {
                    return;
                }
                let Some(d) = self.adjoint(*out) else { return };
                let place = self.adjoint_place(place);
                self.emit(OpKind::Accumulate { place, value: d });
            }
            OpKind::Store { place, value } => {
                if !self.activity.memory(place.memory) {
                    return;
                }
                let to = self.adjoint_place(place);
                let ty = self.primal.value(*value).ty.clone();
                if !ty.differentiable() {
                    // A field that is no float: it has no adjoint.
                    return;
                }
                if self.activity.value(*value) {
                    let d = self.load_as(to.clone(), ty.clone());
                    self.name_adjoint(d, *value);
                    self.add_adjoint(*value, d);
                }
                if self.must_clear(place, point) {
                    let zero = self.zero(ty);
                    self.emit(OpKind::Store { place: to, value: zero });
                }
            }
            OpKind::Accumulate { place, value } => {
                if !self.activity.memory(place.memory) || !self.activity.value(*value) {
                    return;
                }
                let place = self.adjoint_place(place);
                let d = self.load_as(place, self.primal.value(*value).ty.clone());
                self.name_adjoint(d, *value);
                self.add_adjoint(*value, d);
            }
            OpKind::Fill { place, value } => {
                if !self.activity.memory(place.memory) {
                    return;
                }
                let to = self.adjoint_place(place);
                if self.activity.value(*value) {
                    let d = self.sum(&to);
                    self.add_adjoint(*value, d);
                }
                self.clear(to);
            }
            OpKind::Copy { to, from } => {
                if !self.activity.memory(to.memory) {
                    return;
                }
                let source = to;
                let to = self.adjoint_place(source);
                if self.activity.memory(from.memory) {
                    let from_adjoint = self.adjoint_place(from);
                    if source.memory == from.memory {
                        return self.move_adjoint(from_adjoint, to);
                    }
                    self.add_all(from_adjoint, to.clone());
                }
                if self.may_change_shape(&self.primal.place_type(source)) {
                    return self.reshape(to, source);
                }
                self.clear(to);
            }
            OpKind::AddAll { to, from } => {
                if self.activity.memory(to.memory) && self.activity.memory(from.memory) {
                    let (to, from) = (self.adjoint_place(to), self.adjoint_place(from));
                    self.add_all(from, to);
                }
            }
            OpKind::Swap { place, at } => {
                if self.activity.memory(place.memory) {
                    let place = self.adjoint_place(place);
                    let at = at.map(|index| self.primal_value(index));
                    self.emit(OpKind::Swap { place, at });
                }
            }
            OpKind::Permute { place, by } => {
                if self.activity.memory(place.memory) {
                    let place = self.adjoint_place(place);
                    let by = self.primal_permutation(by).inverse();
                    self.emit(OpKind::Permute { place, by });
                }
            }
            OpKind::Assign { to, from } => self.assign(*to, *from),
            OpKind::Alloc { memory, init } => {
                if self.activity.memory(*memory) && self.active_init(init) {
                    let adjoint = self.adjoint_memory(*memory).into();
                    self.init_adjoint(&adjoint, init);
                }
            }
            _ => {}
        }
    }

    /// The adjoint of what a memory or an element begins with goes to where that came from.
    pub(super) fn init_adjoint(&mut self, adjoint: &Place, init: &Init) {
        if !self.active_init(init) {
            return;
        }
        match init {
            Init::Repeat { value, .. } => {
                let d = self.sum(adjoint);
                self.add_adjoint(*value, d);
            }
            Init::Value(value) => {
                let d = self.load_as(adjoint.clone(), self.primal.value(*value).ty.clone());
                self.name_adjoint(d, *value);
                self.add_adjoint(*value, d);
            }
            Init::List(items) => {
                let is_tuple = matches!(self.function.place_type(adjoint), Type::Tuple(_));
                for (i, item) in items.iter().enumerate() {
                    if !self.active_init(item) {
                        continue;
                    }
                    let usize = Type::Int(crate::ir::Int::Usize);
                    let mut element = adjoint.clone();
                    element.path.push(if is_tuple {
                        Step::Field(i as u32)
                    } else {
                        Step::Index(self.cursor().int(i as i128, usize))
                    });
                    self.init_adjoint(&element, item);
                }
            }
            Init::Record { path, fields } => {
                for (member, item) in fields {
                    let mut field = adjoint.clone();
                    field.path.push(Step::of_literal(path, member).into_tangent());
                    self.init_adjoint(&field, item);
                }
            }
            Init::Copy(from) => {
                let from = self.adjoint_place(from);
                self.add_all(from, adjoint.clone());
            }
            Init::RepeatPlace { place: from, .. } => {
                let from = self.adjoint_place(from);
                self.each_element(adjoint, |sweep, row| {
                    sweep.add_all(from, row.clone());
                    None
                });
            }
            Init::ZeroLike(_) | Init::Global(_) | Init::Capacity(_) | Init::Empty => {}
        }
    }

    /// An adjoint, whose type that of the primal value tells where the place does not.
    fn load_as(&mut self, place: Place, ty: Type) -> ValueId {
        let out = self.function.new_value(ty, None, self.span);
        self.emit(OpKind::Load { out, place });
        out
    }

    /// The length of a vector before the operation being reversed.
    pub(super) fn length_before(&mut self, vector: &Place) -> ValueId {
        let point = self.still_there(vector);
        let noted = self.inserted.get(&point).into_iter().flatten();
        let mut known = noted.filter_map(|op| match &op.kind {
            OpKind::Len { out, place } if place == vector => Some(*out),
            _ => None,
        });
        if let Some(known) = known.next_back() {
            return known;
        }
        let usize = Type::Int(crate::ir::Int::Usize);
        let value = self.function.new_value(usize, Some("len".to_string()), self.span);
        let site = Site { region: point.region, pos: Some(point.pos) };
        self.gained.insert(Var::Value(value), site);
        let kind = OpKind::Len { out: value, place: vector.clone() };
        self.inserted.entry(point).or_default().push(Op { kind, span: self.span });
        value
    }

    /// The operation being reversed; or, if what it replaces has been moved away by one before it (`v = doubled(v)`), that one.
    fn still_there(&mut self, vector: &Place) -> Point {
        let point = Point { region: self.frame().region, pos: self.frame().pos };
        if !vector.path.is_empty() {
            return point;
        }
        for (pos, op) in self.scopes.region(point.region).ops[..point.pos].iter().enumerate().rev()
        {
            let operands = visit::operands(op);
            let moves = |(place, access): &(Place, visit::Access)| {
                *access == visit::Access::Move && place == vector
            };
            if operands.places.iter().any(moves) {
                return Point { pos, ..point };
            }
            if visit::writes(op).contains(&vector.memory) {
                break;
            }
        }
        point
    }

    fn primal_permutation(&mut self, by: &Permutation) -> Permutation {
        match by {
            Permutation::Reverse => Permutation::Reverse,
            Permutation::RotateLeft(by) => Permutation::RotateLeft(self.primal_value(*by)),
            Permutation::RotateRight(by) => Permutation::RotateRight(self.primal_value(*by)),
            Permutation::Order { order, inverted } => {
                Permutation::Order { order: self.primal_memory(*order), inverted: *inverted }
            }
        }
    }

    /// Inserts an operation into the forward sweep before the one being reversed.
    pub(super) fn insert_before(&mut self, kind: OpKind, defines: Var) {
        let (region, pos) = {
            let frame = self.frame();
            (frame.region, frame.pos)
        };
        self.gained.insert(defines, Site { region, pos: Some(pos) });
        let op = Op { kind, span: self.span };
        self.inserted.entry(Point { region, pos }).or_default().push(op);
    }

    /// Whether the old content of what the operation writes is read in the reverse sweep.
    pub(super) fn must_restore(&self, op: &Op, point: Point) -> bool {
        visit::operands(op).places.iter().any(|(place, access)| {
            use visit::Access::{Add, ReadWrite, Write};
            matches!(access, Write | Add | ReadWrite) && self.restorable(place, point)
        })
    }

    fn restorable(&self, place: &Place, point: Point) -> bool {
        let root = self.primal.root(place.memory);
        if let Origin::Param(i) = self.primal.memory(root).origin
            && !self.is_own(i)
        {
            return false;
        }
        let storage = self.storage.of(place.memory);
        let scope = self.site(Var::Memory(root)).map_or(TOP, |site| site.region);
        let write = Touch::new(self.primal, &self.storage, place, point);
        self.before.reads.iter().any(|read| {
            read.storage == storage
                && (!self.settings.to_be_recorded
                    || self.scopes.may_precede(read, &write, scope, |region| {
                        self.fused.contains_key(&region)
                    }))
        })
    }

    /// Whether the adjoint of what a store overwrites is looked at again: by whatever touches it before the store in the
    /// forward sweep, or by the caller.
    fn must_clear(&self, place: &Place, point: Point) -> bool {
        let root = self.primal.root(place.memory);
        if !self.settings.to_be_recorded
            || self.rows.contains_key(&place.memory)
            || matches!(self.primal.memory(root).origin, Origin::Param(_))
        {
            return true;
        }
        let scope = self.site(Var::Memory(root)).map_or(TOP, |site| site.region);
        let write = Touch::new(self.primal, &self.storage, place, point);
        self.touches.iter().any(|touch| {
            touch.storage == write.storage
                && self.scopes.may_precede(touch, &write, scope, |_| false)
        })
    }

    /// Every access to the content of active memory in the region. Allocations count where what they begin with is active.
    pub(super) fn active_touches(&self, region: RegionId) -> Vec<Touch> {
        let mut touches = Vec::new();
        for (pos, op) in self.scopes.region(region).ops.iter().enumerate() {
            let point = Point { region, pos };
            for (place, access) in visit::operands(op).places {
                if access != visit::Access::Shape && self.activity.memory(place.memory) {
                    touches.push(Touch::new(self.primal, &self.storage, &place, point));
                }
            }
            match &op.kind {
                OpKind::Alloc { memory, init } if self.active_init(init) => {
                    touches.push(Touch::new(self.primal, &self.storage, &(*memory).into(), point));
                }
                // What an arm yields was made there.
                OpKind::If { outs, .. } => {
                    for out in outs {
                        if let Var::Memory(out) = out {
                            touches.push(Touch::new(
                                self.primal,
                                &self.storage,
                                &(*out).into(),
                                point,
                            ));
                        }
                    }
                }
                OpKind::Vector { growth: Growth::Pop { out: Some(Var::Memory(out)) }, .. } => {
                    touches.push(Touch::new(self.primal, &self.storage, &(*out).into(), point));
                }
                OpKind::Call { result, .. } => {
                    for var in visit::shape_vars(result) {
                        if let Var::Memory(memory) = var {
                            touches.push(Touch::new(
                                self.primal,
                                &self.storage,
                                &memory.into(),
                                point,
                            ));
                        }
                    }
                }
                _ => {}
            }
            for n in 0..visit::regions(op).len() {
                touches.extend(self.active_touches(self.scopes.nested(point, n)));
            }
        }
        touches
    }

    pub(super) fn active_init(&self, init: &Init) -> bool {
        match init {
            Init::Repeat { value, .. } | Init::Value(value) => self.activity.value(*value),
            Init::List(items) => items.iter().any(|item| self.active_init(item)),
            Init::Record { fields, .. } => fields.iter().any(|(_, item)| self.active_init(item)),
            Init::RepeatPlace { place, .. } | Init::Copy(place) => {
                self.activity.memory(place.memory)
            }
            _ => false,
        }
    }

    /// Undoes what the operation wrote, if its old content is read in the reverse sweep.
    pub(super) fn restore(&mut self, op: &Op, point: Point) {
        if let OpKind::Swap { place, at } = &op.kind {
            if self.restorable(place, point) {
                let place = self.primal_place(place);
                let at = at.map(|index| self.primal_value(index));
                self.emit(OpKind::Swap { place, at });
            }
            return;
        }
        if let OpKind::Permute { place, by } = &op.kind {
            if self.restorable(place, point) {
                let place = self.primal_place(place);
                let by = self.primal_permutation(by).inverse();
                self.emit(OpKind::Permute { place, by });
            }
            return;
        }
        for (place, access) in visit::operands(op).places {
            use visit::Access::{Add, ReadWrite, Write};
            if !matches!(access, Write | Add | ReadWrite) || !self.restorable(&place, point) {
                continue;
            }
            match &op.kind {
                OpKind::Store { .. } | OpKind::Accumulate { .. } => {
                    let old = self.old_value(&place);
                    // Saved, never loaded again: this is the operation that undoes the overwriting.
                    let value = self.saved_value(old);
                    let place = self.primal_place(&place);
                    self.emit(OpKind::Store { place, value });
                }
                OpKind::Assign { to, .. } => {
                    let old = self.old_memory(&place);
                    let to = self.primal_memory(*to);
                    let (copy, alloc) = self.reverse_copy(old);
                    self.frame().ops.push(alloc);
                    self.emit(OpKind::Assign { to, from: copy });
                }
                _ => {
                    let old = self.old_memory(&place);
                    let to = self.primal_place(&place);
                    let ty = self.function.place_type(&to);
                    if ty.element().is_none() && !ty.is_open() {
                        let value = self.cursor().load(old.into(), None);
                        self.emit(OpKind::Store { place: to, value });
                    } else {
                        self.emit(OpKind::Copy { to, from: old.into() });
                    }
                }
            }
        }
    }

    /// The scalar that the operation being reversed overwrites: one that was just read from there, or a load of its own.
    fn old_value(&mut self, place: &Place) -> ValueId {
        let (region, pos) = {
            let frame = self.frame();
            (frame.region, frame.pos)
        };
        let ops = &self.scopes.region(region).ops;
        for earlier in (0..pos).rev() {
            if let OpKind::Load { out, place: from } = &ops[earlier].kind
                && from == place
            {
                return *out;
            }
            let storage = self.storage.of(place.memory);
            let writes = self.scopes.writes(Point { region, pos: earlier });
            if writes.iter().any(|written| self.storage.of(*written) == storage) {
                break;
            }
        }
        let ty = self.primal.place_type(place);
        let name = self.primal.memory(place.memory).name.as_ref().map(|name| format!("{name}_old"));
        let old = self.function.new_value(ty, name, self.span);
        self.insert_before(OpKind::Load { out: old, place: place.clone() }, Var::Value(old));
        old
    }

    /// A copy of what the operation being reversed overwrites, in the reverse sweep.
    pub(super) fn old_memory(&mut self, place: &Place) -> MemoryId {
        let (copy, alloc) = self.copy_op(place);
        self.insert_before(alloc.kind, Var::Memory(copy));
        self.saved_memory(copy)
    }

    /// The content of a `&mut` argument before the call that is being reversed, which is undone here.
    pub(super) fn old_argument(&mut self, place: &Place, point: Point) -> MemoryId {
        let old = self.old_memory(place);
        if self.restorable(place, point) {
            let to = self.primal_place(place);
            let ty = self.function.place_type(&to);
            if ty.element().is_none() && !ty.is_open() {
                let value = self.cursor().load(old.into(), None);
                self.emit(OpKind::Store { place: to, value });
            } else {
                self.emit(OpKind::Copy { to, from: old.into() });
            }
        }
        old
    }

    fn reverse_copy(&mut self, memory: MemoryId) -> (MemoryId, Op) {
        let info = self.function.memory(memory).clone();
        let copy =
            self.function.new_memory(MemoryInfo { origin: Origin::Local, mutable: true, ..info });
        let kind = OpKind::Alloc { memory: copy, init: Init::Copy(memory.into()) };
        (copy, Op { kind, span: self.span })
    }

    /// A copy of a shared argument whose content is not there in the reverse sweep.
    pub(super) fn argument_copy(&mut self, place: &Place) -> MemoryId {
        self.old_memory(place)
    }
}

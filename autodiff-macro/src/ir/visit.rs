//! What an operation reads, defines and writes: the one place that knows the operands of every kind.

use super::{
    Adaptor, Arg, Direction, For, Growth, Init, MemoryId, Op, OpKind, Passing, Permutation, Place,
    Range, Region, Shape, Slot, Step, ValueId, Var, While,
};

/// What an operation does with a place or a whole memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reads what is there.
    Read,
    /// Overwrites it without reading it.
    Write,
    /// Adds to it.
    Add,
    /// Reads and writes (a `&mut` argument, `swap`).
    ReadWrite,
    /// Only its length, or a view's borrow.
    Shape,
    /// Moves it away.
    Move,
}

/// The operands of one operation, without those of nested regions.
#[derive(Clone, Debug, Default)]
pub struct Operands {
    pub uses: Vec<ValueId>,
    pub places: Vec<(Place, Access)>,
    pub defines: Vec<Var>,
}

impl Operands {
    fn value(&mut self, value: ValueId) {
        self.uses.push(value);
    }

    fn place(&mut self, place: &Place, access: Access) {
        self.uses.extend(place_uses(place));
        self.places.push((place.clone(), access));
    }

    fn define(&mut self, value: ValueId) {
        self.defines.push(Var::Value(value));
    }

    fn var(&mut self, var: Var) {
        match var {
            Var::Value(value) => self.value(value),
            Var::Memory(memory) => self.place(&memory.into(), Access::Move),
        }
    }

    fn init(&mut self, init: &Init) {
        match init {
            Init::Repeat { value, lens } => {
                self.value(*value);
                self.uses.extend(lens);
            }
            Init::RepeatPlace { place, lens } => {
                self.place(place, Access::Read);
                self.uses.extend(lens);
            }
            Init::List(items) => items.iter().for_each(|item| self.init(item)),
            Init::Record { fields, .. } => fields.iter().for_each(|(_, item)| self.init(item)),
            Init::Value(value) | Init::Capacity(value) => self.value(*value),
            Init::Copy(place) => self.place(place, Access::Read),
            Init::ZeroLike(place) => self.place(place, Access::Shape),
            Init::Global(_) | Init::Empty => {}
        }
    }

    fn arg(&mut self, arg: &Arg) {
        match arg {
            Arg::Value(value) | Arg::Reference(value) => self.value(*value),
            Arg::InOut { input, output } => {
                self.value(*input);
                self.define(*output);
            }
            Arg::Memory { place, passing } => self.place(
                place,
                match passing {
                    // A part is copied.
                    Passing::ByValue if !place.path.is_empty() => Access::Read,
                    Passing::ByValue => Access::Move,
                    Passing::Shared => Access::Read,
                    Passing::Mutable | Passing::Reborrowed => Access::ReadWrite,
                },
            ),
            Arg::Tokens(_) => {}
            Arg::Tuple(args) => args.iter().for_each(|arg| self.arg(arg)),
        }
    }

    fn slot(&mut self, slot: &Slot) {
        match slot {
            Slot::Inactive => {}
            Slot::Value(value) => self.define(*value),
            Slot::Memory(place) => self.place(place, Access::ReadWrite),
            Slot::InOut { input, output } => {
                self.value(*input);
                self.define(*output);
            }
            Slot::Tuple(slots) => slots.iter().for_each(|slot| self.slot(slot)),
        }
    }

    fn seed(&mut self, seed: &Shape) {
        for var in shape_vars(seed) {
            match var {
                Var::Value(value) => self.value(value),
                Var::Memory(memory) => self.place(&memory.into(), Access::Read),
            }
        }
    }

    /// The reverse sweep only reads directions.
    fn direction_again(&mut self, direction: &Direction) {
        match direction {
            Direction::Memory(place) => self.place(place, Access::Read),
            Direction::Tuple(directions) => {
                directions.iter().for_each(|direction| self.direction_again(direction));
            }
            other => self.direction(other),
        }
    }

    /// Mutable arguments have mutable tangents; which these are stands in `args`.
    fn directions(&mut self, args: &[Arg], directions: &[Direction]) {
        for (arg, direction) in args.iter().zip(directions) {
            match (arg, direction) {
                (Arg::Memory { passing: Passing::Shared | Passing::ByValue, .. }, direction) => {
                    self.direction_again(direction);
                }
                (Arg::Tuple(args), Direction::Tuple(of)) => self.directions(args, of),
                (_, direction) => self.direction(direction),
            }
        }
    }

    fn direction(&mut self, direction: &Direction) {
        match direction {
            Direction::Zero => {}
            Direction::Value(value) => self.value(*value),
            Direction::Memory(place) => self.place(place, Access::ReadWrite),
            Direction::InOut { input, output } => {
                self.value(*input);
                self.define(*output);
            }
            Direction::Tuple(directions) => directions.iter().for_each(|d| self.direction(d)),
        }
    }
}

/// The values in a place's path.
pub fn place_uses(place: &Place) -> impl Iterator<Item = ValueId> + '_ {
    place.path.iter().flat_map(|step| match step {
        Step::Index(index) => [Some(*index), None].into_iter().flatten(),
        Step::Range { start, end, .. } => [*start, *end].into_iter().flatten(),
        Step::Field(_) | Step::Member(_) | Step::Payload { .. } => {
            [None, None].into_iter().flatten()
        }
    })
}

/// The variables of a shape in order.
pub fn shape_vars(shape: &Shape) -> Vec<Var> {
    match shape {
        Shape::Unit => Vec::new(),
        Shape::Var(var) => vec![*var],
        Shape::Tuple(of) => of.iter().flat_map(shape_vars).collect(),
    }
}

fn range_uses(range: &Range) -> Vec<ValueId> {
    let mut uses = vec![range.start, range.end];
    for adaptor in &range.adaptors {
        match adaptor {
            Adaptor::StepBy(value) | Adaptor::Take(value) => uses.push(*value),
            Adaptor::Rev => {}
        }
    }
    uses
}

/// The operands of `op` itself; see [`regions`] for what is nested in it.
pub fn operands(op: &Op) -> Operands {
    let mut o = Operands::default();
    match &op.kind {
        OpKind::Const { out, .. } | OpKind::None { out } => o.define(*out),
        OpKind::Rule { out, args, .. } | OpKind::Opaque { out, args, .. } => {
            o.uses.extend(args);
            o.define(*out);
        }
        OpKind::Compare { out, args, .. } => {
            o.uses.extend(args);
            o.define(*out);
        }
        OpKind::Select { out, cond, args } => {
            o.value(*cond);
            o.uses.extend(args);
            o.define(*out);
        }
        OpKind::Given { out, value, slopes } => {
            o.value(*value);
            o.uses.extend(slopes.iter().flatten());
            o.define(*out);
        }
        OpKind::Not { out, arg }
        | OpKind::Cast { out, arg, .. }
        | OpKind::Some { out, arg }
        | OpKind::Unwrap { out, arg } => {
            o.value(*arg);
            o.define(*out);
        }
        OpKind::Len { out, place } => {
            o.place(place, Access::Shape);
            o.define(*out);
        }
        OpKind::Load { out, place } | OpKind::Matches { out, place, .. } => {
            o.place(place, Access::Read);
            o.define(*out);
        }
        OpKind::Store { place, value } => {
            o.value(*value);
            o.place(place, Access::Write);
        }
        OpKind::Accumulate { place, value } => {
            o.value(*value);
            o.place(place, Access::Add);
        }
        OpKind::Alloc { memory, init } => {
            o.init(init);
            o.defines.push(Var::Memory(*memory));
        }
        OpKind::View { memory, of } => {
            o.place(of, Access::Shape);
            o.defines.push(Var::Memory(*memory));
        }
        OpKind::Split { memories, of, at } => {
            o.place(of, Access::Shape);
            o.value(*at);
            o.defines.extend(memories.map(Var::Memory));
        }
        OpKind::Fill { place, value } => {
            o.value(*value);
            o.place(place, Access::Write);
        }
        OpKind::Copy { to, from } => {
            o.place(from, Access::Read);
            o.place(to, Access::Write);
        }
        OpKind::AddAll { to, from } => {
            o.place(from, Access::Read);
            o.place(to, Access::Add);
        }
        OpKind::Swap { place, at } => {
            o.uses.extend(at);
            o.place(place, Access::ReadWrite);
        }
        OpKind::Assign { to, from } => {
            o.place(&(*from).into(), Access::Move);
            o.place(&(*to).into(), Access::Write);
        }
        OpKind::Vector { place, growth } => growth_operands(&mut o, place, growth),
        OpKind::Permute { place, by } => {
            match by {
                Permutation::Reverse => {}
                Permutation::RotateLeft(by) | Permutation::RotateRight(by) => o.value(*by),
                Permutation::Order { order, .. } => o.place(&(*order).into(), Access::Read),
            }
            o.place(place, Access::ReadWrite);
        }
        OpKind::Call { args, result, .. } => {
            args.iter().for_each(|arg| o.arg(arg));
            o.defines.extend(shape_vars(result));
        }
        OpKind::CallForward { args, result, kept, tangents, .. } => {
            args.iter().for_each(|arg| o.arg(arg));
            o.defines.extend(shape_vars(result));
            o.define(*kept);
            if let Some(tangents) = tangents {
                o.directions(args, &tangents.directions);
                o.defines.extend(shape_vars(&tangents.result));
            }
        }
        OpKind::CallReverse { args, kept, seed, slots, tangents, .. } => {
            for arg in args {
                reverse_arg(&mut o, arg);
            }
            o.value(*kept);
            o.seed(seed);
            slots.iter().for_each(|slot| o.slot(slot));
            if let Some(tangents) = tangents {
                tangents.directions.iter().for_each(|direction| o.direction_again(direction));
                o.seed(&tangents.seed);
                tangents.slots.iter().for_each(|slot| o.slot(slot));
            }
        }
        OpKind::CallSweep { args, seed, slots, tangents, .. } => {
            args.iter().for_each(|arg| o.arg(arg));
            o.seed(seed);
            slots.iter().for_each(|slot| o.slot(slot));
            if let Some(tangents) = tangents {
                o.directions(args, &tangents.directions);
                o.seed(&tangents.seed);
                tangents.slots.iter().for_each(|slot| o.slot(slot));
            }
        }
        OpKind::CallTangent { args, directions, result, tangent, .. } => {
            args.iter().for_each(|arg| o.arg(arg));
            o.directions(args, directions);
            o.defines.extend(shape_vars(result));
            o.defines.extend(shape_vars(tangent));
        }
        OpKind::If { cond, outs, .. } => {
            o.value(*cond);
            o.defines.extend(outs);
        }
        OpKind::For(f) => {
            o.uses.extend(range_uses(&f.range));
            o.uses.extend(&f.inits);
            o.defines.extend(f.outs.iter().map(|out| Var::Value(*out)));
        }
        OpKind::While(w) => {
            o.uses.extend(&w.inits);
            o.defines.extend(w.outs.iter().map(|out| Var::Value(*out)));
        }
        OpKind::Sort(sort) => {
            o.value(sort.len);
            o.defines.push(Var::Memory(sort.order));
        }
        OpKind::Push { fields, .. } => fields.iter().for_each(|field| o.var(*field)),
        OpKind::Effect { bindings, .. } => {
            for (_, var) in bindings {
                match var {
                    Var::Value(value) => o.value(*value),
                    Var::Memory(memory) => o.place(&(*memory).into(), Access::Read),
                }
            }
        }
    }
    o
}

fn growth_operands(o: &mut Operands, place: &Place, growth: &Growth) {
    match growth {
        Growth::Push(item) => o.init(item),
        Growth::Pop { out } => {
            o.defines.extend(out);
            let access = if out.is_some() { Access::ReadWrite } else { Access::Write };
            return o.place(place, access);
        }
        Growth::Extend(from) => o.place(from, Access::Read),
        Growth::Truncate(len) => o.value(*len),
        Growth::Resize { len, value } => {
            o.value(*len);
            o.value(*value);
        }
    }
    o.place(place, Access::Write);
}

/// A callee's reverse sweep is given its scalars and what is shared again; it keeps what else it needs.
fn reverse_arg(o: &mut Operands, arg: &Arg) {
    match arg {
        Arg::Value(value) | Arg::Reference(value) => o.value(*value),
        Arg::Memory { place, passing: Passing::Shared | Passing::Reborrowed } => {
            o.place(place, Access::Read);
        }
        Arg::Tuple(args) => args.iter().for_each(|arg| reverse_arg(o, arg)),
        Arg::InOut { .. } | Arg::Tokens(_) | Arg::Memory { .. } => {}
    }
}

/// What a nested region defines at its entry, beside its own parameters.
pub fn region_entries(op: &Op) -> Vec<Var> {
    match &op.kind {
        OpKind::For(f) => {
            let mut entries = vec![Var::Value(f.index)];
            entries.extend(f.records.iter().flat_map(|records| records.fields.iter().copied()));
            entries
        }
        OpKind::Sort(sort) => sort.indices.map(Var::Value).to_vec(),
        _ => Vec::new(),
    }
}

pub fn regions(op: &Op) -> Vec<&Region> {
    match &op.kind {
        OpKind::If { then, otherwise, .. } => vec![then, otherwise],
        OpKind::For(f) => vec![&f.body],
        OpKind::While(w) => vec![&w.cond, &w.body],
        OpKind::Sort(sort) => vec![&sort.body],
        _ => Vec::new(),
    }
}

pub fn regions_mut(op: &mut Op) -> Vec<&mut Region> {
    match &mut op.kind {
        OpKind::If { then, otherwise, .. } => vec![then, otherwise],
        OpKind::For(f) => vec![&mut f.body],
        OpKind::While(w) => {
            let While { cond, body, .. } = &mut **w;
            vec![cond, body]
        }
        OpKind::Sort(sort) => vec![&mut sort.body],
        _ => Vec::new(),
    }
}

/// The exit flag of a loop: a use at the end of its body.
pub fn exit(op: &Op) -> Option<ValueId> {
    match &op.kind {
        OpKind::For(f) => f.exit,
        OpKind::While(w) => w.exit,
        _ => None,
    }
}

/// Calls `f` on every operation in the region, nested ones after the operation that holds them.
pub fn walk<'a>(region: &'a Region, f: &mut impl FnMut(&'a Op)) {
    for op in &region.ops {
        f(op);
        for nested in regions(op) {
            walk(nested, f);
        }
    }
}

/// The memories that `op` may change, itself or in nested regions (as named; see `Function::root`).
pub fn writes(op: &Op) -> Vec<MemoryId> {
    let mut written = Vec::new();
    let mut collect = |op: &Op| {
        for (place, access) in operands(op).places {
            if matches!(access, Access::Write | Access::Add | Access::ReadWrite | Access::Move) {
                written.push(place.memory);
            }
        }
    };
    collect(op);
    for region in regions(op) {
        walk(region, &mut collect);
    }
    written
}

/// Replaces every used value (not the defined ones) in the region, nested regions included.
pub fn map_uses(region: &mut Region, map: &mut impl FnMut(ValueId) -> ValueId) {
    for op in &mut region.ops {
        map_op_uses(op, map);
    }
    for var in &mut region.yields {
        if let Var::Value(value) = var {
            *value = map(*value);
        }
    }
}

/// Replaces every used value in one operation and in what is nested in it.
pub fn map_op_uses(op: &mut Op, map: &mut impl FnMut(ValueId) -> ValueId) {
    for_each_use(op, &mut |value| *value = map(*value));
    for region in regions_mut(op) {
        map_uses(region, map);
    }
    match &mut op.kind {
        OpKind::For(f) => {
            if let Some(exit) = &mut f.exit {
                *exit = map(*exit);
            }
        }
        OpKind::While(w) => {
            if let Some(exit) = &mut w.exit {
                *exit = map(*exit);
            }
        }
        _ => {}
    }
}

fn for_each_use(op: &mut Op, f: &mut impl FnMut(&mut ValueId)) {
    match &mut op.kind {
        OpKind::Const { .. } | OpKind::None { .. } => {}
        OpKind::Rule { args, .. } | OpKind::Opaque { args, .. } => args.iter_mut().for_each(f),
        OpKind::Compare { args, .. } => args.iter_mut().for_each(f),
        OpKind::Select { cond, args, .. } => {
            f(cond);
            args.iter_mut().for_each(f);
        }
        OpKind::Given { value, slopes, .. } => {
            f(value);
            slopes.iter_mut().flatten().for_each(f);
        }
        OpKind::Not { arg, .. }
        | OpKind::Cast { arg, .. }
        | OpKind::Some { arg, .. }
        | OpKind::Unwrap { arg, .. } => f(arg),
        OpKind::Len { place, .. } | OpKind::Matches { place, .. } | OpKind::Load { place, .. } => {
            place_mut(place, f)
        }
        OpKind::Store { place, value }
        | OpKind::Accumulate { place, value }
        | OpKind::Fill { place, value } => {
            place_mut(place, f);
            f(value);
        }
        OpKind::Alloc { init, .. } => init_mut(init, f),
        OpKind::View { of, .. } => place_mut(of, f),
        OpKind::Split { of, at, .. } => {
            place_mut(of, f);
            f(at);
        }
        OpKind::Copy { to, from } | OpKind::AddAll { to, from } => {
            place_mut(to, f);
            place_mut(from, f);
        }
        OpKind::Swap { place, at } => {
            place_mut(place, f);
            at.iter_mut().for_each(f);
        }
        OpKind::Assign { .. } => {}
        OpKind::Vector { place, growth } => {
            place_mut(place, f);
            match growth {
                Growth::Push(item) => init_mut(item, f),
                Growth::Pop { .. } => {}
                Growth::Extend(from) => place_mut(from, f),
                Growth::Truncate(len) => f(len),
                Growth::Resize { len, value } => {
                    f(len);
                    f(value);
                }
            }
        }
        OpKind::Permute { place, by } => {
            place_mut(place, f);
            if let Permutation::RotateLeft(by) | Permutation::RotateRight(by) = by {
                f(by);
            }
        }
        OpKind::Call { args, .. } => args.iter_mut().for_each(|arg| arg_mut(arg, f)),
        OpKind::CallForward { args, tangents, .. } => {
            args.iter_mut().for_each(|arg| arg_mut(arg, f));
            if let Some(tangents) = tangents {
                tangents.directions.iter_mut().for_each(|direction| direction_mut(direction, f));
            }
        }
        OpKind::CallReverse { args, kept, seed, slots, tangents, .. } => {
            args.iter_mut().for_each(|arg| arg_mut(arg, f));
            f(kept);
            shape_mut(seed, f);
            slots.iter_mut().for_each(|slot| slot_mut(slot, f));
            if let Some(tangents) = tangents {
                tangents.directions.iter_mut().for_each(|direction| direction_mut(direction, f));
                shape_mut(&mut tangents.seed, f);
                tangents.slots.iter_mut().for_each(|slot| slot_mut(slot, f));
            }
        }
        OpKind::CallSweep { args, seed, slots, tangents, .. } => {
            args.iter_mut().for_each(|arg| arg_mut(arg, f));
            shape_mut(seed, f);
            slots.iter_mut().for_each(|slot| slot_mut(slot, f));
            if let Some(tangents) = tangents {
                tangents.directions.iter_mut().for_each(|direction| direction_mut(direction, f));
                shape_mut(&mut tangents.seed, f);
                tangents.slots.iter_mut().for_each(|slot| slot_mut(slot, f));
            }
        }
        OpKind::CallTangent { args, directions, .. } => {
            args.iter_mut().for_each(|arg| arg_mut(arg, f));
            directions.iter_mut().for_each(|direction| direction_mut(direction, f));
        }
        OpKind::If { cond, .. } => f(cond),
        OpKind::For(l) => {
            let For { range, inits, .. } = &mut **l;
            f(&mut range.start);
            f(&mut range.end);
            for adaptor in &mut range.adaptors {
                match adaptor {
                    Adaptor::StepBy(value) | Adaptor::Take(value) => f(value),
                    Adaptor::Rev => {}
                }
            }
            inits.iter_mut().for_each(f);
        }
        OpKind::While(w) => w.inits.iter_mut().for_each(f),
        OpKind::Sort(sort) => f(&mut sort.len),
        OpKind::Push { fields, .. } => fields.iter_mut().for_each(|var| var_mut(var, f)),
        OpKind::Effect { bindings, .. } => {
            bindings.iter_mut().for_each(|(_, var)| var_mut(var, f));
        }
    }
}

fn var_mut(var: &mut Var, f: &mut impl FnMut(&mut ValueId)) {
    if let Var::Value(value) = var {
        f(value);
    }
}

fn shape_mut(shape: &mut Shape, f: &mut impl FnMut(&mut ValueId)) {
    match shape {
        Shape::Unit => {}
        Shape::Var(var) => var_mut(var, f),
        Shape::Tuple(of) => of.iter_mut().for_each(|shape| shape_mut(shape, f)),
    }
}

fn place_mut(place: &mut Place, f: &mut impl FnMut(&mut ValueId)) {
    for step in &mut place.path {
        match step {
            Step::Index(index) => f(index),
            Step::Range { start, end, .. } => {
                start.iter_mut().for_each(&mut *f);
                end.iter_mut().for_each(&mut *f);
            }
            Step::Field(_) | Step::Member(_) | Step::Payload { .. } => {}
        }
    }
}

fn init_mut(init: &mut Init, f: &mut impl FnMut(&mut ValueId)) {
    match init {
        Init::Repeat { value, lens } => {
            f(value);
            lens.iter_mut().for_each(f);
        }
        Init::RepeatPlace { place, lens } => {
            place_mut(place, f);
            lens.iter_mut().for_each(f);
        }
        Init::List(items) => items.iter_mut().for_each(|item| init_mut(item, f)),
        Init::Record { fields, .. } => fields.iter_mut().for_each(|(_, item)| init_mut(item, f)),
        Init::Value(value) | Init::Capacity(value) => f(value),
        Init::Copy(place) | Init::ZeroLike(place) => place_mut(place, f),
        Init::Global(_) | Init::Empty => {}
    }
}

fn arg_mut(arg: &mut Arg, f: &mut impl FnMut(&mut ValueId)) {
    match arg {
        Arg::Value(value) | Arg::Reference(value) | Arg::InOut { input: value, .. } => f(value),
        Arg::Memory { place, .. } => place_mut(place, f),
        Arg::Tokens(_) => {}
        Arg::Tuple(args) => args.iter_mut().for_each(|arg| arg_mut(arg, f)),
    }
}

fn slot_mut(slot: &mut Slot, f: &mut impl FnMut(&mut ValueId)) {
    match slot {
        Slot::Inactive | Slot::Value(_) => {}
        Slot::Memory(place) => place_mut(place, f),
        Slot::InOut { input, .. } => f(input),
        Slot::Tuple(slots) => slots.iter_mut().for_each(|slot| slot_mut(slot, f)),
    }
}

fn direction_mut(direction: &mut Direction, f: &mut impl FnMut(&mut ValueId)) {
    match direction {
        Direction::Zero => {}
        Direction::Value(value) | Direction::InOut { input: value, .. } => f(value),
        Direction::Memory(place) => place_mut(place, f),
        Direction::Tuple(of) => of.iter_mut().for_each(|direction| direction_mut(direction, f)),
    }
}

/// Renames the one scalar that an operation without regions defines.
pub fn set_scalar_result(op: &mut Op, value: ValueId) {
    match &mut op.kind {
        OpKind::Const { out, .. }
        | OpKind::Rule { out, .. }
        | OpKind::Compare { out, .. }
        | OpKind::Not { out, .. }
        | OpKind::Cast { out, .. }
        | OpKind::Opaque { out, .. }
        | OpKind::Select { out, .. }
        | OpKind::Len { out, .. }
        | OpKind::Matches { out, .. }
        | OpKind::Load { out, .. }
        | OpKind::Some { out, .. }
        | OpKind::None { out }
        | OpKind::Unwrap { out, .. } => *out = value,
        _ => {}
    }
}

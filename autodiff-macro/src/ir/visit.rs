//! What an operation reads, defines and writes: the one place that knows the operands of every kind.

mod few;
mod rename;

pub use self::{
    few::Few,
    rename::{map_function, map_op_uses, map_shape, map_uses, set_scalar_result},
};

use super::{
    Adaptor, Arg, Direction, Growth, Init, MemoryId, Op, OpKind, Passing, Permutation, Place,
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
    pub uses: Few<ValueId>,
    pub places: Vec<(Place, Access)>,
    pub defines: Few<Var>,
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
        Step::Field(_) | Step::Member(_) | Step::Deref | Step::Payload { .. } => {
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
        OpKind::CallSlopes { args, result, one, slopes, .. } => {
            args.iter().for_each(|arg| o.arg(arg));
            o.value(*one);
            o.defines.push(Var::Value(*result));
            slopes.iter().for_each(|slot| o.slot(slot));
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

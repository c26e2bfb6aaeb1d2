//! Tangents of arrays, slices and vectors, and of what is written to them.

use proc_macro2::Span;

use super::Forward;
use crate::ir::{
    Constant, Float, Function, Growth, Init, MemoryId, MemoryInfo, Op, OpKind, Origin, Place, Step,
    Type, ValueId, Var,
};

impl Forward<'_> {
    pub(super) fn memory_op(&mut self, op: &Op, ops: &mut Vec<Op>) {
        let span = op.span;
        let mut push = |kind| ops.push(Op { kind, span });
        match &op.kind {
            OpKind::Load { out, place } => {
                if let (true, Some(place)) = (self.active(*out), self.tangent_place(place)) {
                    let tangent = self.fresh(*out);
                    // A field that is only cast to a float, so that it may be an integer, whose tangent is zero.
                    let in_struct = is_in_struct(&place);
                    let ty = &mut self.function.values[tangent.index()].ty;
                    if in_struct && *ty == Type::Unknown {
                        *ty = Type::Float(Float::F64);
                    }
                    push(OpKind::Load { out: tangent, place });
                    self.set(*out, Some(tangent));
                }
            }
            OpKind::Store { place, value } => {
                let ty = &self.function.value(*value).ty;
                let no_number = matches!(ty, Type::Int(_) | Type::Bool | Type::Opaque);
                if let Some(place) = self.tangent_place(place)
                    // Such a field has no tangent.
                    && !(no_number && has_no_tangent(&self.function, &place))
                {
                    let value = self.materialise(*value, ops, span);
                    ops.push(Op { kind: OpKind::Store { place, value }, span });
                }
            }
            OpKind::Accumulate { place, value } => {
                if let (Some(place), Some(value)) =
                    (self.tangent_place(place), self.tangent(*value))
                {
                    push(OpKind::Accumulate { place, value });
                }
            }
            OpKind::Fill { place, value } => {
                if let Some(place) = self.tangent_place(place) {
                    let value = self.materialise(*value, ops, span);
                    ops.push(Op { kind: OpKind::Fill { place, value }, span });
                }
            }
            OpKind::Copy { to, from } => {
                if let Some(to) = self.tangent_place(to) {
                    match self.tangent_place(from) {
                        Some(from) => push(OpKind::Copy { to, from }),
                        None => self.clear(to, from, ops, span),
                    }
                }
            }
            OpKind::AddAll { to, from } => {
                if let (Some(to), Some(from)) = (self.tangent_place(to), self.tangent_place(from)) {
                    push(OpKind::AddAll { to, from });
                }
            }
            OpKind::Swap { place, at } => {
                if let Some(place) = self.tangent_place(place) {
                    push(OpKind::Swap { place, at: *at });
                }
            }
            OpKind::Alloc { memory, init } if has_record(init) => {
                if self.activity.memory(*memory) {
                    let tangent = self.zeros(*memory, ops, span);
                    self.set_memory(*memory, tangent);
                    self.add_init(tangent.into(), init, ops, span);
                }
            }
            OpKind::Alloc { memory, init } => {
                if self.activity.memory(*memory) {
                    let init = self.init(init, ops, span);
                    let ty = self.function.memory(*memory).ty.clone();
                    let tangent = self.fresh_memory(*memory, ty, Origin::Local);
                    ops.push(Op { kind: OpKind::Alloc { memory: tangent, init }, span });
                    self.set_memory(*memory, tangent);
                }
            }
            OpKind::View { memory, of } => {
                if let Some(of) = self.tangent_place(of) {
                    let tangent = self.fresh_view(*memory, &of);
                    push(OpKind::View { memory: tangent, of });
                }
            }
            OpKind::Split { memories, of, at } => {
                if let Some(of) = self.tangent_place(of) {
                    let ranges = [(None, Some(*at)), (Some(*at), None)];
                    let mut halves = memories.iter().zip(ranges).map(|(memory, (start, end))| {
                        let mut of = of.clone();
                        of.path.push(Step::Range { start, end, inclusive: false });
                        self.fresh_view(*memory, &of)
                    });
                    let memories = [0; 2].map(|_| halves.next().expect("two halves"));
                    push(OpKind::Split { memories, of, at: *at });
                }
            }
            OpKind::Vector { place, growth } => {
                if let Some(place) = self.tangent_place(place) {
                    let growth = self.growth(growth, ops, span);
                    ops.push(Op { kind: OpKind::Vector { place, growth }, span });
                }
            }
            OpKind::Permute { place, by } => {
                if let Some(place) = self.tangent_place(place) {
                    push(OpKind::Permute { place, by: by.clone() });
                }
            }
            _ => unreachable!("not an operation on memory"),
        }
    }

    /// The tangent of a vector has its length.
    fn growth(&mut self, growth: &Growth, ops: &mut Vec<Op>, span: Span) -> Growth {
        match growth {
            Growth::Push(item) => Growth::Push(self.init(item, ops, span)),
            Growth::Pop { out: Some(Var::Value(out)) } if self.active(*out) => {
                let tangent = self.fresh(*out);
                self.set(*out, Some(tangent));
                Growth::Pop { out: Some(Var::Value(tangent)) }
            }
            Growth::Pop { out: Some(Var::Memory(out)) } if self.activity.memory(*out) => {
                let ty = self.function.memory(*out).ty.clone();
                let tangent = self.fresh_memory(*out, ty, Origin::Local);
                self.set_memory(*out, tangent);
                Growth::Pop { out: Some(Var::Memory(tangent)) }
            }
            Growth::Pop { .. } => Growth::Pop { out: None },
            Growth::Extend(from) => Growth::Extend(match self.tangent_place(from) {
                Some(from) => from,
                None => self.zero_copy(from, ops, span).into(),
            }),
            Growth::Truncate(len) => Growth::Truncate(*len),
            Growth::Resize { len, value } => {
                Growth::Resize { len: *len, value: self.materialise(*value, ops, span) }
            }
        }
    }

    /// `to` becomes zero; `like` has its shape.
    fn clear(&mut self, to: Place, like: &Place, ops: &mut Vec<Op>, span: Span) {
        let leaf = leaf(self.function.place_type(&to));
        // What is an enum or has vectors in it takes on the shape of what it becomes, too.
        let zero = if leaf.is_open() { None } else { self.zero(&leaf, ops, span) };
        match zero {
            Some(value) => ops.push(Op { kind: OpKind::Fill { place: to, value }, span }),
            // Elements of several types.
            None => {
                let memory = self.zero_copy(like, ops, span);
                ops.push(Op { kind: OpKind::Copy { to, from: memory.into() }, span });
            }
        }
    }

    fn fresh_view(&mut self, memory: MemoryId, of: &Place) -> MemoryId {
        let ty = self.function.memory(memory).ty.clone();
        let tangent = self.fresh_memory(memory, ty, Origin::View(of.clone()));
        self.set_memory(memory, tangent);
        tangent
    }

    /// A new memory of zeros in the shape of `memory`.
    pub(super) fn zeros(&mut self, memory: MemoryId, ops: &mut Vec<Op>, span: Span) -> MemoryId {
        let ty = owned(self.function.memory(memory).ty.clone());
        let tangent = self.fresh_memory(memory, ty, Origin::Local);
        let init = Init::ZeroLike(memory.into());
        ops.push(Op { kind: OpKind::Alloc { memory: tangent, init }, span });
        tangent
    }

    fn zero_copy(&mut self, place: &Place, ops: &mut Vec<Op>, span: Span) -> MemoryId {
        let ty = owned(self.function.place_type(place));
        let memory = self.fresh_memory(place.memory, ty, Origin::Local);
        let init = Init::ZeroLike(place.clone());
        ops.push(Op { kind: OpKind::Alloc { memory, init }, span });
        memory
    }

    /// The tangent as a memory, where one must exist.
    pub(super) fn materialise_memory(
        &mut self,
        memory: MemoryId,
        ops: &mut Vec<Op>,
        span: Span,
    ) -> MemoryId {
        match self.tangent_memory(memory) {
            Some(tangent) => tangent,
            None => self.zeros(memory, ops, span),
        }
    }

    /// What the tangent of a new memory starts as.
    fn init(&mut self, init: &Init, ops: &mut Vec<Op>, span: Span) -> Init {
        match init {
            Init::Repeat { value, lens } => {
                Init::Repeat { value: self.part(*value, ops, span), lens: lens.clone() }
            }
            Init::List(items) => {
                Init::List(items.iter().map(|item| self.init(item, ops, span)).collect())
            }
            // See `add_init`: the macro cannot name the tangent's constructor.
            Init::Record { .. } => Init::Empty,
            Init::Value(value) => Init::Value(self.part(*value, ops, span)),
            Init::RepeatPlace { place, lens } => {
                let place = match self.tangent_place(place) {
                    Some(place) => place,
                    None => self.zero_copy(place, ops, span).into(),
                };
                Init::RepeatPlace { place, lens: lens.clone() }
            }
            Init::Copy(place) => match self.tangent_place(place) {
                Some(place) => Init::Copy(place),
                None => Init::ZeroLike(place.clone()),
            },
            Init::ZeroLike(place) => Init::ZeroLike(place.clone()),
            // Never active: nothing reads the tangent of a constant.
            Init::Capacity(len) => Init::Capacity(*len),
            Init::Global(_) | Init::Empty => Init::Empty,
        }
    }

    /// The tangent of what becomes a part of a memory.
    fn part(&mut self, value: ValueId, ops: &mut Vec<Op>, span: Span) -> ValueId {
        match self.function.value(value).ty {
            Type::Int(_) | Type::Bool | Type::Opaque => {
                let none = Constant::None;
                let mut cursor = self.cursor(ops, span);
                let out = cursor.function.new_value(Type::Opaque, None, span);
                cursor.push(OpKind::Const { out, value: none });
                out
            }
            _ => self.materialise(value, ops, span),
        }
    }

    /// Adds the tangent of what a new memory begins with to its zeros.
    fn add_init(&mut self, place: Place, init: &Init, ops: &mut Vec<Op>, span: Span) {
        let push = |ops: &mut Vec<Op>, kind| ops.push(Op { kind, span });
        match init {
            Init::Value(value) => {
                if let Some(value) = self.tangent(*value) {
                    push(ops, OpKind::Accumulate { place, value });
                }
            }
            Init::Copy(from) => {
                if let Some(from) = self.tangent_place(from) {
                    push(ops, OpKind::AddAll { to: place, from });
                }
            }
            Init::Repeat { value, .. } => {
                if let Some(value) = self.tangent(*value) {
                    push(ops, OpKind::Fill { place, value });
                }
            }
            Init::RepeatPlace { .. } => {
                let init = self.init(init, ops, span);
                let memory = self.function.new_memory(MemoryInfo {
                    ty: self.function.place_type(&place),
                    name: None,
                    mutable: false,
                    origin: Origin::Local,
                    span,
                });
                push(ops, OpKind::Alloc { memory, init });
                push(ops, OpKind::AddAll { to: place, from: memory.into() });
            }
            Init::List(items) => {
                let is_tuple = matches!(self.function.place_type(&place), Type::Tuple(_));
                for (i, item) in items.iter().enumerate() {
                    let mut element = place.clone();
                    element.path.push(if is_tuple {
                        Step::Field(i as u32)
                    } else {
                        let usize = Type::Int(crate::ir::Int::Usize);
                        Step::Index(self.cursor(ops, span).int(i as i128, usize))
                    });
                    self.add_init(element, item, ops, span);
                }
            }
            Init::Record { path, fields } => {
                for (member, item) in fields {
                    let mut field = place.clone();
                    field.path.push(Step::of_literal(path, member).into_tangent());
                    self.add_init(field, item, ops, span);
                }
            }
            Init::ZeroLike(_) | Init::Global(_) | Init::Capacity(_) | Init::Empty => {}
        }
    }

    pub(super) fn assign(&mut self, to: MemoryId, from: MemoryId, span: Span, ops: &mut Vec<Op>) {
        if let Some(to) = self.tangent_memory(to) {
            let from = self.materialise_memory(from, ops, span);
            ops.push(Op { kind: OpKind::Assign { to, from }, span });
        }
    }
}

/// The type of something of one's own in the shape of what may be borrowed.
fn owned(ty: Type) -> Type {
    match ty {
        Type::Slice(of) => Type::Vec(of),
        ty => ty,
    }
}

/// The type of the scalars in a memory of one type of scalars.
fn leaf(ty: Type) -> Type {
    match ty {
        Type::Array(of, _) | Type::Slice(of) | Type::Vec(of) => leaf(*of),
        ty => ty,
    }
}

/// Whether a struct is made in it.
fn has_record(init: &Init) -> bool {
    match init {
        Init::Record { .. } => true,
        Init::List(items) => items.iter().any(has_record),
        _ => false,
    }
}

/// Whether it is a field of a struct or of a tuple.
fn has_no_tangent(function: &Function, place: &Place) -> bool {
    is_in_struct(place) || function.place_type(place) == Type::Opaque
}

fn is_in_struct(place: &Place) -> bool {
    place.path.iter().any(|step| matches!(step, Step::Member(_)))
}

//! The adjoints of vectors that grow and shrink, and undoing what they did.
//!
//! The adjoint has the length of the vector at every point: where the forward sweep pushes, the reverse sweep pops. Of the
//! vector itself nothing is saved unless the reverse sweep reads what is lost.

use super::{Point, Site, Sweep};
use crate::ir::{
    Constant, Float, Growth, Init, Int, MemoryId, MemoryInfo, Op, OpKind, Origin, Place, Step,
    Type, ValueId, Var,
};
use crate::rules::Rule;

const USIZE: Type = Type::Int(Int::Usize);

impl Sweep<'_> {
    pub(super) fn vector(&mut self, op: &Op, point: Point) {
        let OpKind::Vector { place, growth } = &op.kind else { return };
        // Before anything is undone: the adjoint begins in the shape that the vector has after this operation.
        let adjoint = self.activity.memory(place.memory).then(|| self.adjoint_place(place));
        if self.must_restore(op, point) {
            self.restore_vector(place, growth);
        }
        if let Some(adjoint) = adjoint {
            self.vector_adjoint(place, adjoint, growth);
        }
    }

    fn vector_adjoint(&mut self, place: &Place, adjoint: Place, growth: &Growth) {
        match growth {
            Growth::Push(Init::Value(value)) if self.activity.value(*value) => {
                let ty = self.function.place_type(&adjoint);
                let ty = ty.element().cloned().unwrap_or(Type::Float(Float::F64));
                let d = self.function.new_value(ty, None, self.span);
                self.grow(adjoint, Growth::Pop { out: Some(Var::Value(d)) });
                self.name_adjoint(d, *value);
                self.add_adjoint(*value, d);
            }
            Growth::Push(item) => {
                if self.active_init(item) {
                    let last = self.last(&adjoint);
                    self.init_adjoint(&last, item);
                }
                self.grow(adjoint, Growth::Pop { out: None });
            }
            Growth::Pop { out } => {
                let item = match out {
                    Some(Var::Memory(out)) if self.activity.memory(*out) => {
                        Init::Copy(self.adjoint_memory(*out).into())
                    }
                    Some(Var::Memory(_)) if self.rows_have_lengths(&adjoint) => {
                        let popped = self.popped(place);
                        let zeros = self.reverse_zeros(popped);
                        return self.grow(adjoint, Growth::Extend(zeros.into()));
                    }
                    Some(Var::Memory(_)) => self.zero_item(&adjoint),
                    Some(Var::Value(out)) => match self.adjoint(*out) {
                        Some(d) => Init::Value(d),
                        None => self.zero_item(&adjoint),
                    },
                    None => self.zero_item(&adjoint),
                };
                self.grow(adjoint, Growth::Push(item));
            }
            Growth::Extend(from) => {
                let before = self.length_before(place);
                let before = self.primal_value(before);
                if self.activity.memory(from.memory) {
                    let from = self.adjoint_place(from);
                    let added = since(&adjoint, before);
                    self.add_all(from, added);
                }
                self.grow(adjoint, Growth::Truncate(before));
            }
            Growth::Truncate(len) => {
                if self.rows_have_lengths(&adjoint) {
                    let dropped = self.dropped(place, *len);
                    let like = self.old_memory(&dropped);
                    let zeros = self.reverse_zeros(like);
                    self.grow(adjoint, Growth::Extend(zeros.into()));
                    return;
                }
                let before = self.length_before(place);
                let before = self.primal_value(before);
                self.resize_adjoint(adjoint, before);
            }
            Growth::Resize { value, .. } => {
                let before = self.length_before(place);
                let before = self.primal_value(before);
                if self.activity.value(*value) {
                    let len = self.function.new_value(USIZE, None, self.span);
                    self.emit(OpKind::Len { out: len, place: adjoint.clone() });
                    let least = self.function.new_value(USIZE, None, self.span);
                    let args = vec![before, len];
                    self.emit(OpKind::Rule { out: least, rule: Rule::Min, args });
                    let d = self.sum(&since(&adjoint, least));
                    self.add_adjoint(*value, d);
                }
                self.resize_adjoint(adjoint, before);
            }
        }
    }

    fn grow(&mut self, place: Place, growth: Growth) {
        self.emit(OpKind::Vector { place, growth });
    }

    /// The adjoint gets the length `len`; what is new is zero.
    fn resize_adjoint(&mut self, adjoint: Place, len: ValueId) {
        let value = self.element_zero(&adjoint);
        self.grow(adjoint, Growth::Resize { len, value });
    }

    fn element_zero(&mut self, vector: &Place) -> ValueId {
        let mut ty = self.function.place_type(vector);
        while let Some(element) = ty.element() {
            ty = element.clone();
        }
        self.zero(ty)
    }

    fn zero_item(&mut self, vector: &Place) -> Init {
        Init::Repeat { value: self.element_zero(vector), lens: Vec::new() }
    }

    /// Whether the elements are not of one size.
    pub(super) fn rows_have_lengths(&self, vector: &Place) -> bool {
        let mut ty = self.function.place_type(vector);
        if let Some(of) = ty.element() {
            ty = of.clone();
        }
        while let Type::Array(of, _) = ty {
            ty = *of;
        }
        !(ty.is_float() || ty.is_int() || ty == Type::Bool)
    }

    /// What stands for the adjoint of a memory that no derivative goes through, in the shape it has at a point of the
    /// forward sweep; later it may have another length.
    pub(super) fn zeros_at(&mut self, memory: MemoryId, point: Point) -> MemoryId {
        let info = self.function.memory(memory).clone();
        let zeros =
            self.function.new_memory(MemoryInfo { origin: Origin::Local, mutable: true, ..info });
        let pos = point.pos.checked_sub(1);
        self.gained.insert(Var::Memory(zeros), Site { region: point.region, pos });
        let kind = OpKind::Alloc { memory: zeros, init: Init::ZeroLike(memory.into()) };
        self.inserted.entry(point).or_default().insert(0, Op { kind, span: self.span });
        let kept = self.saved_memory(zeros);
        self.reverse_zeros(kept)
    }

    /// Whether [`Self::zeros_at`] is needed: zeros in the shape it has in the end would not do.
    pub(super) fn inactive_and_grows(&self, memory: MemoryId) -> bool {
        !self.activity.memory(memory) && self.scopes.replaced(&self.storage, memory)
    }

    fn reverse_zeros(&mut self, like: MemoryId) -> MemoryId {
        let info = self.function.memory(like).clone();
        let zeros =
            self.function.new_memory(MemoryInfo { origin: Origin::Local, mutable: true, ..info });
        self.emit(OpKind::Alloc { memory: zeros, init: Init::ZeroLike(like.into()) });
        zeros
    }

    /// The last element, in the reverse sweep.
    fn last(&mut self, vector: &Place) -> Place {
        let len = self.function.new_value(USIZE, None, self.span);
        self.emit(OpKind::Len { out: len, place: vector.clone() });
        let one = self.cursor().int(1, USIZE);
        let last = self.function.new_value(USIZE, None, self.span);
        self.emit(OpKind::Rule { out: last, rule: Rule::Sub, args: vec![len, one] });
        let mut place = vector.clone();
        place.path.push(Step::Index(last));
        place
    }

    /// What a vector of the forward sweep loses when it is truncated to `len`, before that.
    fn dropped(&mut self, vector: &Place, len: ValueId) -> Place {
        let before = self.length_before(vector);
        let least = self.insert_rule(Rule::Min, vec![len, before]);
        since(vector, least)
    }

    /// What is about to be popped, as a vector of one element that the forward sweep keeps.
    fn popped(&mut self, vector: &Place) -> MemoryId {
        let before = self.length_before(vector);
        let one = self.function.new_value(USIZE, None, self.span);
        let constant = OpKind::Const { out: one, value: Constant::Int(1) };
        self.insert_before(constant, Var::Value(one));
        let last = self.insert_rule(Rule::Sub, vec![before, one]);
        self.old_memory(&since(vector, last))
    }

    fn insert_rule(&mut self, rule: Rule, args: Vec<ValueId>) -> ValueId {
        let out = self.function.new_value(USIZE, None, self.span);
        self.insert_before(OpKind::Rule { out, rule, args }, Var::Value(out));
        out
    }

    /// The content before the operation, which has not been overwritten but lost.
    fn restore_vector(&mut self, vector: &Place, growth: &Growth) {
        match growth {
            Growth::Push(_) => {
                let vector = self.primal_place(vector);
                self.grow(vector, Growth::Pop { out: None });
            }
            Growth::Pop { out: Some(Var::Value(out)) } => {
                let value = self.saved_value(*out);
                let vector = self.primal_place(vector);
                self.grow(vector, Growth::Push(Init::Value(value)));
            }
            Growth::Pop { .. } => {
                let popped = self.popped(vector);
                let vector = self.primal_place(vector);
                self.grow(vector, Growth::Extend(popped.into()));
            }
            Growth::Extend(_) => {
                let before = self.length_before(vector);
                let before = self.primal_value(before);
                let vector = self.primal_place(vector);
                self.grow(vector, Growth::Truncate(before));
            }
            Growth::Truncate(len) | Growth::Resize { len, .. } => {
                let before = self.length_before(vector);
                let least = self.insert_rule(Rule::Min, vec![*len, before]);
                let tail = self.old_memory(&since(vector, least));
                let least = self.saved_value(least);
                let vector = self.primal_place(vector);
                self.grow(vector.clone(), Growth::Truncate(least));
                self.grow(vector, Growth::Extend(tail.into()));
            }
        }
    }
}

/// The elements from `start` on.
fn since(vector: &Place, start: ValueId) -> Place {
    let mut place = vector.clone();
    place.path.push(Step::Range { start: Some(start), end: None, inclusive: false });
    place
}

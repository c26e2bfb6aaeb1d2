//! Several directions, or several seeds, at once.
//!
//! What a sweep does with tangents and adjoints is linear in them: they are added, and multiplied and divided by numbers of
//! the primal. So a batched sweep is the single one with other types: [`widen`] finds what depends on the directions or
//! the seeds, makes lanes of it, and leaves the rest as it is, which is computed once. Where something that does not depend
//! on them meets lanes (a zero), it is put in every lane.

mod found;

use proc_macro2::{Ident, Span};
use quote::{ToTokens, quote};

use self::found::Found;
use crate::{
    ir::{
        Callee, Constant, Direction, Float, Function, Growth, Init, MemoryId, Op, OpKind, Region,
        Role, Shape, Slot, Type, TypeName, ValueId, Var, visit,
    },
    maps::HashMap,
    rules::Rule,
};

/// Why a function has no batched sweeps: something at this place.
pub type Refused = Span;

/// `of` with lanes in the place of tangents and adjoints; `count` is the name of their number.
pub fn widen(of: &Function, count: &Ident) -> Result<Function, Refused> {
    let mut found = Found::new(of);
    found.roots(|role| {
        matches!(role, Role::Seed | Role::Adjoint(_) | Role::Tangent(_) | Role::ResultTangent)
    });
    widened(found, count)
}

/// The same of a second derivative: along several directions, with one seed.
pub fn widen_second(of: &Function, count: &Ident) -> Result<Function, Refused> {
    let mut found = Found::new(of);
    found.roots(|role| {
        matches!(role, Role::Tangent(_) | Role::ResultTangent | Role::AdjointTangent(_))
    });
    widened(found, count)
}

fn widened(mut found: Found, count: &Ident) -> Result<Function, Refused> {
    let of = found.function;
    loop {
        let before = found.size();
        found.region(&of.body)?;
        if found.size() == before {
            break;
        }
    }
    let mut function = of.clone();
    let element = Element { count };
    for value in &found.values {
        let info = &mut function.values[value.index()];
        info.ty = element.lanes(&info.ty).ok_or(info.span)?;
    }
    for i in 0..function.memories.len() {
        if found.memories.contains(&of.root(MemoryId(i as u32))) {
            let info = &mut function.memories[i];
            info.ty = element.lanes(&info.ty).ok_or(info.span)?;
        }
    }
    for (tape, field) in &found.fields {
        let ty = &mut function.tapes[tape.index()].fields[*field];
        *ty = element.lanes(ty).ok_or_else(Span::call_site)?;
    }
    let mut widen = Widen { found, element, constants: constants(of), function, refused: None };
    let mut body = std::mem::take(&mut widen.function.body);
    let cut = widen.function.cut.min(body.ops.len());
    let reverse = body.ops.split_off(cut);
    let mut ops = Vec::new();
    for op in body.ops {
        widen.op(op, &mut ops)?;
    }
    widen.function.cut = ops.len();
    for op in reverse {
        widen.op(op, &mut ops)?;
    }
    widen.outputs(&mut ops);
    if let Some(refused) = widen.refused {
        return Err(refused);
    }
    body.ops = ops;
    widen.function.body = body;
    Ok(widen.function)
}

/// Whether the derivatives of other functions are called, which have batched sweeps only if they are asked for.
pub fn calls(function: &Function) -> bool {
    let mut calls = false;
    visit::walk(&function.body, &mut |op| {
        calls |= matches!(op.kind, OpKind::CallReverse { .. } | OpKind::CallTangent { .. });
    });
    calls
}

/// The type of lanes of a float.
struct Element<'a> {
    count: &'a Ident,
}

impl Element<'_> {
    /// `None` where a number has a type that is not seen.
    fn lanes(&self, ty: &Type) -> Option<Type> {
        let count = self.count;
        Some(match ty {
            Type::Float(float) => {
                let of = match float {
                    Float::F32 => quote!(f32),
                    Float::F64 | Float::Literal => quote!(f64),
                    Float::Generic(_) | Float::Alias(_) | Float::Lanes(_) => return None,
                };
                Type::Float(Float::Lanes(TypeName::new(quote!(#of, #count).into_token_stream())))
            }
            Type::Array(of, length) => Type::Array(Box::new(self.lanes(of)?), length.clone()),
            Type::Slice(of) => Type::Slice(Box::new(self.lanes(of)?)),
            Type::Vec(of) => Type::Vec(Box::new(self.lanes(of)?)),
            Type::Tuple(of) => {
                Type::Tuple(of.iter().map(|ty| self.lanes(ty)).collect::<Option<_>>()?)
            }
            // Beside floats in a tuple.
            Type::Int(_) | Type::Bool | Type::Opaque => ty.clone(),
            Type::Kept(_)
            | Type::KeptTangent(_)
            | Type::Option(_)
            | Type::Named(_)
            | Type::Unknown => return None,
        })
    }
}

fn constants(function: &Function) -> HashMap<ValueId, Constant> {
    let mut constants = HashMap::default();
    visit::walk(&function.body, &mut |op| {
        if let OpKind::Const { out, value } = &op.kind {
            constants.insert(*out, value.clone());
        }
    });
    constants
}

struct Widen<'a> {
    found: Found<'a>,
    element: Element<'a>,
    constants: HashMap<ValueId, Constant>,
    function: Function,
    refused: Option<Refused>,
}

impl Widen<'_> {
    fn is(&self, value: ValueId) -> bool {
        self.found.is(value)
    }

    /// The value in every lane, if it is not lanes already.
    fn splat(&mut self, value: ValueId, span: Span, ops: &mut Vec<Op>) -> ValueId {
        if self.is(value) {
            return value;
        }
        let Some(ty) = self.element.lanes(&self.function.value(value).ty) else {
            // A number whose type is not seen.
            self.refused.get_or_insert(span);
            return value;
        };
        // The zero of all parts of a tuple bears the tuple's type.
        let ty = match (ty.is_float(), ty.lanes()) {
            (false, Some(lanes)) if self.constants.contains_key(&value) => {
                Type::Float(Float::Lanes(lanes))
            }
            (true, _) => ty,
            (false, _) => return value,
        };
        let out = self.function.new_value(ty.clone(), None, span);
        let kind = match self.constants.get(&value) {
            Some(Constant::Float(number, _)) => {
                OpKind::Const { out, value: Constant::Float(*number, None) }
            }
            _ => OpKind::Cast { out, arg: value, ty },
        };
        ops.push(Op { kind, span });
        self.found.values.insert(out);
        out
    }

    /// What a branch or an iteration yields, where it is lanes outside.
    fn yields(&mut self, region: &mut Region, outs: impl Iterator<Item = Var>, span: Span) {
        let Region { ops, yields, .. } = region;
        for (var, out) in yields.iter_mut().zip(outs) {
            if let (Var::Value(value), true) = (var, self.found.is_var(out)) {
                *value = self.splat(*value, span, ops);
            }
        }
    }

    /// What a loop starts with, where it is lanes in the end.
    fn inits(&mut self, inits: &mut [ValueId], outs: &[ValueId], span: Span, ops: &mut Vec<Op>) {
        for (init, out) in inits.iter_mut().zip(outs) {
            if self.is(*out) {
                *init = self.splat(*init, span, ops);
            }
        }
    }

    fn region(&mut self, region: &mut Region) -> Result<(), Refused> {
        let mut ops = Vec::new();
        for op in std::mem::take(&mut region.ops) {
            self.op(op, &mut ops)?;
        }
        region.ops = ops;
        Ok(())
    }

    fn op(&mut self, mut op: Op, ops: &mut Vec<Op>) -> Result<(), Refused> {
        let span = op.span;
        match &mut op.kind {
            OpKind::Rule { out, rule, args } if self.is(*out) => match (*rule, &mut args[..]) {
                (Rule::Add | Rule::Sub, args) => {
                    for arg in args {
                        *arg = self.splat(*arg, span, ops);
                    }
                }
                (Rule::Mul, [a, b]) if self.is(*a) != self.is(*b) => {
                    // Lanes know how to be multiplied by a number; a generic number does not know lanes.
                    if self.is(*b) {
                        std::mem::swap(a, b);
                    }
                }
                (Rule::Div, [a, b]) if self.is(*a) && !self.is(*b) => {}
                (Rule::Neg | Rule::ToDegrees | Rule::ToRadians, _) => {}
                _ => return Err(span),
            },
            OpKind::Cast { out, ty, .. } if self.found.is(*out) => {
                *ty = self.function.value(*out).ty.clone();
            }
            // Whether a tangent is zero differs from lane to lane: nothing is left out.
            OpKind::Compare { out, args, .. } if args.iter().any(|arg| self.found.is(*arg)) => {
                let (out, value) = (*out, Constant::Bool(false));
                op.kind = OpKind::Const { out, value };
            }
            OpKind::Select { out, args, .. } if self.found.is(*out) => {
                for arg in args {
                    *arg = self.splat(*arg, span, ops);
                }
            }
            OpKind::Store { place, value }
            | OpKind::Accumulate { place, value }
            | OpKind::Fill { place, value }
                if self.found.is_memory(place.memory) =>
            {
                *value = self.splat(*value, span, ops);
            }
            OpKind::Alloc { memory, init } if self.found.is_memory(*memory) => {
                self.init(init, span, ops)?;
            }
            OpKind::Copy { to, from } | OpKind::AddAll { to, from }
                if self.found.is_memory(to.memory) && !self.found.is_memory(from.memory) =>
            {
                return Err(span);
            }
            OpKind::Vector { place, growth } if self.found.is_memory(place.memory) => {
                match growth {
                    Growth::Push(item) => self.init(item, span, ops)?,
                    Growth::Extend(from) if !self.found.is_memory(from.memory) => return Err(span),
                    Growth::Resize { value, .. } => *value = self.splat(*value, span, ops),
                    Growth::Extend(_) | Growth::Pop { .. } | Growth::Truncate(_) => {}
                }
            }
            OpKind::If { then, otherwise, outs, .. } => {
                for region in [then, otherwise] {
                    self.region(region)?;
                    self.yields(region, outs.iter().copied(), span);
                }
            }
            OpKind::For(f) => {
                self.inits(&mut f.inits, &f.outs, span, ops);
                self.region(&mut f.body)?;
                self.yields(&mut f.body, f.outs.iter().copied().map(Var::Value), span);
            }
            OpKind::While(w) => {
                self.inits(&mut w.inits, &w.outs, span, ops);
                self.region(&mut w.cond)?;
                self.region(&mut w.body)?;
                self.yields(&mut w.body, w.outs.iter().copied().map(Var::Value), span);
            }
            OpKind::Push { tape, fields } => {
                for (i, field) in fields.iter_mut().enumerate() {
                    if self.found.fields.contains(&(*tape, i)) {
                        match field {
                            Var::Value(value) => *value = self.splat(*value, span, ops),
                            Var::Memory(memory) if self.found.is_memory(*memory) => {}
                            Var::Memory(_) => return Err(span),
                        }
                    }
                }
            }
            OpKind::CallReverse { callee: Callee::Free(_), seed, slots, .. } => {
                self.output(seed, ops);
                for slot in slots {
                    self.slot(slot, span, ops);
                }
            }
            OpKind::CallTangent { callee: Callee::Free(_), directions, .. } => {
                for direction in directions {
                    self.direction(direction, span, ops);
                }
            }
            _ => {}
        }
        ops.push(op);
        Ok(())
    }

    fn slot(&mut self, slot: &mut Slot, span: Span, ops: &mut Vec<Op>) {
        match slot {
            Slot::InOut { input, .. } => *input = self.splat(*input, span, ops),
            Slot::Tuple(of) => of.iter_mut().for_each(|slot| self.slot(slot, span, ops)),
            Slot::Inactive | Slot::Value(_) | Slot::Memory(_) => {}
        }
    }

    fn direction(&mut self, direction: &mut Direction, span: Span, ops: &mut Vec<Op>) {
        match direction {
            Direction::Value(value) | Direction::InOut { input: value, .. } => {
                *value = self.splat(*value, span, ops);
            }
            Direction::Tuple(of) => {
                of.iter_mut().for_each(|direction| self.direction(direction, span, ops));
            }
            Direction::Zero | Direction::Memory(_) => {}
        }
    }

    fn init(&mut self, init: &mut Init, span: Span, ops: &mut Vec<Op>) -> Result<(), Refused> {
        match init {
            Init::Repeat { value, .. } | Init::Value(value) => {
                *value = self.splat(*value, span, ops);
            }
            Init::List(items) => {
                for item in items {
                    self.init(item, span, ops)?;
                }
            }
            Init::RepeatPlace { place, .. } | Init::Copy(place)
                if !self.found.is_memory(place.memory) =>
            {
                return Err(span);
            }
            Init::Record { .. } | Init::Global(_) => return Err(span),
            Init::RepeatPlace { .. }
            | Init::Copy(_)
            | Init::ZeroLike(_)
            | Init::Capacity(_)
            | Init::Empty => {}
        }
        Ok(())
    }

    /// What is returned in the place of derivatives.
    fn outputs(&mut self, ops: &mut Vec<Op>) {
        let mut outputs = std::mem::take(&mut self.function.outputs);
        for output in &mut outputs {
            if self.found.outputs.contains(&output.role) {
                self.output(&mut output.shape, ops);
            }
        }
        self.function.outputs = outputs;
    }

    fn output(&mut self, shape: &mut Shape, ops: &mut Vec<Op>) {
        match shape {
            Shape::Var(Var::Value(value)) => {
                let span = self.function.value(*value).span;
                *value = self.splat(*value, span, ops);
            }
            Shape::Tuple(of) => of.iter_mut().for_each(|of| self.output(of, ops)),
            Shape::Var(Var::Memory(_)) | Shape::Unit => {}
        }
    }
}

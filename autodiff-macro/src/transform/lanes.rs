//! Several directions, or several seeds, at once.
//!
//! What a sweep does with tangents and adjoints is linear in them: they are added, and multiplied and divided by numbers of
//! the primal. So a batched sweep is the single one with other types: [`widen`] finds what depends on the directions or
//! the seeds, makes lanes of it, and leaves the rest as it is, which is computed once. Where something that does not depend
//! on them meets lanes (a zero), it is put in every lane.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Span};
use quote::{ToTokens, quote};

use crate::{
    ir::{
        Callee, Constant, Direction, Float, Function, Growth, Init, MemoryId, Op, OpKind, Region,
        Role, Slot, TapeId, Type, TypeName, ValueId, Var, visit,
    },
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
    let mut constants = HashMap::new();
    visit::walk(&function.body, &mut |op| {
        if let OpKind::Const { out, value } = &op.kind {
            constants.insert(*out, value.clone());
        }
    });
    constants
}

/// What depends on the directions or the seeds.
struct Found<'a> {
    function: &'a Function,
    values: HashSet<ValueId>,
    /// Roots.
    memories: HashSet<MemoryId>,
    fields: HashSet<(TapeId, usize)>,
    /// The outputs that are lanes.
    outputs: Vec<Role>,
}

impl<'a> Found<'a> {
    fn new(function: &'a Function) -> Found<'a> {
        let (values, memories, fields) = (HashSet::new(), HashSet::new(), HashSet::new());
        Found { function, values, memories, fields, outputs: Vec::new() }
    }

    fn size(&self) -> usize {
        self.values.len() + self.memories.len() + self.fields.len()
    }

    fn roots(&mut self, is_derivative: fn(Role) -> bool) {
        for param in &self.function.params {
            if is_derivative(param.role) {
                for var in visit::shape_vars(&param.shape) {
                    self.add(var);
                }
            }
        }
        for output in &self.function.outputs {
            if is_derivative(output.role) {
                self.outputs.push(output.role);
                for var in visit::shape_vars(&output.shape) {
                    // A value is put in lanes where it is returned.
                    if let Var::Memory(_) = var {
                        self.add(var);
                    }
                }
            }
        }
    }

    fn is(&self, value: ValueId) -> bool {
        self.values.contains(&value)
    }

    fn is_memory(&self, memory: MemoryId) -> bool {
        self.memories.contains(&self.function.root(memory))
    }

    fn is_var(&self, var: Var) -> bool {
        match var {
            Var::Value(value) => self.is(value),
            Var::Memory(memory) => self.is_memory(memory),
        }
    }

    fn add(&mut self, var: Var) {
        match var {
            Var::Value(value) => {
                // An integer beside floats has a tangent in name only.
                if !matches!(
                    self.function.value(value).ty,
                    Type::Int(_) | Type::Bool | Type::Opaque
                ) {
                    self.values.insert(value);
                }
            }
            Var::Memory(memory) => {
                self.memories.insert(self.function.root(memory));
            }
        }
    }

    /// If one of them is, all are.
    fn together(&mut self, vars: &[Var]) {
        if vars.iter().any(|var| self.is_var(*var)) {
            vars.iter().for_each(|var| self.add(*var));
        }
    }

    /// What is made of lanes is lanes; values that go in are not made so.
    fn flow(&mut self, from: &[Var], to: &[Var]) {
        if from.iter().any(|var| self.is_var(*var)) {
            to.iter().for_each(|var| self.add(*var));
        }
    }

    fn region(&mut self, region: &Region) -> Result<(), Refused> {
        region.ops.iter().try_for_each(|op| self.op(op))
    }

    fn op(&mut self, op: &Op) -> Result<(), Refused> {
        let value = |id: &ValueId| Var::Value(*id);
        let memory = |id: &MemoryId| Var::Memory(*id);
        match &op.kind {
            OpKind::Rule { out, args, .. } => {
                let args: Vec<_> = args.iter().map(value).collect();
                self.flow(&args, &[value(out)]);
            }
            OpKind::Cast { out, arg, .. } => self.flow(&[value(arg)], &[value(out)]),
            OpKind::Select { out, args, .. } => {
                self.flow(&args.each_ref().map(value), &[value(out)])
            }
            OpKind::Load { out, place } => {
                if self.function.value(*out).ty.is_float() {
                    self.flow(&[memory(&place.memory)], &[value(out)]);
                }
            }
            OpKind::Store { place, value: from }
            | OpKind::Accumulate { place, value: from }
            | OpKind::Fill { place, value: from } => {
                self.flow(&[value(from)], &[memory(&place.memory)]);
            }
            OpKind::Alloc { memory: to, init } => {
                let mut from = Vec::new();
                sources(init, &mut from);
                self.flow(&from, &[memory(to)]);
            }
            OpKind::Copy { to, from } | OpKind::AddAll { to, from } => {
                self.flow(&[memory(&from.memory)], &[memory(&to.memory)]);
            }
            OpKind::Assign { to, from } => self.together(&[memory(to), memory(from)]),
            OpKind::Vector { place, growth } => {
                let place = memory(&place.memory);
                match growth {
                    Growth::Push(item) => {
                        let mut from = Vec::new();
                        sources(item, &mut from);
                        self.flow(&from, &[place]);
                    }
                    Growth::Pop { out } => out.iter().for_each(|out| self.flow(&[place], &[*out])),
                    Growth::Extend(from) => self.flow(&[memory(&from.memory)], &[place]),
                    Growth::Truncate(_) => {}
                    Growth::Resize { value: with, .. } => self.flow(&[value(with)], &[place]),
                }
            }
            OpKind::If { then, otherwise, outs, .. } => {
                self.region(then)?;
                self.region(otherwise)?;
                for ((out, a), b) in outs.iter().zip(&then.yields).zip(&otherwise.yields) {
                    match out {
                        Var::Value(_) => self.flow(&[*a, *b], &[*out]),
                        Var::Memory(_) => self.together(&[*a, *b, *out]),
                    }
                }
            }
            OpKind::For(f) => {
                if let Some(records) = &f.records {
                    for (i, field) in records.fields.iter().enumerate() {
                        if self.fields.contains(&(records.tape, i)) {
                            self.add(*field);
                        }
                    }
                }
                self.region(&f.body)?;
                self.carried(&f.inits, &[&f.body.params], &f.body.yields, &f.outs);
            }
            OpKind::While(w) => {
                self.region(&w.cond)?;
                self.region(&w.body)?;
                let params: [&[ValueId]; 2] = [&w.cond.params, &w.body.params];
                self.carried(&w.inits, &params, &w.body.yields, &w.outs);
            }
            OpKind::Push { tape, fields } => {
                for (i, field) in fields.iter().enumerate() {
                    if self.is_var(*field) {
                        self.fields.insert((*tape, i));
                    }
                }
            }
            OpKind::View { .. }
            | OpKind::Split { .. }
            | OpKind::Swap { .. }
            | OpKind::Permute { .. }
            | OpKind::Len { .. } => {}
            OpKind::CallReverse {
                callee: Callee::Free(_), seed, slots, tangents: None, ..
            } => {
                for var in visit::shape_vars(seed) {
                    if let Var::Memory(_) = var {
                        self.add(var);
                    }
                }
                slots.iter().for_each(|slot| self.slot(slot));
            }
            OpKind::CallTangent { callee: Callee::Free(_), directions, tangent, .. } => {
                directions.iter().for_each(|direction| self.direction(direction));
                visit::shape_vars(tangent).into_iter().for_each(|var| self.add(var));
            }
            _ => {
                let operands = visit::operands(op);
                let places = operands.places.iter().map(|(place, _)| Var::Memory(place.memory));
                let mut all = operands.uses.iter().map(value).chain(places);
                if all.any(|var| self.is_var(var)) {
                    return Err(op.span);
                }
            }
        }
        Ok(())
    }

    fn slot(&mut self, slot: &Slot) {
        match slot {
            Slot::Inactive => {}
            Slot::Value(value) | Slot::InOut { output: value, .. } => self.add(Var::Value(*value)),
            Slot::Memory(place) => self.add(Var::Memory(place.memory)),
            Slot::Tuple(of) => of.iter().for_each(|slot| self.slot(slot)),
        }
    }

    fn direction(&mut self, direction: &Direction) {
        match direction {
            Direction::Zero | Direction::Value(_) => {}
            Direction::InOut { output, .. } => self.add(Var::Value(*output)),
            Direction::Memory(place) => self.add(Var::Memory(place.memory)),
            Direction::Tuple(of) => of.iter().for_each(|direction| self.direction(direction)),
        }
    }

    fn carried(
        &mut self,
        inits: &[ValueId],
        params: &[&[ValueId]],
        yields: &[Var],
        outs: &[ValueId],
    ) {
        for (i, init) in inits.iter().enumerate() {
            let mut to = vec![Var::Value(outs[i])];
            to.extend(params.iter().map(|params| Var::Value(params[i])));
            let mut from = to.clone();
            from.extend([Var::Value(*init), yields[i]]);
            self.flow(&from, &to);
        }
    }
}

/// The variables that content comes from.
fn sources(init: &Init, to: &mut Vec<Var>) {
    match init {
        Init::Repeat { value, .. } | Init::Value(value) => to.push(Var::Value(*value)),
        Init::RepeatPlace { place, .. } | Init::Copy(place) | Init::ZeroLike(place) => {
            to.push(Var::Memory(place.memory));
        }
        Init::List(items) => items.iter().for_each(|item| sources(item, to)),
        Init::Record { fields, .. } => fields.iter().for_each(|(_, item)| sources(item, to)),
        Init::Global(_) | Init::Capacity(_) | Init::Empty => {}
    }
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

    fn splat_var(&mut self, var: &mut Var, like: Var, span: Span, ops: &mut Vec<Op>) {
        if let (Var::Value(value), true) = (&mut *var, self.found.is_var(like)) {
            *value = self.splat(*value, span, ops);
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
                    let Region { ops, yields, .. } = region;
                    for (var, out) in yields.iter_mut().zip(&*outs) {
                        self.splat_var(var, *out, span, ops);
                    }
                }
            }
            OpKind::For(f) => {
                for (init, out) in f.inits.iter_mut().zip(&f.outs) {
                    if self.is(*out) {
                        *init = self.splat(*init, span, ops);
                    }
                }
                self.region(&mut f.body)?;
                let Region { ops, yields, .. } = &mut f.body;
                for (var, out) in yields.iter_mut().zip(&f.outs) {
                    self.splat_var(var, Var::Value(*out), span, ops);
                }
            }
            OpKind::While(w) => {
                for (init, out) in w.inits.iter_mut().zip(&w.outs) {
                    if self.is(*out) {
                        *init = self.splat(*init, span, ops);
                    }
                }
                self.region(&mut w.cond)?;
                self.region(&mut w.body)?;
                let Region { ops, yields, .. } = &mut w.body;
                for (var, out) in yields.iter_mut().zip(&w.outs) {
                    self.splat_var(var, Var::Value(*out), span, ops);
                }
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

    fn output(&mut self, shape: &mut crate::ir::Shape, ops: &mut Vec<Op>) {
        match shape {
            crate::ir::Shape::Var(Var::Value(value)) => {
                let span = self.function.value(*value).span;
                *value = self.splat(*value, span, ops);
            }
            crate::ir::Shape::Tuple(of) => of.iter_mut().for_each(|of| self.output(of, ops)),
            crate::ir::Shape::Var(Var::Memory(_)) | crate::ir::Shape::Unit => {}
        }
    }
}

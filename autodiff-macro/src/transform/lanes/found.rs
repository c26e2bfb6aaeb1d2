//! What depends on the directions or the seeds: a fixed point over the function.

use super::Refused;
use crate::{
    ir::{
        Callee, Direction, Function, Growth, Init, MemoryId, Op, OpKind, Region, Role, Slot,
        TapeId, Type, ValueId, Var, visit,
    },
    maps::HashSet,
};

/// What depends on the directions or the seeds.
pub(super) struct Found<'a> {
    pub(super) function: &'a Function,
    pub(super) values: HashSet<ValueId>,
    /// Roots.
    pub(super) memories: HashSet<MemoryId>,
    pub(super) fields: HashSet<(TapeId, usize)>,
    /// The outputs that are lanes.
    pub(super) outputs: Vec<Role>,
}

impl<'a> Found<'a> {
    pub(super) fn new(function: &'a Function) -> Found<'a> {
        let (values, memories, fields) =
            (HashSet::default(), HashSet::default(), HashSet::default());
        Found { function, values, memories, fields, outputs: Vec::new() }
    }

    pub(super) fn size(&self) -> usize {
        self.values.len() + self.memories.len() + self.fields.len()
    }

    pub(super) fn roots(&mut self, is_derivative: fn(Role) -> bool) {
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

    pub(super) fn is(&self, value: ValueId) -> bool {
        self.values.contains(&value)
    }

    pub(super) fn is_memory(&self, memory: MemoryId) -> bool {
        self.memories.contains(&self.function.root(memory))
    }

    pub(super) fn is_var(&self, var: Var) -> bool {
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

    pub(super) fn region(&mut self, region: &Region) -> Result<(), Refused> {
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

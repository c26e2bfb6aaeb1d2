//! A body written several times, side by side.

use std::rc::Rc;

use super::{Jam, WIDTH};
use crate::ir::{
    Adaptor, Float, For, Init, Int, Length, MemoryId, MemoryInfo, Op, OpKind, Origin, Place,
    Region, Step, Type, ValueId, Var, visit,
};
use crate::maps::HashMap;

impl Jam<'_> {
    /// The results of all copies in an array.
    pub fn array(
        &mut self,
        of: ValueId,
        copies: &[Names],
        span: proc_macro2::Span,
        out: &mut Vec<Op>,
    ) -> Option<MemoryId> {
        let info = self.function.value(of).clone();
        if !matches!(info.ty, Type::Float(Float::F32 | Float::F64) | Type::Int(Int::Usize)) {
            return None;
        }
        let width = WIDTH as u64;
        let length = Length { tokens: quote::quote!(#WIDTH), known: Some(width) };
        let memory = self.function.new_memory(MemoryInfo {
            ty: Type::Array(Box::new(info.ty), length),
            name: info.name,
            mutable: false,
            origin: Origin::Local,
            span,
        });
        let items = copies.iter().map(|names| Init::Value(names.value(of))).collect();
        out.push(Op { kind: OpKind::Alloc { memory, init: Init::List(items) }, span });
        Some(memory)
    }

    /// The operations for all copies, but once only what is the same in all.
    pub fn all_copies(
        &mut self,
        of: &[&Op],
        copies: &mut [Names],
        out: &mut Vec<Op>,
    ) -> Option<()> {
        for op in of {
            if let OpKind::For(f) = &op.kind {
                self.inner(f, op.span, copies, out)?;
                continue;
            }
            let copied = self.operation_copied(op, &mut copies[0]);
            out.push(copied);
            let operands = visit::operands(op);
            for u in 1..WIDTH {
                let same = |names: &Names| {
                    operands.uses.iter().all(|of| names.value(*of) == copies[0].value(*of))
                        && operands.places.iter().all(|(place, _)| {
                            names.memory(place.memory) == copies[0].memory(place.memory)
                        })
                };
                if !same(&copies[u]) {
                    let copied = self.operation_copied(op, &mut copies[u]);
                    out.push(copied);
                    continue;
                }
                for var in operands.defines.iter() {
                    match (*var, copies[0].var(*var)) {
                        (Var::Value(of), Var::Value(first)) => {
                            copies[u].values.insert(of, first);
                        }
                        (Var::Memory(of), Var::Memory(first)) => {
                            copies[u].memories.insert(of, first);
                        }
                        _ => unreachable!("a copy is of the same kind"),
                    }
                }
            }
        }
        Some(())
    }

    /// One loop for all copies.
    fn inner(
        &mut self,
        f: &For,
        span: proc_macro2::Span,
        copies: &mut [Names],
        out: &mut Vec<Op>,
    ) -> Option<()> {
        let mut range = f.range.clone();
        (range.start, range.end) = (copies[0].value(range.start), copies[0].value(range.end));
        let same = copies.iter().all(|names| {
            [names.value(f.range.start), names.value(f.range.end)] == [range.start, range.end]
        });
        if !same || range.adaptors.iter().any(|of| *of != Adaptor::Rev) {
            return None;
        }
        let index = self.fresh(f.index);
        let (mut inits, mut params, mut outs) = (Vec::new(), Vec::new(), Vec::new());
        for names in copies.iter_mut() {
            inits.extend(f.inits.iter().map(|init| names.value(*init)));
            names.values.insert(f.index, index);
            for param in &f.body.params {
                params.push(self.define(*param, names));
            }
        }
        let mut ops = Vec::new();
        let body: Vec<&Op> = f.body.ops.iter().collect();
        self.all_copies(&body, copies, &mut ops)?;
        let mut yields = Vec::new();
        for names in copies.iter_mut() {
            yields.extend(f.body.yields.iter().map(|var| names.var(*var)));
            for of in &f.outs {
                outs.push(self.define(*of, names));
            }
        }
        let body = Region { params, ops, yields };
        let inner = For { index, range, inits, body, outs, exit: None, records: None };
        out.push(Op { kind: OpKind::For(Box::new(inner)), span });
        Some(())
    }

    /// A value like this one; a copy of one of the primal's is one of the primal's.
    pub fn fresh(&mut self, of: ValueId) -> ValueId {
        let info = self.function.value(of).clone();
        let value = self.function.new_value(info.ty, info.name, info.span);
        if self.primal.has(of) {
            self.is_copy(Var::Value(value));
        }
        value
    }

    fn is_copy(&mut self, var: Var) {
        self.primal.copies = Rc::default();
        Rc::make_mut(&mut self.function.copies).insert(var);
        self.primal.copies = self.function.copies.clone();
    }

    fn region(&mut self, of: &Region, names: &mut Names) -> Region {
        let params = of.params.iter().map(|param| self.define(*param, names)).collect();
        let ops = of.ops.iter().map(|op| self.operation_copied(op, names)).collect();
        let yields = of.yields.iter().map(|var| names.var(*var)).collect();
        Region { params, ops, yields }
    }

    pub fn operation_copied(&mut self, op: &Op, names: &mut Names) -> Op {
        let span = op.span;
        let kind = match &op.kind {
            OpKind::View { memory, of } => {
                let mut info = self.function.memory(*memory).clone();
                let of = names.place(of);
                if let Origin::View(place) = &mut info.origin {
                    *place = names.place(place);
                }
                let primal = self.primal.has_memory(*memory);
                let fresh = self.function.new_memory(info);
                if primal {
                    self.is_copy(Var::Memory(fresh));
                }
                names.memories.insert(*memory, fresh);
                OpKind::View { memory: fresh, of }
            }
            OpKind::If { cond, then, otherwise, outs } => {
                let cond = names.value(*cond);
                let [then, otherwise] = [then, otherwise].map(|arm| self.region(arm, names));
                let outs = outs.iter().map(|out| match out {
                    Var::Value(out) => Var::Value(self.define(*out, names)),
                    Var::Memory(_) => unreachable!("branches here yield values"),
                });
                let outs = outs.collect();
                OpKind::If { cond, then, otherwise, outs }
            }
            OpKind::For(f) => {
                let mut range = f.range.clone();
                range.start = names.value(range.start);
                range.end = names.value(range.end);
                let inits = f.inits.iter().map(|init| names.value(*init)).collect();
                let index = self.define(f.index, names);
                let body = self.region(&f.body, names);
                let outs = f.outs.iter().map(|out| self.define(*out, names)).collect();
                let (exit, records) = (None, None);
                OpKind::For(Box::new(For { index, range, inits, body, outs, exit, records }))
            }
            _ => {
                let mut copy = op.clone();
                visit::map_op_uses(&mut copy, &mut |value| names.value(value));
                match &mut copy.kind {
                    OpKind::Load { place, .. }
                    | OpKind::Store { place, .. }
                    | OpKind::Accumulate { place, .. }
                    | OpKind::Len { place, .. } => place.memory = names.memory(place.memory),
                    _ => {}
                }
                if let Some(Var::Value(value)) = visit::operands(op).defines.into_iter().next() {
                    visit::set_scalar_result(&mut copy, self.define(value, names));
                }
                copy.kind
            }
        };
        Op { kind, span }
    }

    pub fn define(&mut self, value: ValueId, names: &mut Names) -> ValueId {
        let fresh = self.fresh(value);
        names.values.insert(value, fresh);
        fresh
    }
}

/// What the variables of a body are called in one of its copies.
#[derive(Clone, Default)]
pub struct Names {
    pub values: HashMap<ValueId, ValueId>,
    pub memories: HashMap<MemoryId, MemoryId>,
}

impl Names {
    pub fn value(&self, value: ValueId) -> ValueId {
        self.values.get(&value).copied().unwrap_or(value)
    }

    pub fn memory(&self, memory: MemoryId) -> MemoryId {
        self.memories.get(&memory).copied().unwrap_or(memory)
    }

    pub fn var(&self, var: Var) -> Var {
        match var {
            Var::Value(value) => Var::Value(self.value(value)),
            Var::Memory(memory) => Var::Memory(self.memory(memory)),
        }
    }

    pub fn place(&self, place: &Place) -> Place {
        let path = place.path.iter().map(|step| match step {
            Step::Index(index) => Step::Index(self.value(*index)),
            Step::Range { start, end, inclusive } => Step::Range {
                start: start.map(|of| self.value(of)),
                end: end.map(|of| self.value(of)),
                inclusive: *inclusive,
            },
            other => other.clone(),
        });
        Place { memory: self.memory(place.memory), path: path.collect() }
    }
}

//! `for`, `while`, `loop`, and blocks with a label.

use proc_macro2::Span;

use super::{
    Reader,
    assigned::Assigned,
    env::{Bind, Slot, Target, Want},
    flow::{Exit, Keep, RESULT, RETURNED},
    window::Window,
};
use crate::ir::{Constant, For, Init, Op, OpKind, Range, Region, Type, ValueId, Var, While};

/// What drives a loop.
pub enum Drive<'d> {
    Range {
        range: Range,
        index: ValueId,
    },
    /// `while cond`, or `loop` without.
    While(Option<&'d syn::Expr>),
}

/// What `break value` yields: loops carry only numbers, so that memory for all else is made before them.
pub struct Yielded {
    pub want: Want,
    pub held: Bind,
}

/// A scalar that enters each iteration and leaves it.
struct Carried {
    slot: Slot,
    init: ValueId,
    param: ValueId,
}

impl Reader<'_> {
    pub fn labels_of(label: Option<&syn::Label>) -> Option<String> {
        label.map(|label| label.name.ident.to_string())
    }

    pub fn while_loop(&mut self, e: &syn::ExprWhile) -> Bind {
        if let Some(done) = self.while_next(e) {
            return done;
        }
        let span = e.while_token.span;
        let label = Self::labels_of(e.label.as_ref());
        let in_cond = Assigned::default().expr(&e.cond);
        if in_cond.is_empty()
            && self.assigned_by_mentions(&in_cond).is_empty()
            && !super::matching::has_let(&e.cond)
        {
            let assigned = Assigned::of_block(&e.body);
            return self.repeat(span, label, assigned, Drive::While(Some(&e.cond)), |reader| {
                reader.block(&e.body, &Want::Unit);
            });
        }
        // The condition does more than look: `loop { if cond { body } else { break } }`.
        let assigned = Assigned::of_block(&e.body).expr(&e.cond);
        self.repeat(span, label, assigned, Drive::While(None), |reader| {
            reader.if_let_else(
                &e.cond,
                span,
                |reader| reader.block(&e.body, &Want::Unit),
                |reader| {
                    reader.leave_loop(None, Bind::Unit, true, span);
                    Bind::Unit
                },
            );
        });
        Bind::Unit
    }

    pub fn endless_loop(&mut self, e: &syn::ExprLoop, want: &Want) -> Bind {
        let yielded = self.yielded(e, want, e.loop_token.span);
        self.endless_with(e, yielded)
    }

    pub fn endless_with(&mut self, e: &syn::ExprLoop, yielded: Yielded) -> Bind {
        let span = e.loop_token.span;
        let label = Self::labels_of(e.label.as_ref());
        let assigned = Assigned::of_block(&e.body);
        let read = Box::new(|reader: &mut Self| {
            reader.block(&e.body, &Want::Unit);
        });
        self.repeat_for(span, label, assigned, Drive::While(None), yielded, read)
    }

    /// Reads a loop that yields nothing, or a number.
    pub fn repeat(
        &mut self,
        span: Span,
        label: Option<String>,
        assigned: Assigned,
        drive: Drive<'_>,
        read: impl FnOnce(&mut Self),
    ) -> Bind {
        let yielded = Yielded { want: Want::Scalar, held: Bind::Uninit };
        self.repeat_for(span, label, assigned, drive, yielded, Box::new(read))
    }

    /// Reads a loop. The result is that of `break value`.
    /// As [`Self::repeat`], of what `yielded` says.
    pub fn repeat_for(
        &mut self,
        span: Span,
        label: Option<String>,
        assigned: Assigned,
        drive: Drive<'_>,
        yielded: Yielded,
        read: Box<dyn FnOnce(&mut Self) + '_>,
    ) -> Bind {
        self.guard();
        let cond = match &drive {
            Drive::While(cond) => *cond,
            Drive::Range { .. } => None,
        };
        let forever = matches!(drive, Drive::While(None));
        let (slots, outer_flags, windows) = self.carried_slots(&assigned, label.as_deref(), span);
        let windows_outside = self.windows.len();
        self.windows.extend(windows.iter().map(|window| window.slot));
        let mut carried: Vec<Carried> = Vec::new();
        for &index in &slots {
            for (path, init) in self.env.variables[index].bind.leaves() {
                let info = self.function.value(init);
                let (ty, name) = (info.ty.clone(), self.env.variables[index].name.clone());
                let param = self.function.new_value(ty, name, span);
                carried.push(Carried { slot: Slot { index, path }, init, param });
            }
        }
        let base = self.env.clone();
        let outer = std::mem::take(&mut self.ops);
        let height = self.open.len();

        let cond_region = cond.map(|cond| {
            let params = self.rename(&carried, span);
            windows.iter().for_each(|window| self.apply_window(window));
            let value = self.scalar(cond, &Want::Type(Type::Bool));
            self.close(height, Keep::All);
            self.env = base.clone();
            self.gone = false;
            let ops = std::mem::take(&mut self.ops);
            Region { params, ops, yields: vec![Var::Value(value)] }
        });

        for c in &carried {
            self.env.set(&c.slot, Bind::Scalar(c.param));
        }
        windows.iter().for_each(|window| self.apply_window(window));
        let broken = self.env.add(Bind::Known(false), None);
        let continued = self.env.add(Bind::Known(false), None);
        let Yielded { want, held } = yielded;
        let value = self.env.add(held.clone(), None);
        self.exits.push(Exit { label, is_loop: true, broken, continued, value, want });
        read(self);
        self.exits.pop();
        let mut keep = slots.clone();
        keep.extend([broken, value]);
        keep.extend(windows.iter().map(|window| window.slot));
        self.close(height, Keep::Only(&keep));
        self.gone = false;
        self.windows.truncate(windows_outside);
        for window in &windows {
            if !self.close_window(window, span) {
                self.refuse_reassigned(window.slot, span);
            }
        }

        // Whatever the search for assignments cannot see into must not pass silently.
        let unseen = base.variables.iter().zip(&self.env.variables).enumerate().find_map(
            |(index, (before, after))| {
                let changed = !slots.contains(&index)
                    && windows.iter().all(|window| window.slot != index)
                    && !before.bind.same(&after.bind);
                changed.then(|| before.name.clone().unwrap_or_default())
            },
        );
        if let Some(name) = unseen
            && self.errors.is_empty()
        {
            self.errors.at_span(
                span,
                format!(
                    "`{name}` is assigned inside of this loop by a macro's argument, where the assignment cannot be \
                     followed; write it as a statement of its own"
                ),
            );
        }
        let mut yields: Vec<Var> = Vec::new();
        for c in &carried {
            let mut bind = self.env.get(&c.slot).clone();
            if self.loses_reference(&bind, span) {
                bind = Bind::Poison;
            }
            yields.push(Var::Value(self.scalar_of(bind, span)));
        }
        let flag = |reader: &Self, index: usize| reader.env.variables[index].bind.clone();
        let breaks = flag(self, broken);
        let raised: Vec<usize> = outer_flags
            .iter()
            .copied()
            .filter(|&index| !matches!(flag(self, index), Bind::Known(false)))
            .collect();
        let never_falls = forever && matches!(breaks, Bind::Known(false));
        // After a `loop` that ends only by `return`, that it has returned is known.
        let certain = never_falls && raised.len() == 1;
        let mut exits = Vec::new();
        for index in std::iter::once(broken).chain(raised.iter().copied()) {
            if !matches!(flag(self, index), Bind::Known(false)) {
                exits.push(self.scalar_of(flag(self, index), span));
            }
        }
        exits.dedup();
        let exit = self.any(&exits, span);

        // Variables that get their first value inside: nothing reads what they enter with.
        let mut late: Vec<(Slot, ValueId)> = Vec::new();
        let entered = |index: usize, path: &[usize]| {
            base.variables.get(index).is_some_and(|v| matches!(v.bind.at(path), Bind::Scalar(_)))
        };
        let mut shapes = Vec::new();
        for index in slots.iter().copied().chain([value]) {
            let is_flag = outer_flags.contains(&index);
            if is_flag && (certain || !raised.contains(&index)) {
                continue;
            }
            if is_flag {
                let flag = self.scalar_of(flag(self, index), span);
                late.push((Slot::whole(index), flag));
                shapes.push((index, Bind::Scalar(flag)));
                continue;
            }
            let bind = self.env.variables[index].bind.clone();
            let before = if index == value {
                Some(&held)
            } else {
                base.variables.get(index).map(|variable| &variable.bind)
            };
            let there = before.map(Bind::memories).unwrap_or_default();
            let new = bind.memories().iter().any(|memory| !there.contains(memory));
            if new || matches!(bind, Bind::Content(_)) && !before.is_some_and(|old| old.same(&bind))
            {
                self.errors.at_span(
                    span,
                    "an array or vector that gets its first value inside this loop is used after it; give \
                     it its first value before the loop",
                );
                shapes.push((index, Bind::Poison));
                continue;
            }
            for (path, leaf) in bind.leaves() {
                if !entered(index, &path) {
                    late.push((Slot { index, path }, leaf));
                }
            }
            shapes.push((index, bind));
        }
        let mut params: Vec<ValueId> = carried.iter().map(|c| c.param).collect();
        let mut inits: Vec<ValueId> = carried.iter().map(|c| c.init).collect();
        let body_ops = std::mem::replace(&mut self.ops, outer);
        for (slot, leaf) in &late {
            let ty = self.function.value(*leaf).ty.clone();
            let name = self.env.variables[slot.index].name.clone();
            inits.push(self.dummy(&ty, span));
            params.push(self.function.new_value(ty, name, span));
            yields.push(Var::Value(*leaf));
        }
        let cond_region = match cond_region {
            Some(mut region) => {
                for param in &params[carried.len()..] {
                    let info = self.function.value(*param).clone();
                    region.params.push(self.function.new_value(info.ty, info.name, span));
                }
                region
            }
            None => {
                let params = params
                    .iter()
                    .map(|param| {
                        let info = self.function.value(*param).clone();
                        self.function.new_value(info.ty, info.name, span)
                    })
                    .collect();
                let outer = std::mem::take(&mut self.ops);
                let value = self.constant(Constant::Bool(true), Type::Bool, span);
                let ops = std::mem::replace(&mut self.ops, outer);
                Region { params, ops, yields: vec![Var::Value(value)] }
            }
        };
        let mut outs = Vec::new();
        for (param, last) in params.iter().zip(&yields) {
            let info = self.function.value(*param).clone();
            let ty = match last {
                Var::Value(last) => super::types::join(&info.ty, &self.function.value(*last).ty),
                Var::Memory(_) => info.ty,
            };
            self.function.values[param.index()].ty = ty.clone();
            outs.push(self.function.new_value(ty, info.name, span));
        }

        self.env = base;
        let targets = carried.iter().map(|c| &c.slot).chain(late.iter().map(|(slot, _)| slot));
        let results: Vec<(Slot, ValueId)> = targets.cloned().zip(outs.iter().copied()).collect();
        let mut result = Bind::Unit;
        for (index, mut shape) in shapes {
            for (slot, out) in results.iter().filter(|(slot, _)| slot.index == index) {
                if let Some(at) = shape.at_mut(&slot.path) {
                    *at = Bind::Scalar(*out);
                }
            }
            if index == value {
                result = shape;
            } else {
                self.env.variables[index].bind = shape;
            }
        }
        windows.iter().for_each(|window| self.apply_window(window));
        let body = Region { params, ops: body_ops, yields };
        let kind = match drive {
            Drive::Range { range, index } => {
                OpKind::For(Box::new(For { index, range, inits, body, outs, exit, records: None }))
            }
            Drive::While(_) => {
                OpKind::While(Box::new(While { inits, cond: cond_region, body, outs, exit }))
            }
        };
        self.ops.push(Op { kind, span });
        self.maybe = false;
        if never_falls {
            match raised.as_slice() {
                [] => self.diverge(),
                [only] => {
                    self.env.variables[*only].bind = Bind::Known(true);
                    self.gone = true;
                }
                _ => self.gone = true,
            }
        } else {
            self.maybe = self.may_have_left();
        }
        if matches!(result, Bind::Uninit) { Bind::Unit } else { result }
    }

    /// New parameters for another region of the same loop.
    fn rename(&mut self, carried: &[Carried], span: Span) -> Vec<ValueId> {
        carried
            .iter()
            .map(|c| {
                let info = self.function.value(c.param).clone();
                let param = self.function.new_value(info.ty, info.name, span);
                self.env.set(&c.slot, Bind::Scalar(param));
                param
            })
            .collect()
    }

    /// The variables that the loop carries, and which of them are flags of what it can leave besides itself.
    fn carried_slots(
        &mut self,
        assigned: &Assigned,
        label: Option<&str>,
        span: Span,
    ) -> (Vec<usize>, Vec<usize>, Vec<Window>) {
        let mut windows = Vec::new();
        let mut slots = Vec::new();
        let mut flags = Vec::new();
        for name in &assigned.names {
            let Some(index) = self.scopes.find(name) else { continue };
            if assigned.whole.contains(name)
                && matches!(self.env.variables[index].bind, Bind::Reference { .. })
            {
                match self.open_window(index, span) {
                    Some(window) => {
                        slots.extend(window.bounds());
                        windows.push(window);
                    }
                    None => self.refuse_reassigned(index, span),
                }
                continue;
            }
            let mut index = index;
            while let Bind::Reference { target: Target::Variable(slot), .. } =
                &self.env.variables[index].bind
            {
                index = slot.index;
            }
            if let bind @ Bind::Tokens(_) = self.env.variables[index].bind.clone() {
                let value = self.scalar_of(bind, span);
                self.env.variables[index].bind = Bind::Scalar(value);
            }
            if !slots.contains(&index) {
                slots.push(index);
            }
        }
        let called = self.assigned_by_mentions(assigned);
        for index in assigned.slots.iter().copied().chain(called) {
            let index = self.behind(index);
            if index < self.env.variables.len() && !slots.contains(&index) {
                slots.push(index);
            }
        }
        let mut labels = assigned.labels.clone();
        if let (true, Some(label)) = (assigned.returns, &self.returns_to) {
            labels.insert(label.clone());
        } else if assigned.returns {
            flags.push(RETURNED);
            slots.push(RESULT);
            if matches!(self.env.variables[RESULT].bind, Bind::Uninit) {
                let ty = self.output.clone();
                let bind = self.prepare_result(&ty, span);
                self.env.variables[RESULT].bind = bind;
            }
        }
        for exit in &self.exits {
            if exit.label.as_ref().is_some_and(|l| labels.contains(l))
                && exit.label.as_deref() != label
            {
                flags.push(exit.broken);
                if exit.is_loop {
                    flags.push(exit.continued);
                }
                slots.push(exit.value);
            }
        }
        for index in slots.clone() {
            self.carried_choice(&Slot::whole(index), span);
        }
        slots.extend(&flags);
        slots.sort();
        slots.dedup();
        (slots, flags, windows)
    }

    fn refuse_reassigned(&mut self, index: usize, span: Span) {
        let variable = &mut self.env.variables[index];
        variable.bind = Bind::Poison;
        let name = variable.name.clone().unwrap_or_default();
        self.errors.at_span(
            span,
            format!(
                "`{name}` is a reference that this loop assigns anew, so that it depends on the data which memory it \
                 names; only parts of the slice that it names before the loop are followed, so write indices of one \
                 memory instead"
            ),
        );
    }

    /// Memory that a `return` inside a loop writes to, because loops carry only scalars.
    fn prepare_result(&mut self, ty: &Type, span: Span) -> Bind {
        match ty {
            Type::Array(..) | Type::Vec(_) => {
                let name = Some("result".to_owned());
                let memory = self.alloc(ty.clone(), Init::Empty, name, span);
                self.function.memories[memory.index()].mutable = true;
                Bind::Owned(memory)
            }
            Type::Tuple(of) => {
                Bind::Tuple(of.iter().map(|ty| self.prepare_result(ty, span)).collect())
            }
            _ => Bind::Uninit,
        }
    }
}

//! Assignments.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;

use super::{
    Reader,
    env::{Bind, Slot, Want},
    operator::{Operator, compound},
    place::Located,
    types::is_memory,
    user_method::{Receiver, is_users},
};
use crate::{
    ir::{Constant, OpKind, Place, Step, Type},
    rules::Rule,
};

/// Whether a field is assigned what a method of the user's makes of that field.
fn makes_itself(field: &syn::Expr, made: &syn::Expr) -> bool {
    let (syn::Expr::Field(_), syn::Expr::MethodCall(call)) = (field, made) else { return false };
    let mut from = &*call.receiver;
    while let syn::Expr::MethodCall(inner) = from {
        from = &inner.receiver;
    }
    is_users(&call.method.to_string(), call.args.len(), Receiver::Unknown)
        && from.to_token_stream().to_string() == field.to_token_stream().to_string()
}

impl Reader<'_> {
    pub fn assign(&mut self, e: &syn::ExprAssign) -> Bind {
        let want = match self.want_of_target(&e.left) {
            // `body.velocity = body.velocity.damped(k)`: no number, as far as anybody knows.
            Want::Scalar if makes_itself(&e.left, &e.right) => Want::Memory,
            want => want,
        };
        let value = match (&*e.left, &*e.right) {
            // Elements are taken apart at once: no array is made.
            (syn::Expr::Array(_), syn::Expr::Array(right)) => {
                Bind::Tuple(right.elems.iter().map(|e| self.value(e, &Want::Scalar)).collect())
            }
            (_, right) => self.value(right, &want),
        };
        if self.gone {
            return Bind::Uninit;
        }
        self.guard();
        self.assign_to(&e.left, value, e.span());
        Bind::Unit
    }

    fn want_of_target(&mut self, target: &syn::Expr) -> Want {
        if let syn::Expr::Path(path) = target
            && let Some(ident) = path.path.get_ident()
            && let Some(index) = self.scopes.find(&super::key(ident))
        {
            let variable = &self.env.variables[index];
            if let Some(ty) = &variable.ty {
                return Want::Type(ty.clone());
            }
            return match self.bind_type(&variable.bind) {
                Type::Unknown => match &variable.bind {
                    Bind::Scalar(_) => Want::Scalar,
                    Bind::Owned(_) => Want::Memory,
                    _ => Want::Any,
                },
                ty => Want::Type(ty),
            };
        }
        match target {
            syn::Expr::Tuple(e) => {
                Want::Tuple(e.elems.iter().map(|e| self.want_of_target(e)).collect())
            }
            _ => Want::Scalar,
        }
    }

    fn assign_to(&mut self, target: &syn::Expr, value: Bind, span: Span) {
        match target {
            syn::Expr::Infer(_) => return,
            syn::Expr::Paren(e) => return self.assign_to(&e.expr, value, span),
            syn::Expr::Group(e) => return self.assign_to(&e.expr, value, span),
            syn::Expr::Tuple(syn::ExprTuple { elems, .. })
            | syn::Expr::Array(syn::ExprArray { elems, .. }) => {
                return self.assign_parts(elems.iter().collect(), value, span);
            }
            syn::Expr::Struct(_) | syn::Expr::Call(_) => {
                self.errors.at(
                    target,
                    "only variables, elements, dereferenced references and tuples of these are assigned; \
                     write one assignment for each part",
                );
                return;
            }
            syn::Expr::Index(e) if self.assigned_element(e, None, &value) => return,
            _ => {}
        }
        match self.locate(target, &Want::Any) {
            Located::Slot(slot) => self.assign_slot(&slot, value, span),
            Located::Memory(place) => self.overwrite(place, value, span),
            // Without `unsafe`, which is refused, only what is declared in the body can be written.
            Located::Global(_) => self.errors.leave_to_compiler(),
            Located::Value(Bind::Poison) => {}
            Located::Value(_) => {
                self.errors.at(target, "the macro cannot see which variable this assigns");
            }
        }
    }

    fn assign_parts(&mut self, targets: Vec<&syn::Expr>, value: Bind, span: Span) {
        let n = targets.len();
        let rest = targets.iter().position(|e| {
            matches!(e, syn::Expr::Range(range) if range.start.is_none() && range.end.is_none())
        });
        // The right side is a value already: no part is read after another is assigned.
        let parts: Vec<Bind> = match value {
            Bind::Tuple(of) => of.into_iter().map(|of| self.settle(of, span)).collect(),
            Bind::Poison | Bind::Uninit => return,
            other if self.is_memory(&other) && rest.is_none() => {
                let Some(place) = self.memory_of(Located::Value(other), span) else { return };
                let mut parts = Vec::new();
                for i in 0..n {
                    let index = self.constant(Constant::Int(i as i128), super::types::USIZE, span);
                    let mut place = place.clone();
                    place.path.push(Step::Index(index));
                    let part = self.read(Located::Memory(place), &Want::Scalar, span);
                    parts.push(self.settle(part, span));
                }
                parts
            }
            _ => {
                self.errors.at_span(
                    span,
                    "the macro cannot see what this is taken apart from; assign a tuple, or each part by itself",
                );
                return;
            }
        };
        for (i, target) in targets.into_iter().enumerate() {
            let i = match rest {
                Some(rest) if i == rest => continue,
                Some(rest) if i > rest => (i + parts.len()).saturating_sub(n),
                _ => i,
            };
            if let Some(part) = parts.get(i) {
                self.assign_to(target, part.clone(), span);
            }
        }
    }

    fn assign_slot(&mut self, slot: &Slot, value: Bind, span: Span) {
        let bind = match value {
            Bind::Reference { .. }
                if self.loops_since(slot.index) && !self.windows.contains(&slot.index) =>
            {
                self.errors.at_span(
                    span,
                    "a reference assigned anew inside of a loop cannot be followed, because the memory it \
                     names depends on the data; write indices or ranges of the memory instead",
                );
                Bind::Poison
            }
            value => self.settle(value, span),
        };
        let bind = match (self.env.get(slot).clone(), bind) {
            (Bind::Choice(before), Bind::Choice(next)) => {
                self.next_choice(&before, *next, span).into()
            }
            (_, bind) => bind,
        };
        if let Some(name) = self.env.variables.get(slot.index).and_then(|v| v.name.clone()) {
            self.name_bind(&bind, &name);
        }
        if slot.path.is_empty()
            && let Bind::Owned(memory) = bind
        {
            self.function.memories[memory.index()].mutable = true;
        }
        self.env.set(slot, bind);
    }

    fn loops_since(&self, index: usize) -> bool {
        self.exits.iter().any(|exit| exit.is_loop && exit.broken > index)
    }

    /// `place = value`.
    pub fn overwrite(&mut self, place: Place, value: Bind, span: Span) {
        match value {
            Bind::Tuple(of) => {
                for (i, of) in of.into_iter().enumerate() {
                    let mut place = place.clone();
                    place.path.push(Step::Field(i as u32));
                    self.overwrite(place, of, span);
                }
            }
            Bind::Owned(_) | Bind::Content(_) => {
                let temporary = matches!(value, Bind::Owned(_));
                let from: Place = match value {
                    Bind::Owned(memory) => memory.into(),
                    Bind::Content(from) => from,
                    _ => return,
                };
                let ty = self.function.place_type(&place);
                // What a call was asked to make as something with parts, is that.
                if !temporary
                    && !is_memory(&ty)
                    && !is_memory(&self.function.place_type(&from))
                    && !place.path.is_empty()
                {
                    let value = self.load(from, span);
                    self.push(OpKind::Store { place, value }, span);
                    return;
                }
                let vector = matches!(ty, Type::Vec(_))
                    || matches!(self.function.place_type(&from), Type::Vec(_));
                if !vector {
                    self.push(OpKind::Copy { to: place, from }, span);
                } else if place.path.is_empty() {
                    let from = match temporary {
                        true => from.memory,
                        false => self.own(Bind::Content(from), span),
                    };
                    self.push(OpKind::Assign { to: place.memory, from }, span);
                } else {
                    self.errors.at_span(
                        span,
                        "a vector inside of another cannot be replaced by one of another length; write \
                         `copy_from_slice` if the lengths are the same",
                    );
                }
            }
            Bind::Unit | Bind::Uninit | Bind::Poison => {}
            Bind::Choice(_) => {
                let (init, ty) = self.item(value, span);
                let from = self.alloc(ty, init, None, span);
                self.push(OpKind::Copy { to: place, from: from.into() }, span);
            }
            Bind::Scalar(variant) if self.variants.contains_key(&variant) => {
                let from = self.copy_of(value, span);
                self.push(OpKind::Copy { to: place, from: from.into() }, span);
            }
            value => {
                let value = self.scalar_of(value, span);
                self.push(OpKind::Store { place, value }, span);
            }
        }
    }

    pub fn compound_assign(&mut self, e: &syn::ExprBinary) -> Bind {
        let span = e.span();
        let Some(operator) = compound(&e.op) else { return Bind::Poison };
        let want = match self.want_of_target(&e.left) {
            Want::Type(ty) if super::types::is_scalar(&ty) => Want::Type(ty),
            _ => Want::Scalar,
        };
        // Rust evaluates the right side of a compound assignment of numbers first.
        let value = self.value(&e.right, &want);
        if self.gone {
            return Bind::Uninit;
        }
        let value = match self.is_overloaded(&value) {
            true => value,
            false => Bind::Scalar(self.scalar_of(value, e.right.span())),
        };
        self.guard();
        if let syn::Expr::Index(target) = &*e.left
            && self.assigned_element(target, Some(&e.op), &value)
        {
            return Bind::Unit;
        }
        let located = self.locate(&e.left, &Want::Scalar);
        if let Some(op) = super::operator::overloaded(&e.op)
            && self.overloaded_assign(op, &located, value.clone(), span).is_some()
        {
            return Bind::Unit;
        }
        let value = self.scalar_of(value, e.right.span());
        match located {
            Located::Slot(slot) => {
                let old = self.env.get(&slot).clone();
                // `x += 1.0` of a reference to a variable is a type error that the compiler reports.
                let old = self.scalar_of(old, e.left.span());
                let new = self.apply(&e.op, operator, old, value, span);
                if let Some(name) = self.env.variables[slot.index].name.clone() {
                    self.name(crate::ir::Var::Value(new), &name);
                }
                self.env.set(&slot, Bind::Scalar(new));
            }
            Located::Memory(place) => self.compound_place(&e.op, operator, place, value, span),
            // Without `unsafe`, which is refused, only what is declared in the body can be written.
            Located::Global(_) => self.errors.leave_to_compiler(),
            Located::Value(_) => {}
        }
        Bind::Unit
    }

    fn compound_place(
        &mut self,
        op: &syn::BinOp,
        operator: Operator,
        place: Place,
        value: crate::ir::ValueId,
        span: Span,
    ) {
        let ty = self.function.place_type(&place);
        if is_memory(&ty) {
            self.errors.at_span(
                span,
                "a whole array stands where a number is needed; write a loop over its elements",
            );
            return;
        }
        let adds = !ty.is_int() && !self.function.value(value).ty.is_int();
        match operator {
            Operator::Rule(Rule::Add) if adds => {
                self.push(OpKind::Accumulate { place, value }, span);
            }
            Operator::Rule(Rule::Sub) if adds => {
                let value = self.rule(Rule::Neg, vec![value], span);
                self.push(OpKind::Accumulate { place, value }, span);
            }
            _ => {
                let old = self.load(place.clone(), span);
                let new = self.apply(op, operator, old, value, span);
                self.push(OpKind::Store { place, value: new }, span);
            }
        }
    }
}

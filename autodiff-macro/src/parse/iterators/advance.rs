//! Iterators in variables, which are taken from one item at a time: `it.next()`.

use std::rc::Rc;

use proc_macro2::Span;
use syn::spanned::Spanned;

use super::{Iter, Maybe, select::Otherwise};
use crate::{
    ir::{Comparison, ValueId},
    parse::{
        Reader,
        assigned::Assigned,
        env::{Bind, Slot, Want},
        loops::Drive,
        types::USIZE,
    },
};

impl Reader<'_> {
    /// Where a variable that holds an iterator stands: nothing is gone yet. Unit, if that is not followed.
    pub fn iterator_state(&mut self, iter: &Iter, span: Span) -> Bind {
        let stepped = self.stepped(iter);
        if !self.is_indexed(stepped) {
            return Bind::Unit;
        }
        let front = self.usize(0, span);
        let back = match self.length_of(stepped, span) {
            Some(len) => len,
            None => {
                let max = crate::ir::Constant::Tokens(quote::quote!(usize::MAX));
                self.constant(max, USIZE, span)
            }
        };
        Bind::Tuple(vec![Bind::Scalar(front), Bind::Scalar(back)])
    }

    /// The part of an iterator that its items are taken from: what the stages after it do with an item depends on that alone.
    fn stepped<'i>(&self, iter: &'i Iter) -> &'i Iter {
        match iter {
            iter if self.is_indexed(iter) => iter,
            Iter::Copied(of)
            | Iter::Map(of, _)
            | Iter::Inspect(of, _)
            | Iter::Filter(of, _)
            | Iter::FilterMap(of, _)
            | Iter::MapWhile(of, _) => self.stepped(of),
            iter => iter,
        }
    }

    /// The same iterator, with another one for that part.
    pub(super) fn restarted(&self, iter: &Iter, with: &dyn Fn(&Iter) -> Iter) -> Iter {
        let inner = |of: &Iter| Box::new(self.restarted(of, with));
        match iter {
            iter if self.is_indexed(iter) => with(iter),
            Iter::Copied(of) => Iter::Copied(inner(of)),
            Iter::Map(of, f) => Iter::Map(inner(of), f.clone()),
            Iter::Inspect(of, f) => Iter::Inspect(inner(of), f.clone()),
            Iter::Filter(of, f) => Iter::Filter(inner(of), f.clone()),
            Iter::FilterMap(of, f) => Iter::FilterMap(inner(of), f.clone()),
            Iter::MapWhile(of, f) => Iter::MapWhile(inner(of), f.clone()),
            iter => with(iter),
        }
    }

    /// `&mut it`, `it.by_ref()`, and what a method by `&mut self` goes over: what it does not take is left in the variable.
    pub(super) fn by_reference(&mut self, variable: usize, span: Span) -> Option<Iter> {
        let Bind::Iterator { iter, state } = self.env.get(&Slot::whole(variable)).clone() else {
            return None;
        };
        if state.leaves().len() != 2 {
            self.errors.at_span(
                span,
                "part of an iterator that keeps something from item to item is gone over here, and the rest elsewhere, which is \
                 not followed; collect it into a `Vec` first, or write one loop for all of it",
            );
            return None;
        }
        Some(self.restarted(&iter, &|of| Iter::Rest { variable, of: Rc::new(of.clone()) }))
    }

    /// Takes one item from the front of a variable: whether it is there, and its index.
    pub(super) fn advance_front(
        &mut self,
        variable: usize,
        span: Span,
    ) -> Option<(ValueId, ValueId)> {
        let Bind::Iterator { state, .. } = self.env.get(&Slot::whole(variable)) else {
            return None;
        };
        let &[(_, front), (_, back)] = state.leaves().as_slice() else { return None };
        let there = self.compare(Comparison::Lt, [front, back], span);
        let one = self.usize(1, span);
        let next = self.integer_method("saturating_add", vec![front, one], span);
        let next = self.select(there, [next, back], span);
        self.guard();
        self.env.set(&Slot { index: variable, path: vec![0] }, Bind::Scalar(next));
        Some((there, front))
    }

    /// `it.next()` of a variable.
    pub(super) fn advanced(
        &mut self,
        slot: usize,
        e: &syn::ExprMethodCall,
        name: &str,
        otherwise: &Otherwise<'_>,
    ) -> Maybe {
        let span = e.method.span();
        if let ("next" | "nth", false) = (name, self.steps_by_index(slot)) {
            let n = match (name, e.args.first()) {
                ("nth", Some(n)) => Some(self.scalar(n, &Want::Type(USIZE))),
                _ => None,
            };
            let Some(mut iter) = self.by_reference(slot, span) else { return Maybe::Never };
            if let Some(n) = n {
                iter = Iter::Skip(Box::new(iter), n);
            }
            return self.first(&iter, otherwise, span);
        }
        let Some((iter, there, at)) = self.advance_iterator(slot, e, name) else {
            return Maybe::Never;
        };
        self.named_when(there, &iter, at, otherwise, span)
    }

    fn steps_by_index(&self, variable: usize) -> bool {
        match self.env.get(&Slot::whole(variable)) {
            Bind::Iterator { iter, .. } => self.is_indexed(iter),
            _ => false,
        }
    }

    /// Takes one item of an iterator held in a variable: whether it is there, and its index.
    pub(super) fn advance_iterator(
        &mut self,
        index: usize,
        e: &syn::ExprMethodCall,
        name: &str,
    ) -> Option<(Rc<Iter>, ValueId, ValueId)> {
        let span = e.method.span();
        let Bind::Iterator { iter, state } = self.env.get(&Slot::whole(index)).clone() else {
            return None;
        };
        let leaves = state.leaves();
        let (&[(_, front), (_, back)], true) = (leaves.as_slice(), self.is_indexed(&iter)) else {
            self.errors.at(
                &e.method,
                "single items of an iterator that drops items or ends early are not followed; go over it by `for`, or \
                 collect it into a `Vec` first",
            );
            return None;
        };
        let one = self.usize(1, span);
        let n = match (name, e.args.first()) {
            ("nth", Some(n)) => Some(self.scalar(n, &Want::Type(USIZE))),
            _ => None,
        };
        let (at, end) = match n {
            Some(n) => (self.integer_method("saturating_add", vec![front, n], span), 0),
            None if name == "next_back" => {
                (self.integer_method("saturating_sub", vec![back, one], span), 1)
            }
            None => (front, 0),
        };
        let there = match n {
            Some(_) => self.compare(Comparison::Lt, [at, back], span),
            None => self.compare(Comparison::Lt, [front, back], span),
        };
        let next = match end {
            1 => self.select(there, [at, back], span),
            _ if name == "peek" => return Some((iter, there, at)),
            _ => {
                let next = self.integer_method("saturating_add", vec![at, one], span);
                self.select(there, [next, back], span)
            }
        };
        self.guard();
        self.env.set(&Slot { index, path: vec![end] }, Bind::Scalar(next));
        Some((iter, there, at))
    }

    /// `while let Some(pat) = it.next() { body }`, where `it` is a variable.
    pub fn while_next(&mut self, e: &syn::ExprWhile) -> Option<Bind> {
        let syn::Expr::Let(cond) = &*e.cond else { return None };
        let syn::Pat::TupleStruct(some) = &*cond.pat else { return None };
        let syn::Expr::MethodCall(call) = &*cond.expr else { return None };
        let name = call.method.to_string();
        if !some.path.is_ident("Some")
            || some.elems.len() != 1
            || !matches!(name.as_str(), "next" | "next_back" | "nth")
        {
            return None;
        }
        let index = self.iterator_slot(&call.receiver)?;
        if name != "next_back" && !self.steps_by_index(index) {
            return None;
        }
        let span = e.while_token.span;
        let label = Self::labels_of(e.label.as_ref());
        let assigned = Assigned::of_block(&e.body).expr(&e.cond);
        self.repeat(span, label, assigned, Drive::While(None), |reader| {
            let Some((iter, there, at)) = reader.advance_iterator(index, call, &name) else {
                return;
            };
            reader.branch(
                there,
                span,
                |reader| {
                    reader.scopes.enter();
                    let item = reader.item_at(&iter, at, Some(&some.elems[0]), span);
                    reader.bind(&some.elems[0], item, some.span());
                    let bind = reader.block(&e.body, &Want::Unit);
                    reader.scopes.leave();
                    bind
                },
                |reader| {
                    reader.leave_loop(None, Bind::Unit, true, span);
                    Bind::Uninit
                },
            );
        });
        Some(Bind::Unit)
    }
}

//! Methods that take elements out of a vector wherever they are: `retain`, `dedup`, `drain`. What stays is swapped to the
//! front.

use proc_macro2::Span;
use syn::spanned::Spanned;

use super::{
    Reader,
    closure::Callable,
    env::{Bind, Want},
    iterators::{By, Iter},
    place::Located,
    types::{USIZE, is_memory},
};
use crate::{
    ir::{Comparison, Constant, Growth, OpKind, Permutation, Place, Step, Type, ValueId},
    rules::Rule,
};

impl Reader<'_> {
    /// `retain(|x| ..)`.
    pub fn retain(&mut self, e: &syn::ExprMethodCall, place: Place, f: &syn::Expr) -> Bind {
        let Some(f) = self.callable(f) else { return Bind::Poison };
        let mutable = e.method == "retain_mut";
        let zero = self.constant(Constant::Int(0), USIZE, e.span());
        self.compact(place, zero, Some(&f), e.span(), |reader, place, i, _, span| {
            let element = reader.lent_element(place, i, mutable, span);
            let stays = reader.call_with(&f, vec![element], &Want::Type(Type::Bool), span);
            reader.scalar_of(stays, span)
        })
    }

    /// `dedup()`, `dedup_by_key(|x| ..)`.
    pub fn dedup(&mut self, e: &syn::ExprMethodCall, place: Place) -> Bind {
        let f = match e.args.first() {
            Some(f) => match self.callable(f) {
                Some(f) => Some(f),
                None => return Bind::Poison,
            },
            None => None,
        };
        let one = self.constant(Constant::Int(1), USIZE, e.span());
        self.compact(place, one, f.as_ref(), e.span(), |reader, place, i, kept, span| {
            let one = reader.constant(Constant::Int(1), USIZE, span);
            let before = reader.rule(Rule::Sub, vec![kept, one], span);
            let pair = [i, before].map(|i| reader.lent_element(place, i, false, span));
            let pair = match &f {
                Some(f) if e.method == "dedup_by_key" => {
                    pair.map(|of| reader.call_with(f, vec![of], &Want::Scalar, span))
                }
                Some(f) => {
                    let same = reader.call_with(f, pair.into(), &Want::Type(Type::Bool), span);
                    let same = reader.scalar_of(same, span);
                    return reader.not(same, span);
                }
                None => pair,
            };
            let pair = pair.map(|of| reader.scalar_of(of, span));
            reader.compare(Comparison::Ne, pair, span)
        })
    }

    /// Swaps the elements for which `stays` to the front, from number `first` on, and drops the others.
    fn compact(
        &mut self,
        place: Place,
        first: ValueId,
        f: Option<&Callable>,
        span: Span,
        mut stays: impl FnMut(&mut Self, &Place, ValueId, ValueId, Span) -> ValueId,
    ) -> Bind {
        let end = self.len(place.clone(), span);
        let kept = self.env.add(Bind::Scalar(first), Some("kept".to_owned()));
        let mut slots = f.map(|f| self.assigned_by(f)).unwrap_or_default();
        slots.push(kept);
        let indices = Iter::Range { start: first, end: Some(end), inclusive: false };
        self.walk(&indices, slots, None, span, &mut |reader, i, _| {
            let i = reader.scalar_of(i, span);
            let before = reader.state_value(kept, span);
            let stays = stays(reader, &place, i, before, span);
            if reader.gone {
                return;
            }
            let place = place.clone();
            reader.branch(
                stays,
                span,
                |reader| {
                    reader.push(OpKind::Swap { place, at: [before, i] }, span);
                    let one = reader.constant(Constant::Int(1), USIZE, span);
                    let after = reader.rule(Rule::Add, vec![before, one], span);
                    reader.set_state(kept, after);
                    Bind::Unit
                },
                |_| Bind::Unit,
            );
        });
        let kept = self.state_value(kept, span);
        self.push(OpKind::Vector { place, growth: Growth::Truncate(kept) }, span);
        Bind::Unit
    }

    fn lent_element(&mut self, place: &Place, i: ValueId, mutable: bool, span: Span) -> Bind {
        let mut element = place.clone();
        element.path.push(Step::Index(i));
        self.reference(Located::Memory(element), mutable, span)
    }

    /// `drain(a..b)`: the elements, in a vector of their own.
    pub fn drain(&mut self, e: &syn::ExprMethodCall) -> Option<Iter> {
        let span = e.span();
        let located = self.locate(&e.receiver, &Want::Memory);
        let place = self.memory_of(located, e.receiver.span())?;
        let range = match e.args.first() {
            Some(range @ syn::Expr::Range(_)) => range,
            _ => {
                self.errors.at(&e.args, "write the range of what is drained here: `drain(a..b)`");
                return None;
            }
        };
        if !self.may_grow(e, "drain", &place) {
            return None;
        }
        let step = self.step(range);
        let Step::Range { start, end, inclusive } = &step else { return None };
        let (start, open) = (*start, end.is_none());
        let inclusive = *inclusive;
        let end = *end;
        let mut part = place.clone();
        part.path.push(step);
        let drained = self.alloc_copy(part, true, span);
        if !open {
            // What comes after it moves up.
            let mut tail = place.clone();
            tail.path.push(Step::Range { start, end: None, inclusive: false });
            let by = self.len(drained.into(), span);
            self.push(OpKind::Permute { place: tail, by: Permutation::RotateLeft(by) }, span);
        }
        let len = match (start, end, inclusive) {
            (Some(start), None, _) => start,
            (None, None, _) => self.constant(Constant::Int(0), USIZE, span),
            _ => {
                let before = self.len(place.clone(), span);
                let drained = self.len(drained.into(), span);
                self.rule(Rule::Sub, vec![before, drained], span)
            }
        };
        self.push(OpKind::Vector { place, growth: Growth::Truncate(len) }, span);
        Some(Iter::Elements { place: drained.into(), by: By::Value })
    }

    /// `rows.concat()`, `[a, b].concat()`.
    pub fn concat(&mut self, e: &syn::ExprMethodCall) -> Option<Bind> {
        let span = e.span();
        let mut receiver = &*e.receiver;
        while let syn::Expr::Paren(of) = receiver {
            receiver = &of.expr;
        }
        let append = |reader: &mut Self, whole: Place, row: Place| {
            if let Some(of) = reader.function.place_type(&row).element().cloned() {
                reader.refine(&whole, of);
            }
            reader.push(OpKind::Vector { place: whole, growth: Growth::Extend(row) }, span);
        };
        let empty = |reader: &mut Self| {
            let ty = Type::Vec(Box::new(Type::Unknown));
            let whole = reader.alloc(ty, crate::ir::Init::Empty, None, span);
            reader.function.memories[whole.index()].mutable = true;
            whole
        };
        if let syn::Expr::Array(rows) = receiver {
            let whole = empty(self);
            for row in &rows.elems {
                let located = self.locate(row, &Want::Memory);
                let row = self.memory_of(located, row.span())?;
                append(self, whole.into(), row);
            }
            return Some(Bind::Owned(whole));
        }
        let located = self.locate(receiver, &Want::Memory);
        let rows = self.memory_of(located, receiver.span())?;
        if !self.function.place_type(&rows).element().is_some_and(is_memory) {
            self.errors.at(
                &e.method,
                "the macro cannot see that these are rows; annotate them: `let rows: Vec<Vec<f64>> = ..`",
            );
            return Some(Bind::Poison);
        }
        let whole = empty(self);
        let rows = Iter::Elements { place: rows, by: By::Shared };
        self.walk(&rows, Vec::new(), None, span, &mut |reader, row, _| {
            if let Some(row) = reader.memory_of(Located::Value(row), span) {
                append(reader, whole.into(), row);
            }
        });
        Some(Bind::Owned(whole))
    }
}

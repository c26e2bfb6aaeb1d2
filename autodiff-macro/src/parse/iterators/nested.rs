//! Iterators in others: those that one after the other yields, two side by side, and what follows from what was before.

use proc_macro2::Span;

use super::walk::{Check, Sink, Walk};
use super::{Iter, Maybe};
use crate::{
    ir::Comparison,
    parse::{
        Reader,
        closure::Callable,
        env::{Bind, Slot},
    },
};

impl<'a> Reader<'a> {
    /// Iterators made of the items of another.
    pub fn nested(
        &mut self,
        of: &Iter,
        walk: &mut Walk,
        pat: Option<&syn::Pat>,
        check: Check<'_, 'a>,
        sink: Sink<'_, 'a>,
        make: &mut dyn FnMut(&mut Reader<'a>, Bind) -> Bind,
    ) {
        let span = walk.span;
        // The check of the outer loop and those of the inner ones are the same.
        let check = std::cell::RefCell::new(check);
        let mut outer_check = |reader: &mut Reader<'a>| (check.borrow_mut())(reader);
        let inner_slots = std::cell::RefCell::new(Walk {
            slots: walk.slots.clone(),
            assigned: walk.assigned.clone(),
            stop: walk.stop.clone(),
            one_loop: false,
            span,
        });
        let base = walk.slots.len();
        self.stage(of, walk, pat, &mut outer_check, &mut |reader, item| {
            let made = make(reader, item);
            if reader.gone {
                return;
            }
            if reader.is_choice(&made) {
                let made = reader.maybe_of(made, span);
                reader.if_made(made, span, |reader, item| sink(reader, item), |_| Bind::Unit);
                return;
            }
            let mut inner = inner_slots.borrow_mut();
            inner.slots.truncate(base);
            let Some(iter) = reader.iterated_made(made, span) else { return };
            for callable in iter.callables() {
                inner.slots.extend(reader.assigned_by(callable));
            }
            let mut inner_check = |reader: &mut Reader<'a>| (check.borrow_mut())(reader);
            reader.one_after_another(&iter, &mut inner, None, &mut inner_check, sink);
        });
    }

    /// One of the iterators that a walk goes over one after the other: where it ends early, the next one follows.
    pub fn one_after_another(
        &mut self,
        iter: &Iter,
        walk: &mut Walk,
        pat: Option<&syn::Pat>,
        check: Check<'_, 'a>,
        sink: Sink<'_, 'a>,
    ) {
        if !iter.may_end_early() {
            return self.stage(iter, walk, pat, check, sink);
        }
        let (label, span, slots) = (self.hidden_label("part"), walk.span, walk.slots.len());
        let whole = std::mem::replace(&mut walk.stop, label.clone());
        walk.assigned.labels.insert(label.clone());
        self.labeled(label.clone(), span, |reader| {
            reader.stage(iter, walk, pat, check, sink);
            Bind::Unit
        });
        // Its own variables end with it.
        walk.slots.truncate(slots);
        walk.assigned.labels.remove(&label);
        walk.stop = whole;
    }

    /// Side by side, where one of the two is not indexed.
    pub fn zipped(
        &mut self,
        a: &Iter,
        b: &Iter,
        walk: &mut Walk,
        check: Check<'_, 'a>,
        sink: Sink<'_, 'a>,
    ) {
        let span = walk.span;
        let walk_stop = walk.stop.clone();
        if self.is_indexed(b) || !self.is_indexed(a) && self.is_read_by_parts(b, span) {
            let len = self.length_of(b, span);
            let next = self.count_from_zero(span);
            walk.slots.push(next);
            self.stage(a, walk, None, check, &mut |reader, item| {
                let mut pair = |reader: &mut Reader<'a>| {
                    let i = reader.advance(next, span);
                    let other = reader.item_at(b, i, None, span);
                    sink(reader, Bind::Tuple(vec![item.clone(), other]));
                };
                let Some(len) = len else { return pair(reader) };
                let i = reader.state_value(next, span);
                let more = reader.compare(Comparison::Lt, [i, len], span);
                reader.either(more, span, pair, |reader| reader.stop_at(&walk_stop, span));
            });
        } else if self.is_indexed(a) || self.is_read_by_parts(a, span) {
            let len = self.length_of(a, span);
            let next = self.count_from_zero(span);
            walk.slots.push(next);
            let mut check = |reader: &mut Reader<'a>| {
                check(reader);
                let Some(len) = len else { return };
                let i = reader.state_value(next, span);
                let done = reader.compare(Comparison::Ge, [i, len], span);
                let stop = |reader: &mut Reader<'a>| reader.stop_at(&walk_stop, span);
                reader.branch(done, span, stop, |_| Bind::Unit);
            };
            self.stage(b, walk, None, &mut check, &mut |reader, item| {
                let i = reader.advance(next, span);
                let other = reader.item_at(a, i, None, span);
                sink(reader, Bind::Tuple(vec![other, item]));
            });
        } else if self.lends(b, span) {
            // What is written through is named, not collected.
            if let Some(b) = self.gridded(b, span) {
                return self.zipped(a, &b, walk, check, sink);
            }
            if !self.has_effects(a) && ends(a) && !self.lends(a, span) {
                let Some(items) = self.collected(a, span) else { return };
                return self.zipped(&items, b, walk, check, sink);
            }
            self.refuse_iterator(
                span,
                "the items of the second iterator of this `zip` are written to, and which one is next depends on the \
                 data; write a loop over indices",
            );
        } else if !self.has_effects(b) && ends(b) {
            // Nobody sees when the items of the second are made.
            let Some(items) = self.collected(b, span) else { return };
            self.zipped(a, &items, walk, check, sink);
        } else {
            self.refuse_iterator(
                span,
                "both iterators of this `zip` drop items or end early, which is not followed; collect one of them \
                 into a `Vec` before",
            );
        }
    }

    /// Whether its items can be had by index as values, which items that are written through cannot.
    pub fn is_read_by_parts(&mut self, iter: &Iter, span: Span) -> bool {
        self.is_indexed_by_parts(iter) && !self.lends(iter, span)
    }

    pub fn collected(&mut self, iter: &Iter, span: Span) -> Option<Iter> {
        let Bind::Owned(memory) = self.collect(iter, None, span) else { return None };
        Some(Iter::Elements { place: memory.into(), by: super::By::Value })
    }

    /// The first item, and what each makes of itself for the next.
    pub fn successors(
        &mut self,
        first: &Bind,
        f: &Callable,
        walk: &mut Walk,
        check: Check<'_, 'a>,
        sink: Sink<'_, 'a>,
    ) {
        let span = walk.span;
        let first = self.maybe_of(first.clone(), span);
        let (there, item) = match first {
            Maybe::Never => return,
            Maybe::Always(item) => (None, item),
            Maybe::If(there, item) => (Some(there), item),
        };
        let there = match there {
            Some(there) => Bind::Scalar(there),
            None => self.bool_literal(true),
        };
        let item = self.carryable(item, span);
        let (there, next) = (self.state(walk, there), self.state(walk, item));
        let walk_stop = walk.stop.clone();
        self.while_loop_of(walk, |reader| {
            check(reader);
            let more = reader.state_value(there, span);
            reader.either(more, span, |_| {}, |reader| reader.stop_at(&walk_stop, span));
            // `std` computes the next item before it yields this one.
            let item = reader.env.get(&Slot::whole(next)).read();
            let made = reader.maybe(f, vec![item.clone()], span);
            reader.if_made(
                made,
                span,
                |reader, made| {
                    let made = reader.carryable(made, span);
                    reader.env.set(&Slot::whole(next), made);
                },
                |reader| {
                    let no = reader.bool_literal(false);
                    reader.env.set(&Slot::whole(there), no);
                    Bind::Unit
                },
            );
            sink(reader, item);
        });
    }
}

/// The same items from the last to the first, where that goes stage by stage.
pub fn reversed(iter: &Iter) -> Option<Iter> {
    let rev = |of: &Iter| Box::new(Iter::Rev(Box::new(of.clone())));
    Some(match iter {
        Iter::Rev(of) => (**of).clone(),
        Iter::Copied(of) => Iter::Copied(rev(of)),
        Iter::Map(of, f) => Iter::Map(rev(of), f.clone()),
        Iter::Inspect(of, f) => Iter::Inspect(rev(of), f.clone()),
        Iter::Filter(of, f) => Iter::Filter(rev(of), f.clone()),
        Iter::FilterMap(of, f) => Iter::FilterMap(rev(of), f.clone()),
        Iter::Chain(a, b) => Iter::Chain(rev(b), rev(a)),
        Iter::Once(_) | Iter::Empty => iter.clone(),
        _ => return None,
    })
}

/// Whether it ends by itself, whatever its functions make.
pub fn ends(iter: &Iter) -> bool {
    match iter {
        Iter::Range { end, .. } => end.is_some(),
        Iter::Repeat(_) | Iter::Successors(..) | Iter::FromFn(_) | Iter::Cycle(_) => false,
        Iter::Take(..) | Iter::Part { .. } => true,
        Iter::Zip(a, b) => ends(a) || ends(b),
        iter => iter.inner().into_iter().all(ends),
    }
}

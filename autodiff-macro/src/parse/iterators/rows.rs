//! The largest or smallest of items that are rows or structs: they stay where they are, and the number of the best one is
//! what the loop carries.

use proc_macro2::Span;

use super::{Iter, Maybe, select::Otherwise};
use crate::{
    ir::ValueId,
    parse::{
        Reader,
        closure::Callable,
        env::{Bind, Slot, Want},
    },
};

impl<'a> Reader<'a> {
    /// Whether the items are parts of memory, and can be had again by their number at no cost.
    pub fn are_rows(&mut self, iter: &Iter, span: Span) -> bool {
        if !self.is_indexed(iter) || !iter.callables().is_empty() {
            return false;
        }
        let mut rows = false;
        self.rehearse(|reader| {
            let zero = reader.usize(0, span);
            let item = reader.item_at(iter, zero, None, span);
            rows = reader.has_memory(&item);
        });
        rows || self.must_be_named(iter, span)
    }

    pub fn has_memory(&self, item: &Bind) -> bool {
        match item {
            Bind::Tuple(of) => of.iter().any(|of| self.has_memory(of)),
            item => self.is_memory(item),
        }
    }

    /// `max_by`, `min_by` of such items.
    pub fn chosen_row(
        &mut self,
        iter: &Iter,
        compare: &Callable,
        largest: bool,
        otherwise: &Otherwise<'_>,
        span: Span,
    ) -> Maybe {
        let Some(len) = self.length_of(iter, span) else { return Maybe::Never };
        let zero = self.usize(0, span);
        let best = self.env.add(Bind::Scalar(zero), Some("best".to_owned()));
        let mut slots = self.assigned_by(compare);
        slots.push(best);
        let front = self.usize(1, span);
        let rest = Iter::Range { start: front, end: Some(len), inclusive: false };
        self.walk(&rest, slots, None, span, &mut |reader, i, _| {
            let i = reader.scalar_of(i, span);
            let before = reader.state_value(best, span);
            let items = [before, i].map(|at| {
                let item = reader.item_at(iter, at, None, span);
                reader.lent(&item, span)
            });
            let greater = reader.is_greater(compare, items, span);
            // Of equal ones `max_by` takes the last, and `min_by` the first.
            let of = if largest { [before, i] } else { [i, before] };
            let next = reader.select(greater, of, span);
            reader.env.set(&Slot::whole(best), Bind::Scalar(next));
        });
        let best = self.state_value(best, span);
        let there = self.compare(crate::ir::Comparison::Gt, [len, zero], span);
        self.named_when(there, iter, best, otherwise, span)
    }

    fn is_greater(&mut self, compare: &Callable, items: [Bind; 2], span: Span) -> ValueId {
        let order = self.call_with(compare, items.into(), &Want::Scalar, span);
        let order = self.scalar_of(order, span);
        self.ordering_is_gt(order, span)
    }
}

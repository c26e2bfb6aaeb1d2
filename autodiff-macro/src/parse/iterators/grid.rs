//! Items that are named by their number: elements of rows one after the other, and those that are found or chosen to be written.

use proc_macro2::Span;

use super::{By, Iter, Maybe, select::Otherwise};
use crate::{
    ir::{Place, Step, Type, ValueId},
    parse::{
        Reader,
        closure::Callable,
        env::{Bind, Target, Want},
    },
    rules::Rule,
};

impl<'a> Reader<'a> {
    /// The same items by number, where what is flattened are rows of one length.
    pub fn gridded(&mut self, iter: &Iter, span: Span) -> Option<Iter> {
        Some(match iter {
            Iter::Flatten(of) => {
                let Iter::Elements { place, by } = &**of else { return None };
                let ty = self.function.place_type(place);
                let Some(Type::Array(_, length)) = ty.element() else { return None };
                let columns = match length.known {
                    Some(n) => self.usize(n.into(), span),
                    None => {
                        let tokens = crate::ir::Constant::Tokens(length.tokens.clone());
                        self.constant(tokens, crate::parse::types::USIZE, span)
                    }
                };
                Iter::Grid { place: place.clone(), by: *by, columns }
            }
            Iter::Copied(of) => Iter::Copied(Box::new(self.gridded(of, span)?)),
            Iter::Enumerate(of) => Iter::Enumerate(Box::new(self.gridded(of, span)?)),
            Iter::Rev(of) => Iter::Rev(Box::new(self.gridded(of, span)?)),
            Iter::Take(of, n) => Iter::Take(Box::new(self.gridded(of, span)?), *n),
            Iter::Map(of, f) => Iter::Map(Box::new(self.gridded(of, span)?), f.clone()),
            iter if self.is_indexed(iter) => iter.clone(),
            _ => return None,
        })
    }

    /// Element `index` of rows one after the other.
    pub fn cell(&mut self, place: &Place, columns: ValueId, index: ValueId, span: Span) -> Place {
        let row = self.rule(Rule::Div, vec![index, columns], span);
        let column = self.rule(Rule::Rem, vec![index, columns], span);
        let mut place = place.clone();
        place.path.extend([Step::Index(row), Step::Index(column)]);
        place
    }

    /// Whether the items are, or hold, references that can be written through.
    pub fn lends(&mut self, iter: &Iter, span: Span) -> bool {
        let mut lends = false;
        self.rehearse(|reader| {
            reader.walk(iter, Vec::new(), None, span, &mut |_, item, _| lends = is_lent(&item));
        });
        lends
    }

    /// Item `index`, named but not looked at, so that it need not be there. `None`: it must be looked at to be had.
    pub fn item_unread(&mut self, iter: &Iter, index: ValueId, span: Span) -> Option<Bind> {
        match iter {
            Iter::Elements { place, by } if *by != By::Value => {
                let mut place = place.clone();
                place.path.push(Step::Index(index));
                let mutable = *by == By::Mutable;
                Some(Bind::Reference { target: Target::Place(place), mutable })
            }
            Iter::Enumerate(of) => {
                let item = self.item_unread(of, index, span)?;
                Some(Bind::Tuple(vec![Bind::Scalar(index), item]))
            }
            Iter::Zip(a, b) => {
                let a = self.item_unread(a, index, span)?;
                Some(Bind::Tuple(vec![a, self.item_unread(b, index, span)?]))
            }
            Iter::Skip(of, n) => {
                let index = self.rule(Rule::Add, vec![index, *n], span);
                self.item_unread(of, index, span)
            }
            Iter::Part { of, front, .. } => {
                let index = self.rule(Rule::Add, vec![index, *front], span);
                self.item_unread(of, index, span)
            }
            Iter::Rev(of) => {
                let len = self.length_of(of, span)?;
                let one = self.usize(1, span);
                let last = self.integer_method("saturating_sub", vec![len, one], span);
                let index = self.integer_method("saturating_sub", vec![last, index], span);
                self.item_unread(of, index, span)
            }
            _ => None,
        }
    }

    /// Whether items must be named, because they are written through, or are rows.
    pub fn must_be_named(&mut self, iter: &Iter, span: Span) -> bool {
        let mut named = false;
        if self.is_indexed(iter) {
            self.rehearse(|reader| {
                let zero = reader.usize(0, span);
                named = match reader.item_unread(iter, zero, span) {
                    Some(item) => is_lent(&item) || reader.has_memory(&item),
                    None => false,
                };
            });
        }
        named
    }

    /// `find` of items that must be named.
    pub fn found_row(
        &mut self,
        iter: &Iter,
        f: &Callable,
        otherwise: &Otherwise<'_>,
        span: Span,
    ) -> Maybe {
        let Some(len) = self.length_of(iter, span) else { return Maybe::Never };
        let (no, zero) = (self.bool_literal(false), self.usize(0, span));
        let found = self.env.add(no, None);
        let at = self.env.add(Bind::Scalar(zero), None);
        let mut slots = self.assigned_by(f);
        slots.extend([found, at]);
        let indices = Iter::Range { start: zero, end: Some(len), inclusive: false };
        self.walk(&indices, slots, None, span, &mut |reader, i, stop| {
            let i = reader.scalar_of(i, span);
            let item = reader.item_at(iter, i, None, span);
            let item = reader.lent(&item, span);
            let holds = reader.call_with(f, vec![item], &Want::Type(Type::Bool), span);
            let holds = reader.scalar_of(holds, span);
            reader.stop_if_found(holds, (found, at), Bind::Scalar(i), stop, span);
        });
        let (there, at) = (self.state_value(found, span), self.state_value(at, span));
        self.named_when(there, iter, at, otherwise, span)
    }

    /// Item `index` if it is there, which is named without being looked at where it must be.
    pub fn named_when(
        &mut self,
        there: ValueId,
        iter: &Iter,
        index: ValueId,
        otherwise: &Otherwise<'_>,
        span: Span,
    ) -> Maybe {
        if matches!(otherwise, Otherwise::None)
            && self.must_be_named(iter, span)
            && let Some(item) = self.item_unread(iter, index, span)
        {
            return Maybe::If(there, item);
        }
        self.when(there, otherwise, span, |reader| reader.item_at(iter, index, None, span))
    }
}

/// Whether a reference that can be written through is in it.
fn is_lent(bind: &Bind) -> bool {
    match bind {
        Bind::Reference { mutable, .. } => *mutable,
        Bind::Tuple(of) => of.iter().any(is_lent),
        _ => false,
    }
}
